"""Who vouches for the clock, and until when."""

import os
import time
from pathlib import Path

import pytest

from kioskd.core.status import ClockStatus
from kioskd.host.right_clock import AGAIN, LONGEST, RightClock, kernel_says_so, vouched_for
from tests.support.clock import Clock
from tests.support.waiting import until


class Witness:
    def __init__(self, answer: bool) -> None:
        self.answer, self.times = answer, 0

    def __call__(self) -> bool:
        self.times += 1
        return self.answer


async def look(right: RightClock, seen: Witness) -> None:
    before = seen.times
    right.tick()
    await until(lambda: seen.times > before and not right.busy())


async def test_a_clock_is_right_once_somebody_vouches_for_it() -> None:
    clock, asked = Clock(wall=1_800_000_000.0), Witness(False)
    right = RightClock(asked, Witness(False), clock.wall, clock)
    await look(right, asked)
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
    right = RightClock(asked, Witness(False), clock.wall, clock)
    right.tick()
    await until(right.right)
    clock.offset += 3600
    asked.answer = False
    assert not right.right()
    await look(right, asked)
    assert not right.right()


async def test_nobody_is_asked_about_1970() -> None:
    asked = Witness(True)
    right = RightClock(asked, asked, lambda: 12.0, lambda: 12.0)
    right.tick()
    assert asked.times == 0
    assert not right.right()


def test_timesyncd_and_a_clock_chip_vouch_for_it(tmp_path: Path) -> None:
    marker, chips = tmp_path / "synchronized", tmp_path / "rtc"
    (chips / "rtc0").mkdir(parents=True)
    chip = chips / "rtc0" / "since_epoch"
    chip.write_text("86412\n")  # a Pi 5 without a battery
    assert not vouched_for(0.0, marker, chips)
    chip.write_text("nonsense")
    assert not vouched_for(0.0, marker, chips)
    chip.write_text(f"{time.time():.0f}\n")
    assert vouched_for(0.0, marker, chips)
    assert not vouched_for(0.0, marker, tmp_path / "none")
    marker.touch()
    assert vouched_for(0.0, marker, tmp_path / "none")


def test_timesyncd_does_not_vouch_for_a_clock_that_was_set_since(tmp_path: Path) -> None:
    marker, none, now = tmp_path / "synchronized", tmp_path / "none", time.time()
    marker.touch()
    assert vouched_for(now - 3600, marker, none)  # it was set, and then put right
    assert not vouched_for(now + 3600, marker, none)  # somebody has set it since
    os.utime(marker, (now + 86400, now + 86400))  # set back by a day after it was put right
    assert not vouched_for(0.0, marker, none)
    started = now - time.clock_gettime(time.CLOCK_BOOTTIME)
    os.utime(marker, (started - 86400, started - 86400))  # set forward by more than the uptime
    assert not vouched_for(0.0, marker, none)


async def test_the_kernel_is_asked_ever_more_seldom_and_the_others_each_minute() -> None:
    clock, seen, said = Clock(wall=1_800_000_000.0), Witness(False), Witness(False)
    right = RightClock(seen, said, clock.wall, clock)
    for _ in range(180):
        await look(right, seen)
        clock.now += AGAIN
    assert said.times == 21  # at 0, 1, 3, 7, 15 minutes, and then every 10
    said.answer = True
    clock.now += LONGEST
    right.tick()
    await until(right.right)


async def test_it_says_for_how_long_nobody_vouches_and_when_it_asked() -> None:
    clock, seen, said = Clock(wall=1_800_000_000.0), Witness(False), Witness(False)
    right = RightClock(seen, said, clock.wall, clock)
    assert right.status() == ClockStatus(0.0, None)
    clock.now += 5
    await look(right, seen)
    clock.now += AGAIN
    assert right.status() == ClockStatus(5 + AGAIN, AGAIN)
    seen.answer = True
    right.tick()
    await until(right.right)
    assert right.status() == ClockStatus()
    clock.now += 1000
    clock.offset += 3600  # somebody set it
    assert right.status() == ClockStatus(0.0, None)


def test_the_kernel_is_not_asked_where_timesyncd_runs(tmp_path: Path) -> None:
    assert not kernel_says_so(tmp_path)


def test_a_machine_without_timedatectl_vouches_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not kernel_says_so(tmp_path / "none")
    answer = tmp_path / "timedatectl"
    for said, right in (("yes", True), ("no", False)):
        answer.write_text(f"#!/bin/sh\necho {said}\n")
        answer.chmod(0o755)
        assert kernel_says_so(tmp_path / "none") is right
