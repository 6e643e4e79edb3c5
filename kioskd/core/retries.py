"""When a link that was lost is tried again."""

import random

from kioskd.core.backoff import Backoff

FIRST_DELAY, LONGEST_DELAY, REFUSED_DELAY, STABLE = 1.0, 60.0, 120.0, 30.0  # seconds
UNPLUGGED_DELAY = 5.0  # seconds without a network: nobody is disturbed, and somebody waits


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
