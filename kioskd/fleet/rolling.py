"""The way of what is pushed through the fleet, as whoever pushes it sees it: checked everywhere,
then put in force on one kiosk after the other. What becomes of it each kiosk decides by itself.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable

import msgspec
from msgspec import Struct

from kioskd.core.fleet_status import Seen
from kioskd.errors import KioskdError
from kioskd.fleet.operating import Operator
from kioskd.fleet.push import Step, Verdict
from kioskd.fleet.topics import ROOT
from kioskd.fleet.wire import Incoming
from kioskd.words import tr

CHECKING = 30.0  # seconds for the check of every kiosk: a Pi reads a file of 100 kB in seconds
LATER = 30.0  # seconds beyond a kiosk's own time, for its answer to come
GONE = 300.0  # seconds: it is installing, or starting anew after a power cut, for less


class Signed(Struct, frozen=True):
    """An envelope as it is sent, and its number."""

    envelope: bytes
    signature: str
    number: int

    def fields(self, by: str) -> dict[str, object]:
        return {"envelope": self.envelope, "signature": self.signature, "by": by}


class _State(Struct, frozen=True):
    """What is read of what a kiosk tells of its files, or of its updates.

    ``number``: the push whose file is in force.
    """

    number: int = 0
    tried: int = 0
    step: Step = ""
    said: str = ""


class Rolling:
    """Pushes over the link of ``operator``; ``by`` is who, ``command`` config or update."""

    def __init__(self, operator: Operator, by: str, command: str) -> None:
        self._command = command
        self._operator = operator
        self._by = by
        self._states: dict[str, _State] = {}
        operator.hear(f"{ROOT}/+/{command}", self._take)

    async def settled(self, of: list[Seen], wait: float, say: Callable[[str], None]) -> None:
        """Wait for the end of what an earlier run began on these, ``wait`` seconds at most.

        ``say`` is given the id of each that is waited for. One that is away for ``GONE`` is not.
        """
        await self._operator.told_anew()
        now = time.monotonic()
        until, there, said = now + wait, {seen.kiosk: now for seen in of}, set[str]()
        while (now := time.monotonic()) < until:
            there |= {kiosk: now for kiosk in there if self._online(kiosk)}
            trying = {
                kiosk
                for kiosk, last in there.items()
                if now - last <= GONE and self._states.get(kiosk, _State()).step == "trying"
            }
            for kiosk in sorted(trying - said):
                say(kiosk)
            said |= trying
            if not trying:
                return
            await self._operator.any_news(1.0)

    async def check(self, to: str, signed: Signed, of: list[Seen]) -> dict[str, Verdict]:
        """What each kiosk says to it; nothing is changed."""
        return await self._operator.order(to, self._command, signed.fields(self._by), of, CHECKING)

    async def apply(self, seen: Seen, signed: Signed, wait: float) -> str | None:
        """Put it in force on one kiosk; why it is not, or None. ``wait``: the kiosk's own time."""
        until = time.monotonic() + wait + LATER
        asking = asyncio.create_task(
            self._operator.order(
                seen.kiosk, self._command, signed.fields(self._by), [seen], wait + LATER
            )
        )
        began, there = False, time.monotonic()
        try:
            while (now := time.monotonic()) < until:
                there = now if self._online(seen.kiosk) else there
                if now - there > GONE:
                    return tr("is away, in the middle of it")
                state = self._states.get(seen.kiosk)
                if state is not None and state.tried == signed.number:
                    began = True
                    if state.step == "kept":
                        return None
                    if state.step == "back":
                        return tr("went back by itself: {said}", said=state.said)
                elif state is not None and state.number == signed.number:
                    return None  # it was kept, and then the kiosk started anew
                elif began:
                    return tr("started anew in the middle; it has what it had before")
                if asking.done() and not began:
                    with contextlib.suppress(KioskdError):  # the link was lost: its state will tell
                        if (answer := asking.result().get(seen.kiosk)) is not None:
                            return None if answer.ok else f"refused: {answer.error}"
                await self._operator.any_news(1.0)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        fault = self._operator.fault
        return tr("told nothing") if fault is None else tr("told nothing: {fault}", fault=fault)

    def _online(self, kiosk: str) -> bool:
        return any(seen.online for seen in self._operator.census.kiosks(kiosk=kiosk))

    def _take(self, came: Incoming) -> None:
        with contextlib.suppress(msgspec.MsgspecError, UnicodeError, RecursionError):
            state = msgspec.json.decode(came.payload, type=_State)
            self._states[came.topic.split("/")[1]] = state
