"""The history on the card: one file of 175 KB in which each sample has its place for ever.

A sample is 64 bytes with a checksum, written over the one of two days (of an hour: of ninety days)
before: the file never grows and is never written anew, and a torn write costs what it tore. In
place, a write costs the card 4.6 KB; SQLite's would be 19 KB, with a rollback journal 44 KB
(docs/performance.md).
"""

import errno
import logging
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from kioskd.config.files import read_file, reason, sweep, write_file
from kioskd.core.history import PLACES, Sample, belongs

log = logging.getLogger(__name__)
VERSION = 1
# Version, covers, time, tags, five counts, opened, closed, age of the oldest, five figures.
_BODY = struct.Struct("<BBxxIII7HxxI5f4x")
_SUM = struct.Struct("<I")
SIZE = _BODY.size + _SUM.size
WHOLE = PLACES * SIZE
_NO_COUNT, _NO_AGE = 0xFFFF, 0xFFFFFFFF
_COUNTS = ("critical", "high", "medium", "low", "unknown", "opened", "closed")
_FIGURES = ("open_tickets", "response", "resolution", "satisfaction", "surveys")


def pack(sample: Sample | None) -> bytes:
    """A place's content; None: an empty one."""
    if sample is None:
        return bytes(SIZE)
    counts = (_limited(getattr(sample, name), _NO_COUNT) for name in _COUNTS)
    figures = (_single(getattr(sample, name)) for name in _FIGURES)
    age = _limited(sample.oldest, _NO_AGE)
    tags = (sample.tickets, sample.dashboard)
    body = _BODY.pack(VERSION, sample.covers, sample.at, *tags, *counts, age, *figures)
    return body + _SUM.pack(zlib.crc32(body))


def unpack(place: int, content: bytes) -> Sample | None:
    """The sample at a place; None for an empty one. Raises ``ValueError`` for a broken one."""
    if not any(content):
        return None
    body, (checksum,) = content[: _BODY.size], _SUM.unpack(content[_BODY.size :])
    version, covers, at, tickets, dashboard, *rest = _BODY.unpack(body)
    if checksum != zlib.crc32(body) or version != VERSION:
        raise ValueError("the checksum is wrong, or it is of another version")
    found: dict[str, Any] = {"at": at, "covers": covers, "tickets": tickets}
    found |= {n: None if v == _NO_COUNT else v for n, v in zip(_COUNTS, rest[:7], strict=True)}
    found |= {n: None if v != v else v for n, v in zip(_FIGURES, rest[8:], strict=True)}
    oldest = None if rest[7] == _NO_AGE else rest[7]
    sample = Sample(dashboard=dashboard, oldest=oldest, **found)
    if not belongs(place, sample):
        raise ValueError("it stands at another one's place")
    return sample


class HistoryFile:
    """Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[tuple[int, Sample]]:
        """Every sample that is whole. What can't be read is said in the log, and never fatal."""
        sweep(self._path)
        try:
            content = read_file(self._path, WHOLE)
        except FileNotFoundError:
            return []
        except OSError as error:
            log.warning("the history can't be read: %s; it begins anew", reason(error))
            if error.errno == errno.EFBIG:
                self._set_aside()
            return []
        found, broken = [], 0
        for place in range(min(PLACES, len(content) // SIZE)):
            try:
                sample = unpack(place, content[place * SIZE : (place + 1) * SIZE])
            except ValueError:
                broken += 1
                continue
            if sample is not None:
                found.append((place, sample))
        if broken:
            log.warning("%d of the %d samples of the history are broken", broken, PLACES)
        return found

    def write(
        self, changed: Mapping[int, Sample | None], at: Callable[[int], Sample | None]
    ) -> None:
        """Put down what has changed; ``at`` gives every place, for a file that is not there yet.

        Returns when the card has it. Raises ``OSError``.
        """
        try:
            flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
            number = os.open(self._path, flags)
        except FileNotFoundError:
            return self._write_whole(at)
        try:
            there = os.fstat(number).st_size == WHOLE
            if there:
                for place, content in _runs(changed):
                    os.pwrite(number, content, place * SIZE)
                os.fdatasync(number)
        finally:
            os.close(number)
        if not there:  # cut, or grown by somebody else
            self._write_whole(at)

    def _write_whole(self, at: Callable[[int], Sample | None]) -> None:
        write_file(self._path, b"".join(pack(at(place)) for place in range(PLACES)))

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".broken"))
        except OSError as error:
            log.warning("the broken history can't be moved: %s", reason(error))


def _runs(changed: Mapping[int, Sample | None]) -> Iterable[tuple[int, bytes]]:
    """What stands side by side, in one write."""
    first, content = -1, b""
    for place in sorted(changed):
        if content and place != first + len(content) // SIZE:
            yield first, content
            content = b""
        first = first if content else place
        content += pack(changed[place])
    if content:
        yield first, content


def _limited(value: int | None, none: int) -> int:
    return none if value is None else min(max(0, value), none - 1)


def _single(value: float | None) -> float:
    """A figure that four bytes hold to seven digits; NaN: none."""
    return float("nan") if value is None or abs(value) > 3e38 else value
