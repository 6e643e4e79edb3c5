"""Decides which LEDs shine: steady, blinking, or a short echo of a press. No hardware.

Blinking is done by the loop's timer, twice a second and only while there is an alert: no thread
that could be left over by a reload, or die unseen on a write that fails.
"""

import asyncio
from collections.abc import Callable, Collection
from typing import Literal

Shows = Literal["connected", "alert", "mute", "press"]
BLINK = 0.5  # seconds on, and off
ECHO = 0.1  # seconds: long enough to be seen, over before the next press


class Leds:
    """``put(what, on)`` switches the LEDs that show ``what``; ``kinds`` are those there are."""

    def __init__(self, kinds: Collection[Shows], put: Callable[[Shows, bool], None]) -> None:
        self.on: dict[Shows, bool] = dict.fromkeys(kinds, False)
        self._put = put
        self._blink: asyncio.TimerHandle | None = None
        self._echo: asyncio.TimerHandle | None = None

    def show(self, connected: bool, alert: bool, muted: bool) -> None:
        self._set("connected", connected)
        self._set("mute", muted)
        if alert and "alert" in self.on and self._blink is None:
            self._flip()
        elif not alert and self._blink is not None:
            self._blink.cancel()
            self._blink = None
            self._set("alert", False)

    def echo(self) -> None:
        """A button went down."""
        if "press" not in self.on:
            return
        if self._echo is not None:
            self._echo.cancel()
        self._set("press", True)
        self._echo = asyncio.get_running_loop().call_later(ECHO, self._set, "press", False)

    def close(self) -> None:
        for timer in (self._blink, self._echo):
            if timer is not None:
                timer.cancel()
        self._blink = self._echo = None
        for what in self.on:
            self._set(what, False)

    def _flip(self) -> None:
        self._blink = asyncio.get_running_loop().call_later(BLINK, self._flip)
        self._set("alert", not self.on["alert"])

    def _set(self, what: Shows, on: bool) -> None:
        if self.on.get(what, on) != on:
            self.on[what] = on
            self._put(what, on)
