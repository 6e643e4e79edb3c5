"""When the display is on: by the week's hours and by movement, woken by a press or an alert."""

import asyncio
import datetime
import logging
import time
import zoneinfo
from collections.abc import Callable

from kioskd.config import Display as Settings
from kioskd.core.schedule import covers
from kioskd.core.status import DisplayStatus
from kioskd.errors import DisplayError, ProtocolError
from kioskd.host import power
from kioskd.words import tr

log = logging.getLogger(__name__)
WOKEN = 300.0  # seconds for which a press, a movement or a critical alert keeps it on
AGAIN = 30.0  # seconds after which it is asked whether it still obeys: televisions have remotes
RETRY = 10.0  # seconds after a failure


class Display:
    """``urgent`` says whether a critical alert waits; ``trusted`` whether the clock is right."""

    def __init__(
        self,
        settings: Settings,
        zone: zoneinfo.ZoneInfo,
        urgent: Callable[[], bool],
        trusted: Callable[[], bool],
        changed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._urgent = urgent
        self._trusted = trusted
        self._changed = changed
        self._clock = clock
        self._wall = wall
        self._woken_until = float("-inf")
        self._held: tuple[bool, bool] | None = None  # as held, and as it would have been then
        self._moved_at = clock()
        self._look_again = asyncio.Event()
        self._commands: power.Commands | None = None
        self._is_on: bool | None = None  # not known before the first switch
        self._left: power.Commands | None = None
        self.configure(settings, zone)

    def configure(self, settings: Settings, zone: zoneinfo.ZoneInfo) -> None:
        """Take other settings. What was darkened by the earlier ones is lit by them first."""
        if self._is_on is False:
            self._left = self._commands
        self._settings, self._zone = settings, zone
        self._commands = power.commands(settings)
        self._is_on = None
        self._due = float("-inf")
        self._fault: power.Refused | None = None
        self._look_again.set()

    def wake(self) -> bool:
        """Light it for a while; whether it was dark."""
        dark = self._commands is not None and not self.wanted()
        if self._held is not None and not self._held[0]:
            self._held = None
        self._woken_until = self._clock() + WOKEN
        self._look_again.set()
        return dark

    def hold(self, on: bool) -> bool:
        """Keep it on or off until its hours would switch it anyway, or somebody wakes it.

        Whether it will be so: a critical alert keeps it on. Raises ``ProtocolError`` where the
        configuration has no way to switch it.
        """
        if self._commands is None:
            raise ProtocolError(tr("kioskd doesn't switch this display: `display.backend` is none"))
        self._held = on, self._by_itself()
        if not on:
            self._woken_until = float("-inf")
        self._look_again.set()
        return self.wanted() == on

    def moved(self) -> None:
        """The motion sensor saw somebody."""
        self._moved_at = self._clock()
        self._look_again.set()

    def wanted(self) -> bool:
        """Whether it should be on now. With a clock that can't be right it stays on."""
        if self._clock() < self._woken_until or self._urgent():
            return True
        itself = self._by_itself()
        if self._held is not None and self._held[1] != itself:
            self._held = None
        return itself if self._held is None else self._held[0]

    def _by_itself(self) -> bool:
        """Whether it would be on by its hours and by movement alone."""
        patience = self._settings.off_without_motion
        if patience and self._clock() - self._moved_at > patience:
            return False
        if not self._settings.on or not self._trusted():
            return True
        local = datetime.datetime.fromtimestamp(self._wall(), self._zone)
        return any(covers(hours, local) for hours in self._settings.on)

    def status(self) -> DisplayStatus:
        if self._fault:
            return DisplayStatus("failed", str(self._fault), self._fault.code, self._fault.about)
        if self._is_on is False:
            return DisplayStatus("off", tr("off on purpose: a press or an alert wakes it"))
        return DisplayStatus("on")

    async def follow(self) -> None:
        """Keep the display as it should be, for ever."""
        while True:
            self._look_again.clear()
            await self.assert_state()
            try:
                async with asyncio.timeout(1.0):
                    await self._look_again.wait()
            except TimeoutError:
                continue

    async def assert_state(self) -> None:
        """Switch when the state should change, and again now and then."""
        await self._light_what_is_left()
        wanted, now = self.wanted(), self._clock()
        if self._commands is None or (wanted == self._is_on and now < self._due):
            return
        if self._fault and now < self._due:
            return
        before = self.status()
        try:
            # Only what differs is switched again: a second "on" can make a screen flicker.
            if wanted != self._is_on or await power.is_on(self._commands) != wanted:
                await power.switch(self._commands, wanted)
            self._is_on, self._fault, self._due = wanted, None, now + AGAIN
        except power.Refused as error:
            if str(error) != str(self._fault):
                log.warning(
                    tr(
                        "display: {error}; trying again every {seconds:.0f} s",
                        error=error,
                        seconds=RETRY,
                    )
                )
            self._is_on, self._fault, self._due = None, error, now + RETRY
        if self.status() != before:
            self._changed()

    async def _light_what_is_left(self) -> None:
        """Nobody else would: the wall would stay dark, and kioskd say that it is on."""
        left, self._left = self._left, None
        if left is not None and (self._commands is None or left.on != self._commands.on):
            try:
                await power.switch(left, True)
            except DisplayError as error:
                log.warning(
                    tr("display: {error}; it may stay dark: switch it on by hand", error=error)
                )
