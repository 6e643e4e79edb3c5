"""What the panels were last shown, kept over a power cut in one small file.

Written whole or not at all: a temporary file, fsync, rename, fsync of the folder.
"""

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kioskd import protocol
from kioskd.config import SCREENS, Screen
from kioskd.errors import ProtocolError

log = logging.getLogger(__name__)


class _File(msgspec.Struct):
    saved: float
    screen: str | None
    frames: list[str]


@dataclass
class Saved:
    """What was kept; ``age`` in seconds by the wall clock, 0 when the clock went backwards."""

    age: float
    screen: Screen | None
    updates: list[protocol.Update]


def save(path: Path, screen: str | None, updates: list[protocol.Update]) -> None:
    """Raises ``OSError`` when the disk is full or read-only; the earlier file then stays."""
    content = _File(time.time(), screen, [update.frame.decode() for update in updates])
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with open(temporary, "wb") as file:
        file.write(msgspec.json.encode(content))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path) -> Saved | None:
    """What was kept; None when there is nothing. A torn file is set aside, never fatal."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_File)
        parsed = [protocol.parse_upstream(frame.encode()) for frame in found.frames]
        updates = [update for update in parsed if isinstance(update, protocol.Update)]
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ProtocolError, UnicodeError, RecursionError) as error:
        aside = path.with_suffix(".broken")
        log.warning("the state file can't be read (%s); set aside as %s", error, aside.name)
        try:
            path.replace(aside)
        except OSError as failure:
            log.warning("the broken state file can't be moved: %s", failure)
        return None
    except OSError as error:
        log.warning("the state file can't be read: %s; starting without it", error)
        return None
    screen = next((s for s in SCREENS if s == found.screen), None)
    return Saved(max(0.0, time.time() - found.saved), screen, updates)
