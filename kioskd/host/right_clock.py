"""Whether the wall clock is known to be right. A Pi has none that runs while it is off.

It starts in 1970, or where it stopped: nothing of its own tells whether that was a minute or a
month ago. So somebody must vouch for it: systemd-timesyncd, a clock chip that says the same, or
the kernel, which any other NTP client tells when it has set the clock.
"""

import asyncio
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kioskd.core.alert_entry import CLOCK_STARTS
from kioskd.core.status import ClockStatus

JUMP = 30.0  # seconds by which the clock was set: who vouched for the one before does not any more
AGAIN = 60.0  # seconds between two looks
LONGEST = 600.0  # seconds between two questions to the kernel: each starts a service of systemd's
CHIP = 60.0  # seconds that a clock chip may be off
SLACK = 60.0  # seconds by which the clock is slewed meanwhile, and a second until it is looked at
SET = Path("/run/systemd/timesync/synchronized")  # man systemd-timesyncd.service
CHIPS = Path("/sys/class/rtc")
ASK = ("timedatectl", "show", "--property=NTPSynchronized", "--value")


class RightClock:
    """Once vouched for, the clock is right until somebody sets it.

    ``seen`` looks for who vouches for it; ``said`` asks the kernel, and is asked ever more seldom.
    """

    def __init__(
        self,
        seen: Callable[[], bool] | None = None,
        said: Callable[[], bool] | None = None,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._seen = seen or (lambda: vouched_for(self._set_at))
        self._said = said or kernel_says_so
        self._wall = wall
        self._clock = clock
        self._offset = wall() - clock()
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._patience, self._kernel_at = AGAIN, float("-inf")
        self._right = False
        self._doubted_at = clock()  # since when nobody vouches for it, while nobody does
        self._said_at: float | None = None  # when the kernel was asked last: the others are, too
        self._set_at = 0.0  # when somebody set the clock, as it says since; 0: not since the start

    def right(self) -> bool:
        """Whether it is known to be."""
        self._watch()
        return self._right

    def tick(self) -> None:
        """Called once a second: ask who may vouch for it, in a thread."""
        self._watch()
        late = self._clock() - self._asked >= AGAIN
        if not self._right and late and not self.busy() and self._wall() >= CLOCK_STARTS:
            self._asked = self._clock()
            self._asking = asyncio.create_task(self._ask(), name="right clock")

    def status(self) -> ClockStatus:
        """For how long nobody has vouched for it."""
        if self.right():
            return ClockStatus()
        now, asked = self._clock(), self._said_at
        doubted = round(now - self._doubted_at, 1)
        return ClockStatus(doubted, None if asked is None else round(now - asked, 1))

    def busy(self) -> bool:
        """Whether an answer is waited for."""
        return self._asking is not None and not self._asking.done()

    def _watch(self) -> None:
        offset = self._wall() - self._clock()
        if abs(offset - self._offset) > JUMP:
            if self._right:
                self._doubted_at = self._clock()
            self._right, self._asked, self._said_at = False, float("-inf"), None
            self._patience, self._kernel_at = AGAIN, float("-inf")
            self._set_at = self._wall()
        self._offset = offset

    async def _ask(self) -> None:
        before = self._asked
        vouched = await asyncio.to_thread(self._seen)
        if not vouched and self._clock() >= self._kernel_at:
            self._kernel_at = self._clock() + self._patience
            self._patience = min(2 * self._patience, LONGEST)
            vouched = await asyncio.to_thread(self._said)
            self._said_at = self._clock()
        self._watch()
        if self._asked == before:  # else it was set in between
            self._right = vouched


def vouched_for(set_at: float = 0.0, marker: Path = SET, chips: Path = CHIPS) -> bool:
    """Whether timesyncd or a clock chip vouches for the clock now, which was set at ``set_at``."""
    return _synchronised(marker, set_at) or _like_a_chip(chips)


def _synchronised(marker: Path, set_at: float) -> bool:
    """Whether timesyncd has set the clock, and nobody else has since.

    It touches its marker each time, and never takes it away. One that is later than now, older
    than the machine's start or than the last time that the clock was set vouches for another.
    """
    try:
        touched = marker.stat().st_mtime
    except OSError:
        return False
    now = time.time()
    booted = now - time.clock_gettime(time.CLOCK_BOOTTIME)
    return max(booted, set_at) - SLACK <= touched <= now + SLACK


def _like_a_chip(chips: Path) -> bool:
    for chip in chips.glob("rtc*/since_epoch"):
        try:
            if abs(int(chip.read_text()) - time.time()) <= CHIP:
                return True
        except (OSError, ValueError):
            continue
    return False


def kernel_says_so(timesyncd: Path = SET.parent) -> bool:
    """Whether an NTP client has told the kernel that it set the clock; may take seconds.

    Where timesyncd runs nobody else does, and its marker says it.
    """
    if timesyncd.exists():
        return False
    try:
        found = subprocess.run(ASK, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return found.stdout.strip() == b"yes"
