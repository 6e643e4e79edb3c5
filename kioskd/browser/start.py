"""``kioskd browser``: reads the configuration, and then becomes the small program that watches.

What reads a configuration takes 30 MB, which the watching process would keep for good.
"""

import json
import os
import sys
from pathlib import Path
from typing import NoReturn

from kioskd.config import Config, OwnPanel
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.reading import load
from kioskd.core.identity import kiosk_id
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
    become(config, language, *follow)


def become(config: Config, language: str, *told_in: str) -> NoReturn:
    """Run the watching program in this process' place."""
    display = config.display
    # -P and -s: no code from the working directory, or from a user's own packages.
    flags = ["-P", "-s", *(["-S"] if sys.flags.no_site else [])]
    program = [sys.executable, *flags, "-m", "kioskd.browser.supervisor"]
    # chromium-shell ends when the compositor takes its output away: see host.power.
    darkened = display.browser == "auto" and display.backend in ("wlr-randr", "wlopm")
    program += [
        str(config.server.port),
        "chromium" if darkened else display.browser,
        "gpu" if display.gpu else "",
        str(display.rotate),
        language,
        placed(config),
        *told_in,
    ]
    paths = os.pathsep.join(filter(None, sys.path))
    os.execve(program[0], program, os.environ | {"PYTHONPATH": paths})


def placed(config: Config) -> str:
    """Where each panel of this machine is shown, as `browser.opening.places` reads it; the panel of
    its own is the first. Empty: no output is named, and it is on all screens."""
    own, here = kiosk_id(config), [panel for panel in config.panels if panel.output is not None]
    if not here:
        return ""
    first = next((panel for panel in here if panel.id == own), None)
    others = [panel for panel in here if panel is not first]
    places = [_place(config, "", first), *(_place(config, each.id, each) for each in others)]
    return json.dumps(places)


def _place(config: Config, called: str, panel: OwnPanel | None) -> tuple[str, str, int, bool]:
    """``panel`` None: this machine's own, on the output that no other has."""
    display = config.display
    if panel is None or panel.output is None:
        taken = {each.output for each in config.panels}
        return called, "", display.rotate, display.output not in taken
    rotate = display.rotate if panel.rotate is None else panel.rotate
    return called, panel.output, rotate, display.output in ("*", panel.output)
