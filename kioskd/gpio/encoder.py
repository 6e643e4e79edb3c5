"""Decides from the two lines of a rotary encoder which way it turned. No hardware, no clock.

Between two rests (both lines up) the lines walk through a Gray code, one of them changing at a
time. A bounce or a spike walks a step and back, so that only a whole walk around counts. Some
knobs click half way around, too: they rest with both lines down as well.
"""

from collections.abc import Callable
from typing import Literal

from kioskd.gpio.debounce import REST, Rate

Turn = Literal["next", "previous"]

# A quick hand makes some 30 steps a second; each has four edges, which bounce.
MOST_STEPS = 60
MOST_EDGES = 3000
AROUND = {(False, False): 0, (True, False): 1, (True, True): 2, (False, True): 3}
UP, UP_OR_DOWN = (0,), (0, 2)  # the places on the way around at which a knob rests


class Encoder:
    """Feed it ``edge`` for every change of line 0 or 1, and ``due`` when ``next_due`` has come.

    ``levels`` are the lines as first read, ``turned`` is told each whole step. ``half_steps``: it
    clicks twice on the way around.
    """

    def __init__(
        self,
        levels: tuple[bool, bool],
        turned: Callable[[Turn], None],
        half_steps: bool = False,
    ) -> None:
        self.noisy = False
        self._turned = turned
        self._levels = list(levels)
        self._rests = UP_OR_DOWN if half_steps else UP
        self._walked: int | None = 0 if self._place() in self._rests else None
        """Places since the last rest; None: not seen at rest yet."""
        self._last_edge = 0.0
        self._edges = Rate(MOST_EDGES)
        self._steps = Rate(MOST_STEPS)

    @property
    def unrested(self) -> tuple[bool, bool]:
        """Which lines are down since the start: stuck, shorted, or the knob is between steps."""
        if self._walked is not None:
            return False, False
        return self._levels[0], self._levels[1]

    def edge(self, line: int, down: bool, at: float) -> None:
        self.due(at)
        if down == self._levels[line]:
            return
        before = self._place()
        self._levels[line] = down
        self._last_edge = at
        if self._edges.exceeded(at):
            self.noisy = True
        if self.noisy:
            return
        if self._walked is not None:
            # One place forward or back; a lost edge, two places at once, tells no direction.
            self._walked += (0, 1, 0, -1)[(self._place() - before) % 4]
        if self._place() in self._rests:
            self._rest(at)

    def due(self, at: float) -> None:
        if (rested := self.next_due()) is not None and rested <= at:
            self.noisy, self._walked = False, 0

    def next_due(self) -> float | None:
        rested = self._place() in self._rests
        return self._last_edge + REST if self.noisy and rested else None

    def _place(self) -> int:
        return AROUND[self._levels[0], self._levels[1]]

    def _rest(self, at: float) -> None:
        walked, self._walked = self._walked or 0, 0
        if abs(walked) < 2:  # there and back; a whole walk is 4, half a one or with a lost edge 2
            return
        if self._steps.exceeded(at):
            self.noisy = True
        else:
            self._turned("next" if walked > 0 else "previous")
