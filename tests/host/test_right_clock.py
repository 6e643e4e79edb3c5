"""Who vouches for the clock, and until when."""

import asyncio
import time
from pathlib import Path

from kioskd.host.right_clock import AGAIN, RightClock, vouched_for
from tests.support.clock import Clock
from tests.support.waiting import until


class Witness:
    def __init__(self, answer: bool) -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> bool:
        self.times += 1
        return self.answer


async def test_a_clock_is_right_once_somebody_vouches_for_it() -> None:
    clock, asked = Clock(wall=1_800_000_000.0), Witness(False)
    right = RightClock(asked, clock.wall, clock)
    right.tick()
    await until(lambda: asked.times == 1)
    await asyncio.sleep(0)
    assert not right.right()
    asked.answer = True
    clock.now += AGAIN
    right.tick()
    await until(right.right)
    clock.now += 86400  # without a network the kernel takes its word back, and nothing is wrong
    asked.answer = False
    right.tick()
    assert right.right()
    assert asked.times == 2


async def test_a_clock_that_is_set_is_asked_about_anew() -> None:
    clock, asked = Clock(wall=1_800_000_000.0), Witness(True)
    right = RightClock(asked, clock.wall, clock)
    right.tick()
    await until(right.right)
    clock.offset += 3600
    asked.answer = False
    assert not right.right()
    right.tick()
    await until(lambda: asked.times == 2)
    assert not right.right()


async def test_nobody_is_asked_about_1970() -> None:
    asked = Witness(True)
    right = RightClock(asked, lambda: 12.0, lambda: 12.0)
    right.tick()
    assert asked.times == 0
    assert not right.right()


def test_timesyncd_and_a_clock_chip_vouch_for_it(tmp_path: Path) -> None:
    marker, chips = tmp_path / "synchronized", tmp_path / "rtc"
    (chips / "rtc0").mkdir(parents=True)
    chip = chips / "rtc0" / "since_epoch"
    chip.write_text("86412\n")  # a Pi 5 without a battery
    without = vouched_for(marker, chips)
    chip.write_text(f"{time.time():.0f}\n")
    assert vouched_for(marker, chips)
    chip.write_text("nonsense")
    assert vouched_for(marker, chips) is without
    marker.touch()
    assert vouched_for(marker, chips)
