"""One alert from its first word to its end: what is held of it, kept of it, and told of it.

Ages and deadlines run on the monotonic clock; a time of the wall clock is only ever shown, since a
Pi may boot in 1970. Every text is bounded, so that no upstream can fill the memory or the card.
"""

import datetime
import hashlib
from typing import Literal

import msgspec
from msgspec import Struct

from kioskd.config import SEVERITIES, Severity
from kioskd.core.actor import Actor
from kioskd.core.alert_status import AlertState, AlertStatus, Upstream
from kioskd.core.faults import Fault
from kioskd.core.messages import Alert, AlertKind

CLOCK_STARTS = 1_767_225_600  # 2026-01-01 UTC: no clock that is right shows less
LONGEST_ID = 120  # characters; what is longer is cut, and told apart by a digest
LONGEST_SINCE = 60  # characters
LONGEST = {
    "title": 300,
    "description": 600,
    "entity": 120,
    "assigned_to": 120,
    "word": 40,
    "source": 100,
    "link": 500,
    "sound_url": 500,
    "origin": 300,
}  # characters
TEXTS = ("id", *LONGEST)
Key = tuple[str, bool, str]


class Entry(Struct, kw_only=True, omit_defaults=True):
    """One life of an alert; what ends and comes again later has a new one.

    Times without ``_at`` are seconds of the monotonic clock, those with it are Unix time.
    """

    number: int
    """Its own for ever; rises from life to life."""
    id: str
    kind: AlertKind
    severity: Severity
    word: str = ""
    """The severity as it came, where it is in no table."""
    title: str
    space: str = ""
    """Where ``id`` is unique: empty for helpdesks, the name of a webhook, …"""
    source: str = ""
    description: str = ""
    entity: str = ""
    assigned_to: str = ""
    link: str = ""
    sound_url: str = ""
    origin: str = ""
    derived: bool = False
    """Made of a change in the tickets; the source's own alert may still join it."""
    raised: float
    raised_at: float
    began: float
    """When it last began to call: as it was raised, came again, or woke up."""
    state: AlertState = "active"
    count: int = 1
    """How often it came and went in short order, as one that flaps does."""
    ended: float | None = None
    ended_at: float | None = None
    by: Actor | None = None
    """Who acknowledged or snoozed it, at ``by_at``."""
    by_at: float | None = None
    snoozed_until: float | None = None
    resolved: float | None = None
    resolved_at: float | None = None
    heard: float | None = None
    """When it could first be heard; None: the room was muted or quiet all the time."""
    since: str = ""
    """As an ``Alert`` has it."""
    lasts: float | None = None
    """Seconds after its source's last word until it expires, 0: never; None: as configured."""
    renewed: float | None = None
    """When that word came."""
    sounded: float | None = None
    repeats: int = 0
    stood: float = 0.0
    """Seconds in which it was to be seen as a banner."""
    ticket: Literal["", "there", "critical"] = ""
    """What the list of tickets last said of it."""
    escalated: float | None = None
    escalated_at: float | None = None
    escalation: str = ""
    """What became of the call that goes out when it escalates."""
    upstream: Upstream = ""
    """Whether its source was told that it is acknowledged; empty: it is not to be told."""
    upstream_detail: str = ""
    upstream_fault: Fault | None = None
    via: tuple[str, ...] = ()
    """The kiosks that passed it on, the last one last; empty for an alert of this kiosk's own."""
    life: int = 0
    """Its number at the kiosk that it comes from."""

    @property
    def kiosk(self) -> str:
        """The kiosk whose alert it is, and that decides what becomes of it; empty: this one."""
        return self.via[-1] if self.via else ""

    @property
    def request(self) -> str:
        """What this kiosk asks of that one when somebody here answers it."""
        return f"{self.number}-{round(1000 * (self.by_at or 0))}"

    @property
    def key(self) -> Key:
        return self.space, self.kind == "project_update_alert", self.id

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return SEVERITIES.index(self.severity)

    @property
    def named(self) -> bool:
        """Whether its source gave it an id; else it has one of kioskd's, which no source knows."""
        return self.id != _own_id(self.number)

    def repeated(self, alert: Alert) -> bool:
        """Whether ``alert`` is what somebody has acknowledged, and its sender only says again."""
        seen = self.state == "acknowledged" and self.resolved is None
        return seen and bool(self.since) and _cut(alert.since, LONGEST_SINCE) == self.since

    @property
    def critical(self) -> bool:
        """Whether it takes the screen now."""
        return self.severity == "critical" and self.state == "active"

    @property
    def size(self) -> int:
        """Bytes of its texts; the rest of it is small."""
        return sum(len(getattr(self, name).encode()) for name in TEXTS)

    def take(self, alert: Alert, words: bool = True) -> bool:
        """Fill in what ``alert`` says more; whether anything changed. Nothing gets weaker."""
        changed = False
        self.lasts = alert.lasts if alert.lasts is not None else self.lasts
        self.since = _cut(alert.since, LONGEST_SINCE) or self.since
        for name, value in texts(alert).items() if words else ():
            if name != "word" and value and value != getattr(self, name):
                setattr(self, name, value)
                changed = True
        if SEVERITIES.index(alert.severity) < self.rank:
            self.kind, self.severity, self.word = _kind(alert), alert.severity, alert.word or ""
            changed = True
        return changed

    def _escalation(self) -> str:
        """What became of the call; for one that ended before it was taken nobody calls any more."""
        if self.ended is None or not self.escalation.startswith("waiting"):
            return self.escalation
        return self.escalation.replace("waiting", "given up", 1)

    def sound(self) -> Alert:
        """What the player needs of it."""
        url = self.sound_url or None
        return Alert(self.kind, self.id, self.title, self.severity, url, origin=self.origin)

    def told(self, now: float, standing: bool) -> AlertStatus:
        """As panels are told of it, at ``now`` on the monotonic clock."""
        left = None
        if self.snoozed_until is not None:
            left = round(max(0.0, self.snoozed_until - now), 1)
        return AlertStatus(
            number=self.number,
            id=self.id,
            kind=self.kind,
            ticket=not self.space,
            severity=self.word or self.severity,
            title=self.title,
            description=self.description,
            source=self.source,
            entity=self.entity,
            assigned_to=self.assigned_to,
            link=self.link,
            state=self.state,
            raised=iso(self.raised_at),
            age=round(max(0.0, now - self.raised), 1),
            count=self.count,
            standing=standing,
            heard=self.heard is not None,
            by=self.by,
            by_at=iso(self.by_at),
            snoozed_for=left,
            ended=iso(self.ended_at),
            resolved=iso(self.resolved_at),
            escalated=iso(self.escalated_at),
            escalation=self._escalation(),
            upstream=self.upstream,
            upstream_detail=self.upstream_detail,
            upstream_fault=self.upstream_fault,
        )


class Moment(Struct, frozen=True):
    """One instant on both clocks, and which boot of the machine the monotonic one counts from."""

    boot: str
    monotonic: float
    wall: float

    def since(self, then: "Moment") -> float:
        """Seconds from ``then`` to here; 0 where nobody can know them."""
        if then.boot == self.boot:
            return max(0.0, self.monotonic - then.monotonic)
        if min(then.wall, self.wall) < CLOCK_STARTS:
            return 0.0
        return max(0.0, self.wall - then.wall)


def new_entry(alert: Alert, number: int, now: float, wall: float, derived: bool) -> Entry:
    """A new life; an alert without an id gets one of its own."""
    made = Entry(
        number=number,
        id=short_id(alert.id) or _own_id(number),
        kind=_kind(alert),
        severity=alert.severity,
        title="",
        word=texts(alert)["word"],
        space=alert.space,
        derived=derived,
        raised=now,
        raised_at=wall,
        began=now,
        ticket="critical" if derived and alert.severity == "critical" else "",
    )
    made.take(alert)
    return made


def _own_id(number: int) -> str:
    return f"kioskd-{number}"


def key(alert: Alert) -> Key:
    return alert.space, _kind(alert) == "project_update_alert", short_id(alert.id)


def short_id(given: str) -> str:
    """An id that is short enough to be kept, and still its own."""
    if len(given) <= LONGEST_ID:
        return given
    digest = hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{given[: LONGEST_ID - 17]}~{digest}"


def texts(alert: Alert) -> dict[str, str]:
    """The texts of an alert, each cut to its bound."""
    data = alert.data

    def field(*names: str) -> str:
        return next((v for name in names if isinstance(v := data.get(name), str) and v), "")

    found = {
        "title": alert.title,
        "description": field("description"),
        "entity": field("entity"),
        "assigned_to": field("assignedTo", "assigned_to"),
        "word": alert.word or "",
        "source": alert.source,
        "link": field("link", "url"),
        "sound_url": alert.sound_url or "",
        "origin": alert.origin if alert.sound_url else "",
    }
    return {name: _cut(value, LONGEST[name]) for name, value in found.items()}


def _cut(value: str, longest: int) -> str:
    """At most so many characters; half a surrogate pair is none."""
    return value[:longest].encode("utf-8", "replace").decode()


def carried(found: Entry, then: Moment, now: Moment) -> Entry:
    """An entry that was written at ``then``, with its times on today's monotonic clock.

    Of one boot they are the same clock's. Over a boot, ages stay what they were: how long the
    machine was off nobody knows for certain, and an alert may rather call too long.
    """
    if then.boot == now.boot:
        return found
    shift, away = now.monotonic - then.monotonic, now.since(then)
    carried: dict[str, float] = {}
    for name in ("raised", "began", "heard", "sounded", "renewed", "escalated"):
        if (value := getattr(found, name)) is not None:
            carried[name] = min(value + shift, now.monotonic)
    for name in ("ended", "resolved"):
        if (value := getattr(found, name)) is not None:
            carried[name] = min(value + shift - away, now.monotonic)
    if found.snoozed_until is not None:
        carried["snoozed_until"] = deadline(found.snoozed_until, then, now)
    return msgspec.structs.replace(found, **carried)


def deadline(until: float, then: Moment, now: Moment) -> float:
    """A deadline that was written at ``then``, on today's monotonic clock.

    What was left of it never grows, however far a clock went back; a clock that is right shortens
    it by the time the machine was off.
    """
    if then.boot == now.boot:
        return until
    left = max(0.0, until - then.monotonic)
    return now.monotonic + max(0.0, left - now.since(then))


def iso(at: float | None) -> str | None:
    """A Unix time as ISO 8601 in UTC; None stays None."""
    if at is None:
        return None
    try:
        moment = datetime.datetime.fromtimestamp(at, datetime.UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _kind(alert: Alert) -> AlertKind:
    """What is critical is a critical alert whatever its message is called, but a project's."""
    if alert.kind == "new_ticket_alert" and alert.severity == "critical":
        return "critical_alert"
    return alert.kind
