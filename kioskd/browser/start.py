"""``kioskd browser``: reads the configuration, and then becomes the small program that watches.

What reads a configuration takes 30 MB, which the watching process would keep for good.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from kioskd.config import Config, Display
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.reading import load
from kioskd.errors import ConfigError
from kioskd.host import told
from kioskd.words import spoken


def run(file: Path) -> NoReturn:
    """Show the panel of the daemon that this file is for; doesn't come back."""
    try:
        config = load(file)
        language: str = config.kiosk.language
    except ConfigError:
        # The daemon says what is wrong with it; the command line found the language in it.
        config, language = Config(), spoken()
    # Where the daemon that systemd runs says it is; another one's file tells its port alone.
    follow = (told.ADDRESS,) if file in (SYSTEM, *BOOT) else ()
    become(config.server.port, config.display, language, *follow)


def become(port: int, display: Display, language: str, *told_in: str) -> NoReturn:
    """Run the watching program in this process' place."""
    # -P and -s: no code from the working directory, or from a user's own packages.
    flags = ["-P", "-s", *(["-S"] if sys.flags.no_site else [])]
    program = [sys.executable, *flags, "-m", "kioskd.browser.supervisor", str(port)]
    # chromium-shell ends when the compositor takes its output away: see host.power.
    darkened = display.browser == "auto" and display.backend in ("wlr-randr", "wlopm")
    program += [
        "chromium" if darkened else display.browser,
        "gpu" if display.gpu else "",
        str(display.rotate),
        language,
        *told_in,
    ]
    paths = os.pathsep.join(filter(None, sys.path))
    os.execve(program[0], program, os.environ | {"PYTHONPATH": paths})
