import asyncio
import importlib.util
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.mock import MockFactory

from kioskd import buttons
from kioskd.config import Action, Button, Gpio
from kioskd.scalars import Duration

MOCK = Gpio(factory="mock")


class Wishes:
    """What the buttons asked for, and a way to wait for it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Action] = asyncio.Queue()

    def perform(self, action: Action, by: str) -> None:
        self.heard.put_nowait(action)

    async def next(self) -> Action:
        return await asyncio.wait_for(self.heard.get(), 5)


def tap(pin: Any) -> None:
    """A finger, in a thread of its own as a driver's edges are."""

    def press() -> None:
        pin.drive_low()
        time.sleep(0.05)  # how long the finger stays, not a wait for anything
        pin.drive_high()

    threading.Thread(target=press).start()


async def test_a_press_in_a_foreign_thread_becomes_one_action_in_the_loop() -> None:
    wishes = Wishes()
    found = buttons.Buttons((Button(pin=17, press="next"),), MOCK, wishes.perform)
    found.open()
    assert found.status() == buttons.Status("ok", "", 1)
    for _ in range(5):
        tap(found._factory.pin(17))
        assert await wishes.next() == "next"
        await asyncio.to_thread(_released, found._factory.pin(17))
    assert wishes.heard.empty()
    found.close()


def _released(pin: Any) -> None:
    while not pin.state:
        time.sleep(0.001)
    time.sleep(0.03)  # the bounce time, after which a new press may begin


async def test_a_busy_line_is_named_and_the_others_work() -> None:
    wishes = Wishes()
    two = (Button(pin=17, press="next"), Button(pin=27, press="previous"))
    found = buttons.Buttons(two, MOCK, wishes.perform)
    found._factory = MockFactory()
    found._factory.reserve_pins(object_that_holds := threading.Thread(), "GPIO17")
    found.open()
    status = found.status()
    assert (status.state, status.count) == ("failed", 1)
    assert "GPIO17" in status.detail
    tap(found._factory.pin(27))
    assert await wishes.next() == "previous"
    found.close()
    assert object_that_holds is not None


async def test_a_factory_that_this_machine_lacks_is_said_and_nothing_else_breaks() -> None:
    wishes = Wishes()
    found = buttons.Buttons(
        (Button(pin=17, press="next"),), Gpio(factory="rpigpio"), wishes.perform
    )
    found.open()
    assert found.status().state == "failed"
    assert found.status().detail.startswith("GPIO17: ")
    found.close()


async def test_a_set_that_is_swapped_fifty_times_still_hears() -> None:
    wishes = Wishes()
    for _ in range(50):
        found = buttons.Buttons((Button(pin=17, press="next"),), MOCK, wishes.perform)
        found.open()
        assert found.status().count == 1
        found.close()
    assert found.status().count == 0


async def test_a_line_that_was_busy_is_tried_again_and_then_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buttons, "RETRY", 0.01)
    wishes = Wishes()
    found = buttons.Buttons((Button(pin=17, press="next"),), MOCK, wishes.perform)
    found._factory = factory = MockFactory()
    other = threading.Thread()
    factory.reserve_pins(other, "GPIO17")
    found.open()
    assert found.status().state == "failed"
    factory.release_pins(other, "GPIO17")
    async with asyncio.timeout(5):
        while found.status().state != "ok":
            await asyncio.sleep(0.01)
    tap(factory.pin(17))
    assert await wishes.next() == "next"
    found.close()


async def test_a_tap_in_a_loop_that_stands_still_is_no_hold() -> None:
    wishes = Wishes()
    button = Button(pin=17, press="next", hold="mute", hold_time=Duration(0.15))
    found = buttons.Buttons((button,), MOCK, wishes.perform)
    found.open()
    pin = found._factory.pin(17)
    pressed = threading.Thread(target=pin.drive_low)
    pressed.start()
    pressed.join()
    async with asyncio.timeout(5):
        while found._lines[17]._timer is None:  # the press is known and its time is planned
            await asyncio.sleep(0)
    finger = threading.Timer(0.05, pin.drive_high)
    finger.start()
    # The loop stands still for longer than hold_time, and the button's timer runs right after,
    # in the same turn: before the release, which came in time and waits.
    asyncio.get_running_loop().call_later(0, time.sleep, 0.4)
    time.sleep(0.02)
    heard = await wishes.next()
    finger.join()
    assert heard == "next"
    found.close()


async def test_a_storm_is_shown_and_leaves_the_other_button_working() -> None:
    wishes = Wishes()
    two = (Button(pin=17, press="next"), Button(pin=27, press="previous"))
    found = buttons.Buttons(two, MOCK, wishes.perform)
    found.open()
    loose = found._factory.pin(17)

    def storm() -> None:
        for _ in range(2000):
            loose.drive_low()
            loose.drive_high()

    await asyncio.to_thread(storm)
    async with asyncio.timeout(5):
        while found.status().state != "failed":
            await asyncio.sleep(0)
    assert found.status().detail.startswith("GPIO17: too many edges")
    assert found.status().count == 1
    tap(found._factory.pin(27))
    assert await wishes.next() == "previous"
    found.close()


async def test_an_edge_that_waits_when_the_buttons_close_does_nothing() -> None:
    wishes = Wishes()
    found = buttons.Buttons((Button(pin=17, press="next"),), MOCK, wishes.perform)
    found.open()
    line, pin = found._lines[17], found._factory.pin(17)
    pressed = threading.Thread(target=pin.drive_low)
    pressed.start()
    pressed.join()
    async with asyncio.timeout(5):
        while line._timer is None:  # a press is under way
            await asyncio.sleep(0)
    released = threading.Thread(target=pin.drive_high)
    released.start()
    released.join()
    found.close()
    line._timer = None
    line._take()
    assert line._timer is None
    assert wishes.heard.empty()


def test_an_edge_after_the_loop_is_gone_leaves_the_driver_s_thread_alive() -> None:
    wishes = Wishes()
    found = buttons.Buttons((Button(pin=17, press="next"),), MOCK, wishes.perform)

    async def begin() -> None:
        found.open()

    asyncio.run(begin())
    survived = threading.Event()

    def edges() -> None:
        found._factory.pin(17).drive_low()
        found._factory.pin(17).drive_high()
        survived.set()

    threading.Thread(target=edges).start()
    assert survived.wait(5)
    found.close()


@pytest.mark.parametrize(
    ("pull", "active"), [("up", "low"), ("up", "high"), ("down", "high"), ("none", "low")]
)
async def test_the_level_that_counts_as_down_is_the_file_s(pull: Any, active: Any) -> None:
    wishes = Wishes()
    button = Button(pin=17, press="next", pull=pull, active=active)
    found = buttons.Buttons((button,), MOCK, wishes.perform)
    found.open()
    pin = found._factory.pin(17)
    drive = {"low": pin.drive_low, "high": pin.drive_high}
    up = "high" if active == "low" else "low"

    def finger() -> None:
        for level, rest in ((up, 0.05), (active, 0.05), (up, 0.0)):
            drive[level]()
            time.sleep(rest)  # how long the finger stays

    threading.Thread(target=finger).start()
    assert await wishes.next() == "next"
    found.close()


@pytest.mark.skipif(importlib.util.find_spec("lgpio") is None, reason="lgpio is not installed")
def test_lgpio_leaves_the_working_directory_alone(tmp_path: Path) -> None:
    runtime, here = tmp_path / "run", tmp_path / "here"
    runtime.mkdir()
    here.mkdir()
    program = """
import asyncio, os
from kioskd import buttons
from kioskd.config import Button, Gpio
async def main():
    found = buttons.Buttons((Button(pin=17, press="next"),), Gpio(), print)
    found.open()
    print(os.getcwd(), found.status().state)
    found.close()
asyncio.run(main())
"""
    environment = {k: v for k, v in os.environ.items() if k != "LG_WD"}
    environment |= {
        "RUNTIME_DIRECTORY": str(runtime),
        "PYTHONPATH": str(Path(buttons.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split()[0] == str(here), done.stderr
    assert list(here.iterdir()) == []
