"""One electrical contact: bounce, spikes and edge storms end here. No hardware, no clock.

Times are seconds on one monotonic clock. gpiozero's own debounce can't be tested with its mock
pins, and it reports the first edge of a bounce as a press.
"""

from collections.abc import Callable

# More than this in a second is a loose wire: fingers manage about 8 presses, and a worn contact
# bounces some 10 times at each end of one.
MOST_PRESSES = 12
MOST_EDGES = 300
REST = 1.0  # seconds without an edge, with the contact up, after which a noisy one is heard again


class Rate:
    """Counts what happens in a second."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._since = float("-inf")
        self._count = 0

    def exceeded(self, at: float) -> bool:
        """Count one more at the time ``at``; whether that is too many."""
        if at >= self._since + 1:
            self._since, self._count = at, 0
        self._count += 1
        return self._count > self._most


class Debounce:
    """Feed it ``edge`` for every change of the line and ``step`` when ``next_due`` has come.

    ``settled(down, since)`` is called when the line has kept a new level for ``least_press``
    seconds (down) or ``bounce`` seconds (up).
    """

    def __init__(
        self, least_press: float, bounce: float, down: bool, settled: Callable[[bool, float], None]
    ) -> None:
        self.noisy = False  # an edge storm: nothing is believed until the line has rested
        self.unreleased = down  # down since the start: stuck, shorted, or a finger is on it
        self.level = down  # the line as last seen
        self.since = float("-inf")  # when it became so
        self.down = down  # the contact, once its line has settled
        self._settle = {True: least_press, False: bounce}
        self._settled = settled
        self._edges = Rate(MOST_EDGES)
        self._presses = Rate(MOST_PRESSES)

    def edge(self, down: bool, at: float) -> None:
        """The line changed, or was read: ``down`` at the time ``at``."""
        if down != self.level:
            self.level, self.since = down, at
            if self._edges.exceeded(at):
                self.noisy = True

    def next_due(self) -> float | None:
        """When ``step`` should be called; None: not before the next edge."""
        if self.noisy:
            return None if self.level else self.since + REST
        return None if self.level == self.down else self.since + self._settle[self.level]

    def step(self) -> None:
        """What was due has come: the line has settled, or a noisy one has rested."""
        if self.noisy:
            self.noisy = self.down = self.unreleased = False
            return
        self.down = self.level
        if self.down and self._presses.exceeded(self.since):
            self.noisy = True
            return
        self.unreleased = self.unreleased and self.down
        self._settled(self.down, self.since)
