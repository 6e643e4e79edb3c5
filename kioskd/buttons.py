"""Turns the Pi's GPIO lines into actions. Owns the package gpiozero.

The library calls back in foreign threads; one hop brings the edge into the event loop, and
everything else happens there. One bad line never disables the others.
"""

import asyncio
import contextlib
import importlib
import logging
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kioskd.config import Action, Button, Gpio
from kioskd.press import Gesture, Press

log = logging.getLogger(__name__)
RETRY = 30.0  # seconds until a line that failed is tried again
FACTORIES = {
    "lgpio": "LGPIOFactory",
    "rpigpio": "RPiGPIOFactory",
    "pigpio": "PiGPIOFactory",
    "native": "NativeFactory",
    "mock": "MockFactory",
}


MOST_WAITING = 1000  # edges that may wait for a busy loop; the oldest are lost first


@dataclass(frozen=True)
class Status:
    """``detail`` is one line that names each pin at fault; ``count`` is how many work."""

    state: Literal["off", "ok", "failed"]
    detail: str = ""
    count: int = 0


class Buttons:
    """All configured buttons; ``perform(action, by)`` is called in the loop that opened them."""

    def __init__(
        self, settings: tuple[Button, ...], gpio: Gpio, perform: Callable[[Action, str], None]
    ) -> None:
        self._settings = settings
        self._gpio = gpio
        self._perform = perform
        self._lines: dict[int, Line] = {}
        self._faults: dict[int, str] = {}
        self._factory: Any = None
        self._retry: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Claim every line; what fails is in ``status()`` and tried again later."""
        for button in self._settings:
            if button.pin not in self._lines:
                self._claim(button)
        if self._faults:
            self._retry = asyncio.get_running_loop().call_later(RETRY, self.open)

    def close(self) -> None:
        """Give every line back; no button acts after this."""
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        parts = [*self._lines.values(), *([self._factory] if self._factory is not None else [])]
        self._lines.clear()
        self._faults.clear()
        self._factory = None
        for part in parts:
            try:
                part.close()
            except Exception as error:  # a driver whose chip is gone; the others must close too
                log.warning("a GPIO line did not close cleanly: %s", _one_line(error))

    def status(self) -> Status:
        if not self._settings:
            return Status("off")
        noisy = {
            pin: "too many edges, is a wire loose? ignored until it is quiet"
            for pin, line in self._lines.items()
            if line.noisy
        }
        faults = {**self._faults, **noisy}
        detail = "; ".join(f"GPIO{pin}: {why}" for pin, why in faults.items())
        return Status("failed" if faults else "ok", detail, len(self._lines) - len(noisy))

    def _claim(self, button: Button) -> None:
        try:
            if self._factory is None:
                self._factory = _open_factory(self._gpio.factory)
            self._lines[button.pin] = Line(button, self._factory, self._perform)
            self._faults.pop(button.pin, None)
        except Exception as error:  # gpiozero and its drivers raise what they like
            why = _one_line(error)
            if self._factory is None and _no_access():
                why += " (no access to /dev/gpiochip*: the user must be in the group gpio)"
            if self._faults.get(button.pin) != why:
                log.warning("button on GPIO%d can't be used: %s", button.pin, why)
            self._faults[button.pin] = why


class Line:
    """One claimed GPIO line and the gestures on it."""

    def __init__(
        self, button: Button, factory: Any, perform: Callable[[Action, str], None]
    ) -> None:
        gpiozero = importlib.import_module("gpiozero")
        pull_up = {"up": True, "down": False, "none": None}[button.pull]
        active = None if pull_up is not None else button.active == "high"
        self._button = button
        self._perform = perform
        self._edges: deque[tuple[bool, float]] = deque(maxlen=MOST_WAITING)
        self._called = False  # the loop was asked to take the edges and has not come yet
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._device = gpiozero.DigitalInputDevice(
            button.pin, pull_up=pull_up, active_state=active, pin_factory=factory
        )
        # gpiozero ties the active level to the pull; a file that says otherwise is obeyed here.
        self._inverted = pull_up is not None and pull_up == (button.active == "high")
        self._press = Press(button, self._is_down(), self._did)
        self._device.when_activated = lambda: self._hop(True)
        self._device.when_deactivated = lambda: self._hop(False)
        # An edge between the first reading and the callbacks would else be lost.
        self._press.edge(self._is_down(), time.monotonic())
        self._plan()

    @property
    def noisy(self) -> bool:
        return self._press.noisy

    def close(self) -> None:
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._device.close()

    def _is_down(self) -> bool:
        return bool(self._device.value) != self._inverted

    def _hop(self, active: bool) -> None:
        # In the driver's thread, where an exception would end that thread for good. One call
        # takes all edges that wait, so that a storm can't fill the loop.
        self._edges.append((active != self._inverted, time.monotonic()))
        if not self._called:
            self._called = True
            with contextlib.suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._take)

    def _take(self) -> None:
        self._called = False  # first: an edge that comes from here on calls again
        for _ in range(len(self._edges)):
            down, at = self._edges.popleft()
            if not self._closed:
                self._press.edge(down, at)
        self._plan()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._closed and (at := self._press.next_due()) is not None:
            delay = max(0.0, at - time.monotonic())
            self._timer = self._loop.call_later(delay, self._on_time, at)

    def _on_time(self, at: float) -> None:
        # The time that was planned, not the time it is: in a loop that was late, the edge that
        # ends a tap still waits, and a tap must not become a hold.
        self._press.due(at)
        self._plan()

    def _did(self, gesture: Gesture) -> None:
        action: Action | None = getattr(self._button, gesture)
        if action is not None:
            self._perform(action, "button")


def _open_factory(name: str) -> Any:
    # lgpio makes a FIFO in LG_WD when it is imported, and moves the whole process there.
    runtime = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0] or tempfile.gettempdir()
    os.environ.setdefault("LG_WD", str(Path(runtime).absolute()))
    here = Path.cwd()
    try:
        module = importlib.import_module(f"gpiozero.pins.{name}")
    finally:
        os.chdir(here)
    return getattr(module, FACTORIES[name])()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _no_access() -> bool:
    chips = list(Path("/dev").glob("gpiochip*"))
    return bool(chips) and not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips)
