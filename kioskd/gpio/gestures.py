"""Decides from timed edges what a finger did: press, hold or double. No hardware, no clock.

Times are seconds on one monotonic clock.
"""

from collections.abc import Callable
from typing import Literal

from kioskd.config import Button, Key
from kioskd.gpio.chords import TOGETHER, Member
from kioskd.gpio.debounce import Debounce

Gesture = Literal["press", "hold", "double"]


def _nothing(down: bool) -> None:
    pass


class Gestures:
    """One button. Feed it ``edge`` for every change of the line and ``due`` when time passes.

    ``did`` is told each gesture, ``settled`` each change of the button itself, before the gesture.
    ``member``: its place among buttons that are pressed together; None: it is in no chord.
    """

    def __init__(
        self,
        settings: Button | Key,
        down: bool,
        did: Callable[[Gesture], None],
        settled: Callable[[bool], None] = _nothing,
        member: Member | None = None,
    ) -> None:
        self.debounce = Debounce(settings.least_press, settings.bounce, down, self._settled)
        self._settings = settings
        self._did = did
        self._tell = settled
        self._member = member
        self._at_once = settings.hold is None and settings.double is None  # nothing to wait for
        self._spent = down  # this press does nothing more; so is one that is down at boot
        self._pressed_at = self._ended = 0.0
        self._first_at: float | None = None  # the release of a press that may become a double one
        self._second = False  # the button is down for the second time

    @property
    def noisy(self) -> bool:
        return self.debounce.noisy

    def edge(self, down: bool, at: float) -> None:
        """The line changed, or was read: ``down`` at the time ``at``."""
        self.due(at)
        self.debounce.edge(down, at)
        self._forget_if_noisy()

    def due(self, at: float) -> None:
        """Do what follows from the time having come to ``at``, one step after the other."""
        while (step := self.next_due()) is not None and step <= at:
            self._step(step)

    def next_due(self) -> float | None:
        """When ``due`` should be called next; None: not before the next edge."""
        times = [
            *(self.debounce.next_due(), self._hold_due(), self._alone_due()),
            self._end_of_double(),
        ]
        return min((time for time in times if time is not None), default=None)

    def _step(self, at: float) -> None:
        if self.debounce.next_due() == at:
            self.debounce.step()
            self._forget_if_noisy()
        elif self._hold_due() == at:
            if self._alone(at):
                self._spent = True
                self._give_up_double()  # a tap and then a hold are two wishes
                self._did("hold")
        elif self._alone_due() == at:
            if self._alone(at):
                self._spent = True
                self._did("press")
        else:
            self._give_up_double()

    def _hold_due(self) -> float | None:
        # Not while the line is up: a finger that left just before hold_time did not hold.
        wanted = self._settings.hold is not None and not self._spent
        if not (wanted and self.debounce.down and self.debounce.level and not self.noisy):
            return None
        return self._pressed_at + self._settings.hold_time

    def _alone_due(self) -> float | None:
        """When a press that would count at once has waited long enough for another button's."""
        waits = self._member is not None and self._at_once and not self._spent
        return self._pressed_at + TOGETHER if waits and self.debounce.down else None

    def _alone(self, at: float) -> bool:
        """Whether this press still is one of its own, once the other buttons were heard."""
        if self._member is not None:
            self._member.look(at)
        return not self._spent

    def held(self, at: float) -> bool:
        return not self._spent and (self.debounce.down or at < self._ended)

    def spend(self) -> None:
        self._spent = True
        self._give_up_double()  # the tap before it was a wish of its own

    def _end_of_double(self) -> float | None:
        if self._first_at is None or self._second:
            return None
        end = self._first_at + self._settings.double_time
        debounce = self.debounce
        coming = debounce.level and not debounce.down and debounce.since <= end
        # A second press that began in time may settle a little later.
        return max(end, debounce.since + self._settings.least_press) if coming else end

    def _give_up_double(self) -> None:
        if self._first_at is not None:
            self._first_at, self._second = None, False
            self._did("press")

    def _settled(self, down: bool, since: float) -> None:
        self._tell(down)
        if down:
            self._pressed(since)
        else:
            self._released(since)

    def _pressed(self, since: float) -> None:
        self._pressed_at, self._spent = since, False
        self._second = self._first_at is not None
        if self._member is not None:
            self._member.pressed(self, since)
        elif self._at_once:
            self._spent = True
            self._did("press")

    def _released(self, since: float) -> None:
        self._ended = since
        if self._spent or not self._alone(since):
            return
        self._spent = True
        if self._settings.double is None:
            self._did("press")
        elif self._first_at is None:
            self._first_at = since
        else:
            self._first_at, self._second = None, False
            self._did("double")

    def _forget_if_noisy(self) -> None:
        if self.noisy:
            self._spent, self._first_at, self._second = True, None, False
