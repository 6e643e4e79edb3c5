"""Decides from a motion sensor's line when someone moved. No hardware, no clock."""

from collections.abc import Callable

from kioskd.gpio.debounce import Debounce

SETTLE = 0.05  # seconds; a sensor holds its line for seconds, what is shorter is a disturbance
AGAIN = 10.0  # seconds after which a movement that goes on is told again
STUCK = 3600.0  # seconds of movement without a pause that no room has: the sensor is stuck


class MotionSensor:
    """Feed it ``edge`` and ``due``.

    ``moved`` is called while someone moves, ``began`` once for each movement, ``settled`` for each
    change of the line.
    """

    def __init__(
        self,
        active: bool,
        at: float,
        moved: Callable[[], None],
        began: Callable[[], None],
        settled: Callable[[bool], None],
    ) -> None:
        self.debounce = Debounce(SETTLE, SETTLE, active, self._settled)
        self._moved = moved
        self._began = began
        self._tell = settled
        self._since = at if active else None
        self._told = at

    @property
    def noisy(self) -> bool:
        return self.debounce.noisy

    def stuck(self, at: float) -> bool:
        return self._since is not None and at - self._since >= STUCK and not self.noisy

    def edge(self, active: bool, at: float) -> None:
        self.due(at)
        self.debounce.edge(active, at)

    def due(self, at: float) -> None:
        while (step := self.next_due()) is not None and step <= at:
            if self.debounce.next_due() == step:
                self.debounce.step()
                if not self.debounce.down:
                    self._since = None
            else:
                self._told = step
                self._moved()

    def next_due(self) -> float | None:
        settling = self.debounce.next_due()
        again = self._told + AGAIN
        if self._since is None or self.noisy or again - self._since >= STUCK:
            return settling
        return again if settling is None else min(settling, again)

    def _settled(self, active: bool, since: float) -> None:
        self._tell(active)
        if active:
            self._since = since
            self._began()
        self._told = since
        self._moved()
