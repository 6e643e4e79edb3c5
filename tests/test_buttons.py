import asyncio
import threading
import time
from typing import Any

from gpiozero.pins.mock import MockFactory

from kioskd import buttons
from kioskd.config import Action, Button, Gpio

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
