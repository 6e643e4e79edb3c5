"""How long to wait before the next try: twice as long each time, up to a limit.

The sound process imports this, too: nothing of asyncio here, and no random numbers.
"""


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
