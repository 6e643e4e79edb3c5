"""Turns the Pi's GPIO lines into actions. Owns the package gpiozero.

The library calls back in foreign threads; one hop brings the edge into the event loop, and
everything else happens there. One bad line never disables the others.
"""

import asyncio
import importlib
import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Status:
    state: Literal["off", "ok", "failed"]
    detail: str = ""
    count: int = 0


class Buttons:
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
        if self._retry is not None:
            self._retry.cancel()
        for line in self._lines.values():
            line.close()
        self._lines.clear()
        if self._factory is not None:
            self._factory.close()
            self._factory = None

    def status(self) -> Status:
        if not self._settings:
            return Status("off")
        detail = "; ".join(f"GPIO{pin}: {why}" for pin, why in self._faults.items())
        return Status("failed" if self._faults else "ok", detail, len(self._lines))

    def _claim(self, button: Button) -> None:
        try:
            if self._factory is None:
                self._factory = _open_factory(self._gpio.factory)
            self._lines[button.pin] = Line(button, self._factory, self._perform)
            self._faults.pop(button.pin, None)
        except Exception as error:  # gpiozero and its drivers raise what they like
            why = " ".join(str(error).split()) or type(error).__name__
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

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._device.close()

    def _is_down(self) -> bool:
        return bool(self._device.value) != self._inverted

    def _hop(self, active: bool) -> None:
        # In the driver's thread, where an exception would end that thread for good.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._edge, active != self._inverted, time.monotonic())

    def _edge(self, down: bool, at: float) -> None:
        self._press.edge(down, at)
        self._plan()

    def _plan(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (at := self._press.next_due()) is not None:
            delay = max(0.0, at - time.monotonic())
            self._timer = self._loop.call_later(delay, self._on_time)

    def _on_time(self) -> None:
        self._press.due(time.monotonic())
        self._plan()

    def _did(self, gesture: Gesture) -> None:
        action: Action | None = getattr(self._button, gesture)
        if action is not None:
            self._perform(action, "button")


def _open_factory(name: str) -> Any:
    # lgpio makes a FIFO in LG_WD and changes into it; kioskd's own paths are absolute.
    os.environ.setdefault("LG_WD", os.environ.get("RUNTIME_DIRECTORY") or tempfile.gettempdir())
    return getattr(importlib.import_module(f"gpiozero.pins.{name}"), FACTORIES[name])()
