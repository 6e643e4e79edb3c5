"""How long to wait before the next try: twice as long each time, up to a limit.

The sound process waits so too, and has no event loop: nothing of asyncio here, which is 2 MB.
"""

import random

FIRST_DELAY, LONGEST_DELAY, REFUSED_DELAY, STABLE = 1.0, 60.0, 120.0, 30.0  # seconds
UNPLUGGED_DELAY = 5.0  # seconds without a network: nobody is disturbed, and somebody waits


class Backoff:
    """``first`` and ``longest`` in seconds."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def next(self) -> float:
        """The delay before this try, in seconds; the one after it doubles."""
        delay, self._next = self._next, min(2 * self._next, self._longest)
        return delay

    def reset(self) -> None:
        """What was tried has worked: the next delay is the first one again."""
        self._next = self._first


class Retries:
    """The rules of every link that is tried again for ever, a source's and a broker's.

    Full jitter up to 60 s, so that a fleet doesn't return in the same second; the delay shrinks
    back only after a link that was of use for 30 s, so that accept-then-close makes no storm.
    """

    def __init__(self) -> None:
        self._backoff = Backoff(FIRST_DELAY, LONGEST_DELAY)

    def wait(self, held: float, refused: bool = False, unplugged: bool = False) -> float:
        """Seconds until the next try, after a link that was of use for ``held`` seconds.

        ``refused``: we are not authorised. ``unplugged``: this machine has no network.
        """
        if held > STABLE and not refused:
            self._backoff.reset()
        wait = random.uniform(0.2, 1) * self._backoff.next()
        if refused:
            wait = random.uniform(0.5, 1) * REFUSED_DELAY
        return min(wait, UNPLUGGED_DELAY) if unplugged else wait

    def hurried(self) -> None:
        """Somebody mended something: the next delay is the first one again."""
        self._backoff.reset()
