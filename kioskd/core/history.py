"""What kioskd itself saw of the figures: every 5 minutes for two days, every hour for ninety.

Each span of time has one place, which is the next one's after so long: the history never grows,
and no clock that jumps can mix two spans. Keeping it on the card is the host's work.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from kioskd.core.samples import SIZE, Sample, head, pack, right, unpack

STEP = 300  # seconds between two samples
HOUR = 3600
STEPS = HOUR // STEP
KNOWN = 2 * STEP  # seconds for which a sample says how it still is
FINE = 2 * 24 * STEPS  # samples that are held
HOURS = 90 * 24
PLACES = FINE + HOURS
WHOLE = PLACES * SIZE


class Tags(NamedTuple):
    """Where the figures come from now, as ``Sample`` has it."""

    tickets: int
    dashboard: int


class History:
    """What has changed since it was last kept is in ``unkept``: places that are to be written."""

    def __init__(self) -> None:
        self._bytes = bytearray(WHOLE)
        self._newest = 0
        self._summed = 0  # the last hour that was looked at
        self.unkept: set[int] = set()

    def restore(self, content: bytes) -> int:
        """Put back what was kept, as far as it is whole; how many samples are not."""
        broken = 0
        for place in range(min(PLACES, len(content) // SIZE)):
            found = content[place * SIZE : (place + 1) * SIZE]
            if not any(found):
                continue
            at, _, _ = head(found, 0)
            if right(found) and place in (fine_place(at), hour_place(at)):
                self._bytes[place * SIZE : (place + 1) * SIZE] = found
                self._newest = max(self._newest, at)
            else:
                broken += 1
                self.unkept.add(place)
        return broken

    def kept(self, place: int) -> bytes:
        """What is to be kept there."""
        return bytes(self._bytes[place * SIZE : (place + 1) * SIZE])

    def whole(self) -> bytes:
        """What is to be kept, every place of it."""
        return bytes(self._bytes)

    def add(self, sample: Sample) -> None:
        """Take the newest sample. What is later than it was taken by a clock that was wrong."""
        if sample.at < self._newest:
            for place in range(PLACES):
                if head(self._bytes, place * SIZE)[0] > sample.at:
                    self._put(place, bytes(SIZE))
            self._summed = 0
        self._newest = sample.at
        self._put(fine_place(sample.at), pack(sample))
        self._sum_up(sample.at)

    def fine(self, since: int, until: int) -> Iterator[Sample]:
        """The samples after ``since`` and up to ``until``, in order."""
        first = since // STEP * STEP + STEP
        for at in range(max(first, until - FINE * STEP + STEP), until + 1, STEP):
            if (found := self._at(fine_place(at), at)) is not None:
                yield found

    def hourly(self, since: int, until: int) -> Iterator[Sample]:
        """The hours that end after ``since``, in order; the last may not have ended at ``until``.

        Each has the figures as they were at its end, and the sums of what happened in it.
        """
        for at in range(since // HOUR * HOUR + HOUR, until + HOUR, HOUR):
            found = self._at(hour_place(at), at) or self._sum(at, min(at, until))
            if found is not None:
                yield found

    def first(self, tags: Tags) -> int | None:
        """The time of the first sample of today's sources; None: there is none."""
        heads = (head(self._bytes, place * SIZE) for place in range(PLACES))
        times = [
            at
            for at, tickets, dashboard in heads
            if (tickets and tickets == tags.tickets) or (dashboard and dashboard == tags.dashboard)
        ]
        return min(times, default=None)

    def _at(self, place: int, at: int) -> Sample | None:
        if head(self._bytes, place * SIZE)[0] != at:
            return None
        return unpack(self.kept(place))

    def _put(self, place: int, content: bytes) -> None:
        self._bytes[place * SIZE : (place + 1) * SIZE] = content
        self.unkept.add(place)

    def _sum_up(self, now: int) -> None:
        """Make each hour that has ended since its samples were taken, also before a restart."""
        oldest = (now - (FINE - STEPS) * STEP) // HOUR * HOUR
        for at in range(max(oldest, self._summed + HOUR), now + 1, HOUR):
            self._summed = at
            place = hour_place(at)
            if self._at(place, at) is None and (hour := self._sum(at, at)) is not None:
                self._put(place, pack(hour))

    def _sum(self, at: int, until: int) -> Sample | None:
        """The hour that ends at ``at``, as far as it is over ``until`` then, of its samples.

        Those of another source are left out. Nobody knows how it stood at the end of an hour in
        which the looks had failed for a while.
        """
        samples = list(self.fine(at - HOUR, at))
        if not samples:
            return None
        tickets = next((s for s in reversed(samples) if s.tickets), samples[-1])
        board = next((s for s in reversed(samples) if s.dashboard), samples[-1])
        counted = [s for s in samples if s.covers and s.tickets == tickets.tickets]
        if tickets.at < until - KNOWN:
            tickets = Sample(at=tickets.at, tickets=tickets.tickets)
        if board.at < until - KNOWN:
            board = Sample(at=board.at, dashboard=board.dashboard)
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
    """The place of the sample that was taken at ``at``; none, for no multiple of a step."""
    return at // STEP % FINE if at % STEP == 0 else -1


def hour_place(at: int) -> int:
    """The place of the hour that ended at ``at``; none, for no whole hour."""
    return FINE + at // HOUR % HOURS if at % HOUR == 0 else -1
