"""Buttons on pins that plain threads drive, in an event loop."""

import asyncio
import gc
import logging
import threading
import time
from functools import partial
from typing import Any

import pytest

from kioskd.config import Action, ActionKeys, Button, Command, Config
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.status import ButtonsStatus
from kioskd.gpio.buttons import Event
from tests.support.board import MOCK, Asked, Board, apart, drive, tap, wired
from tests.support.clock import Clock
from tests.support.waiting import until

PLAIN = Config(gpio=MOCK, buttons=(Button(pin=17, press="next"),))
TWO = Config(gpio=MOCK, buttons=(Button(pin=17, press="next"), Button(pin=27, press="previous")))


async def test_a_press_in_a_foreign_thread_becomes_one_action_in_the_loop() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, PLAIN)
    assert found.status() == ButtonsStatus("ok", "", 1)
    for _ in range(5):
        await tap(board.pin(17))
        assert await asked.next() == "next"
    found.close()
    assert asked.taken() == []
    assert asked.by == [Actor("button")] * 5
    assert asked.threads == {threading.current_thread()}


async def test_no_buttons_need_no_pins() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, Config(gpio=MOCK))
    assert (found.status(), board.opened) == (ButtonsStatus("off"), 0)
    found.close()


@pytest.mark.parametrize(
    ("pull", "active"), [("up", "low"), ("up", "high"), ("down", "high"), ("none", "low")]
)
async def test_the_level_that_counts_as_down_is_the_file_s(pull: Any, active: Any) -> None:
    asked, board = Asked(), Board()
    button = Button(pin=17, press="next", pull=pull, active=active)
    found = wired(asked, board, Config(gpio=MOCK, buttons=(button,)))
    pin = board.pin(17)

    def finger() -> None:
        for down, rest in ((False, 0.05), (True, 0.05), (False, 0.0)):
            drive(pin, down, active)
            time.sleep(rest)  # how long the finger stays

    await apart(finger)
    assert await asked.next() == "next"
    found.close()


async def test_a_hold_of_five_seconds_is_a_hold_before_it_ends() -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    button = Button(pin=17, press="next", hold="mute", hold_time=Duration(5))
    found = wired(asked, board, Config(gpio=MOCK, buttons=(button,)))
    await apart(board.pin(17).drive_low)
    clock.now += 4.9
    await until(lambda: asked.events[-1:] == [Event(17, "", "down")])
    assert asked.taken() == []
    clock.now += 0.2
    assert await asked.next() == "mute"
    clock.now += 5
    await apart(board.pin(17).drive_high)
    clock.now += 5
    await until(lambda: asked.events[-1] == Event(17, "", "up"))
    assert asked.taken() == []
    found.close()


async def test_the_view_for_the_ladder_shows_levels_gestures_and_actions() -> None:
    asked, board = Asked(), Board()
    button = Button(pin=17, name="door", press=ActionKeys(switch="tickets"), hold="mute")
    found = wired(asked, board, Config(gpio=MOCK, buttons=(button,)))
    seen: list[Event] = []
    stop = found.watch(seen.append)
    await tap(board.pin(17))
    await asked.next()
    pressed = [
        Event(17, "door", "down"),
        Event(17, "door", "up"),
        Event(17, "door", "up", "press", "switch tickets"),
    ]
    assert seen == pressed
    stop()
    await tap(board.pin(17))
    await asked.next()
    assert seen == pressed
    stop()
    found.close()


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (ActionKeys(mute=Duration(1800)), "mute 30m"),
        (ActionKeys(run=Command(argv=("date", "-u"))), "run date -u"),
        ("test_sound", "test sound"),
    ],
)
async def test_each_action_is_said_in_words(action: Action, said: str) -> None:
    asked, board = Asked(), Board()
    config = Config(gpio=MOCK, buttons=(Button(pin=17, press=action),))
    found = wired(asked, board, config)
    await tap(board.pin(17))
    await asked.next()
    assert [event.action for event in asked.events if event.gesture] == [said]
    found.close()


async def test_a_watcher_that_raises_is_no_longer_called_and_the_others_are(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, PLAIN)
    calls = []

    def broken(event: Event) -> None:
        calls.append(event)
        raise ValueError("broken")

    found.watch(broken)
    await tap(board.pin(17))
    assert await asked.next() == "next"
    assert len(calls) == 1
    assert len(asked.events) == 3
    assert len([r for r in caplog.records if "a watcher" in r.message]) == 1
    found.close()


async def test_an_action_that_raises_is_logged_once_and_the_button_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, board = Asked(), Board()
    button = Button(pin=17, press="next", hold="mute")
    found = wired(asked, board, Config(gpio=MOCK, buttons=(button,)))
    own, calls = asked.heard, []

    class Broken(asyncio.Queue[Action]):
        def put_nowait(self, action: Action) -> None:
            calls.append(action)
            raise RuntimeError("no such screen")

    asked.heard = Broken()
    for _ in range(3):
        await tap(board.pin(17))
    await until(lambda: calls == ["next", "next", "next"])
    await apart(board.pin(17).drive_low)
    await until(lambda: calls == ["next", "next", "next", "mute"])
    await apart(board.pin(17).drive_high)
    await until(lambda: asked.events[-1] == Event(17, "", "up"))
    said = [(r.levelno, r.getMessage()) for r in caplog.records]
    assert said == [
        (logging.ERROR, "button: next failed; the buttons go on"),
        (logging.ERROR, "button: mute failed; the buttons go on"),
    ]
    asked.heard = own
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


async def test_a_tap_in_a_loop_that_stands_still_is_no_hold() -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    button = Button(pin=17, press="next", hold="mute", hold_time=Duration(0.15))
    found = wired(asked, board, Config(gpio=MOCK, buttons=(button,)))
    pin = board.pin(17)
    await apart(pin.drive_low)
    clock.now += 0.02
    await until(lambda: asked.events == [Event(17, "", "down")])

    def stand_still() -> None:
        clock.now += 0.05
        finger = threading.Thread(target=pin.drive_high)
        finger.start()
        finger.join()
        clock.now += 1

    # The button's timer is due and runs in the same turn of the loop, right behind: before the
    # release, which came in time and waits.
    asyncio.get_running_loop().call_at(0, stand_still)
    time.sleep(0.2)
    assert await asked.next() == "next"
    found.close()


@pytest.mark.parametrize("late", [0.0, 0.015, 0.3])
async def test_a_driver_that_tells_edges_late_shortens_no_tap(late: float) -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, PLAIN)
    pin = board.pin(17)

    def edges() -> None:
        for down, after in ((True, 0.0), (False, 0.02)):
            # Both edges are told at one moment, each with the time at which it was.
            pin.tell(down, 1010.0 + after)

    clock.now = 1010.02 + late
    await apart(edges)
    clock.now += 1
    assert await asked.next() == "next"
    found.close()


async def test_a_driver_whose_clock_is_set_back_and_forth_is_believed_about_levels() -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, PLAIN)
    pin = board.pin(17)
    for ticks in (1e9, 0.0, 5e8, -1.0):
        clock.now += 1
        await apart(partial(pin.tell, True, ticks))
        clock.now += 0.1
        await apart(partial(pin.tell, False, ticks + 0.1))
        clock.now += 0.1
        assert await asked.next() == "next"
    assert asked.taken() == []
    found.close()


async def test_an_edge_that_waits_when_the_buttons_close_does_nothing() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, PLAIN)
    pin = board.pin(17)
    pressed = threading.Thread(target=pin.drive_low)
    pressed.start()
    pressed.join()  # without a turn of the loop: the edge waits
    found.close()
    ended = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.05, ended.set_result, None)  # longer than least_press
    await ended
    assert (asked.taken(), asked.events) == ([], [])


def test_an_edge_after_the_loop_is_gone_leaves_the_driver_s_thread_alive() -> None:
    asked, board = Asked(), Board()

    async def begin() -> Any:
        return wired(asked, board, PLAIN)

    found = asyncio.run(begin())
    survived = threading.Event()

    def edges() -> None:
        board.pin(17).drive_low()
        board.pin(17).drive_high()
        survived.set()

    threading.Thread(target=edges).start()
    assert survived.wait(5)
    found.close()


async def test_buttons_still_work_after_the_garbage_was_collected() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, TWO)
    for _ in range(3):
        gc.collect()
        await tap(board.pin(17))
        assert await asked.next() == "next"
        await tap(board.pin(27))
        assert await asked.next() == "previous"
    found.close()
