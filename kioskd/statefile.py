"""What the panels were last shown, and what people chose, kept over a power cut in one small file.

Written whole or not at all: a temporary file, fsync, rename, fsync of the folder. Packed with gzip,
since cards wear out by bytes, and its checksum tells a torn file from a whole one.
"""

import contextlib
import gzip
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kioskd import protocol
from kioskd.config import SCREENS, Screen, View
from kioskd.errors import ProtocolError
from kioskd.policy import Kept

log = logging.getLogger(__name__)
LARGEST = 50_000_000  # bytes when unpacked; a file that claims more is not ours


class _File(msgspec.Struct):
    saved: float
    screen: str | None
    frames: list[str]
    kept: Kept = msgspec.field(default_factory=Kept)
    origins: dict[View, str] = {}


@dataclass
class Saved:
    """What was kept; ``age`` in seconds by the wall clock, 0 when the clock went backwards.

    ``origins`` tells where each view came from, as ``origin.origins`` does.
    """

    age: float
    screen: Screen | None
    updates: list[protocol.Update]
    kept: Kept = field(default_factory=Kept)
    origins: Mapping[View, str] = field(default_factory=dict)


def encode(
    screen: str | None,
    updates: list[protocol.Update],
    kept: Kept,
    origins: Mapping[View, str],
) -> bytes:
    """The file's content; quick, so that ``write`` may go to a thread."""
    frames = [update.frame.decode() for update in updates]
    content = _File(time.time(), screen, frames, kept, {**origins})
    return gzip.compress(msgspec.json.encode(content), compresslevel=6, mtime=0)


def write(path: Path, content: bytes) -> None:
    """Replace the file at ``path``, whatever happens on the way: killed, powered off, disk full.

    Raises ``OSError`` when the disk is full or read-only; the earlier file then stays, and no
    part of the new one is left behind. Two at a time don't mix: the later rename wins.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def save(
    path: Path,
    screen: str | None,
    updates: list[protocol.Update],
    kept: Kept | None = None,
    origins: Mapping[View, str] | None = None,
) -> None:
    """``encode`` and ``write`` in one, for where nothing else waits."""
    write(path, encode(screen, updates, kept or Kept(), origins or {}))


def load(path: Path) -> Saved | None:
    """What was kept; None when there is nothing. A torn file is set aside, never fatal."""
    _sweep(path)
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it is larger than {LARGEST} bytes")
        found = msgspec.json.decode(_unpack(path.read_bytes()), type=_File)
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("the state file can't be read: %s; starting without it", error.strerror)
        return None
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        aside = path.with_suffix(".broken")
        log.warning("the state file can't be read (%s); set aside as %s", error, aside.name)
        try:
            path.replace(aside)
        except OSError as failure:
            log.warning("the broken state file can't be moved: %s", failure.strerror)
        return None
    screen = next((s for s in SCREENS if s == found.screen), None)
    age = max(0.0, time.time() - found.saved)
    return Saved(age, screen, list(_updates(found.frames)), found.kept, found.origins)


def _updates(frames: list[str]) -> Iterator[protocol.Update]:
    """The views among ``frames``; one that is no longer understood costs only itself."""
    for frame in frames:
        try:
            update = protocol.parse_upstream(frame.encode())
        except (ProtocolError, UnicodeError) as error:
            log.warning("one view of the state file is left out: %s", error)
            continue
        if isinstance(update, protocol.Update):
            yield update


def _sweep(path: Path) -> None:
    """Take away what a kill or a power cut left of a ``write``."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)  # gzip
    try:
        unpacked = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise ValueError(f"it is torn: {error}") from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("it is torn: it does not end where it should")
    return unpacked
