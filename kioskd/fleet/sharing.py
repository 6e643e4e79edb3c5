"""What this kiosk shares with others: its views when they change, and how fresh they are.

A view goes out packed, retained, and only when its content changed; what is said of its age is
small, and goes out when it was confirmed, at least every 15 s.
"""

import hashlib
import time
import uuid
from collections.abc import Callable

import msgspec

from kioskd.config import VIEWS, Config, Neighbour, View
from kioskd.config.origins import origins
from kioskd.config.sections.neighbour import SHARED
from kioskd.core.links import Link, Links
from kioskd.core.messages import Update
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed, Later
from kioskd.core.shared import (
    EXPIRES,
    FORMAT,
    LARGEST_PACKED,
    FaultTold,
    Fresh,
    Said,
    SharedView,
    ViewTold,
    pack,
    told,
)
from kioskd.core.state import State
from kioskd.fleet.part import Fleet
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

TOGETHER = 0.02  # seconds in which changes count as one
APART = 5.0  # seconds at least between two words that only say that a view was confirmed
FRESH = "fresh"
PARTS = (*VIEWS, FRESH, "alerts")


class Sharing:
    """``later`` is the event loop's ``call_later``; ``clock`` is monotonic."""

    def __init__(
        self,
        fleet: Fleet,
        config: Config,
        state: State,
        links: Links,
        faults: PartFaults,
        changed: Changed,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fleet = fleet
        self._config = config
        self._state = state
        self._links = links
        self._faults = faults
        self._later = later
        self._clock = clock
        self._due = False
        self._run, self._started = uuid.uuid4().hex[:12], clock()
        self._told: dict[View, Update | None] = {}
        self._marks: dict[View, str] = {}
        self._fresh: dict[str, ViewTold] = {}
        self._at = self._confirmed = float("-inf")
        state.news.connect(self._soon)
        changed.connect(self._soon)
        fleet.up.connect(self._up)

    def configure(self, config: Config) -> None:
        """Take another configuration; with another ``share`` the link is a new one."""
        self._config = config

    def listen(self) -> None:
        """Over a new link: hear what the broker keeps of what is shared no more, to undo it."""
        shared = (*self.share(), FRESH) if self.share() else ()
        if {"tickets", "projects"} & set(shared):
            shared = (*shared, "alerts")
        for part in PARTS:
            if self._config.mqtt is not None and part not in shared:
                self._fleet.listen(self._fleet.topics.shared(part), self._undo)

    def _undo(self, came: Incoming) -> None:
        if came.payload:
            self._fleet.say(Outgoing(came.topic, b"", retain=True))

    def share(self) -> tuple[View, ...]:
        """The views that are shared."""
        return () if self._config.mqtt is None else self._config.mqtt.share

    def said(self) -> Said:
        """When this is said."""
        return Said(self._run, self._clock() - self._started)

    def tick(self) -> None:
        """Once a second: that a view is still what it was is said now and then."""
        if self.share() and self._clock() - self._at >= APART:
            self._soon()

    def _soon(self) -> None:
        if self.share() and not self._due and self._fleet.connected:
            self._due = True
            self._later(TOGETHER, self._tell)

    def _up(self) -> None:
        """The broker may have lost what it kept."""
        self._told.clear()
        self._fresh.clear()
        if self.share():
            self._tell()

    def _tell(self) -> None:
        self._due = False
        if not self._fleet.connected:
            return
        for view in self.share():
            held = self._state.held.get(view)
            update = None if held is None else held.update
            if view not in self._told or self._told[view] is not update:
                self._tell_view(view, update)
        self._tell_fresh()

    def _tell_view(self, view: View, update: Update | None) -> None:
        self._told[view] = update
        self._marks.pop(view, None)
        if update is None:
            self._say(view, b"")
            return
        mark = hashlib.sha256(update.frame).hexdigest()[:16]
        payload = pack(SharedView(FORMAT, mark, msgspec.Raw(update.frame)))
        if len(payload) > LARGEST_PACKED:
            said = tr(
                "{view} are too many to be shared: {count} bytes, though packed; "
                "let the source send fewer",
                view=view,
                count=len(payload),
            )
            self._faults.say(f"share {view}", said, "share_large", view)
            self._say(view, b"")
            return
        self._faults.say(f"share {view}", None)
        self._marks[view] = mark
        self._say(view, payload)

    def _tell_fresh(self) -> None:
        now, share = self._clock(), self.share()
        views: dict[str, ViewTold] = {view: self._view(view) for view in share}
        confirmed = max((h.confirmed for h in self._state.held.values()), default=self._confirmed)
        wait = APART if confirmed > self._confirmed else SHARED
        if steady(views) == self._fresh and now - self._at < wait:
            return
        self._fresh, self._at, self._confirmed = steady(views), now, confirmed
        self._say(FRESH, msgspec.json.encode(Fresh(FORMAT, self.said(), views)))

    def _view(self, view: View) -> ViewTold:
        held, link = self._state.held.get(view), self._link(view)
        source = next((each for each in self._config.sources if view in each.views), None)
        via = (source.sharer,) if isinstance(source, Neighbour) else ()
        away = link is not None and link.state in ("offline", "refused")
        return ViewTold(
            mark=self._marks.get(view, ""),
            age=round(self._state.age(view) or 0.0, 1),
            unsure=held is not None and held.restored,
            origin=origins([source])[view] if source else "",
            source=source.title if source else "",
            via=(held.via if held else ()) or via,
            fault=self._fault(view, link),
            away=round(self._clock() - link.changed_at, 1) if link and away else None,
        )

    def _link(self, view: View) -> Link | None:
        return next((link for link in self._links if view in link.views), None)

    def _fault(self, view: View, link: Link | None) -> FaultTold | None:
        fault = link.fault if link is not None and link.state != "connected" else None
        fault = fault or self._state.unavailable.get(view)
        return None if fault is None else told(fault)

    def _say(self, part: str, payload: bytes) -> None:
        topic = self._fleet.topics.shared(part)
        expires = EXPIRES if payload else None
        self._fleet.say(Outgoing(topic, payload, retain=True, expires=expires))


def steady(views: dict[str, ViewTold]) -> dict[str, ViewTold]:
    """``views`` without what always changes."""
    replace = msgspec.structs.replace
    return {
        view: replace(found, age=0.0, away=None if found.away is None else 0.0)
        for view, found in views.items()
    }
