"""Every message of the wire: what a source says, what a panel says, what kioskd says. No I/O.

A frame that already is what the guide asks for passes as the very bytes that came; any other is
put right once, here (ids become text, a null becomes empty), or refused with the field's name.
"""

import contextlib
import datetime
import math
import operator
from typing import Any, Literal, NamedTuple, cast, get_args

import msgspec
from msgspec import Raw, Struct

from kioskd.config import SCREENS, SEVERITIES, VIEWS, Screen, Severity, SoundName, View
from kioskd.core.faults import Fault
from kioskd.errors import ProtocolError

AlertKind = Literal["new_ticket_alert", "project_update_alert", "critical_alert"]
ALERT_KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
Json = dict[str, Any]
Number = int | float


class Ticket(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    title: str
    assignedTo: str
    priority: str
    status: str
    createdAt: str
    description: str = ""
    updatedAt: str = ""
    entity: str = ""
    urgency: str = ""


class Counters(Struct, frozen=True, forbid_unknown_fields=True):
    critical: int
    high: int
    medium: int
    low: int
    total: int


class Project(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    responsible: str
    status: str
    completed: Number
    inProgress: Number
    pending: Number
    progress: Number
    dueDate: str
    updatedAt: str = ""


class Kpis(Struct, frozen=True, forbid_unknown_fields=True):
    openTickets: Number | None = None
    avgResponseTime: str | None = None
    resolutionRate: Number | None = None
    customerSatisfaction: Number | None = None
    surveyCount: Number | None = None


class Person(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    specialization: str
    available: bool
    assignedCount: Number
    id: str = ""
    role: str = ""


class Activity(Struct, frozen=True, forbid_unknown_fields=True):
    timestamp: str
    description: str
    type: str
    id: str = ""
    severity: str = ""


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
    recentActivity: tuple[Activity, ...]
    timestamp: str = ""


class _List(Struct, frozen=True):
    data: list[Raw]


class _Row(NamedTuple):
    """One ticket or project of a list."""

    content: Any
    """For comparing: every field that came."""
    known: Ticket | Project
    right: bytes
    """As the panels get it; empty when they get the very bytes that came."""


class Update(Struct, frozen=True):
    """The state of one view: the frame for the panels, and its content for comparing."""

    view: View
    frame: bytes
    content: Any
    """Equal for two frames that differ in their timestamp only."""
    rows: tuple[Any, ...] = ()
    """The tickets or projects in it, with ``id`` and so on as attributes."""


class Alert(Struct, frozen=True):
    kind: AlertKind
    id: str
    title: str
    severity: Severity
    sound_url: str | None = None
    data: Json = {}
    """What the source sent beside, passed on to the panels."""
    origin: str = ""
    """The address of the source that sent it, to which a relative ``sound_url`` belongs."""


class Switch(Struct, frozen=True):
    target: Screen
    client_id: str | None = None


class Connected(Struct, frozen=True):
    """A source's link stands, though it may not have said anything yet."""


class Confirmed(Struct, frozen=True):
    """A source says that a view is still what it was."""

    view: View


class Failed(Struct, frozen=True):
    """One view of a source can't be had, though its others can."""

    view: View
    fault: Fault


Message = Update | Alert | Switch | Connected | Confirmed | Failed

_exact = msgspec.json.Decoder(_Tickets | _Projects | _Dashboard)
_any = msgspec.json.Decoder()
_list = msgspec.json.Decoder(_List)
_ROWS: dict[type[Ticket | Project], msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Ticket, Project)
}
_CONTENT, _KNOWN, _RIGHT = map(operator.itemgetter, range(3))
# The last list of each kind, as it came and as it was read; about as large as one update.
_last_rows: dict[type, tuple[list[Raw], list[_Row]]] = {Ticket: ([], []), Project: ([], [])}
encode = msgspec.json.encode
_PRIORITIES: dict[str, Severity] = {name: name for name in SEVERITIES}


def timestamp() -> str:
    """The wall clock as ISO 8601 in UTC with ``Z``."""
    now = datetime.datetime.now(datetime.UTC)
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def severity(priority: str) -> Severity:
    """The severity of a priority; a word that the guide doesn't know counts as medium."""
    return _PRIORITIES.get(priority.strip().lower(), "medium")


def parse_upstream(frame: bytes) -> Message | None:
    """What a source's frame says; None for a type that kioskd has no use for.

    Raises ``ProtocolError`` naming the field for what is not JSON or not the guide's shape.
    """
    try:
        exact = _exact.decode(frame)
    except msgspec.ValidationError:
        return _parse_loose(decode(frame), frame)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    return _update(exact, frame)


def decode(frame: bytes | str) -> Json:
    """The object in a frame; ``ProtocolError`` for anything else."""
    try:
        message = _any.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    if not isinstance(message, dict):
        raise ProtocolError("a message must be a JSON object")
    if not isinstance(message.get("type"), str):
        raise ProtocolError("a message needs a text `type`")
    return message


def _update(exact: _Tickets | _Projects | _Dashboard, frame: bytes) -> Update:
    match exact:
        case _Tickets():
            content, known, sent = _rows(Ticket, exact.data)
            if sent is not None:
                frame = encode(_Tickets(sent, exact.counters, exact.timestamp))
            return Update("tickets", frame, (content, exact.counters), known)
        case _Projects():
            content, known, sent = _rows(Project, exact.data)
            if sent is not None:
                frame = encode(_Projects(sent, exact.timestamp))
            return Update("projects", frame, content, known)
        case _Dashboard():
            content = (exact.kpis, exact.technicians, exact.analysts, exact.recentActivity)
            return Update("dashboard", frame, content)


def _rows(
    kind: type[Ticket | Project], raws: list[Raw]
) -> tuple[tuple[Any, ...], tuple[Any, ...], list[Raw] | None]:
    """The rows of a list for comparing, as attributes, and as JSON; None when that is what came.

    A list is nearly the one before it. What is alike at its front and at its end is kept, as are
    rows between that only moved; the others are read.
    """
    before, earlier = _last_rows[kind]
    front = _alike(before, raws)
    end = _alike(before[: front - len(before) - 1 : -1], raws[: front - len(raws) - 1 : -1])
    old, new = slice(front, len(before) - end), slice(front, len(raws) - end)
    moved = dict(zip(map(bytes, before[old]), earlier[old], strict=True))
    rows = earlier[:front]
    for place, text in enumerate(map(bytes, raws[new]), front):
        rows.append(moved.get(text) or _row(kind, text, f"data[{place}]"))
    rows += earlier[old.stop :]
    _last_rows[kind] = raws, rows
    content, known = tuple(map(_CONTENT, rows)), tuple(map(_KNOWN, rows))
    if not any(map(_RIGHT, rows)):
        return content, known, None
    sent = [Raw(row.right) if row.right else raw for row, raw in zip(rows, raws, strict=True)]
    return content, known, sent


def _alike(before: list[Raw], now: list[Raw]) -> int:
    """How many of the first rows are the same bytes."""
    same = list(map(operator.eq, before, now))
    return same.index(False) if False in same else len(same)


def _row(kind: type[Ticket | Project], text: bytes, place: str) -> _Row:
    try:
        try:
            exact = _ROWS[kind].decode(text)
        except msgspec.ValidationError:
            item = _item(kind, _any.decode(text), place)
            known = {name: item[name] for name in kind.__struct_fields__ if name in item}
            return _Row(item, kind(**known), encode(item))
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ProtocolError(f"not JSON: {error}") from None
    return _Row(exact, exact, b"")


def _parse_loose(message: Json, frame: bytes) -> Message | None:
    kind = message["type"]
    if kind in ALERT_KINDS:
        return parse_alert(message)
    if kind in ("remote_switch", "change_screen"):
        return parse_switch(message)
    rows: tuple[Any, ...] = ()
    compared: Json = {}
    if kind in ("tickets_update", "projects_update"):
        _items(message, "data")
        raws = _list.decode(frame).data
        listed = Ticket if kind == "tickets_update" else Project
        compared["data"], rows, sent = _rows(listed, raws)
        message["data"] = raws if sent is None else sent
        if listed is Ticket:
            message["counters"] = _counters(message, rows)
    elif kind == "dashboard_update":
        message["kpis"] = _item(Kpis, message.get("kpis") or {}, "kpis")
        for name, of in (
            ("technicians", Person),
            ("analysts", Person),
            ("recentActivity", Activity),
        ):
            found = _items(message, name) if message.get(name) is not None else []
            message[name] = [_item(of, x, f"{name}[{i}]") for i, x in found]
    else:
        return None
    if not isinstance(message.get("timestamp"), str):
        message["timestamp"] = ""
    compared = {n: value for n, value in message.items() if n != "timestamp"} | compared
    return Update(cast(View, kind.removesuffix("_update")), encode(message), compared, rows)


def _items(message: Json, name: str) -> list[tuple[int, Any]]:
    found = message.get(name)
    if not isinstance(found, list):
        raise ProtocolError(f"{message['type']}: `{name}` must be a list")
    return list(enumerate(found))


def _item(of: Any, item: Any, place: str) -> Json:
    """``item`` with the guide's fields in the guide's types; others stay as they are."""
    if not isinstance(item, dict):
        raise ProtocolError(f"`{place}` must be an object")
    for name, kind in of.__annotations__.items():
        value = item.get(name)
        if kind is str:
            item[name] = _text(value, f"{place}.{name}")
        elif kind is bool:
            # Not known is neither yes nor no, and the panel shows it as such.
            item[name] = None if value is None else _truth(value, f"{place}.{name}")
        elif of is Kpis:
            if value is not None:
                right = _text if kind == str | None else _number
                item[name] = right(value, f"{place}.{name}")
        else:
            item[name] = _number(0 if value is None else value, f"{place}.{name}")
    return item


def _text(value: Any, place: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return encode(value).decode()
    if not isinstance(value, str):
        raise ProtocolError(f"`{place}` must be text")
    return value


def _number(value: Any, place: str) -> Number:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        number = cast(Number, msgspec.convert(value, Number, strict=False))
    except msgspec.ValidationError:
        number = math.nan
    if not math.isfinite(number):  # "nan" and "Infinity" are numbers to Python
        raise ProtocolError(f"`{place}` must be a number")
    return number


def _truth(value: Any, place: str) -> bool:
    try:
        return msgspec.convert(value, bool, strict=False)
    except msgspec.ValidationError:
        raise ProtocolError(f"`{place}` must be true or false") from None


def _counters(message: Json, tickets: tuple[Ticket, ...]) -> Json:
    """The upstream's counters; one that is missing is counted from the tickets."""
    given = message.get("counters")
    counters = dict(given) if isinstance(given, dict) else {}
    for name in Counters.__struct_fields__:
        with contextlib.suppress(msgspec.ValidationError):
            counters[name] = msgspec.convert(counters.get(name), int, strict=False)
            continue
        of_it = [t for t in tickets if name in ("total", t.priority.strip().lower())]
        counters[name] = len(of_it)
    return counters


def parse_alert(message: Json) -> Alert:
    """An alert message; the guide's fields checked, others kept in ``data``."""
    data = message.get("data")
    if not isinstance(data, dict):
        raise ProtocolError(f"{message['type']}: `data` must be an object")
    kind = cast(AlertKind, message["type"])
    word = _text(data.get("severity"), "data.severity")
    level: Severity = "critical" if kind == "critical_alert" else severity(word)
    url = data.get("soundUrl")
    identity, title = _text(data.get("id"), "data.id"), _text(data.get("title"), "data.title")
    return Alert(kind, identity, title, level, url if isinstance(url, str) and url else None, data)


def parse_switch(message: Json) -> Switch:
    """A ``remote_switch`` (``target``), or a deployed server's ``change_screen`` (``screen``)."""
    target = message.get("target", message.get("screen"))
    if target not in SCREENS:
        raise ProtocolError(f"`target` must be one of {', '.join(SCREENS)}, not {target!r:.60}")
    client = message.get("clientId", message.get("client_id"))
    return Switch(target, None if client is None else _text(client, "clientId"))


def parse_view(message: Json) -> View:
    """The ``view`` of a ``request_data``."""
    view = message.get("view")
    if view not in VIEWS:
        raise ProtocolError(f"`view` must be one of {', '.join(VIEWS)}, not {view!r:.60}")
    return cast(View, view)


def text_field(message: Json, name: str, default: str = "") -> str:
    """A text field of a panel's message, at most 500 characters of it; a number becomes text."""
    return _text(message.get(name, default), name)[:500]


def alert_frame(alert: Alert, keep_sound: bool) -> bytes:
    """The alert as the panels get it; ``keep_sound`` leaves the ``soundUrl`` in."""
    data = dict(alert.data, id=alert.id, title=alert.title, severity=alert.severity)
    data.pop("soundUrl", None)
    if keep_sound and alert.sound_url:
        data["soundUrl"] = alert.sound_url
    return encode({"type": alert.kind, "data": data, "timestamp": timestamp()})


def frame(kind: str, **fields: Any) -> bytes:
    """A message of kioskd's own, with its timestamp."""
    return encode({"type": kind, **fields, "timestamp": timestamp()})


def seconds_field(message: Json, name: str) -> float:
    """A time span of a panel's message: 0 up to a day, in seconds."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 86400:
        raise ProtocolError(f"`{name}` must be a number from 0 to 86400")
    return float(value)


def sound_field(message: Json) -> SoundName:
    """The ``name`` of a sound; absent means the self-test."""
    name = message.get("name", "self-test")
    if name not in get_args(SoundName):
        raise ProtocolError(f"`name` must be one of {', '.join(get_args(SoundName))}")
    return cast(SoundName, name)
