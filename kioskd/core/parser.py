"""Reads what a source says. One ``Parser`` a source: it knows its dialect, and its last lists.

A frame that already is what the guide asks for passes as the very bytes that came; any other is
put right once, here. What can't be put right costs its own field and is remarked on; a view whose
rows all lack a field that the guide asks for has failed.
"""

import operator
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, cast

import msgspec
from msgspec import Raw, Struct

from kioskd.config import SEVERITIES, GuideField, Meaning, Severity, Status, View
from kioskd.core import rows, values
from kioskd.core.dialect import Dialect, propose
from kioskd.core.faults import Fault
from kioskd.core.messages import (
    ALERT_KINDS,
    Activity,
    Alert,
    AlertKind,
    Counters,
    Failed,
    Json,
    Kpis,
    Message,
    Person,
    Project,
    Ticket,
    Update,
    decode,
    encode,
    parse_switch,
)
from kioskd.errors import ProtocolError

EXAMPLES = 3  # of what is wrong, that are named
LOOKED_AT = 50  # rows, for the names that a source uses


class _GuideTicket(Ticket, frozen=True, forbid_unknown_fields=True):
    """A ticket in the guide's words."""

    priority: Severity
    status: Status


class _GuideProject(Project, frozen=True, forbid_unknown_fields=True):
    status: Status


class _GuideActivity(Activity, frozen=True, forbid_unknown_fields=True):
    severity: Severity | Literal[""] = ""


class _Tickets(Struct, frozen=True, forbid_unknown_fields=True, tag="tickets_update"):
    data: list[Raw]
    counters: Counters
    timestamp: str = ""


class _Projects(Struct, frozen=True, forbid_unknown_fields=True, tag="projects_update"):
    data: list[Raw]
    timestamp: str = ""


class _Dashboard(Struct, frozen=True, forbid_unknown_fields=True, tag="dashboard_update"):
    kpis: Kpis
    technicians: tuple[Person, ...]
    analysts: tuple[Person, ...]
    recentActivity: tuple[_GuideActivity, ...]
    timestamp: str = ""


class _Row(NamedTuple):
    """One ticket or project of a list, in the guide's shape."""

    content: Any
    """For comparing: every field that came."""
    known: Ticket | Project
    right: bytes
    """As the panels get it; empty when they get the very bytes that came."""


class _OddRow(NamedTuple):
    """One in another shape. One that is no object is ``_LEFT_OUT``, and has only its gap."""

    content: Any
    known: Ticket | Project
    right: bytes
    absent: frozenset[str] | None
    gaps: tuple[rows.Gap, ...]


_AnyRow = _Row | _OddRow


class _List(NamedTuple):
    """A list as it came and as it was read."""

    raws: list[Raw]
    read: list[_AnyRow]
    odd: int
    """How many rows are not in the guide's shape."""
    counts: dict[str, int]
    """How many tickets of each priority are in it."""


class _Read(NamedTuple):
    """A list for comparing, as attributes, and as JSON; None when that is what came."""

    content: tuple[Any, ...]
    known: tuple[Any, ...]
    sent: list[Raw] | None
    counts: Mapping[str, int]
    read: list[_AnyRow]


_Listed = type[Ticket] | type[Project]
_exact = msgspec.json.Decoder(_Tickets | _Projects | _Dashboard)
_any = msgspec.json.Decoder()
_raw_fields = msgspec.json.Decoder(dict[str, Raw])
_raw_list = msgspec.json.Decoder(list[Raw])
_ROWS: dict[type, msgspec.json.Decoder[Any]] = {
    Ticket: msgspec.json.Decoder(_GuideTicket),
    Project: msgspec.json.Decoder(_GuideProject),
}
_TIMES = {Ticket: operator.attrgetter("createdAt"), Project: operator.attrgetter("dueDate")}
_FIELDS: dict[type, rows.Fields] = {Ticket: rows.TICKET, Project: rows.PROJECT}
_PRIORITY = operator.attrgetter("known.priority")
_CONTENT, _KNOWN, _RIGHT = map(operator.itemgetter, range(3))
_LISTS: tuple[tuple[str, rows.Fields], ...] = (
    ("technicians", rows.PERSON),
    ("analysts", rows.PERSON),
    ("recentActivity", rows.ACTIVITY),
)
_NONE: dict[str, int] = dict.fromkeys(map(str, SEVERITIES), 0)
_LEFT_OUT = b"-"
_BLANK: dict[type, Ticket | Project] = {
    Ticket: Ticket("", "", "", "", "", ""),
    Project: Project("", "", "", "", None, None, None, None, ""),
}
_NO_OBJECT = rows.Gap("no_object", "data", "")


class Parser:
    """``fields`` and ``words`` are the source's own, as ``config.NetworkSource`` has them."""

    def __init__(
        self,
        fields: Mapping[GuideField, str | None] | None = None,
        words: Mapping[str, Meaning] | None = None,
    ) -> None:
        self._dialect = Dialect(fields, words)
        # About as large as one update of each kind.
        self._last: dict[_Listed, _List] = {
            kind: _List([], [], 0, _NONE) for kind in (Ticket, Project)
        }

    def parse(self, frame: bytes) -> Message | None:
        """What a frame says; None for a type that kioskd has no use for.

        ``Failed`` for an update that can't be shown; ``ProtocolError`` for what is not JSON, or is
        another message with a wrong field, which it names.
        """
        try:
            exact = _exact.decode(frame)
        except msgspec.ValidationError:
            return self._loose(decode(frame), frame)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError(f"not JSON: {error}") from None
        return self._guide(exact, frame)

    # A message in the guide's shape

    def _guide(self, exact: _Tickets | _Projects | _Dashboard, frame: bytes) -> Update | Failed:
        if isinstance(exact, _Dashboard):
            times = (activity.timestamp for activity in exact.recentActivity)
            if self._dialect.own or b"=" in frame or not all(map(values.is_moment, times)):
                return self._dashboard(decode(frame))
            content = (exact.kpis, exact.technicians, exact.analysts, exact.recentActivity)
            return Update("dashboard", frame, content)
        listed: _Listed = Ticket if isinstance(exact, _Tickets) else Project
        try:
            found = self._rows(listed, exact.data)
        except ProtocolError as error:
            return _wrong(_view(listed), error)
        if missing := _missing(found.read):
            return self._failed(listed, missing, found.read)
        remarks: tuple[Fault, ...] = _remarks(found.read) if found.sent is not None else ()
        if isinstance(exact, _Projects):
            if found.sent is not None:
                frame = encode(_Projects(found.sent, exact.timestamp))
            return Update("projects", frame, found.content, found.known, remarks)
        counters = _counted(found)
        if counters != exact.counters:
            remarks += _differing(msgspec.structs.asdict(exact.counters), counters)
        if counters != exact.counters or found.sent is not None:
            sent = exact.data if found.sent is None else found.sent
            frame = encode(_Tickets(sent, counters, exact.timestamp))
        return Update("tickets", frame, (found.content, counters), found.known, remarks)

    # Lists of tickets and projects

    def _rows(self, kind: _Listed, raws: list[Raw]) -> _Read:
        """The rows of a list.

        A list is nearly the one before it. What is alike at its front and at its end is kept, as
        are rows between that only moved; the others are read.
        """
        before, earlier, odd, counts = self._last[kind]
        front = _alike(before, raws)
        end = _alike(before[: front - len(before) - 1 : -1], raws[: front - len(raws) - 1 : -1])
        old, new = slice(front, len(before) - end), slice(front, len(raws) - end)
        moved = dict(zip(map(bytes, before[old]), earlier[old], strict=True))
        fresh = [moved.get(text) or self._row(kind, text) for text in map(bytes, raws[new])]
        read = earlier[:front] + fresh + earlier[old.stop :]
        if kind is Ticket:
            less, more = list(map(_PRIORITY, earlier[old])), list(map(_PRIORITY, fresh))
            if less != more:
                counts = {n: counts[n] - less.count(n) + more.count(n) for n in counts}
        odd += _odd(fresh) - _odd(earlier[old])
        self._last[kind] = _List(raws, read, odd, counts)
        content, known = tuple(map(_CONTENT, read)), tuple(map(_KNOWN, read))
        if not odd:
            return _Read(content, known, None, counts, read)
        there = [(row, raw) for row, raw in zip(read, raws, strict=True) if row.right != _LEFT_OUT]
        if not there:
            raise ProtocolError("no item of `data` is an object")
        sent = [Raw(row.right) if row.right else raw for row, raw in there]
        return _Read(content, tuple(row.known for row, _ in there), sent, counts, read)

    def _row(self, kind: _Listed, text: bytes) -> _AnyRow:
        try:
            if not self._dialect.own:
                try:
                    exact = _ROWS[kind].decode(text)
                    if b"=" not in text and values.is_moment(_TIMES[kind](exact)):
                        return _Row(exact, exact, b"")
                except msgspec.ValidationError:
                    pass
            item = _any.decode(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
            raise ProtocolError(f"not JSON: {error}") from None
        if not isinstance(item, dict):
            return _OddRow(None, _BLANK[kind], _LEFT_OUT, None, (_NO_OBJECT,))
        found = rows.read(_FIELDS[kind], item, self._dialect)
        known = {name: item[name] for name in kind.__struct_fields__ if name in item}
        return _OddRow(item, kind(**known), encode(item), found.absent, found.gaps)

    # A message in another shape

    def _loose(self, message: Json, frame: bytes) -> Message | None:
        kind = message["type"]
        if kind in ALERT_KINDS:
            return self._alert(message)
        if kind in ("remote_switch", "change_screen"):
            return parse_switch(message)
        try:
            if kind == "tickets_update":
                return self._listed(Ticket, message, frame)
            if kind == "projects_update":
                return self._listed(Project, message, frame)
            if kind == "dashboard_update":
                return self._dashboard(message)
        except ProtocolError as error:
            return _wrong(cast(View, kind.removesuffix("_update")), error)
        return None

    def _listed(self, kind: _Listed, message: Json, frame: bytes) -> Update | Failed:
        self._dialect.move(message, ("data", "counters"))
        _items(message, "data")
        found = self._rows(kind, self._raws(message, frame))
        if missing := _missing(found.read):
            return self._failed(kind, missing, found.read)
        remarks = _remarks(found.read) if found.sent is not None else ()
        message["data"] = self._last[kind].raws if found.sent is None else found.sent
        if kind is Ticket:
            given, counters = message.get("counters"), _counted(found)
            said = given if isinstance(given, dict) else {}
            message["counters"] = said | msgspec.structs.asdict(counters)
            remarks += _differing(said, counters)
        if not isinstance(message.get("timestamp"), str):
            message["timestamp"] = ""
        compared = {n: value for n, value in message.items() if n != "timestamp"}
        compared["data"] = found.content
        return Update(_view(kind), encode(message), compared, found.known, remarks)

    def _raws(self, message: Json, frame: bytes) -> list[Raw]:
        """The items of ``data`` as they came."""
        raw = _raw_fields.decode(frame).get("data")
        return _raw_list.decode(encode(message["data"]) if raw is None else raw)

    def _dashboard(self, message: Json) -> Update | Failed:
        names = ("kpis", *(name for name, _ in _LISTS))
        self._dialect.move(message, names)
        kpis = message.get("kpis")
        if not isinstance(kpis, dict | None):
            raise ProtocolError("`kpis` must be an object")
        own = frozenset(kpis or ())
        found = rows.read(rows.KPIS, kpis or {}, self._dialect)
        message["kpis"] = found.content
        if own and found.absent >= frozenset(rows.KPIS) - self._dialect.without:
            return self._lacking("dashboard", rows.KPIS, found.absent, [dict.fromkeys(own)])
        gaps = list(found.gaps)
        for name, fields in _LISTS:
            items = _items(message, name) if message.get(name) is not None else []
            came = [frozenset(item) for item in items if isinstance(item, dict)]
            if items and not came:
                raise ProtocolError(f"no item of `{name}` is an object")
            read = [rows.read(fields, x, self._dialect) for x in items if isinstance(x, dict)]
            message[name] = [item.content for item in read]
            if read and (missing := frozenset.intersection(*(item.absent for item in read))):
                return self._lacking("dashboard", fields, missing, [item.content for item in read])
            gaps += [_NO_OBJECT._replace(field=name)] * (len(items) - len(read))
            gaps += [gap for item in read for gap in item.gaps]
        if not isinstance(message.get("timestamp"), str):
            message["timestamp"] = ""
        compared = {n: value for n, value in message.items() if n != "timestamp"}
        return Update("dashboard", encode(message), compared, remarks=_summed(gaps))

    # What has failed

    def _failed(self, kind: _Listed, missing: frozenset[str], read: list[_AnyRow]) -> Failed:
        # What failed must be read anew: its rows say nothing of what came before.
        self._last[kind] = _List([], [], 0, _NONE)
        items = [row.content for row in read[:LOOKED_AT] if row.right != _LEFT_OUT]
        return self._lacking(_view(kind), _FIELDS[kind], missing, items)

    def _lacking(
        self, view: View, fields: rows.Fields, missing: Iterable[str], items: list[Json]
    ) -> Failed:
        """A view of which no row has what the guide asks for, and what it has instead."""
        wanted = [name for name in fields if name in set(missing)]
        spoken_for = {*fields, *rows.added(fields), *self._dialect.names()}
        there: Json = {}
        for item in items:
            there |= {name: item[name] for name in item if name not in spoken_for}
        proposed = propose(wanted, there)
        params = {
            "message": f"{view}_update",
            "missing": ", ".join(wanted),
            "present": ", ".join(list(there)[:20]) or "-",
            "fields": "{" + ", ".join(f"{n}: {proposed.get(n, '?')}" for n in wanted) + "}",
        }
        return Failed(view, Fault("fields_missing", params))

    # Alerts

    def _alert(self, message: Json) -> Alert:
        data = message.get("data")
        if not isinstance(data, dict):
            raise ProtocolError(f"{message['type']}: `data` must be an object")
        kind = cast(AlertKind, message["type"])
        item = rows.read(rows.ALERT, data, self._dialect).content
        word, url = item["severity"], item.get("soundUrl")
        level = self._dialect.words.priority(word)
        unknown = word if level is None and kind != "critical_alert" else None
        if kind == "critical_alert":
            level = "critical"
        sound = url if isinstance(url, str) and url else None
        return Alert(kind, item["id"], item["title"], level or "medium", sound, item, word=unknown)


def _view(kind: _Listed) -> View:
    return "tickets" if kind is Ticket else "projects"


def _wrong(view: View, error: ProtocolError) -> Failed:
    return Failed(view, Fault("bad_message", {"detail": f"{view}_update: {error}"}))


def _alike(before: list[Raw], now: list[Raw]) -> int:
    """How many of the first rows are the same bytes."""
    same = list(map(operator.eq, before, now))
    return same.index(False) if False in same else len(same)


def _odd(read: list[_AnyRow]) -> int:
    return sum(map(bool, map(_RIGHT, read)))


def _items(message: Json, name: str) -> list[Any]:
    found = message.get(name)
    if not isinstance(found, list):
        raise ProtocolError(f"`{name}` must be a list")
    return found


def _missing(read: list[_AnyRow]) -> frozenset[str]:
    """The fields that the guide asks for and no row has."""
    absent = []
    for row in read:
        if isinstance(row, _Row):
            return frozenset()
        if row.absent is not None:
            absent.append(row.absent)
    if not absent:
        return frozenset()
    return frozenset.intersection(*absent)


def _counted(found: _Read) -> Counters:
    """The rows win: what is counted is what is shown."""
    of = found.counts
    return Counters(of["critical"], of["high"], of["medium"], of["low"], len(found.known))


def _differing(said: Mapping[str, Any], counted: Counters) -> tuple[Fault, ...]:
    """The remark that the upstream's own counters say something else than its rows."""
    differ = []
    for name, right in msgspec.structs.asdict(counted).items():
        try:
            given = values.number(said.get(name))
        except ValueError:
            continue
        if given is not None and given != right:
            differ.append((name, given, right))
    if not differ:
        return ()
    upstream = ", ".join(f"{name} {given}" for name, given, _ in differ)
    ours = ", ".join(f"{name} {right}" for name, _, right in differ)
    return (Fault("counters_differ", {"said": upstream, "counted": ours}),)


def _remarks(read: list[_AnyRow]) -> tuple[Fault, ...]:
    return _summed(gap for row in read if isinstance(row, _OddRow) for gap in row.gaps)


def _summed(gaps: Iterable[rows.Gap]) -> tuple[Fault, ...]:
    """One remark for each field that something is wrong with."""
    found: dict[tuple[rows.Wrong, str], list[str]] = {}
    for gap in gaps:
        found.setdefault((gap.wrong, gap.field), []).append(gap.example)
    return tuple(
        Fault(
            wrong,
            {
                "field": field,
                "count": str(len(examples)),
                "examples": ", ".join(list(dict.fromkeys(examples))[:EXAMPLES]),
            },
        )
        for (wrong, field), examples in found.items()
    )
