"""How long what a kiosk shares was on its way over the broker.

By the time that it lay at the broker, and by the sharer's own monotonic clock, against which a
message that came late betrays itself. No wall clock counts.
"""

from collections import deque

from kioskd.core.ports import Heard
from kioskd.core.shared import Said

COMPARED = 240  # messages, of an hour about: clocks of two machines drift apart in a day


class Transit:
    """How long messages of one sharer were on their way, as far as that can be known."""

    def __init__(self) -> None:
        self._run = ""
        self._uptimes: dict[str, float] = {}
        self._offsets: deque[float] = deque(maxlen=COMPARED)

    def news(self, said: Said, heard: Heard) -> bool:
        """Whether it was said after all of this part that came so far."""
        return said.run != self._run or said.uptime > self._uptimes.get(heard.part, -1.0)

    def take(self, said: Said, heard: Heard, now: float) -> float | None:
        """Seconds since it was said; None: nobody knows how long the broker had it."""
        if said.run != self._run:
            self._run = said.run
            self._uptimes.clear()
            self._offsets.clear()
        self._uptimes[heard.part] = said.uptime
        offset = now - said.uptime
        if not heard.retained:
            self._offsets.append(offset)
        late = offset - min(self._offsets) if self._offsets else None
        kept = None
        if heard.retained and heard.left is not None and heard.left <= said.expires:
            kept = said.expires - heard.left + 1.0  # the broker counts whole seconds
        known = [each for each in (late, kept) if each is not None]
        return max(known) if known else None
