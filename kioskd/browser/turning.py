"""Turns the picture for a screen that hangs on its side: again for every compositor and screen.

Imports almost nothing, as all that lives in the watching process.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from kioskd.words import tr

LOOK = 10.0  # seconds between two looks: a screen that is plugged in comes up straight
ANSWERS = 3.0  # seconds a compositor may take
COMES_UP = 5.0  # seconds in which it should be there
OLD_CAGE = re.compile(r"\b0\.1\.")  # Debian 12's turns by an option, and does not obey wlr-randr
HEAD = re.compile(r"^(\S+)[^\n]*\n(?:\s+[^\n]*\n)*?\s+Transform: (\S+)", re.MULTILINE)


class Turning:
    """``degrees``: clockwise, 0, 90, 180 or 270; ``folder``: where the compositor's socket is."""

    def __init__(self, degrees: int, cage: str, folder: Path) -> None:
        self._wanted = str(degrees) if degrees else "normal"
        self._environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
        self._environment["WAYLAND_DISPLAY"] = "wayland-0"
        self._by_option = bool(degrees and OLD_CAGE.search(self._said(cage, "-v") or ""))
        self.options = ("-r",) * (degrees // 90) if self._by_option else ()
        self._due = float("inf") if self._by_option or not degrees else 0.0
        self._complained = False

    def begin(self) -> None:
        """Turn what a compositor that was just started shows, before anybody sees it."""
        until = time.monotonic() + COMES_UP
        while self._due < float("inf") and time.monotonic() < until and not self._turn():
            time.sleep(0.1)

    def keep(self) -> None:
        """Turn what was plugged in since."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + LOOK
            if not self._turn() and not self._complained:
                self._complained = True
                said = tr("the screen can't be turned (display.rotate); try: apt install wlr-randr")
                print(f"kioskd browser: {said}", file=sys.stderr)

    def _turn(self) -> bool:
        """Whether the compositor does it. A screen that is dark says nothing of itself."""
        said = self._said("wlr-randr")
        turned = said is not None
        for name, transform in HEAD.findall(said or ""):
            if transform != self._wanted:
                turn = ("wlr-randr", "--output", name, "--transform", self._wanted)
                turned &= self._said(*turn) is not None
        return turned

    def _said(self, *command: str) -> str | None:
        """What a program prints; None when it fails."""
        try:
            done = subprocess.run(
                command, env=self._environment, capture_output=True, text=True, timeout=ANSWERS
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return None if done.returncode else done.stdout
