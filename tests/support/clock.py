"""Time as a test sets it."""

import datetime


class Clock:
    """A monotonic clock, and a wall clock that runs with it until one of them is set."""

    def __init__(self, now: float = 1000.0, wall: float = 1_795_000_000.0) -> None:
        self.now = now
        """Monotonic seconds."""
        self.offset = wall - now
        """What the wall clock is ahead of it, in seconds."""

    def __call__(self) -> float:
        return self.now

    def wall(self) -> float:
        """Unix time."""
        return self.now + self.offset

    def set(self, moment: datetime.datetime) -> None:
        """Set the wall clock only."""
        self.offset = moment.timestamp() - self.now
