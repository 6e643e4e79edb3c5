"""What kioskd itself saw of the figures: every 5 minutes for two days, every hour for ninety.

Each span of time has one place, which is the next one's after so long: the history never grows,
and no clock that jumps can mix two spans. Keeping it on the card is the host's work.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec import Struct

STEP = 300  # seconds between two samples
HOUR = 3600
STEPS = HOUR // STEP
FINE = 2 * 24 * STEPS  # samples that are held
HOURS = 90 * 24
PLACES = FINE + HOURS


class Sample(Struct, frozen=True, kw_only=True):
    """The figures as they were at ``at``, and what happened in the span that ended then.

    What is not known is None. ``tickets`` and ``dashboard`` are the tags of the sources that said
    it, 0 where none did: what one source said is never shown for another.
    """

    at: int
    """Unix time, a multiple of the span's length."""
    tickets: int = 0
    dashboard: int = 0
    critical: int | None = None
    high: int | None = None
    medium: int | None = None
    low: int | None = None
    unknown: int | None = None
    opened: int | None = None
    closed: int | None = None
    covers: int = 0
    """For how many steps ``opened`` and ``closed`` are known."""
    oldest: int | None = None
    """Age of the oldest open ticket in seconds."""
    open_tickets: float | None = None
    response: float | None = None
    """Seconds."""
    resolution: float | None = None
    satisfaction: float | None = None
    surveys: float | None = None

    @property
    def total(self) -> int | None:
        """How many tickets there are."""
        found = (self.critical, self.high, self.medium, self.low, self.unknown)
        known = [count for count in found if count is not None]
        return sum(known) if known else None


class Tags(NamedTuple):
    """Where the figures come from now, as ``Sample`` has it."""

    tickets: int
    dashboard: int


class History:
    """What has changed since it was last kept is in ``unkept``: places that are to be written."""

    def __init__(self) -> None:
        self._places: dict[int, Sample] = {}
        self._newest = 0
        self._summed = 0  # the last hour that was looked at
        self.unkept: set[int] = set()

    def restore(self, samples: Iterable[tuple[int, Sample]]) -> None:
        """Put back what was kept, each with its place."""
        self._places |= dict(samples)
        self._newest = max((sample.at for sample in self._places.values()), default=0)

    def at_place(self, place: int) -> Sample | None:
        """What is to be kept there."""
        return self._places.get(place)

    def add(self, sample: Sample) -> None:
        """Take the newest sample. What is later than it was taken by a clock that was wrong."""
        if sample.at < self._newest:
            for place in [place for place, old in self._places.items() if old.at > sample.at]:
                del self._places[place]
                self.unkept.add(place)
            self._summed = 0
        self._newest = sample.at
        self._put(fine_place(sample.at), sample)
        self._sum_up(sample.at)

    def fine(self, since: int, until: int) -> Iterator[Sample]:
        """The samples after ``since`` and up to ``until``, in order."""
        first = since // STEP * STEP + STEP
        for at in range(max(first, until - FINE * STEP + STEP), until + 1, STEP):
            found = self._places.get(fine_place(at))
            if found is not None and found.at == at:
                yield found

    def hourly(self, since: int, until: int) -> Iterator[Sample]:
        """The hours that end after ``since``, in order; the last may not have ended at ``until``.

        Each has the figures as they were at its end, and the sums of what happened in it.
        """
        for at in range(since // HOUR * HOUR + HOUR, until + HOUR, HOUR):
            found = self._places.get(hour_place(at))
            if found is None or found.at != at:
                found = self._sum(at)
            if found is not None:
                yield found

    def first(self, tags: Tags) -> int | None:
        """The time of the first sample of today's sources; None: there is none."""
        times = [
            sample.at
            for sample in self._places.values()
            if (sample.tickets and sample.tickets == tags.tickets)
            or (sample.dashboard and sample.dashboard == tags.dashboard)
        ]
        return min(times, default=None)

    def _put(self, place: int, sample: Sample) -> None:
        self._places[place] = sample
        self.unkept.add(place)

    def _sum_up(self, now: int) -> None:
        """Make each hour that has ended since its samples were taken, also before a restart."""
        oldest = (now - (FINE - STEPS) * STEP) // HOUR * HOUR
        for at in range(max(oldest, self._summed + HOUR), now + 1, HOUR):
            self._summed = at
            found = self._places.get(hour_place(at))
            if (found is None or found.at != at) and (hour := self._sum(at)) is not None:
                self._put(hour_place(at), hour)

    def _sum(self, at: int) -> Sample | None:
        """The hour that ends at ``at``, of its samples; those of another source are left out."""
        samples = list(self.fine(at - HOUR, at))
        if not samples:
            return None
        tickets = next((s for s in reversed(samples) if s.tickets), samples[-1])
        board = next((s for s in reversed(samples) if s.dashboard), samples[-1])
        counted = [s for s in samples if s.covers and s.tickets == tickets.tickets]
        return msgspec.structs.replace(
            tickets,
            at=at,
            opened=sum(s.opened or 0 for s in counted) if counted else None,
            closed=sum(s.closed or 0 for s in counted) if counted else None,
            covers=min(STEPS, sum(s.covers for s in counted)),
            dashboard=board.dashboard,
            open_tickets=board.open_tickets,
            response=board.response,
            resolution=board.resolution,
            satisfaction=board.satisfaction,
            surveys=board.surveys,
        )


def fine_place(at: int) -> int:
    """The place of the sample that was taken at ``at``."""
    return at // STEP % FINE


def hour_place(at: int) -> int:
    """The place of the hour that ended at ``at``."""
    return FINE + at // HOUR % HOURS


def belongs(place: int, sample: Sample) -> bool:
    """Whether a sample may stand at this place."""
    if place < FINE:
        return sample.at % STEP == 0 and fine_place(sample.at) == place
    return sample.at % HOUR == 0 and hour_place(sample.at) == place
