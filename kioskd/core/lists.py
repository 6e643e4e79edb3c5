"""Reads the lists of tickets and projects of one source, each mostly as it was the last time.

A list is nearly the one before it. What is alike at its front and at its end is kept, as are rows
between that only moved; the others are read. A row in the guide's shape and words stays the very
bytes that came.
"""

import operator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from kioskd.config import SEVERITIES, Severity, Status
from kioskd.core import rows, values
from kioskd.core.dialect import Dialect
from kioskd.core.difference import between
from kioskd.core.messages import Counters, Json, Project, Ticket, encode
from kioskd.errors import ProtocolError
from kioskd.words import tr

Listed = type[Ticket] | type[Project]


class _GuideTicket(Ticket, frozen=True, forbid_unknown_fields=True):
    """A ticket in the guide's words."""

    priority: Severity
    status: Status


class _GuideProject(Project, frozen=True, forbid_unknown_fields=True):
    status: Status


class Row(Struct, frozen=True):
    """One ticket or project in the guide's shape."""

    content: Any
    """For comparing: every field that came."""
    known: Ticket | Project
    right: bytes
    """As the panels get it; empty when they get the very bytes that came."""


class OddRow(Struct, frozen=True):
    """One in another shape. One that is no object is ``_LEFT_OUT``, and has only its gap."""

    content: Any
    known: Ticket | Project
    right: bytes
    absent: frozenset[str] | None
    gaps: tuple[rows.Gap, ...]


class _List(Struct, frozen=True):
    """A list as it came and as it was read; ``content`` and ``known`` are those of its rows."""

    raws: list[Raw]
    read: list[Row | OddRow]
    content: tuple[Any, ...]
    known: tuple[Ticket | Project, ...]
    odd: int
    """How many rows are not in the guide's shape."""
    counts: dict[str, int]
    """How many tickets of each priority are in it."""


class Read(Struct, frozen=True):
    """A list for comparing, as attributes, and as JSON; None when that is what came."""

    content: tuple[Any, ...]
    known: tuple[Any, ...]
    sent: list[Raw] | None
    counts: dict[str, int]
    read: list[Row | OddRow]

    def missing(self) -> frozenset[str]:
        """The fields that the guide asks for and no row has."""
        absent = []
        for row in self.read:
            if isinstance(row, Row):
                return frozenset()
            if row.absent is not None:
                absent.append(row.absent)
        return frozenset.intersection(*absent) if absent else frozenset()

    def gaps(self) -> list[rows.Gap]:
        """What could not be read, of every row."""
        if self.sent is None:
            return []
        return [gap for row in self.read if isinstance(row, OddRow) for gap in row.gaps]

    def counters(self) -> Counters:
        """What is counted is what is shown."""
        of = self.counts
        return Counters(of["critical"], of["high"], of["medium"], of["low"], len(self.known))

    def items(self, most: int) -> list[Json]:
        """The first rows in another shape, as they were read."""
        return [row.content for row in self.read[:most] if row.right != _LEFT_OUT]


_any = msgspec.json.Decoder()
_ROWS: dict[type, msgspec.json.Decoder[Any]] = {
    Ticket: msgspec.json.Decoder(_GuideTicket),
    Project: msgspec.json.Decoder(_GuideProject),
}
_TIMES = {Ticket: operator.attrgetter("createdAt"), Project: operator.attrgetter("dueDate")}
FIELDS: dict[type, rows.Fields] = {Ticket: rows.TICKET, Project: rows.PROJECT}
_PRIORITY = operator.attrgetter("known.priority")
_CONTENT, _KNOWN, _RIGHT = map(operator.attrgetter, ("content", "known", "right"))
_NOTHING = _List([], [], (), (), 0, dict.fromkeys(map(str, SEVERITIES), 0))
_LEFT_OUT = b"-"
_BLANK: dict[type, Ticket | Project] = {
    Ticket: Ticket("", "", "", "", "", ""),
    Project: Project("", "", "", "", None, None, None, None, ""),
}
NO_OBJECT = rows.Gap("no_object", "data", "")


MOST_ROWS = 6_000


class Lists:
    """What is remembered is the last list of each kind: about as large as one update.

    ``most`` bounds a list: comparing and counting more rows would hold up every panel.
    """

    def __init__(self, dialect: Dialect, most: int = MOST_ROWS) -> None:
        self._dialect = dialect
        self._most = most
        self._last: dict[Listed, _List] = {Ticket: _NOTHING, Project: _NOTHING}

    def forget(self, kind: Listed) -> None:
        """Read every row of the next list anew."""
        self._last[kind] = _NOTHING

    def read(self, kind: Listed, raws: list[Raw]) -> Read:
        """The rows of a list; ``ProtocolError`` when none of its items is one, or at too many."""
        if len(raws) > self._most:
            raise ProtocolError(
                tr(
                    "`data` has {count:,} items; {most:,} are taken at most",
                    count=len(raws),
                    most=self._most,
                )
            )
        last = self._last[kind]
        counts = last.counts
        old, new = between(last.raws, raws)
        gone, came = last.read[old], raws[new]
        if len(gone) == len(came) == 1:  # one changed, as mostly
            fresh = [self._row(kind, bytes(came[0]))]
        else:
            moved = dict(zip(map(bytes, last.raws[old]), gone, strict=True))
            fresh = [moved.get(text) or self._row(kind, text) for text in map(bytes, came)]
        if kind is Ticket:
            less, more = list(map(_PRIORITY, gone)), list(map(_PRIORITY, fresh))
            if less != more:
                counts = {n: counts[n] - less.count(n) + more.count(n) for n in counts}
        odd = last.odd + _odd(fresh) - _odd(gone)
        front, end = slice(old.start), slice(old.stop, None)
        read = [*last.read[front], *fresh, *last.read[end]]
        content = (*last.content[front], *map(_CONTENT, fresh), *last.content[end])
        known = (*last.known[front], *map(_KNOWN, fresh), *last.known[end])
        self._last[kind] = _List(raws, read, content, known, odd, counts)
        if not odd:
            return Read(content, known, None, counts, read)
        there = [(row, raw) for row, raw in zip(read, raws, strict=True) if row.right != _LEFT_OUT]
        if not there:
            raise ProtocolError(tr("no item of `data` is an object"))
        sent = [Raw(row.right) if row.right else raw for row, raw in there]
        return Read(content, tuple(row.known for row, _ in there), sent, counts, read)

    def _row(self, kind: Listed, text: bytes) -> Row | OddRow:
        try:
            if not self._dialect.own:
                try:
                    exact = _ROWS[kind].decode(text)
                    if b"=" not in text and values.is_moment(_TIMES[kind](exact)):
                        return Row(exact, exact, b"")
                except msgspec.ValidationError:
                    pass
            item = _any.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ProtocolError(tr("not JSON: {error}", error=error)) from None
        if not isinstance(item, dict):
            return OddRow(None, _BLANK[kind], _LEFT_OUT, None, (NO_OBJECT,))
        found = rows.read(FIELDS[kind], item, self._dialect)
        known = {name: item[name] for name in kind.__struct_fields__ if name in item}
        return OddRow(item, kind(**known), encode(item), found.absent, found.gaps)


def _odd(read: list[Row | OddRow]) -> int:
    return len(list(filter(_RIGHT, read)))
