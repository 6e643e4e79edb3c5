"""What people tell the room: a line above every screen, or a full one, for a time.

A notice "for 30 minutes" runs on the monotonic clock, one with dates on the wall clock. While the
wall clock is wrong (a Pi boots in 1970) one with dates is not shown: nobody knows whether it holds.
"""

import time
from collections.abc import Callable, Iterable

import msgspec
from msgspec import Struct

from kioskd.core.actor import Actor
from kioskd.core.alert_entry import CLOCK_STARTS, iso
from kioskd.core.status import Look, NoticeStatus
from kioskd.errors import ProtocolError
from kioskd.words import tr

MOST = 20  # notices at a time: more would be read by nobody
LONGEST = 300  # characters
LONGEST_TIME = 366 * 86400.0  # seconds
DEFAULT_TIME = 1800.0  # seconds, for a notice without a time


class Notice(Struct, frozen=True):
    """``starts`` and ``until`` in seconds since 1970, where they were given as dates.

    ``seconds`` is how long it stands from now on, for one without dates; when kept on the card, how
    long it stood then.
    """

    number: int
    text: str
    look: Look
    by: Actor
    starts: float | None = None
    until: float | None = None
    seconds: float | None = None


class Notices:
    """``wall`` in seconds since 1970, ``clock`` monotonic."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._clock = clock
        self._held: dict[int, Notice] = {}
        self._ends: dict[int, float] = {}  # on the monotonic clock
        self._numbers = 0
        self._shown: list[int] = []

    def post(
        self,
        text: str,
        by: Actor,
        look: Look = "strip",
        seconds: float | None = None,
        starts: float | None = None,
        until: float | None = None,
    ) -> Notice:
        """Tell it for ``seconds``, from ``starts`` on where that is given, or ``until`` a date.

        Raises ``ProtocolError``, which says what is wrong.
        """
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        if not text:
            raise ProtocolError(tr("`text` must not be empty"))
        if len(text) > LONGEST:
            raise ProtocolError(
                tr(
                    "`text` has {count} characters; {most} can be read",
                    count=len(text),
                    most=LONGEST,
                )
            )
        if len(self._held) >= MOST:
            raise ProtocolError(
                tr("{count} notices stand already; end one first", count=MOST), "notices_full"
            )
        if seconds is not None and not 0 < seconds <= LONGEST_TIME:
            raise ProtocolError(
                tr("`seconds` must be a number over 0, up to {most:.0f}", most=LONGEST_TIME)
            )
        if until is not None and seconds is not None:
            raise ProtocolError(tr("give `seconds` or `until`, not both"))
        seconds = DEFAULT_TIME if seconds is None and until is None else seconds
        if seconds is not None and starts is not None:
            until, seconds = starts + seconds, None
        if until is not None:
            self._check_dates(starts, until)
        self._numbers += 1
        notice = Notice(self._numbers, text, look, by, starts, until, seconds)
        self._hold(notice)
        return notice

    def _check_dates(self, starts: float | None, until: float) -> None:
        now = self._wall()
        if now < CLOCK_STARTS:
            said = tr("the kiosk's clock is not set yet: give `seconds` instead of dates")
            raise ProtocolError(said, "no_clock")
        if until <= max(now, starts or 0):
            raise ProtocolError(tr("`until` must be later than now, and than `from`"))
        if until > now + LONGEST_TIME:
            raise ProtocolError(tr("`until` must be within a year"))

    def end(self, number: int | None = None) -> list[Notice]:
        """Take one back, or all of them; those that stood."""
        numbers = list(self._held) if number is None else [number]
        ended = [self._held[each] for each in numbers if each in self._held]
        for notice in ended:
            self._drop(notice.number)
        return ended

    def tick(self) -> bool:
        """Drop what is over; whether what is to be seen is no longer the same."""
        now = self._clock()
        for number in [number for number, at in self._ends.items() if at <= now]:
            self._drop(number)
        wall = self._wall()
        if wall >= CLOCK_STARTS:
            for number in [n.number for n in self._held.values() if n.until and n.until <= wall]:
                self._drop(number)
        shown = [notice.number for notice in self._held.values() if self._is_shown(notice)]
        before, self._shown = self._shown, shown
        return shown != before

    def status(self) -> list[NoticeStatus]:
        """All that stand or will, the oldest first."""
        return [
            NoticeStatus(
                notice.number,
                notice.text,
                notice.look,
                notice.by,
                self._is_shown(notice),
                iso(notice.starts),
                iso(notice.until),
                None if (left := self._left(notice)) is None else round(left, 1),
            )
            for notice in self._held.values()
        ]

    # Over a restart

    def kept(self) -> tuple[Notice, ...]:
        """What the state file holds; equal while nothing was told or ended."""
        return tuple(self._held.values())

    def content(self) -> tuple[Notice, ...]:
        """The same for the file, with what is left of each time now."""
        held = self._held.values()
        return tuple(msgspec.structs.replace(n, seconds=self._left(n)) for n in held)

    def restore(self, notices: Iterable[Notice], age: float) -> None:
        """Put back what was kept ``age`` seconds ago; 0 where nobody knows."""
        for notice in notices:
            self._numbers = max(self._numbers, notice.number)
            if notice.seconds is not None:
                notice = msgspec.structs.replace(notice, seconds=notice.seconds - age)
            self._hold(notice)
        self.tick()

    def _hold(self, notice: Notice) -> None:
        self._held[notice.number] = notice
        if notice.seconds is not None:
            self._ends[notice.number] = self._clock() + notice.seconds

    def _drop(self, number: int) -> None:
        self._held.pop(number, None)
        self._ends.pop(number, None)

    def _left(self, notice: Notice) -> float | None:
        end = self._ends.get(notice.number)
        return None if end is None else max(0.0, end - self._clock())

    def _is_shown(self, notice: Notice) -> bool:
        if notice.seconds is not None:
            return True
        now = self._wall()
        begun = notice.starts is None or notice.starts <= now
        return now >= CLOCK_STARTS and begun and (notice.until is None or now < notice.until)
