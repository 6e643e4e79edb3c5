"""What kioskd holds: the last update of each view, how fresh it is, and which screen is chosen.

Says what changed when something is applied, and derives the alerts that a source didn't send.
Ages run on the monotonic clock; what is held is written down by ``host.state_keeper``.
"""

import hashlib
import operator
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec import Struct

from kioskd.config import VIEWS, Severity, View
from kioskd.core.difference import between
from kioskd.core.faults import Fault
from kioskd.core.messages import Alert, AlertKind, Confirmed, Project, Ticket, Update, severity
from kioskd.core.ports import Changed

REMEMBERED = 20_000  # ids: a busy desk's year; 2 to 5 MB
LONGEST_KEY = 64  # characters of an id that are remembered; of a longer one a digest is


class Held(Struct):
    """One view as held: ``confirmed`` on the monotonic clock; ``restored`` until it is confirmed.

    ``remarks`` and ``via`` are those of the last update, also when it changed nothing.
    """

    update: Update
    confirmed: float
    restored: bool = False
    remarks: tuple[Fault, ...] = ()
    via: tuple[str, ...] = ()


class Applied(Struct):
    """What an update did: is it new to the panels, and which alerts follow from it.

    ``touched`` are the ids of the rows that came, went or changed.
    """

    changed: bool
    alerts: list[Alert]
    touched: Collection[str]


class Difference(Struct, frozen=True):
    """``fresh`` rows are new or changed; ``earlier`` are by id what changed, moved or went."""

    fresh: list[Any]
    earlier: dict[str, Any]

    def touched(self) -> set[str]:
        """The ids of all of them."""
        return {row.id for row in self.fresh} | self.earlier.keys()


class State:
    """``news`` is called when a view came, was confirmed or forgotten."""

    def __init__(
        self,
        stale_after: Mapping[View, float],
        derive: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.news = Changed()
        self.held: dict[View, Held] = {}
        self.screen: str | None = None
        self.unavailable: dict[View, Fault] = {}
        self._stale_after = stale_after
        self._derive = derive
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._primed: set[View] = set()

    def configure(self, stale_after: Mapping[View, float], derive: bool) -> None:
        """Take other settings; what is held stays."""
        self._stale_after, self._derive = stale_after, derive

    def apply(self, update: Update) -> Applied:
        """Take a view's update in; equal content (its timestamp aside) changes nothing."""
        held = self.held.get(update.view)
        before = held.update if held else None
        changed = before is None or before.content != update.content
        kept = update if changed or before is None else before
        differs = _difference(before, kept)
        derive = self._derive and not update.via  # else its alerts come with it
        alerts = self._derived(update.view, differs, before is not None) if derive else []
        self._primed.add(update.view)
        confirmed = self._clock() - update.age
        self.held[update.view] = Held(kept, confirmed, update.unsure, update.remarks, update.via)
        self.unavailable.pop(update.view, None)
        self.news()
        return Applied(changed, alerts, differs.touched())

    def restore(self, update: Update, age: float) -> None:
        """Put back what an earlier run held, ``age`` seconds old; it raises no alerts."""
        self.held[update.view] = Held(update, self._clock() - age, restored=True)
        self._derived(update.view, _difference(None, update), False)

    def forget(self, view: View) -> None:
        """Hold nothing of a view, as before its first update."""
        if view == "tickets":
            self._known.clear()  # an id that was seen elsewhere is another ticket's here
        self.held.pop(view, None)
        self.unavailable.pop(view, None)
        self._primed.discard(view)
        self.news()

    def confirm(self, said: Confirmed) -> None:
        """The source says that the view is still what it was."""
        if held := self.held.get(said.view):
            confirmed = self._clock() - said.age
            self.held[said.view] = Held(held.update, confirmed, said.unsure, held.remarks, held.via)
            self.unavailable.pop(said.view, None)
            self.news()

    def announced(self, alert: Alert) -> None:
        """A source sent this alert itself: what its ticket says later is no news."""
        self._remember((alert.kind, alert.id))

    def priority(self, identity: str) -> Severity | None:
        """The severity of the ticket of this id; None when it is not in the list."""
        held = self.held.get("tickets")
        rows: tuple[Ticket, ...] = held.update.rows if held else ()
        return next((severity(row.priority) for row in rows if row.id == identity), None)

    def lists(self, alert: Alert) -> bool:
        """Whether what an alert says of a ticket is in the list; one of a project needs none.

        A server that pushes on change may push the alert alone.
        """
        held = self.held.get("tickets")
        if held is None or alert.kind == "project_update_alert":
            return True
        return any(
            row.id == alert.id and severity(row.priority) == alert.severity
            for row in held.update.rows
        )

    def age(self, view: View) -> float | None:
        """Seconds since the source last confirmed the view; None when there is none."""
        held = self.held.get(view)
        return None if held is None else max(0.0, self._clock() - held.confirmed)

    def stale(self, view: View) -> bool:
        """Whether what is shown may have changed: it is old, or what came since has failed."""
        age = self.age(view)
        if age is None or view in self.unavailable:
            return True
        return age > self._stale_after[view] or self.held[view].restored

    def empty(self, view: View) -> bool:
        """Whether a view has nothing to show."""
        held = self.held.get(view)
        return held is None or (view != "dashboard" and not held.update.rows)

    def views(self) -> list[View]:
        """The views held, in the order in which a newcomer gets them."""
        return [view for view in VIEWS if view in self.held]

    def _derived(self, view: View, differs: Difference, restored: bool) -> list[Alert]:
        # The first snapshot after a start only primes: its tickets are old news. Beside what an
        # earlier run kept, one that became critical in between is none.
        primed = view in self._primed
        find = self._of_ticket if view == "tickets" else self._of_project
        alerts = []
        for row in differs.fresh:
            alert = find(row, differs.earlier.get(row.id))
            if alert is None:
                continue
            if primed or (restored and alert.severity == "critical"):
                self._remember((alert.kind, alert.id))
                alerts.append(alert)
        return alerts

    def _of_ticket(self, ticket: Ticket, earlier: Ticket | None) -> Alert | None:
        level = severity(ticket.priority)
        if level == "critical":
            self._remember(("seen", ticket.id))
            # Whether that was told before, and seen to, the alerts know.
            if earlier is not None and severity(earlier.priority) == "critical":
                return None
            return _about(ticket, "critical_alert", level)
        # Seen is not announced: the source may still send its own alert for a ticket that was
        # there when kioskd came.
        keys = (("seen", ticket.id), ("new_ticket_alert", ticket.id))
        known = earlier is not None or any(_short(key) in self._known for key in keys)
        self._remember(("seen", ticket.id))
        return None if known else _about(ticket, "new_ticket_alert", level)

    def _of_project(self, project: Project, earlier: Project | None) -> Alert | None:
        if earlier is None:
            return None
        if (project.status, project.progress) == (earlier.status, earlier.progress):
            return None
        return Alert("project_update_alert", project.id, project.name, "medium")

    def _remember(self, key: tuple[str, str]) -> None:
        key = _short(key)
        self._known[key] = None
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _difference(before: Update | None, now: Update) -> Difference:
    rows = before.rows if before else ()
    old, new = between(rows, now.rows, operator.is_)
    gone, came = rows[old], now.rows[new]
    if len(gone) == len(came) == 1:  # one changed, as mostly
        return Difference([came[0]], {gone[0].id: gone[0]})
    same = set(map(id, gone))
    fresh = [row for row in came if id(row) not in same]
    return Difference(fresh, {row.id: row for row in gone})


def _about(ticket: Ticket, kind: AlertKind, level: Severity) -> Alert:
    word = None if level == ticket.priority else ticket.priority
    whose = {"entity": ticket.entity, "assignedTo": ticket.assignedTo}
    data = {name: value for name, value in whose.items() if value}
    return Alert(kind, ticket.id, ticket.title, level, data=data, word=word)


def _short(key: tuple[str, str]) -> tuple[str, str]:
    """A key with a digest for an id that would fill the memory."""
    kind, identity = key
    if len(identity) <= LONGEST_KEY:
        return key
    return kind, hashlib.sha256(identity.encode(errors="surrogatepass")).hexdigest()
