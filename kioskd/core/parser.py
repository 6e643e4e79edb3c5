"""Reads what a source says. One ``Parser`` a source: it knows its dialect, and its last lists.

A frame that already is what the guide asks for passes as the very bytes that came; any other is
put right once, here. What can't be put right costs its own field and is remarked on; a view whose
rows all lack a field that the guide asks for has failed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, cast

import msgspec
from msgspec import Raw, Struct

from kioskd.config import GuideField, Meaning, Severity, View
from kioskd.core import remarks, rows, values
from kioskd.core.dialect import Dialect, propose
from kioskd.core.lists import FIELDS, MOST_ROWS, NO_OBJECT, Listed, Lists, Read
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
from kioskd.words import tr

KINDS = (
    *ALERT_KINDS,
    *("remote_switch", "change_screen"),
    *("tickets_update", "projects_update", "dashboard_update"),
)
MOST_VALUES = 250_000  # in a message that must be read whole, at once: 6,000 rows of 40
LOOKED_AT = 50  # rows, for the names that a source uses


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


class _Typed(Struct):
    type: str = ""


_typed = msgspec.json.Decoder(_Typed)
_exact = msgspec.json.Decoder(_Tickets | _Projects | _Dashboard)
_raw_fields = msgspec.json.Decoder(dict[str, Raw])
_raw_list = msgspec.json.Decoder(list[Raw])
_LISTS: tuple[tuple[str, rows.Fields], ...] = (
    ("technicians", rows.PERSON),
    ("analysts", rows.PERSON),
    ("recentActivity", rows.ACTIVITY),
)


class Parser:
    """``fields`` and ``words`` are the source's own, as ``config.TranslatedSource`` has them."""

    def __init__(
        self,
        fields: Mapping[GuideField, str | None] | None = None,
        words: Mapping[str, Meaning] | None = None,
        most_rows: int = MOST_ROWS,
    ) -> None:
        self._dialect = Dialect(fields, words)
        self._lists = Lists(self._dialect, most_rows)

    def parse(self, frame: bytes) -> Message | None:
        """What a frame says; None for a type that kioskd has no use for.

        ``Failed`` for an update that can't be shown; ``ProtocolError`` for what is not JSON, or is
        another message with a wrong field, which it names.
        """
        try:
            exact = _exact.decode(frame)
        except msgspec.ValidationError:
            return self._loose(_bounded(frame), frame) if _kind(frame) in KINDS else None
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError(tr("not JSON: {error}", error=error)) from None
        return self._guide(exact, frame)

    # A message in the guide's shape

    def _guide(self, exact: _Tickets | _Projects | _Dashboard, frame: bytes) -> Update | Failed:
        if isinstance(exact, _Dashboard):
            times = (activity.timestamp for activity in exact.recentActivity)
            if self._dialect.own or b"=" in frame or not all(map(values.is_moment, times)):
                return self._dashboard(decode(frame))
            content = (exact.kpis, exact.technicians, exact.analysts, exact.recentActivity)
            return Update("dashboard", frame, content)
        kind: Listed = Ticket if isinstance(exact, _Tickets) else Project
        try:
            found = self._lists.read(kind, exact.data)
        except ProtocolError as error:
            return remarks.wrong(_view(kind), error)
        if missing := found.missing():
            return self._failed(kind, missing, found)
        said = remarks.summed(gaps) if (gaps := found.gaps()) else ()
        if isinstance(exact, _Projects):
            if found.sent is not None:
                frame = encode(_Projects(found.sent, exact.timestamp))
            return Update("projects", frame, found.content, found.known, said)
        counters = found.counters()
        if counters != exact.counters:
            said += remarks.differing(msgspec.structs.asdict(exact.counters), counters)
        if counters != exact.counters or found.sent is not None:
            sent = exact.data if found.sent is None else found.sent
            frame = encode(_Tickets(sent, counters, exact.timestamp))
        return Update("tickets", frame, (found.content, counters), found.known, said)

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
            return remarks.wrong(cast(View, kind.removesuffix("_update")), error)
        return None

    def _listed(self, kind: Listed, message: Json, frame: bytes) -> Update | Failed:
        self._dialect.move(message, ("data", "counters"))
        if failed := self._renamed(_view(kind), message, ("data",)):
            return failed
        _items(message, "data")
        raws = self._raws(message, frame)
        found = self._lists.read(kind, raws)
        if missing := found.missing():
            return self._failed(kind, missing, found)
        said = remarks.summed(found.gaps())
        message["data"] = raws if found.sent is None else found.sent
        if kind is Ticket:
            given, counters = message.get("counters"), found.counters()
            given = given if isinstance(given, dict) else {}
            message["counters"] = given | msgspec.structs.asdict(counters)
            said += remarks.differing(given, counters)
        if not isinstance(message.get("timestamp"), str):
            message["timestamp"] = ""
        compared = {n: value for n, value in message.items() if n != "timestamp"}
        compared["data"] = found.content
        return Update(_view(kind), encode(message), compared, found.known, said)

    def _raws(self, message: Json, frame: bytes) -> list[Raw]:
        """The items of ``data`` as they came."""
        if self._dialect.renames("data"):
            return _raw_list.decode(encode(message["data"]))
        return _raw_list.decode(_raw_fields.decode(frame)["data"])

    def _dashboard(self, message: Json) -> Update | Failed:
        names = ("kpis", *(name for name, _ in _LISTS))
        self._dialect.move(message, names)
        if failed := self._renamed("dashboard", message, names):
            return failed
        kpis = message.get("kpis")
        if not isinstance(kpis, dict | None):
            raise ProtocolError(tr("`kpis` must be an object"))
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
                raise ProtocolError(tr("no item of `{name}` is an object", name=name))
            read = [rows.read(fields, x, self._dialect) for x in items if isinstance(x, dict)]
            message[name] = [item.content for item in read]
            if read and (missing := frozenset.intersection(*(item.absent for item in read))):
                return self._lacking("dashboard", fields, missing, [item.content for item in read])
            gaps += [NO_OBJECT._replace(field=name)] * (len(items) - len(read))
            gaps += [gap for item in read for gap in item.gaps]
        if not isinstance(message.get("timestamp"), str):
            message["timestamp"] = ""
        compared = {n: value for n, value in message.items() if n != "timestamp"}
        return Update("dashboard", encode(message), compared, remarks=remarks.summed(gaps))

    # What has failed

    def _failed(self, kind: Listed, missing: frozenset[str], found: Read) -> Failed:
        self._lists.forget(kind)  # what failed says nothing of what comes next
        return self._lacking(_view(kind), FIELDS[kind], missing, found.items(LOOKED_AT))

    def _renamed(self, view: View, message: Json, names: tuple[str, ...]) -> Failed | None:
        """A view of which a part stands in the message by what is likely another name for it."""
        missing = [name for name in names if name not in message]
        missing = [name for name in missing if name not in self._dialect.without]
        if not missing:
            return None
        others = {name: message[name] for name in message if isinstance(message[name], dict | list)}
        known = {*names, "counters", *self._dialect.names()}
        if not propose(missing, {name: others[name] for name in others if name not in known}):
            return None
        return self._lacking(view, (*names, "counters"), missing, [others])

    def _lacking(
        self, view: View, fields: Iterable[str], missing: Iterable[str], items: Iterable[Json]
    ) -> Failed:
        wanted = [name for name in fields if name in set(missing)]
        added = rows.added(fields)
        return remarks.lacking(view, wanted, items, {*fields, *added, *self._dialect.names()})

    # Alerts

    def _alert(self, message: Json) -> Alert:
        data = message.get("data")
        if not isinstance(data, dict):
            raise ProtocolError(tr("{type}: `data` must be an object", type=message["type"]))
        kind = cast(AlertKind, message["type"])
        item = rows.read(rows.ALERT, data, self._dialect).content
        word, url = item["severity"], item.get("soundUrl")
        level = self._dialect.words.priority(word)
        unknown = word if level is None and kind != "critical_alert" else None
        if kind == "critical_alert":
            level = "critical"
        sound = url if isinstance(url, str) and url else None
        return Alert(kind, item["id"], item["title"], level or "medium", sound, item, word=unknown)


def _kind(frame: bytes) -> str:
    """The type of a message, without reading the rest; raises ``ProtocolError``."""
    try:
        found = _typed.decode(frame).type
    except msgspec.ValidationError as error:
        found = ""
        if "$.type" not in str(error):
            raise ProtocolError(tr("a message must be a JSON object")) from None
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ProtocolError(tr("not JSON: {error}", error=error)) from None
    if not found:
        raise ProtocolError(tr("a message needs a text `type`"))
    return found


def _bounded(frame: bytes) -> Json:
    """All of a message; raises ``ProtocolError`` for one that would stop everything else.

    Between any two values is a comma. Those in texts count too; 8 MB of prose have 100,000.
    """
    if (count := frame.count(b",")) > MOST_VALUES:
        raise ProtocolError(
            tr(
                "{count:,} values in one message; {most:,} are taken at most",
                count=count,
                most=MOST_VALUES,
            )
        )
    return decode(frame)


def _view(kind: Listed) -> View:
    return "tickets" if kind is Ticket else "projects"


def _items(message: Json, name: str) -> list[Any]:
    found = message.get(name)
    if not isinstance(found, list):
        raise ProtocolError(tr("`{name}` must be a list", name=name))
    return found
