"""LEDs, on pins of a board without a Pi."""

import asyncio
import errno
from typing import Any

import pytest

from kioskd.config import Button, Config, Led
from kioskd.gpio.buttons import Buttons
from kioskd.gpio.leds import BLINK, ECHO
from tests.support.board import MOCK, Asked, Board, tap, wired
from tests.support.waiting import until

CONNECTED, ALERT, MUTE, PRESS = 22, 23, 24, 25
ALL = Config(
    gpio=MOCK,
    buttons=(Button(pin=17, press="next"),),
    leds=(
        Led(pin=CONNECTED, shows="connected"),
        Led(pin=ALERT, shows="alert"),
        Led(pin=MUTE, shows="mute"),
        Led(pin=PRESS, shows="press"),
    ),
)


def shining(board: Board) -> set[int]:
    return {pin for pin in (CONNECTED, ALERT, MUTE, PRESS) if board.pin(pin).state}


async def test_leds_are_off_until_told_and_steady_then() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, ALL)
    assert (found.status().count, shining(board)) == (5, set())
    found.show(connected=True, alert=False, muted=False)
    assert shining(board) == {CONNECTED}
    found.show(connected=False, alert=False, muted=True)
    assert shining(board) == {MUTE}
    found.close()
    assert shining(board) == set()


async def test_an_alert_blinks_until_it_is_over_however_often_it_is_told() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, ALL)
    found.show(True, True, False)
    assert shining(board) == {CONNECTED, ALERT}
    board.pin(ALERT).clear_states()
    telling = asyncio.get_running_loop().time()
    while len(board.pin(ALERT).states) < 4:  # three changes
        found.show(True, True, False)
        await asyncio.sleep(0.01)
        assert asyncio.get_running_loop().time() < telling + 10
    for seconds in [change.timestamp for change in board.pin(ALERT).states[2:]]:
        assert BLINK * 0.9 < seconds < BLINK * 2
    assert shining(board) >= {CONNECTED}
    found.show(True, False, False)
    assert shining(board) == {CONNECTED}
    board.pin(ALERT).clear_states()
    rested = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(BLINK * 1.5, rested.set_result, None)
    await rested
    assert len(board.pin(ALERT).states) == 1  # what it was when cleared
    found.close()


async def test_a_press_is_echoed_once_and_shortly() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, ALL)
    board.pin(PRESS).clear_states()
    await tap(board.pin(17))
    assert await asked.next() == "next"
    await until(lambda: len(board.pin(PRESS).states) == 3)
    on, off = board.pin(PRESS).states[1:]
    assert (bool(on.state), bool(off.state)) == (True, False)
    assert ECHO * 0.9 < off.timestamp < ECHO * 3
    found.close()


async def test_a_held_button_is_echoed_when_it_goes_down_not_when_it_acts() -> None:
    asked, board = Asked(), Board()
    config = Config(
        gpio=MOCK,
        buttons=(Button(pin=17, hold="mute"),),
        leds=(Led(pin=PRESS, shows="press"),),
    )
    found = wired(asked, board, config)
    board.pin(17).drive_low()
    await until(lambda: board.pin(PRESS).state)
    assert asked.taken() == []
    found.close()


class Breaking:
    """Makes one LED of the board fail when it is written, ``times`` times."""

    def __init__(self, board: Board, pin: int, times: int) -> None:
        self.left = times
        breaking = self
        own = board.pin(pin)._set_state

        def write(value: Any) -> None:
            if breaking.left and value:
                breaking.left -= 1
                raise OSError(errno.EIO, "Input/output error")
            own(value)

        board.pin(pin)._set_state = write


async def test_a_dead_led_is_named_disturbs_nothing_and_comes_back() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, ALL, retry=0.2)
    Breaking(board, CONNECTED, times=1)
    changes = asked.changes
    found.show(True, True, True)
    assert shining(board) == {ALERT, MUTE}
    assert (found.status().state, found.status().count) == ("failed", 4)
    assert found.status().detail == (
        f"GPIO{CONNECTED} (LED connected): [Errno 5] Input/output error"
    )
    assert asked.changes == changes + 1
    await tap(board.pin(17))
    assert await asked.next() == "next"
    await until(lambda: found.status().state == "ok")
    assert shining(board) >= {CONNECTED, MUTE}  # as it was told meanwhile
    found.close()


async def test_an_led_that_dies_while_it_blinks_ends_no_timer_of_the_others() -> None:
    asked, board = Asked(), Board()
    leds = (Led(pin=ALERT, shows="alert"), Led(pin=CONNECTED, shows="alert"))
    found = wired(asked, board, Config(gpio=MOCK, leds=leds))
    Breaking(board, ALERT, times=1000)
    found.show(False, True, False)
    board.pin(CONNECTED).clear_states()
    await until(lambda: len(board.pin(CONNECTED).states) > 2)
    assert found.status().count == 1
    found.close()


async def test_an_led_that_dies_again_and_again_does_not_fill_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, board = Asked(), Board()
    leds = (Led(pin=CONNECTED, shows="connected"), Led(pin=MUTE, shows="mute"))
    found = wired(asked, board, Config(gpio=MOCK, leds=leds), retry=0.01)
    breaking = Breaking(board, CONNECTED, times=1000)
    with caplog.at_level("INFO"):
        found.show(True, False, False)
        await until(lambda: breaking.left < 990)
    assert len([r for r in caplog.records if r.name == "kioskd.gpio.buttons"]) == 2
    assert found.status().count == 1
    found.close()


async def test_what_leds_showed_is_shown_by_the_next_set_too() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, Config(gpio=MOCK, leds=(Led(pin=CONNECTED, shows="connected"),)))
    found.show(True, False, True)
    found.replace(ALL)
    assert shining(board) == {CONNECTED, MUTE}
    found.replace(Config(gpio=MOCK))
    assert shining(board) == set()
    found.close()


async def test_leds_may_be_told_before_they_open_and_after_they_closed() -> None:
    asked, board = Asked(), Board()
    found = Buttons(ALL, asked.perform, asked.moved, open_pins=board.open)
    found.show(True, True, True)
    assert board.opened == 0
    found.open()
    assert shining(board) == {CONNECTED, ALERT, MUTE}
    found.close()
    found.show(True, True, True)
    assert shining(board) == set()
