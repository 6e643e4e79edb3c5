"""One look at the figures, and the 64 bytes that hold it, in memory as on the card."""

import struct
import zlib

from msgspec import Struct

VERSION = 2
LATEST = 0xFFFFFFFF  # the last second that a sample's four bytes can hold, in 2106
# Version, covers, time, tags, five counts, opened, closed, age of the oldest, five figures, open.
_BODY = struct.Struct("<BBxxIII7HxxI5fHxx")
_SUM = struct.Struct("<I")
_HEAD = struct.Struct("<4xIII")
SIZE = _BODY.size + _SUM.size
_NO_COUNT, _NO_AGE = 0xFFFF, 0xFFFFFFFF
_COUNTS = ("critical", "high", "medium", "low", "unknown", "opened", "closed")
_FIGURES = ("open_tickets", "response", "resolution", "satisfaction", "surveys")


class Sample(Struct, frozen=True, kw_only=True):
    """The figures as they were at ``at``, and what happened in the span that ended then.

    What is not known is None. ``tickets`` and ``dashboard`` are the tags of the sources that said
    it, 0 where none did: what one source said is never shown for another.
    """

    at: int
    """Unix time, a multiple of the span's length."""
    tickets: int = 0
    dashboard: int = 0
    critical: int | None = None
    high: int | None = None
    medium: int | None = None
    low: int | None = None
    unknown: int | None = None
    open: int | None = None
    """How many tickets are neither solved nor closed."""
    opened: int | None = None
    closed: int | None = None
    covers: int = 0
    """For how many steps ``opened`` and ``closed`` are known."""
    oldest: int | None = None
    """Age of the oldest open ticket in seconds."""
    open_tickets: float | None = None
    response: float | None = None
    """Seconds."""
    resolution: float | None = None
    satisfaction: float | None = None
    surveys: float | None = None

    @property
    def total(self) -> int | None:
        """How many tickets there are on the wall."""
        found = (self.critical, self.high, self.medium, self.low, self.unknown)
        known = [count for count in found if count is not None]
        return sum(known) if known else None


def pack(sample: Sample) -> bytes:
    """As its bytes, with a checksum; figures that are too large for them are the largest."""
    counts = (_limited(getattr(sample, name), _NO_COUNT) for name in _COUNTS)
    figures = (_single(getattr(sample, name)) for name in _FIGURES)
    age = _limited(sample.oldest, _NO_AGE)
    tags = (sample.tickets, sample.dashboard)
    still = _limited(sample.open, _NO_COUNT)
    body = _BODY.pack(VERSION, sample.covers, sample.at, *tags, *counts, age, *figures, still)
    return body + _SUM.pack(zlib.crc32(body))


def unpack(content: bytes) -> Sample:
    """The sample in bytes that are ``right``; a thousand of them are drawn after each look."""
    _, covers, at, tickets, dashboard, *counts, oldest, a, b, c, d, e, still = _BODY.unpack_from(
        content
    )
    critical, high, medium, low, unknown, opened, closed = (
        None if count == _NO_COUNT else count for count in counts
    )
    return Sample(
        at=at,
        tickets=tickets,
        dashboard=dashboard,
        critical=critical,
        high=high,
        medium=medium,
        low=low,
        unknown=unknown,
        open=None if still == _NO_COUNT else still,
        opened=opened,
        closed=closed,
        covers=covers,
        oldest=None if oldest == _NO_AGE else oldest,
        open_tickets=a if a == a else None,  # NaN equals nothing
        response=b if b == b else None,
        resolution=c if c == c else None,
        satisfaction=d if d == d else None,
        surveys=e if e == e else None,
    )


def right(content: bytes) -> bool:
    """Whether these are the bytes of a sample, as they were packed."""
    if len(content) != SIZE or content[0] != VERSION:
        return False
    return bool(_SUM.unpack_from(content, _BODY.size)[0] == zlib.crc32(content[: _BODY.size]))


def head(content: bytes | bytearray, offset: int) -> tuple[int, int, int]:
    """Time and tags of the bytes there, without the rest; zeros where nothing is."""
    at, tickets, dashboard = _HEAD.unpack_from(content, offset)
    return at, tickets, dashboard


def _limited(value: int | None, none: int) -> int:
    return none if value is None else min(max(0, value), none - 1)


def _single(value: float | None) -> float:
    """A figure that four bytes hold to seven digits; NaN: none."""
    return float("nan") if value is None or abs(value) > 3e38 else value
