"""Every message of the wire: what a source says, what a panel says, what kioskd says. No I/O.

What a source says is read by ``core.parser``; what a panel asks is read here.
"""

import datetime
import re
from typing import Annotated, Any, Literal, cast, get_args

import msgspec
from msgspec import Meta, Struct

from kioskd.config import SCREENS, SEVERITIES, VIEWS, Severity, SoundName, View
from kioskd.config.names import clean_name
from kioskd.core import values
from kioskd.core.actor import Actor
from kioskd.core.faults import Fault
from kioskd.errors import ProtocolError
from kioskd.words import tr

AlertKind = Literal["new_ticket_alert", "project_update_alert", "critical_alert"]
ALERT_KINDS: tuple[AlertKind, ...] = get_args(AlertKind)
Json = dict[str, Any]
_EXACT = Meta(ge=-values.LARGEST, le=values.LARGEST)
Number = Annotated[int, _EXACT] | Annotated[float, _EXACT]


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
    dueAt: str = ""
    """By when it is to be resolved; empty: by no agreed time."""
    groups: tuple[str, ...] = ()
    """The groups it is assigned to, each with the path of those above: ``Infra > Redes``."""
    late: bool | None = None
    """Whether that time has passed, by the source's own clock."""


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
    completed: Number | None
    inProgress: Number | None
    pending: Number | None
    progress: Number | None
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
    available: bool | None
    assignedCount: Number | None
    id: str = ""
    role: str = ""


class Activity(Struct, frozen=True, forbid_unknown_fields=True):
    timestamp: str
    description: str
    type: str
    id: str = ""
    severity: str = ""


class Update(Struct, frozen=True):
    """The state of one view: the frame for the panels, and its content for comparing."""

    view: View
    frame: bytes
    content: Any
    """Equal for two frames that differ in their timestamp only."""
    rows: tuple[Any, ...] = ()
    """The tickets or projects in it, with ``id`` and so on as attributes."""
    remarks: tuple[Fault, ...] = ()
    """What in it could not be taken as it came: shown in status, and no reason to refuse it."""
    age: float = 0.0
    """Seconds since its source confirmed it, where another kiosk passes it on."""
    unsure: bool = False
    """Nobody knows how much older than ``age`` it is: it is old until it is confirmed."""
    via: tuple[str, ...] = ()
    """The kiosks that passed it on, the first one first; their alerts come with it."""


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
    word: str | None = None
    """The severity as it came, where it is in no table; ``severity`` then is how loud it is."""
    source: str = ""
    """The source's name."""
    space: str = ""
    """Where ``id`` is unique: empty for helpdesks, which share theirs with the tickets."""
    since: str = ""
    """What its sender says of when it began: the same for all that it repeats of one event."""
    lasts: float | None = None
    """Seconds until it expires unless it comes again, 0: never; None: as for all alerts."""


class Resolved(Struct, frozen=True):
    """A source says that these alerts of its are over; ``space`` as an ``Alert`` has it."""

    ids: tuple[str, ...]
    space: str = ""


class Switch(Struct, frozen=True):
    target: str
    client_id: str | None = None


class Connected(Struct, frozen=True):
    """A source's link stands, and it has not said anything yet."""


class Confirmed(Struct, frozen=True):
    """A source says that a view is still what it was; ``age`` and ``unsure`` as ``Update``'s."""

    view: View
    age: float = 0.0
    unsure: bool = False


class Away(Struct, frozen=True):
    """What a source takes its data from is cut off, since ``ago`` seconds; until ``Connected``."""

    fault: Fault
    ago: float = 0.0


class Gone(Struct, frozen=True):
    """A view comes from elsewhere now: what was said of it is no longer so."""

    view: View


class Failed(Struct, frozen=True):
    """One view of a source can't be had, though its others can."""

    view: View
    fault: Fault


class Life(Struct, frozen=True, omit_defaults=True):
    """One active alert of another kiosk, as it is passed on; ``number`` is the one it has there.

    ``age`` in seconds since it was raised; ``via`` as an ``Update`` has it.
    """

    number: int
    id: str
    kind: AlertKind
    severity: Severity
    title: str
    age: float
    space: str = ""
    word: str = ""
    source: str = ""
    description: str = ""
    entity: str = ""
    assigned_to: str = ""
    link: str = ""
    count: int = 1
    by: Actor | None = None
    snoozed_for: float | None = None
    """Seconds that are left of a snooze; None: it calls."""
    escalated: bool = False
    via: tuple[str, ...] = ()


Over = Literal["acknowledged", "resolved", "expired", "displaced"]


class LifeOver(Struct, frozen=True, omit_defaults=True):
    """How an alert of another kiosk ended, ``ago`` seconds before this was said."""

    number: int
    state: Over
    ago: float
    by: Actor | None = None
    resolved: bool = False
    upstream: Literal["", "waiting", "sent", "failed"] = ""
    """Whether its source was told that it is acknowledged."""


class Lives(Struct, frozen=True):
    """Every active alert that ``kiosk`` shares, and those that ended there, ``late`` seconds ago.

    ``done``: what this kiosk asked of it and it has done.
    """

    kiosk: str
    active: tuple[Life, ...]
    over: tuple[LifeOver, ...]
    done: tuple[str, ...] = ()
    late: float = 0.0


Message = Update | Alert | Resolved | Switch | Connected | Confirmed | Failed | Away | Gone | Lives

_NAME = re.compile(r"[a-z0-9_-]{1,32}")
_any = msgspec.json.Decoder()
encode = msgspec.json.encode
_PRIORITIES: dict[str, Severity] = {name: name for name in SEVERITIES}


def timestamp(ago: float = 0.0) -> str:
    """The wall clock, so many seconds ago, as ISO 8601 in UTC with ``Z``."""
    now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=ago)
    return now.isoformat(timespec="seconds").replace("+00:00", "Z")


def severity(priority: str) -> Severity:
    """How loud an alert about a row is; a priority that nobody knows sounds as medium."""
    return _PRIORITIES.get(priority, "medium")


def decode(frame: bytes | str) -> Json:
    """The object in a frame; ``ProtocolError`` for anything else."""
    try:
        message = _any.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise ProtocolError(tr("not JSON: {error}", error=error)) from None
    if not isinstance(message, dict):
        raise ProtocolError(tr("a message must be a JSON object"))
    if not isinstance(message.get("type"), str):
        raise ProtocolError(tr("a message needs a text `type`"))
    return message


def parse_switch(message: Json) -> Switch:
    """A ``remote_switch`` (``target``), or a deployed server's ``change_screen`` (``screen``).

    Whether there is such a screen, ``Screens`` knows.
    """
    target = message.get("target", message.get("screen"))
    if not isinstance(target, str) or not _NAME.fullmatch(target):
        known = tr("{names} or a screen of the configuration", names=", ".join(SCREENS))
        raise ProtocolError(
            tr("`target` must be one of {known}, not {target!r:.60}", known=known, target=target)
        )
    client = message.get("clientId", message.get("client_id"))
    return Switch(target, None if client is None else clean_name(_text(client, "clientId")))


def parse_view(message: Json) -> View:
    """The ``view`` of a ``request_data``."""
    view = message.get("view")
    if view not in VIEWS:
        raise ProtocolError(
            tr("`view` must be one of {names}, not {view!r:.60}", names=", ".join(VIEWS), view=view)
        )
    return cast(View, view)


def _text(value: Any, place: str) -> str:
    try:
        return values.text(value)
    except ValueError:
        raise ProtocolError(tr("`{place}` must be text", place=place)) from None


def text_field(message: Json, name: str, default: str = "") -> str:
    """A text field of a panel's message, at most 500 characters of it; a number becomes text."""
    return _text(message.get(name, default), name)[:500]


def alert_frame(alert: Alert, keep_sound: bool) -> bytes:
    """The alert as the panels get it; ``keep_sound`` leaves the ``soundUrl`` in."""
    severity = alert.severity if alert.word is None else alert.word
    data = dict(alert.data, id=alert.id, title=alert.title, severity=severity)
    data.pop("soundUrl", None)
    if keep_sound and alert.sound_url:
        data["soundUrl"] = alert.sound_url
    return encode({"type": alert.kind, "data": data, "timestamp": timestamp()})


def number_field(message: Json) -> int | None:
    """The ``number`` of an alert's life or of a notice; None when it is not given."""
    number = message.get("number")
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int):
        raise ProtocolError(tr("`number` must be a whole number"))
    return number


def seconds_field(message: Json, name: str) -> float:
    """A time span of a panel's message: 0 up to a day, in seconds."""
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 86400:
        raise ProtocolError(tr("`{name}` must be a number from 0 to 86400", name=name))
    return float(value)


def sound_field(message: Json) -> SoundName:
    """The ``name`` of a sound; absent means the self-test."""
    name = message.get("name", "self-test")
    if name not in get_args(SoundName):
        raise ProtocolError(
            tr("`name` must be one of {names}", names=", ".join(get_args(SoundName)))
        )
    return cast(SoundName, name)
