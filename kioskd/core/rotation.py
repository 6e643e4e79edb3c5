"""Turns the screens by itself: which one comes next, and when. No loop; the clock is given."""

import time
from collections.abc import Callable

from kioskd.config import Rotation as Settings
from kioskd.core.status import RotationStatus


class Rotation:
    """The wall's carousel; it stands still for a while after somebody, or an alert, wanted it."""

    def __init__(
        self, settings: Settings | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self.configure(settings)

    def configure(self, settings: Settings | None) -> None:
        """Take other settings, and start with the next turn at once."""
        self._settings = settings
        self._at = -1  # which turn it is: a screen may have several
        self._until = self._clock()
        self._paused = False

    def pause(self) -> bool:
        """Stand still: the time starts anew with every call. Whether it was turning before."""
        if self._settings is None:
            return False
        was, self._paused = self._paused, True
        self._until = self._clock() + self._settings.pause
        return not was

    def hurry(self) -> None:
        """Turn at the next look, unless somebody wanted this screen."""
        if not self._paused:
            self._until = self._clock()

    def turn(self, screen: str | None, empty: Callable[[str], bool]) -> str | None:
        """The screen that is to follow ``screen`` now; None while it may stay.

        A screen that is ``empty`` has nothing to say and is passed over.
        """
        if self._settings is None or self._clock() < self._until:
            return None
        self._paused = False
        following = self._following(screen, empty)
        if following is None:
            self._until = self._clock() + self._settings.screens[0].seconds
            return None
        self._at = following
        turn = self._settings.screens[following]
        self._until = self._clock() + turn.seconds
        return None if turn.screen == screen else turn.screen

    def status(self, screen: str | None, empty: Callable[[str], bool]) -> RotationStatus:
        """Which screen follows, in how many seconds, and is it standing still."""
        following = self._following(screen, empty)
        turns = self._settings.screens if self._settings else ()
        return RotationStatus(
            screen=screen,
            next=None if following is None else turns[following].screen,
            paused=self._paused,
            seconds=round(max(0.0, self._until - self._clock()), 1),
        )

    @property
    def configured(self) -> bool:
        return self._settings is not None

    def _following(self, screen: str | None, empty: Callable[[str], bool]) -> int | None:
        """The place of the turn after this one: the shown screen's, if somebody else chose it."""
        screens = [turn.screen for turn in self._settings.screens] if self._settings else []
        at = self._at
        if screen in screens and (at < 0 or screens[at] != screen):
            at = screens.index(screen)
        places = [(at + step) % len(screens) for step in range(1, len(screens) + 1)]
        return next((place for place in places if not empty(screens[place])), None)
