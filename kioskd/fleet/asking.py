"""Asks the kiosk whose alert it is to acknowledge or snooze it: once, later where it is away.

What waits is noted on the alert itself, which outlives a restart; that it is done, that kiosk says
with its alerts (``core.mirror`` notes it).
"""

import time
from collections import defaultdict
from collections.abc import Callable

import msgspec

from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.backoff import Backoff
from kioskd.core.faults import Fault
from kioskd.core.ports import Changed, Later
from kioskd.core.shared import FORMAT, MOST_ASKS, Ask, Asks
from kioskd.fleet.part import Fleet
from kioskd.fleet.wire import Outgoing

FIRST, LONGEST = 2.0, 15.0  # seconds between two tries
TOGETHER = 0.02  # seconds in which what is asked is one message
GIVE_UP = 86400.0  # seconds after the acknowledgement
EXPIRES = 60  # seconds; what is not done is asked again


class Asking:
    """``noted`` is called when what is noted in ``alerts`` changed."""

    def __init__(
        self,
        fleet: Fleet,
        alerts: ActiveAlerts,
        noted: Changed,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fleet = fleet
        self._alerts = alerts
        self._noted = noted
        self._later = later
        self._clock = clock
        self._due = False
        self._backoff, self._next = Backoff(FIRST, LONGEST), float("-inf")
        fleet.up.connect(self._again)

    def acknowledged(self, alert: Entry, by: Actor) -> None:
        """Ask for it, where it is another kiosk's alert."""
        if alert.kiosk:
            self._alerts.told_upstream(alert.number, "waiting")
            self._noted()
            self._again()

    def snoozed(self, alert: Entry, by: Actor) -> None:
        """Likewise."""
        self.acknowledged(alert, by)

    def tick(self) -> None:
        """Once a second: ask again for what is not done."""
        waiting = [entry for entry in self._alerts.ended.untold() if entry.kiosk]
        for entry in waiting:
            if self._alerts.ended_ago(entry) > GIVE_UP:
                here = {"kiosk": entry.kiosk, "place": self._fleet.place}
                fault = Fault("shared_away", here)
                self._alerts.told_upstream(entry.number, "failed", str(fault), fault)
                self._noted()
            elif entry.state == "active":  # it woke up before it was told
                self._alerts.told_upstream(entry.number, "")
        if waiting and self._clock() >= self._next:
            self._ask()

    def _again(self) -> None:
        self._backoff.reset()
        if not self._due:
            self._due = True
            self._later(TOGETHER, self._ask)

    def _ask(self) -> None:
        self._due = False
        if not self._fleet.connected:
            return
        self._next = self._clock() + self._backoff.next()
        asks: dict[str, list[Ask]] = defaultdict(list)
        for entry in self._alerts.ended.untold():
            if entry.kiosk and entry.by is not None:
                left = self._alerts.snoozed_left(entry)
                snooze = None if left is None else max(1.0, left)
                by = entry.by
                name = f"{by.name} ({by.kiosk})" if by.kiosk else by.name
                asks[entry.kiosk].append(Ask(entry.request, entry.life, by.kind, name, snooze))
        for kiosk, wanted in asks.items():
            for at in range(0, len(wanted), MOST_ASKS):
                payload = msgspec.json.encode(Asks(FORMAT, tuple(wanted[at : at + MOST_ASKS])))
                topic = self._fleet.topics.of(f"asks/{kiosk}")
                self._fleet.say(Outgoing(topic, payload, expires=EXPIRES))
