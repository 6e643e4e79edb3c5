"""Two buttons pressed together: one action in place of their own. No hardware, no clock.

Times are seconds on one monotonic clock. A button that is in a chord waits so long for the other
one, or until it is released; one that is in none waits for nothing.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from kioskd.config import Chord

# Between two fingers that mean one press. It is what the press of such a button alone is late, and
# no more than people take for "at once" where they see the answer on a screen (0.1 to 0.2 s).
TOGETHER = 0.15


class Pressed(Protocol):
    """A button that is down, or was until a moment ago."""

    def held(self, at: float) -> bool:
        """Whether it was down then, and has done nothing yet."""

    def spend(self) -> None:
        """This press does nothing more."""


CatchUp = Callable[[float], None]
"""Takes in all that a line has said up to a time, also what still waits for a busy loop."""


class Chords:
    """``did`` is told the pair that was pressed."""

    def __init__(self, chords: Sequence[Chord], did: Callable[[Chord], None]) -> None:
        self._chords = chords
        self._did = did
        self._down: dict[int, tuple[Pressed, float]] = {}
        self._catch_up: dict[int, CatchUp] = {}
        self._looking = False

    def member(self, pin: int, catch_up: CatchUp) -> "Member | None":
        """What a button has to do with others; None: nothing."""
        if not any(pin in chord.pins for chord in self._chords):
            return None
        self._catch_up[pin] = catch_up
        return Member(self, pin)

    def pressed(self, pin: int, button: Pressed, since: float) -> None:
        """A button went down: with another one of its own, it is spent, and so is that."""
        self._down[pin] = button, since
        for chord, other in self._with(pin):
            if other not in self._down:
                continue
            partner, before = self._down[other]
            if abs(since - before) <= TOGETHER and partner.held(since):
                button.spend()
                partner.spend()
                self._did(chord)
                return

    def look(self, pin: int, at: float) -> None:
        """Hear the others of a button first: their edges may wait behind its own."""
        if self._looking:
            return
        self._looking = True
        try:
            for _, other in self._with(pin):
                if other in self._catch_up:
                    self._catch_up[other](at)
        finally:
            self._looking = False

    def _with(self, pin: int) -> list[tuple[Chord, int]]:
        """Its chords, each with the other button's pin."""
        found = [chord for chord in self._chords if pin in chord.pins]
        return [(chord, sum(chord.pins) - pin) for chord in found]


class Member:
    """One button's place in its chords."""

    def __init__(self, chords: Chords, pin: int) -> None:
        self._chords = chords
        self._pin = pin

    def pressed(self, button: Pressed, since: float) -> None:
        self._chords.pressed(self._pin, button, since)

    def look(self, at: float) -> None:
        self._chords.look(self._pin, at)
