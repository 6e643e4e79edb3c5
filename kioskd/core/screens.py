"""The screens of the wall: which there are, in which order, and which have something to say."""

import time
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from kioskd.config import (
    SCREENS,
    VIEWS,
    AnyScreen,
    Config,
    ImageScreen,
    NoticeScreen,
    PageScreen,
    TicketsScreen,
)
from kioskd.core import filters
from kioskd.core.alert_entry import CLOCK_STARTS
from kioskd.core.messages import Update
from kioskd.core.state import State
from kioskd.core.status import FilterStatus, ScreenStatus
from kioskd.errors import ProtocolError
from kioskd.words import tr


class _Known(Struct):
    """Whether a filtered screen is empty, as of one update."""

    update: Update
    empty: bool


def names(own: Iterable[str]) -> list[str]:
    """All that may be switched to, where the file has these screens of its own."""
    order = tuple(own) or VIEWS
    return [*order, *(name for name in SCREENS if name not in order)]


class Screens:
    """A screen is what a panel shows; a view is what a source gives. Several screens may show one
    view. Without ``screens:`` in the file there is one for each view. ``failed`` says which page
    can't be shown.
    """

    def __init__(
        self,
        config: Config,
        state: State,
        wall: Callable[[], float] = time.time,
        failed: Callable[[str], bool] = lambda name: False,
    ) -> None:
        self._state = state
        self._failed = failed
        self._wall = wall
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take another configuration."""
        self._zone = config.kiosk.time_zone.zone
        self._screens: dict[str, AnyScreen] = {each.name: each for each in config.screens}
        self._known: dict[str, _Known] = {}

    @property
    def order(self) -> Sequence[str]:
        """Those between which one turns."""
        return tuple(self._screens) or VIEWS

    def names(self) -> list[str]:
        """All that may be switched to."""
        return names(self._screens)

    def check(self, name: str) -> None:
        """Raise ``ProtocolError`` for a screen that there is not."""
        if name not in self.names():
            raise ProtocolError(
                tr(
                    "`target` must be one of {names}, not {name!r:.60}",
                    names=", ".join(self.names()),
                    name=name,
                )
            )

    def picture(self, name: str) -> str | None:
        """The file of a screen that shows one; None when this is none."""
        screen = self._screens.get(name)
        return screen.file if isinstance(screen, ImageScreen) else None

    def empty(self, name: str) -> bool:
        """Whether a screen has nothing to show."""
        screen = self._screens.get(name)
        match screen:
            case None:
                view = next((view for view in VIEWS if view == name), None)
                return view is not None and self._state.empty(view)
            case TicketsScreen():
                return self._without_tickets(screen)
            case NoticeScreen():
                return not self._holds(screen)
            case PageScreen():
                return self._failed(name)
        return screen.view is not None and self._state.empty(screen.view)

    def failed(self, name: str | None) -> bool:
        """Whether a screen is a page that can't be shown, and is to be left at once."""
        return name is not None and self._failed(name)

    def _without_tickets(self, screen: TicketsScreen) -> bool:
        held = self._state.held.get("tickets")
        if held is None or not held.update.rows:
            return True
        known = self._known.get(screen.name)
        if known is None or known.update is not held.update:
            rows, wanted = held.update.rows, screen.filter
            # One that can't be judged says so on the wall.
            judged = not filters.lacking(wanted, rows)
            empty = judged and not any(filters.matches(wanted, row) for row in rows)
            known = self._known[screen.name] = _Known(held.update, empty)
        return known.empty

    def _holds(self, screen: NoticeScreen) -> bool:
        if screen.starts is None and screen.until is None:
            return True
        now = self._wall()
        starts = screen.starts.at(self._zone) if screen.starts else now
        until = screen.until.at(self._zone) if screen.until else now + 1
        return now >= CLOCK_STARTS and starts <= now < until

    def status(self, names: Iterable[str]) -> list[ScreenStatus]:
        """These screens, for panels."""
        return [self._of(name) for name in names]

    def _of(self, name: str) -> ScreenStatus:
        screen = self._screens.get(name)
        if screen is None:
            return ScreenStatus(name, name)
        tickets = screen if isinstance(screen, TicketsScreen) else None
        return ScreenStatus(
            screen.name,
            screen.kind,
            screen.title,
            filter=None if tickets is None else _told(tickets),
            columns=[] if tickets is None else list(tickets.columns),
            density="auto" if tickets is None else tickets.density,
            text=screen.text if isinstance(screen, NoticeScreen) else "",
        )


def _told(screen: TicketsScreen) -> FilterStatus | None:
    given = {field: list(getattr(screen.filter, field)) for field in filters.FIELDS}
    return FilterStatus(**given) if any(given.values()) else None
