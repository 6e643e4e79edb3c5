"""What is wrong with a line is named, and the rest works; sets are swapped whole."""

import asyncio
import errno
import gc
import importlib.util
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from gpiozero import InputDevice
from gpiozero.exc import PinUnknownPi

from kioskd.config import Button, Config, Gpio, Led, Motion, Rotary
from kioskd.gpio.buttons import Buttons, Event
from tests.support.board import MOCK, Asked, Board, apart, tap, wired
from tests.support.clock import Clock
from tests.support.waiting import until

PLAIN = Config(gpio=MOCK, buttons=(Button(pin=17, press="next"),))
TWO = Config(
    gpio=MOCK,
    buttons=(Button(pin=17, name="door", press="next"), Button(pin=27, press="previous")),
)


class Other:
    """Another user of a pin, in this process."""

    def _conflicts_with(self, other: object) -> bool:
        return True


async def test_a_busy_line_is_named_and_the_others_work() -> None:
    asked, board, other = Asked(), Board(), Other()
    board.factory.reserve_pins(other, "GPIO17")
    found = wired(asked, board, TWO)
    status = found.status()
    assert (status.state, status.count) == ("failed", 1)
    assert status.detail.startswith("GPIO17 (door): another program or part uses this line (")
    await tap(board.pin(27))
    assert await asked.next() == "previous"
    found.close()


async def test_a_line_that_was_busy_is_tried_again_and_then_works(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, board, other = Asked(), Board(), Other()
    board.factory.reserve_pins(other, "GPIO17")
    found = wired(asked, board, PLAIN, retry=0.01)
    changes = asked.changes
    assert found.status().state == "failed"
    waited = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.1, waited.set_result, None)  # some ten tries
    await waited
    assert len([r for r in caplog.records if "GPIO17" in r.getMessage()]) == 1
    board.factory.release_pins(other, "GPIO17")
    await until(lambda: found.status().state == "ok")
    assert asked.changes == changes + 1
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


class FailingLine:
    """A stand-in for a factory whose one line fails as drivers make lines fail."""

    def __init__(self, board: Board, pin: int, fail: Callable[[], Exception]) -> None:
        self.tries = 0
        kind: Any = board.factory.pin_class
        chip = self

        class Failing(kind):  # type: ignore[misc]
            def __init__(self, factory: Any, info: Any) -> None:
                if info.name == f"GPIO{pin}":
                    chip.tries += 1
                    if chip.tries == 1:
                        raise fail()
                super().__init__(factory, info)

        board.factory.pin_class = Failing


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (lambda: PermissionError(errno.EPERM, "Operation not permitted"), "not permitted"),
        (lambda: RuntimeError("GPIO busy"), "another program or part uses this line (GPIO busy)"),
        (lambda: OSError(errno.EBUSY, "Device or resource busy"), "another program or part uses"),
    ],
)
async def test_a_forbidden_or_busy_line_is_tried_again(
    error: Callable[[], Exception], reason: str
) -> None:
    asked, board = Asked(), Board()
    chip = FailingLine(board, 17, error)
    found = wired(asked, board, TWO, retry=0.05)
    assert found.status().count == 1
    assert reason in found.status().detail
    await until(lambda: found.status().state == "ok")
    assert chip.tries == 2
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


async def test_a_pull_that_the_pin_can_t_have_is_said_and_not_tried_again() -> None:
    asked, board = Asked(), Board()
    config = Config(
        gpio=MOCK,
        buttons=(Button(pin=2, press="next", pull="none"), Button(pin=27, press="previous")),
    )
    found = wired(asked, board, config, retry=0.01)
    assert found.status().count == 1
    assert found.status().detail == (
        "GPIO2: GPIO2 has a fixed pull resistor; use another pin or other settings"
    )
    opened = board.opened
    await tap(board.pin(27))
    assert await asked.next() == "previous"
    assert board.opened == opened
    found.close()


async def test_a_line_that_fails_half_way_is_not_kept_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, board = Asked(), Board()
    kind, fails = board.factory.pin_class, [True]

    def enable(pin: Any) -> None:
        if fails:
            fails.pop()
            raise OSError(errno.EIO, "no edges")

    monkeypatch.setattr(kind, "_enable_event_detect", enable)
    found = wired(asked, board, PLAIN, retry=0.01)
    assert "no edges" in found.status().detail
    await until(lambda: found.status().state == "ok")
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


@pytest.mark.parametrize(
    ("error", "reason", "passing"),
    [
        (ModuleNotFoundError("No module named 'lgpio'"), "the package ", False),
        (PinUnknownPi("unable to locate Pi revision"), "this machine is no Raspberry Pi (", False),
        (RuntimeError("can not open gpiochip"), "can not open gpiochip", True),
    ],
)
async def test_no_way_to_the_pins_is_said_once_and_tried_again_where_that_helps(
    error: Exception, reason: str, passing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    asked, board = Asked(), Board()
    board.refuse = error
    found = wired(asked, board, TWO, retry=0.01)
    assert (found.status().state, found.status().count) == ("failed", 0)
    assert found.status().detail.startswith(f"GPIO17 (door), GPIO27: {reason}")
    assert len(caplog.records) == 1
    board.refuse = None
    if passing:
        await until(lambda: found.status().state == "ok")
        await tap(board.pin(17))
        assert await asked.next() == "next"
    else:
        waited = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.1, waited.set_result, None)  # some ten tries
        await waited
        assert board.opened == 0
    assert len([r for r in caplog.records if r.levelname == "WARNING"]) == 1
    found.close()


async def test_a_chip_that_the_user_may_not_open_names_the_group(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, board = Asked(), Board()
    board.refuse = RuntimeError("can not open gpiochip")
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter([Path("/dev/gpiochip0")]))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    found = wired(asked, board, PLAIN)
    assert found.status().detail == (
        "GPIO17: no access to /dev/gpiochip* (can not open gpiochip): "
        "the daemon's user must be in the group gpio"
    )
    found.close()


async def test_a_pin_that_is_shorted_at_boot_is_named_until_it_was_released() -> None:
    asked, board = Asked(), Board()
    board.pin(17).drive_low()
    Held(board, 17)
    found = wired(asked, board, TWO)
    assert found.status().count == 1
    assert found.status().detail.startswith("GPIO17 (door): down since the start")
    await tap(board.pin(27))
    assert await asked.next() == "previous"
    changes = asked.changes
    await apart(board.pin(17).drive_high)
    await until(lambda: found.status().state == "ok")
    assert asked.changes == changes + 1
    assert asked.taken() == []
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


class Held:
    """A wire to ground that is stronger than the pull-up that gpiozero sets."""

    def __init__(self, board: Board, pin: int) -> None:
        held = board.pin(pin)
        held._set_pull = lambda value: setattr(held, "_pull", value)


async def test_a_button_that_stays_down_for_a_minute_is_named() -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, PLAIN)
    await apart(board.pin(17).drive_low)
    clock.now += 59
    assert await asked.next() == "next"
    assert found.status().state == "ok"
    clock.now += 2
    assert found.status().detail.startswith("GPIO17: down for more than a minute")
    await apart(board.pin(17).drive_high)
    clock.now += 1
    await until(lambda: found.status().state == "ok")
    found.close()


async def test_a_storm_is_shown_and_leaves_the_other_button_working() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, TWO)
    loose = board.pin(17)

    def storm() -> None:
        for _ in range(20_000):
            loose.drive_low()
            loose.drive_high()

    await apart(storm)
    await until(lambda: found.status().state == "failed")
    assert found.status().detail.startswith("GPIO17 (door): too many edges")
    assert found.status().count == 1
    assert len(asked.taken()) <= 12  # before it was known for a storm
    await tap(board.pin(27))
    assert await asked.next() == "previous"
    assert asked.taken() == []
    changes = asked.changes
    await until(lambda: found.status().state == "ok")  # a second of rest later
    assert asked.changes == changes + 1
    await tap(loose)
    assert await asked.next() == "next"
    found.close()


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate()}


def devices(board: Board) -> list[Any]:
    """Every input device on the board that memory still holds."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, InputDevice) and each.pin_factory is board.factory
    ]


ALL = Config(
    gpio=MOCK,
    buttons=(Button(pin=17, press="next"), Button(pin=27, press="previous", hold="mute")),
    leds=(Led(pin=22, shows="alert"), Led(pin=23, shows="press")),
    rotary=Rotary(pins=(5, 6)),
    motion=Motion(pin=4),
)


async def test_a_set_that_is_swapped_fifty_times_leaks_nothing_and_still_hears() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, ALL)
    found.show(True, True, True)
    fds, before = len(os.listdir("/proc/self/fd")), threads()
    gc.collect()
    for i in range(50):
        found.replace(ALL if i % 2 else TWO)
        assert found.status().state == "ok"
        if i % 10 == 9:
            await tap(board.pin(17))
            assert await asked.next() == "next"
    gc.collect()
    assert len(devices(board)) == 5
    assert (len(os.listdir("/proc/self/fd")), threads()) == (fds, before)
    assert found.status().count == 6
    found.close()
    reserved = [name for name, held in board.factory._reservations.items() if held]
    assert (reserved, board.factory.pins) == ([], {})
    gc.collect()
    assert devices(board) == []


async def test_edges_during_a_swap_do_not_end_the_driver_s_thread() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, PLAIN)
    ended, raised = threading.Event(), []

    def driver() -> None:
        try:
            while not ended.is_set():
                pin = board.pin(17)
                pin.drive_low()
                pin.drive_high()
        except AssertionError:
            raise
        except Exception as error:
            raised.append(error)

    running = threading.Thread(target=driver)
    running.start()
    for _ in range(200):
        found.replace(PLAIN)
        await asyncio.sleep(0)
    ended.set()
    running.join()
    assert raised == []
    await until(lambda: found.status().state == "ok")
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.close()


async def test_a_new_set_that_can_t_reach_the_pins_leaves_the_old_one_in_force() -> None:
    asked, board = Asked(), Board()

    def open_pins(name: str) -> Any:
        if name == "rpigpio":
            raise ModuleNotFoundError("No module named 'RPi'")
        return board.open(name)

    found = Buttons(TWO, asked.perform, asked.moved, open_pins=open_pins)
    found.open()
    found.replace(Config(gpio=Gpio(factory="rpigpio"), buttons=(Button(pin=5, press="mute"),)))
    assert (found.status().state, found.status().count) == ("failed", 2)
    assert found.status().detail == (
        "the new settings can't be used: the package RPi.GPIO can't be used "
        "(No module named 'RPi'); install it; the earlier buttons stay in force"
    )
    await tap(board.pin(17))
    assert await asked.next() == "next"
    found.replace(PLAIN)
    assert (found.status().state, found.status().count) == ("ok", 1)
    found.replace(Config())
    assert found.status().state == "off"
    found.close()


async def test_a_set_that_never_worked_gives_way_to_the_new_one() -> None:
    asked, board = Asked(), Board()
    board.refuse = PinUnknownPi("unable to locate Pi revision")
    found = wired(asked, board, PLAIN)
    found.replace(TWO)
    assert found.status().detail.startswith("GPIO17 (door), GPIO27: this machine is no Raspberry")
    found.close()


async def test_watchers_stay_over_a_swap() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, PLAIN)
    found.replace(TWO)
    await tap(board.pin(27))
    await asked.next()
    assert asked.events[-1] == Event(27, "", "up") or asked.events[-1].gesture == "press"
    found.close()


@pytest.mark.skipif(importlib.util.find_spec("lgpio") is None, reason="lgpio is not installed")
async def test_gpiozero_s_own_lgpio_factory_fails_off_a_pi_in_words_and_quietly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LG_WD", str(tmp_path))
    asked = Asked()
    found = Buttons(Config(buttons=(Button(pin=17, press="next"),)), asked.perform, asked.moved)
    found.open()
    if not list(Path("/dev").glob("gpiochip*")):
        assert found.status().detail.startswith("GPIO17: this machine is no Raspberry Pi (")
        assert found.status().count == 0
    found.close()
