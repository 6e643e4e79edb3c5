"""The alerts that are shared with other kiosks, with their life, and what those ask about them.

A kiosk asks below its own id, ``kioskd/<its id>/asks/<the sharer>``: the broker holds it to that,
so who asks is known for certain. It can acknowledge and snooze what is shared, and nothing else.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

import msgspec

from kioskd.config import View
from kioskd.core.actor import Actor, ActorKind
from kioskd.core.alert_entry import Entry
from kioskd.core.alerting import Alerting
from kioskd.core.messages import Life, LifeOver, Over
from kioskd.core.ports import Later
from kioskd.core.shared import EXPIRES, FORMAT, Ask, Asks, Said, SharedAlerts, pack, view_of
from kioskd.fleet.commands import clean
from kioskd.fleet.part import Fleet
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

log = logging.getLogger(__name__)
ALERTS = "alerts"
TOGETHER = 0.02  # seconds in which changes count as one
LARGEST_ASK = 50_000  # bytes
MOST_A_SECOND, BURST = 2.0, 30.0  # messages with asks, of one kiosk
MOST_DONE = 300  # asks that are known to be done
MOST_ASKING = 10_000  # kiosks that are counted
PEOPLE: tuple[ActorKind, ...] = ("button", "phone", "panel", "http", "cli", "mqtt")


class LivesOut:
    """``said`` tells when something is said; ``share`` what is shared now."""

    def __init__(
        self,
        fleet: Fleet,
        alerting: Alerting,
        share: Callable[[], tuple[View, ...]],
        said: Callable[[], Said],
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fleet = fleet
        self._alerting = alerting
        self._share = share
        self._said = said
        self._later = later
        self._clock = clock
        self._due = False
        self._told: SharedAlerts | None = None
        self._done: deque[str] = deque(maxlen=MOST_DONE)
        self._asked: dict[str, tuple[float, float]] = {}
        alerting.told.connect(self._soon)
        fleet.up.connect(self._up)

    def listen(self) -> None:
        """Over a new link: hear what other kiosks ask."""
        if self._share():
            self._fleet.listen(f"kioskd/+/asks/{self._fleet.topics.kiosk}", self.take)

    def _soon(self) -> None:
        if self._share() and not self._due and self._fleet.connected:
            self._due = True
            self._later(TOGETHER, self._tell)

    def _up(self) -> None:
        self._told = None
        if self._share():
            self._tell()

    def _tell(self) -> None:
        """Say it where it is another than before, ages aside."""
        self._due = False
        alerts, said, now = self._alerting.alerts, self._said(), self._clock()
        found = SharedAlerts(
            FORMAT,
            said,
            tuple(life(entry, now) for entry in self._shared(alerts.active.values())),
            tuple(_over(entry, now) for entry in self._shared(alerts.ended)),
            tuple(self._done),
        )
        if (same := steady(found)) != self._told:
            self._told = same
            topic = self._fleet.topics.shared(ALERTS)
            self._fleet.say(Outgoing(topic, pack(found), retain=True, expires=EXPIRES))

    def _shared(self, entries: Iterable[Entry]) -> list[Entry]:
        share = self._share()
        return [entry for entry in entries if view_of(entry.kind) in share]

    # What is asked

    def take(self, came: Incoming) -> None:
        """Do what people at another kiosk did with alerts of this one."""
        kiosk = came.topic.split("/")[1]
        if came.retain or len(came.payload) > LARGEST_ASK or not self._may(kiosk):
            log.warning(
                tr(
                    "mqtt: what {kiosk} asks is dropped: retained, too large or too often",
                    kiosk=kiosk,
                )
            )
            return
        try:
            asks = msgspec.json.decode(came.payload, type=Asks).asks
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            log.warning(
                tr(
                    "mqtt: what {kiosk} asks can't be read: {error}",
                    kiosk=kiosk,
                    error=clean(str(error)),
                )
            )
            return
        for ask in asks:
            if (request := f"{kiosk}/{clean(ask.request)}") not in self._done:
                self._done.append(request)
                self._do(ask, kiosk)
        self._soon()

    def _do(self, ask: Ask, kiosk: str) -> None:
        kind: ActorKind = next((each for each in PEOPLE if each == ask.kind), "mqtt")
        by = Actor(kind, clean(ask.name), kiosk)
        found = self._shared(self._alerting.alerts.find(number=ask.number))
        if ask.snooze is None:
            self._alerting.acknowledge(found, by)
        else:
            self._alerting.snooze(found, ask.snooze, by)

    def _may(self, kiosk: str) -> bool:
        now = self._clock()
        left, at = self._asked.pop(kiosk, (BURST, now))
        left = min(BURST, left + (now - at) * MOST_A_SECOND)
        while len(self._asked) >= MOST_ASKING:
            del self._asked[next(iter(self._asked))]
        self._asked[kiosk] = max(0.0, left - 1), now
        return left >= 1


def life(entry: Entry, now: float) -> Life:
    """One that is active, at ``now`` on the monotonic clock."""
    until = entry.snoozed_until
    return Life(
        number=entry.number,
        id=entry.id,
        kind=entry.kind,
        severity=entry.severity,
        title=entry.title,
        age=round(max(0.0, now - entry.raised), 1),
        space=entry.space,
        word=entry.word,
        source=entry.source,
        description=entry.description,
        entity=entry.entity,
        assigned_to=entry.assigned_to,
        link=entry.link,
        count=entry.count,
        by=entry.by,
        snoozed_for=None if until is None else round(max(0.0, until - now), 1),
        escalated=entry.escalated is not None,
        via=entry.via,
    )


def _over(entry: Entry, now: float) -> LifeOver:
    state = cast(Over, entry.state)
    return LifeOver(
        entry.number,
        state,
        round(max(0.0, now - (entry.ended or now)), 1),
        entry.by if state == "acknowledged" else None,
        entry.resolved is not None,
        entry.upstream,
    )


def steady(found: SharedAlerts) -> SharedAlerts:
    """``found`` without what always changes."""
    replace = msgspec.structs.replace
    return replace(
        found,
        said=Said("", 0.0),
        active=tuple(
            replace(each, age=0.0, snoozed_for=each.snoozed_for and 1.0) for each in found.active
        ),
        over=tuple(replace(each, ago=0.0) for each in found.over),
    )
