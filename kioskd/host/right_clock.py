"""Whether the wall clock is known to be right. A Pi has none that runs while it is off.

It starts in 1970, or where it stopped: nothing of its own tells whether that was a minute or a
month ago. So somebody must vouch for it: systemd-timesyncd, a clock chip that says the same, or
the kernel, which any other NTP client tells when it has set the clock.
"""

import asyncio
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kioskd.core.alert_entry import CLOCK_STARTS

JUMP = 30.0  # seconds by which the clock was set: who vouched for the one before does not any more
AGAIN = 60.0  # seconds between two questions
CHIP = 60.0  # seconds that a clock chip may be off
SET = Path("/run/systemd/timesync/synchronized")  # man systemd-timesyncd.service
CHIPS = Path("/sys/class/rtc")
ASK = ("timedatectl", "show", "--property=NTPSynchronized", "--value")


class RightClock:
    """Once vouched for, the clock is right until somebody sets it."""

    def __init__(
        self,
        vouched: Callable[[], bool] | None = None,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._vouched = vouched or vouched_for
        self._wall = wall
        self._clock = clock
        self._offset = wall() - clock()
        self._asked = float("-inf")
        self._asking: asyncio.Task[None] | None = None
        self._right = False

    def right(self) -> bool:
        """Whether it is known to be."""
        self._watch()
        return self._right

    def tick(self) -> None:
        """Called once a second: ask who may vouch for it, in a thread."""
        self._watch()
        busy = self._asking is not None and not self._asking.done()
        late = self._clock() - self._asked >= AGAIN
        if not self._right and late and not busy and self._wall() >= CLOCK_STARTS:
            self._asked = self._clock()
            self._asking = asyncio.create_task(self._ask(), name="right clock")

    def _watch(self) -> None:
        offset = self._wall() - self._clock()
        if abs(offset - self._offset) > JUMP:
            self._right, self._asked = False, float("-inf")
        self._offset = offset

    async def _ask(self) -> None:
        before = self._asked
        vouched = await asyncio.to_thread(self._vouched)
        self._watch()
        if self._asked == before:  # else it was set in between
            self._right = vouched


def vouched_for(marker: Path = SET, chips: Path = CHIPS) -> bool:
    """Whether somebody vouches for the clock now; may take seconds."""
    return os.path.exists(marker) or _like_a_chip(chips) or _kernel_says_so()


def _like_a_chip(chips: Path) -> bool:
    for chip in chips.glob("rtc*/since_epoch"):
        try:
            if abs(int(chip.read_text()) - time.time()) <= CHIP:
                return True
        except (OSError, ValueError):
            continue
    return False


def _kernel_says_so() -> bool:
    try:
        found = subprocess.run(ASK, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return found.stdout.strip() == b"yes"
