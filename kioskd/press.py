"""Decides from timed edges what a finger did: press, hold or double. No hardware, no clock.

Times are seconds on one monotonic clock. Bounce and spikes end here: gpiozero's own debounce can't
be tested with its mock pins.
"""

from collections.abc import Callable
from typing import Literal

from kioskd.config import Button

Gesture = Literal["press", "hold", "double"]


class Press:
    """One button. Feed it ``edge`` for every change of the line and ``due`` when time passes."""

    def __init__(self, settings: Button, down: bool, did: Callable[[Gesture], None]) -> None:
        self._settings = settings
        self._did = did
        self._level = down  # the line as last seen
        self._since = float("-inf")  # when it became so
        self._down = down  # the button, once its line has settled
        self._locked = down  # down at boot: does nothing until it was seen released
        self._pressed_at = 0.0
        self._held = False
        self._first_at: float | None = None  # a press that may become a double one

    def edge(self, down: bool, at: float) -> None:
        """The line changed, or was read: ``down`` at the time ``at``."""
        self.due(at)
        if down != self._level:
            self._level, self._since = down, at

    def due(self, at: float) -> None:
        """Do what follows from the time having come to ``at``."""
        settle = self._settings.least_press if self._level else self._settings.bounce
        if self._level != self._down and at >= self._since + settle:
            self._down = self._level
            if self._down:
                self._pressed_at, self._held = self._since, False
            else:
                self._released()
        waiting = self._down and not self._held and not self._locked
        held = at >= self._pressed_at + self._settings.hold_time
        if waiting and held and self._settings.hold is not None:
            self._held, self._first_at = True, None
            self._did("hold")
        if self._first_at is not None and at - self._first_at > self._settings.double_time:
            self._first_at = None
            self._did("press")
        elif self._down and not self._held and not self._locked:
            self._at_once()

    def next_due(self) -> float | None:
        """When ``due`` should be called next; None: not before the next edge."""
        times = []
        if self._level != self._down:
            settle = self._settings.least_press if self._level else self._settings.bounce
            times.append(self._since + settle)
        if self._down and not self._held and not self._locked and self._settings.hold is not None:
            times.append(self._pressed_at + self._settings.hold_time)
        if self._first_at is not None:
            times.append(self._first_at + self._settings.double_time + 0.001)
        return min(times, default=None)

    def _at_once(self) -> None:
        # With neither hold nor double there is nothing to wait for.
        if self._settings.hold is None and self._settings.double is None:
            self._held = True
            self._did("press")

    def _released(self) -> None:
        if self._locked:
            self._locked = False
            return
        if self._held:
            return
        if self._settings.double is None:
            self._did("press")
        elif self._first_at is None:
            self._first_at = self._since
        else:
            self._first_at = None
            self._did("double")
