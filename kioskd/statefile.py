"""What the panels were last shown, and what people chose, kept over a power cut in one small file.

Written whole or not at all: a temporary file, fsync, rename, fsync of the folder. Packed with gzip,
since cards wear out by bytes, and its checksum tells a torn file from a whole one.
"""

import gzip
import logging
import os
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kioskd import protocol
from kioskd.config import SCREENS, Screen
from kioskd.errors import ProtocolError
from kioskd.policy import Kept

log = logging.getLogger(__name__)
LARGEST = 50_000_000  # bytes when unpacked; a file that claims more is not ours


class _File(msgspec.Struct):
    saved: float
    screen: str | None
    frames: list[str]
    kept: Kept = msgspec.field(default_factory=Kept)


@dataclass
class Saved:
    """What was kept; ``age`` in seconds by the wall clock, 0 when the clock went backwards."""

    age: float
    screen: Screen | None
    updates: list[protocol.Update]
    kept: Kept = field(default_factory=Kept)


def encode(screen: str | None, updates: list[protocol.Update], kept: Kept) -> bytes:
    """The file's content; quick, so that ``write`` may go to a thread."""
    content = _File(time.time(), screen, [update.frame.decode() for update in updates], kept)
    return gzip.compress(msgspec.json.encode(content), compresslevel=6, mtime=0)


def write(path: Path, content: bytes) -> None:
    """Raises ``OSError`` when the disk is full or read-only; the earlier file then stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def save(
    path: Path, screen: str | None, updates: list[protocol.Update], kept: Kept | None = None
) -> None:
    """``encode`` and ``write`` in one, for where nothing else waits."""
    write(path, encode(screen, updates, kept or Kept()))


def load(path: Path) -> Saved | None:
    """What was kept; None when there is nothing. A torn file is set aside, never fatal."""
    try:
        found = msgspec.json.decode(_unpack(path.read_bytes()), type=_File)
        parsed = [protocol.parse_upstream(frame.encode()) for frame in found.frames]
        updates = [update for update in parsed if isinstance(update, protocol.Update)]
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, ProtocolError, UnicodeError, RecursionError, ValueError) as error:
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
    return Saved(max(0.0, time.time() - found.saved), screen, updates, found.kept)


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)  # gzip
    try:
        unpacked = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise ValueError(f"it is torn: {error}") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("it is torn: it does not end where it should")
    return unpacked
