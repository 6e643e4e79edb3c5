"""Looks at the figures every 5 minutes, and says what was opened and closed in between.

What is opened is in this picture of the tickets and was not in the last one. What is closed is in
it as solved, or is in no picture any more, in two of them: a helpdesk may leave one out. That needs
pictures that the source has just confirmed and that follow each other: the first one after a start,
or after the source was away for longer, counts nothing. A ticket that has a creation time is opened
only where that is not older than an hour before the last picture: it may have been moved.
"""

import re
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

import msgspec
from msgspec import Struct

from kioskd.config import SEVERITIES, View
from kioskd.core import values
from kioskd.core.history import STEP, History, Tags
from kioskd.core.messages import Ticket
from kioskd.core.samples import LATEST, Sample
from kioskd.core.state import State

REACH = 2 * STEP + 60.0  # seconds between two pictures that still follow each other
LARGEST = 1e15  # a figure beyond it is none
OLDER = 3600.0  # seconds: a helpdesk may list a ticket late, or have another clock
OVER = frozenset(("solved", "closed", "done", "cancelled"))
_SPAN = re.compile(
    r"(?:(\d{1,6})\s*(?:d|dias?|days?|días?))?\s*(?:(\d{1,6})\s*(?:h|hs?|hours?|horas?))?\s*"
    r"(?:(\d{1,6})\s*(?:m|min|mins|minutes?|minutos?))?\s*(?:(\d{1,6})\s*(?:s|seg|sec)\w*)?",
    re.ASCII | re.IGNORECASE,
)


class _Frame(Struct):
    kpis: dict[str, Any] = {}


class _Picture(Struct, frozen=True):
    """Which tickets were open, and which were and are in it no more.

    ``confirmed`` is on the monotonic clock, and ``at`` the same in Unix time.
    """

    open: frozenset[str]
    gone: frozenset[str]
    confirmed: float
    at: float
    tag: int


class Recorder:
    """``selections`` tells where each view comes from and what is chosen there, ``right`` whether
    the wall clock is known to be: nothing is recorded with a time that may be wrong. ``zone`` is
    that of times without one.
    """

    def __init__(
        self,
        state: State,
        history: History,
        selections: Callable[[], Mapping[View, str]],
        right: Callable[[], bool],
        zone: Callable[[], tzinfo],
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._state = state
        self._history = history
        self._selections = selections
        self._right = right
        self._zone = zone
        self._wall = wall
        self._clock = clock
        self._slot = 0
        self._last: _Picture | None = None

    def forget(self) -> None:
        """The next picture may show other tickets: it follows none."""
        self._last = None

    def tags(self) -> Tags:
        """Where the figures come from now."""
        found = self._selections()
        return Tags(_tag(found.get("tickets")), _tag(found.get("dashboard")))

    def now(self) -> int | None:
        """The time of the last sample that was due; None: nobody knows the time."""
        now = self._wall()
        return int(now) // STEP * STEP if now < LATEST and self._right() else None

    def tick(self) -> bool:
        """Called once a second: take a sample when it is due; whether it was."""
        slot = self.now()
        if slot is None:
            self._slot = 0
            return False
        if self._slot - STEP <= slot <= self._slot:
            return False  # a clock that is corrected may go back by a few seconds
        first, self._slot = self._slot == 0, slot
        if not first and (sample := self._sample(slot)) is not None:
            self._history.add(sample)
        return True

    def _sample(self, at: int) -> Sample | None:
        """What is known at this moment; None: nothing is."""
        sample = Sample(at=at)
        if not self._state.stale("tickets"):
            sample = self._of_tickets(sample)
        if not self._state.stale("dashboard"):
            sample = self._of_dashboard(sample)
        return sample if sample.tickets or sample.dashboard else None

    def _of_tickets(self, sample: Sample) -> Sample:
        rows: tuple[Ticket, ...] = self._state.held["tickets"].update.rows
        now, zone, tag = self._wall(), self._zone(), self.tags().tickets
        age = self._state.age("tickets") or 0.0
        counts: dict[str, int] = dict.fromkeys((*SEVERITIES, "unknown"), 0)
        for row in rows:
            counts[row.priority if row.priority in counts else "unknown"] += 1
        open_rows = [row for row in rows if row.status not in OVER]
        created = {row.id: values.instant(row.createdAt, zone) for row in open_rows}
        known = [moment for moment in created.values() if moment is not None]
        found = msgspec.structs.replace(
            sample,
            tickets=tag,
            **counts,
            open=len(open_rows),
            oldest=max(0, int(now - min(known))) if known else None,
        )
        last, confirmed = self._last, self._clock() - age
        if last is not None and last.tag == tag and confirmed < last.confirmed + 1.0:
            return found  # the source has not answered since
        follows = last is not None and last.tag == tag and confirmed - last.confirmed <= REACH
        before = last if follows and last is not None else None
        over = {row.id for row in rows if row.status in OVER}
        gone = before.open - created.keys() if before else frozenset[str]()
        still = frozenset(created)
        self._last = _Picture(still, gone - over, confirmed, now - age, tag)
        if before is None:
            return found
        since = before.at - OLDER
        came = (created[identity] for identity in still - before.open - before.gone)
        return msgspec.structs.replace(
            found,
            opened=sum(moment is None or moment >= since for moment in came),
            closed=len(gone & over) + len(before.gone - still),
            covers=max(1, min(2, round((confirmed - before.confirmed) / STEP))),
        )

    def _of_dashboard(self, sample: Sample) -> Sample:
        frame = self._state.held["dashboard"].update.frame
        try:
            kpis = msgspec.json.decode(frame, type=_Frame).kpis
        except msgspec.MsgspecError:  # a source of another make; nothing is known of it
            return sample
        return msgspec.structs.replace(
            sample,
            dashboard=self.tags().dashboard,
            open_tickets=_number(kpis.get("openTickets")),
            response=seconds(kpis.get("avgResponseTime")),
            resolution=_number(kpis.get("resolutionRate")),
            satisfaction=_number(kpis.get("customerSatisfaction")),
            surveys=_number(kpis.get("surveyCount")),
        )


def seconds(written: Any) -> float | None:
    """``2h 30m``, ``3d 4h``, ``45 min`` in seconds; None for what says something else."""
    match = _SPAN.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes, rest = (int(found or 0) for found in match.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + rest)


def _number(value: Any) -> float | None:
    known = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if known and abs(value) <= LARGEST else None


def _tag(selection: str | None) -> int:
    """Source and selection in 32 bits; 0: there is none."""
    return 0 if selection is None else zlib.crc32(selection.encode(errors="replace")) or 1
