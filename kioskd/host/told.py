"""What the daemon that systemd runs leaves in its folder for the browser: its address, a secret,
and the pages that the browser is to show.

Imports almost nothing: the program that watches the browser lives as long as the daemon does, on a
machine with little memory, and reads these every second.
"""

import os
import re
from pathlib import Path

LOOPBACK = "127.0.0.1"
FOLDER = "/run/kioskd"
ADDRESS, WALL = f"{FOLDER}/address", f"{FOLDER}/browser/wall"
PAGES = "browser/pages"  # beside the address
LONGEST = 200  # bytes of the first two
LONGEST_PAGES = 200_000  # bytes; a page has a few hundred, with a long token 16,000
PHOTOGRAPHER = "photographer"  # the socket in the browser's folder that gives its page's picture


def local(port: int) -> str:
    """The daemon's address, without a slash at its end."""
    return f"http://{LOOPBACK}:{port}"


def told(file: str | Path = ADDRESS) -> str | None:
    """What a running daemon wrote down; None when there is none, or it is no such address."""
    said = _read(file)
    return said if re.fullmatch(rf"http://{re.escape(LOOPBACK)}:\d{{1,5}}", said) else None


def wall_secret(file: str | Path = WALL) -> str:
    """What the browser of this screen shows to be authorised; empty when there is none for it."""
    return _read(file)


def pages(beside: str = ADDRESS) -> str:
    """The pages of ``screens`` as ``web.page_gate`` has written them; empty: there are none."""
    return _read(os.path.join(os.path.dirname(beside), PAGES), LONGEST_PAGES)


def _read(file: str | Path, longest: int = LONGEST) -> str:
    """A small file in a line; empty when it can't be read. Never waits for another program."""
    try:
        number = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            content = os.read(number, longest + 1)
        finally:
            os.close(number)
        return "" if len(content) > longest else content.decode().strip()
    except (OSError, UnicodeError):
        return ""
