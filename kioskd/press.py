"""Decides from timed edges what a finger did: press, hold or double. No hardware, no clock.

Times are seconds on one monotonic clock. Bounce and spikes end here: gpiozero's own debounce can't
be tested with its mock pins.
"""

from collections.abc import Callable
from typing import Literal

from kioskd.config import Button

Gesture = Literal["press", "hold", "double"]

# More than this in a second is a loose wire: fingers manage about 8 presses, and a worn contact
# bounces some 10 times at each end of one.
MOST_PRESSES = 12
MOST_EDGES = 300
REST = 1.0  # seconds without an edge, with the button up, after which a noisy line is heard again


class Press:
    """One button. Feed it ``edge`` for every change of the line and ``due`` when time passes."""

    def __init__(self, settings: Button, down: bool, did: Callable[[Gesture], None]) -> None:
        self.noisy = False  # an edge storm: nothing is believed until the line has rested
        self._settings = settings
        self._did = did
        self._level = down  # the line as last seen
        self._since = float("-inf")  # when it became so
        self._down = down  # the button, once its line has settled
        self._spent = down  # this press does nothing more; so is one that is down at boot
        self._pressed_at = 0.0
        self._first_at: float | None = None  # the release of a press that may become a double one
        self._second = False  # the button is down for the second time
        self._window = float("-inf")  # the second in which edges and presses are counted
        self._edges = self._presses = 0

    def edge(self, down: bool, at: float) -> None:
        """The line changed, or was read: ``down`` at the time ``at``."""
        self.due(at)
        if down != self._level:
            self._level, self._since = down, at
            self._count(at)

    def due(self, at: float) -> None:
        """Do what follows from the time having come to ``at``, one step after the other."""
        while (step := self.next_due()) is not None and step <= at:
            self._step(step)

    def next_due(self) -> float | None:
        """When ``due`` should be called next; None: not before the next edge."""
        times = []
        if self.noisy:
            return None if self._level else self._since + REST
        if self._level != self._down:
            settle = self._settings.least_press if self._level else self._settings.bounce
            times.append(self._since + settle)
        if self._may_hold():
            times.append(self._pressed_at + self._settings.hold_time)
        if (end := self._end_of_double()) is not None:
            times.append(end)
        return min(times, default=None)

    def _step(self, at: float) -> None:
        if self.noisy:
            self.noisy = self._down = False
            return
        if self._level != self._down and at >= self._since + (
            self._settings.least_press if self._level else self._settings.bounce
        ):
            self._down = self._level
            if self._down:
                self._pressed()
            else:
                self._released()
        elif self._may_hold() and at >= self._pressed_at + self._settings.hold_time:
            self._spent = True
            self._give_up_double()  # a tap and then a hold are two wishes
            self._did("hold")
        else:
            self._give_up_double()

    def _may_hold(self) -> bool:
        # Not while the line is up: a finger that left just before hold_time did not hold.
        wanted = self._settings.hold is not None and not self._spent
        return wanted and self._down and self._level

    def _end_of_double(self) -> float | None:
        if self._first_at is None or self._second:
            return None
        end = self._first_at + self._settings.double_time
        coming = self._level and not self._down and self._since <= end
        # A second press that began in time may settle a little later.
        return max(end, self._since + self._settings.least_press) if coming else end

    def _give_up_double(self) -> None:
        if self._first_at is not None:
            self._first_at, self._second = None, False
            self._did("press")

    def _pressed(self) -> None:
        self._pressed_at, self._spent = self._since, False
        self._presses += 1
        if self._presses > MOST_PRESSES:
            self._ignore()
            return
        self._second = self._first_at is not None
        if self._settings.hold is None and self._settings.double is None:
            self._spent = True  # there is nothing to wait for
            self._did("press")

    def _released(self) -> None:
        if self._spent:
            return
        if self._settings.double is None:
            self._did("press")
        elif self._first_at is None:
            self._first_at = self._since
        else:
            self._first_at, self._second = None, False
            self._did("double")

    def _count(self, at: float) -> None:
        if at >= self._window + 1:
            self._window, self._edges, self._presses = at, 0, 0
        self._edges += 1
        if self._edges > MOST_EDGES:
            self._ignore()

    def _ignore(self) -> None:
        self.noisy = self._spent = True
        self._first_at, self._second = None, False
