"""What one kiosk shares, as it comes over the broker, put together to what a source says of it.

A view and the word about its age are two messages, and the broker keeps both for whoever comes
later. So everything is aged here by the time that it was on its way, as ``transit`` knows it.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from kioskd.config import View
from kioskd.core.faults import Fault
from kioskd.core.messages import (
    Away,
    Confirmed,
    Connected,
    Failed,
    Gone,
    Life,
    Lives,
    Message,
    Update,
)
from kioskd.core.ports import Heard
from kioskd.core.shared import (
    LONGEST_VIA,
    Fresh,
    SharedAlerts,
    ViewTold,
    fault_there,
    view_of,
)
from kioskd.errors import ProtocolError
from kioskd.sources.transit import Transit

SILENT = 10.0  # seconds in which everything that the broker keeps has come


class Feed:
    """What ``kiosk`` shares of ``views``; ``me`` is this kiosk, ``clock`` is monotonic."""

    def __init__(
        self, kiosk: str, me: str, views: Sequence[View], place: str, clock: Callable[[], float]
    ) -> None:
        self._kiosk = kiosk
        self._me = me
        self._views = views
        self._place = place
        self._clock = clock
        self._transit = Transit()
        self._there: bool | None = None
        self._since = clock()
        self._fresh: Fresh | None = None
        self._on_way: float | None = None
        self._came, self._count = 0.0, 0
        self._wrong = ""
        self._updates: dict[View, tuple[str, Update]] = {}
        self._said: dict[View, tuple[str, int]] = {}
        self._origins: dict[View, str] = {}
        self._failed: dict[View, Fault] = {}
        self._away: Fault | None = None
        self._lives: Lives | None = None
        self._lives_at, self._lives_told = 0.0, False

    # What comes

    def is_there(self, there: bool) -> None:
        """Whether the sharer is at the broker, as the broker says."""
        if there != self._there:
            self._there, self._since = there, self._clock()

    def take_view(self, view: View, mark: str, update: Update | None) -> None:
        """A view came; None: it is not shared any more."""
        if update is None:
            self._updates.pop(view, None)
        else:
            self._updates[view] = mark, update

    def take_fresh(self, heard: Heard) -> None:
        """It was said how the views fare; raises ``ProtocolError``."""
        if not heard.payload:
            self._fresh = None
            return
        try:
            fresh = msgspec.json.decode(heard.payload, type=Fresh)
        except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
            raise ProtocolError(str(error)[:200]) from None
        if self._transit.news(fresh.said, heard):
            now = self._clock()
            self._on_way = self._transit.take(fresh.said, heard, now)
            self._fresh, self._came, self._wrong = fresh, now, ""
            self._count += 1
            self._lives_told = False

    def take_alerts(self, heard: Heard, shared: SharedAlerts | None) -> None:
        """It was said how the alerts live; None: they are not shared any more."""
        if shared is None:
            self._lives = Lives(self._kiosk, (), ())
        elif self._transit.news(shared.said, heard):
            mine = f"{self._me}/"
            self._lives_at = self._clock() - (
                self._transit.take(shared.said, heard, self._clock()) or 0
            )
            self._lives = Lives(
                self._kiosk,
                tuple(each for each in shared.active if self._wanted(each)),
                shared.over,
                tuple(each.removeprefix(mine) for each in shared.done if each.startswith(mine)),
            )
        self._lives_told = False

    def _wanted(self, life: Life) -> bool:
        circle = self._me in life.via or len(life.via) > LONGEST_VIA
        return view_of(life.kind) in self._views and not circle

    def unreadable(self, why: str) -> None:
        """Something came that can't be read."""
        self._wrong = why

    def cut_off(self) -> None:
        """The link to the broker was lost: whether the sharer is there is not known now."""
        self._there, self._since = None, self._clock()

    # What follows from it

    def news(self, cut_off: Fault | None) -> Iterator[Message]:
        """What is new; ``cut_off``: why there is no link to the broker."""
        found = self._trouble(cut_off)
        if found is None and self._away is not None:
            self._away = None
            yield Connected()
        elif found is not None and found.fault != self._away:
            self._away = found.fault
            yield found
        if self._fresh is not None:
            for view in self._views:
                yield from self._view(view, self._fresh.views.get(view))
        if self._lives is not None and not self._lives_told and self._there:
            self._lives_told = True  # again with each word of the sharer: it is still so
            late = max(0.0, self._clock() - self._lives_at)
            yield msgspec.structs.replace(self._lives, late=late)

    def _trouble(self, cut_off: Fault | None) -> Away | None:
        if cut_off is not None:
            return Away(cut_off)
        here = {"kiosk": self._kiosk, "place": self._place}
        silent = self._clock() - self._since
        if self._wrong:
            return Away(Fault("shared_unreadable", {"kiosk": self._kiosk, "detail": self._wrong}))
        if self._there is False:
            return Away(Fault("shared_away", here), self._spoke())
        if self._fresh is None or self._there is None:
            return Away(Fault("shared_nothing", here), silent) if silent > SILENT else None
        told = [self._fresh.views.get(view) for view in self._views]
        away = [each.away for each in told if each is not None and each.away is not None]
        if len(away) < len(told):
            return None
        first = next(each for each in told if each is not None and each.fault is not None)
        return Away(self._fault_there(first), max(away) + self._passed())

    def _view(self, view: View, told: ViewTold | None) -> Iterator[Message]:
        """What is said of one view: its content, its age, or why it can't be had."""
        fault = self._fault(view, told)
        if told is not None and fault is None:
            yield from self._content(view, told)
            fault = None if told.fault is None else self._fault_there(told)
        if fault is None:
            self._failed.pop(view, None)
        elif self._failed.get(view) != fault:
            self._failed[view] = fault
            yield Failed(view, fault)

    def _content(self, view: View, told: ViewTold) -> Iterator[Message]:
        mark, update = self._updates.get(view, ("", None))
        if not told.mark and self._origins.get(view, told.origin) != told.origin:
            del self._origins[view]
            self._said.pop(view, None)
            yield Gone(view)
        if update is None or mark != told.mark or self._said.get(view) == (mark, self._count):
            return
        age, unsure = told.age + self._passed(), told.unsure or self._on_way is None
        before = self._said.get(view, ("", 0))[0]
        self._said[view] = mark, self._count
        self._origins[view] = told.origin
        if mark != before:
            via = (*told.via, self._kiosk)
            self._failed.pop(view, None)
            yield msgspec.structs.replace(update, age=age, unsure=unsure, via=via)
        elif told.fault is None:
            yield Confirmed(view, age, unsure)

    def _fault(self, view: View, told: ViewTold | None) -> Fault | None:
        """Why this view can't be taken at all."""
        if told is None:
            return Fault("shared_not", {"kiosk": self._kiosk, "view": view})
        if self._me in told.via or len(told.via) > LONGEST_VIA:
            return Fault("shared_circle", {"kiosk": self._kiosk, "view": view})
        return None

    def _fault_there(self, told: ViewTold) -> Fault:
        assert told.fault is not None
        return fault_there(self._kiosk, told.source, told.fault)

    def _passed(self) -> float:
        """Seconds since the last word about ages was said, as far as it is known."""
        return self._clock() - self._came + (self._on_way or 0.0)

    def _spoke(self) -> float:
        """Seconds since the sharer spoke last; by the broker, else since it was missed."""
        missed = self._clock() - self._since
        return missed if self._fresh is None else max(missed, self._passed())
