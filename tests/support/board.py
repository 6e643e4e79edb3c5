"""A Pi's pins without a Pi, for tests: driven from plain threads, as a driver's edges are."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPin
from gpiozero.pins.pi import PiPin

from kioskd.config import Action, Config, Gpio
from kioskd.core.actor import Actor
from kioskd.gpio.buttons import Buttons, Event

Trace = Iterable[tuple[float, bool]]  # seconds, and whether the finger is down
MOCK = Gpio(factory="mock")


class Pin(MockPin):  # type: ignore[misc]
    """A pin whose edges carry the time of the factory's clock."""

    def _call_when_changed(self) -> None:
        PiPin._call_when_changed(self, self.factory.ticks(), self._state)

    def tell(self, down: bool, ticks: float) -> None:
        """An edge that the driver tells now, and that was at ``ticks``; down is low."""
        self._change_state(not down)
        PiPin._call_when_changed(self, ticks, self._state)


class Factory(MockFactory):  # type: ignore[misc]
    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(pin_class=Pin)
        self.ticks = clock


class Board:
    """The pins; ``refuse`` is raised instead of opening them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.factory = Factory(clock)
        self.refuse: Exception | None = None
        self.opened = 0

    def open(self, name: str) -> Any:
        if self.refuse is not None:
            raise self.refuse
        self.opened += 1
        return self.factory

    def pin(self, number: int) -> Any:
        return self.factory.pin(number)


class Asked:
    """What the buttons asked for, and a way to wait for it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Action] = asyncio.Queue()
        self.by: list[Actor] = []
        self.threads: set[threading.Thread] = set()
        self.moves = 0
        self.changes = 0
        self.events: list[Event] = []

    def perform(self, action: Action, by: Actor) -> None:
        self.by.append(by)
        self.threads.add(threading.current_thread())
        self.heard.put_nowait(action)

    def moved(self) -> None:
        self.moves += 1

    def changed(self) -> None:
        self.changes += 1

    async def next(self) -> Action:
        return await asyncio.wait_for(self.heard.get(), 10)

    def taken(self) -> list[Action]:
        """What was asked for and not yet waited for."""
        return [self.heard.get_nowait() for _ in range(self.heard.qsize())]


def wired(asked: Asked, board: Board, config: Config, **more: Any) -> Buttons:
    """The buttons of ``config`` on ``board``, open, with the clock of the board."""
    found = Buttons(
        config,
        asked.perform,
        asked.moved,
        changed=asked.changed,
        clock=board.factory.ticks,
        open_pins=board.open,
        **more,
    )
    found.watch(asked.events.append)
    found.open()
    return found


async def apart(function: Callable[[], Any]) -> None:
    """Run it in a plain thread of its own; returns when it has ended, and raises what it raised."""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    loop = asyncio.get_running_loop()

    def run() -> None:
        try:
            function()
        except BaseException as error:
            loop.call_soon_threadsafe(ended.set_exception, error)
        else:
            loop.call_soon_threadsafe(ended.set_result, None)

    threading.Thread(target=run, name="driver").start()
    await ended


def drive(pin: Any, down: bool, active: str = "low") -> None:
    if down == (active == "high"):
        pin.drive_high()
    else:
        pin.drive_low()


async def tap(pin: Any, seconds: float = 0.05) -> None:
    """A finger: down for ``seconds``, and up for as long as a release takes to settle."""

    def finger() -> None:
        pin.drive_low()
        time.sleep(seconds)  # how long the finger stays, not a wait for anything
        pin.drive_high()
        time.sleep(0.03)

    await apart(finger)
