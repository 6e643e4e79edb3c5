"""Bouncing buttons at full length: 10,000 presses through gpiozero's pins and the loop."""

import asyncio
import random
import threading
import time
from collections.abc import Iterator

import pytest

from kioskd.config import Button, Config
from tests.support.board import MOCK, Asked, Board, wired
from tests.support.clock import Clock
from tests.support.waiting import until

MS = 0.001
PRESSES = 10_000
Edge = tuple[float, bool]


def chatter(at: float, ends: bool, dice: random.Random) -> list[Edge]:
    """A contact that bounces for up to 7 ms, about every millisecond, and then rests."""
    bounces = dice.randrange(0, 4) * 2
    return [(at + i * MS, (i % 2 == 0) == ends) for i in range(bounces + 1)]


def spike(at: float, down: bool, dice: random.Random) -> list[Edge]:
    """A disturbance on the wire of less than 5 ms."""
    return [(at, not down), (at + dice.uniform(0.1, 5) * MS, down)]


def traces(dice: random.Random) -> Iterator[list[Edge]]:
    """One press each: from a tap of 20 ms to one of half a second, with spikes in and after it."""
    at = 2000.0
    while True:
        held = dice.choice([20 * MS, dice.uniform(20, 60) * MS, dice.uniform(60, 500) * MS])
        trace = chatter(at, True, dice)
        settled = trace[-1][0]
        if held > 50 * MS and dice.random() < 0.2:
            trace += spike(settled + 20 * MS, True, dice)
        trace += chatter(settled + held, False, dice)
        released = trace[-1][0]
        if dice.random() < 0.2:
            trace += spike(released + 30 * MS, False, dice)
        yield trace
        at = released + dice.uniform(70, 900) * MS


@pytest.mark.parametrize("busy", [False, True], ids=["loop idle", "loop busy"])
async def test_of_ten_thousand_bouncing_presses_none_is_missed_and_none_doubled(
    busy: bool,
) -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, Config(gpio=MOCK, buttons=(Button(pin=17, press="next"),)))
    pin, loop = board.pin(17), asyncio.get_running_loop()
    driven, failed = 0, []
    taken = threading.Semaphore(0)

    def driver() -> None:
        nonlocal driven
        try:
            for trace in traces(random.Random(7)):
                for at, down in trace:
                    clock.now = at
                    (pin.drive_low if down else pin.drive_high)()
                driven += 1
                if driven == PRESSES:
                    return
                if driven % 20 == 0:  # the wire is faster than any finger: let the loop see it
                    loop.call_soon_threadsafe(taken.release)
                    if not taken.acquire(timeout=30):
                        raise TimeoutError("the loop takes no edges")
        except BaseException as error:
            failed.append(error)

    def hog() -> None:
        if busy and running.is_alive():
            time.sleep(0.002)
            loop.call_later(0.001, hog)

    running = threading.Thread(target=driver, name="driver")
    running.start()
    hog()
    while running.is_alive():
        await asyncio.sleep(0.005)
    assert (failed, driven) == ([], PRESSES)
    clock.now += 10
    await until(lambda: len(asked.by) >= PRESSES and asked.events[-1].level == "up")
    assert found.status().state == "ok"
    assert asked.taken() == ["next"] * PRESSES
    found.close()
