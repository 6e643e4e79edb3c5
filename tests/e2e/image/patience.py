"""Words for the kernel's command line that make the image wait as long as emulation needs.

The limits in the image are those of a Pi. Nothing on the card is changed: systemd reads additions
to a unit from credentials, and those from the command line.
"""

import base64

DEVICES = "systemd.default_device_timeout_sec=600"
DAEMON = "[Service]\nTimeoutStartSec=600\nWatchdogSec=300\n"
# Chromium takes minutes until it answers, and a page some seconds for each frame.
LIMITS = "d.FIRST = d.ANSWER = p.START = p.RESTART = p.RELOAD = 900.0; p.FRESH = 90.0"
PROGRAM = (
    "import sys; "
    "v = sys.version_info; sys.path.insert(0, f'/usr/lib/kioskd/python{v[0]}.{v[1]}'); "
    f"import kioskd.browser.devtools as d, kioskd.browser.liveness as p; {LIMITS}; "
    "from kioskd.browser.supervisor import main; "
    "sys.exit(main('8080', 'auto', '', '0', 'pt-BR', '', sys.argv[1]))"
)
BROWSER = f"""\
[Service]
WatchdogSec=1800
ExecStart=
ExecStart=/usr/bin/python3 -IS -c "{PROGRAM}" /run/kioskd/address
"""


def words(screen: bool) -> str:
    """What is added to the image's own command line; ``screen``: the browser runs, too."""
    additions = {"kioskd": DAEMON} | ({"kioskd-browser": BROWSER} if screen else {})
    return " ".join((DEVICES, *(_addition(unit, text) for unit, text in additions.items())))


def _addition(unit: str, text: str) -> str:
    # zz: after the image's own additions.
    name = f"systemd.unit-dropin.{unit}.service~zz-emulated"
    return f"systemd.set_credential_binary={name}:{base64.b64encode(text.encode()).decode()}"
