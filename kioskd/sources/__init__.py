"""Where the tickets come from: the contract, the table of kinds, and the one retry loop.

A kind of source is one file with one async generator ``messages(settings, context)``. It connects
and yields what it hears; it raises ``SourceError`` (or any ``OSError``) when the link is lost and
``RefusedError`` when it isn't let in. Retrying is done here, for all kinds alike.
"""

import asyncio
import importlib
import logging
import math
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kioskd.config import Language, Source, View
from kioskd.core.faults import Fault
from kioskd.core.messages import Message
from kioskd.errors import KioskdError, RefusedError
from kioskd.sources.reasons import fault_of

log = logging.getLogger(__name__)
KINDS = {
    "channels": "kioskd.sources.channels",
    "rest": "kioskd.sources.rest",
    "demo": "kioskd.sources.demo",
}
State = Literal["connecting", "connected", "offline", "refused"]
FIRST_DELAY, LONGEST_DELAY, REFUSED_DELAY, STABLE = 1.0, 60.0, 120.0, 30.0  # seconds
UNPLUGGED_DELAY = 5.0  # seconds without a network: nobody is disturbed, and somebody waits


class Asks:
    """The views that panels asked for and a source should fetch soon."""

    def __init__(self) -> None:
        self._views: set[View] = set()
        self._asked = asyncio.Event()

    def add(self, view: View) -> None:
        self._views.add(view)
        self._asked.set()

    async def wait(self, seconds: float) -> set[View]:
        """The views asked for, at once or within ``seconds``; empty when none was."""
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
        except TimeoutError:
            return set()
        self._asked.clear()
        views, self._views = self._views, set()
        return views


@dataclass
class Context:
    """What a source needs to know besides its own settings."""

    kiosk_id: str
    language: Language = "pt-BR"
    """The wall's, for a source that makes its texts itself."""
    asks: Asks = field(default_factory=Asks)


class Report(Protocol):
    def __call__(self, state: State, fault: Fault | None) -> None: ...


def opener(kind: str) -> Callable[[Source, Context], AsyncGenerator[Message, None]]:
    """The generator function of a kind, from here or from an installed package's entry point."""
    if kind in KINDS:
        found: Callable[[Source, Context], AsyncGenerator[Message, None]] = importlib.import_module(
            KINDS[kind]
        ).messages
        return found
    from importlib.metadata import entry_points  # slow to import, and seldom needed

    for entry in entry_points(group="kioskd.sources", name=kind):
        found = entry.load().messages
        return found
    raise KioskdError(f"no source of the kind {kind!r} is installed")


async def follow(
    settings: Source, context: Context, ingest: Callable[[Message], None], report: Report
) -> None:
    """Hand every message of a source to ``ingest``, for ever; back off when the link is lost.

    Full jitter up to 60 s, so that a fleet doesn't return in the same second; the delay shrinks
    back only after a link that held 30 s, so that accept-then-close makes no storm. A long wait
    for a connection that never came is no such link.
    """
    clock = asyncio.get_running_loop().time
    delay = FIRST_DELAY
    while True:
        linked, state = math.inf, "offline"
        fault = Fault("lost", {"place": "the upstream", "detail": "closed the connection"})
        report("connecting", None)
        try:
            async with aclosing(opener(settings.kind)(settings, context)) as messages:
                async for message in messages:
                    linked = min(linked, clock())
                    report("connected", None)
                    ingest(message)
        except RefusedError as refusal:
            state, fault = "refused", fault_of(refusal)
        except (KioskdError, OSError, TimeoutError) as failure:
            fault = fault_of(failure)
        except Exception as bug:  # one bad source must never darken the wall
            log.exception("source %s failed; this is a bug in it", settings.title)
            fault = Fault("internal", {"detail": f"{type(bug).__name__}: {bug}"})
        if clock() - linked > STABLE and state != "refused":
            delay = FIRST_DELAY
        wait = (
            REFUSED_DELAY * random.uniform(0.5, 1)
            if state == "refused"
            else (random.uniform(0.2, 1) * delay)
        )
        if fault.code == "no_network":
            wait = min(wait, UNPLUGGED_DELAY)
        report("refused" if state == "refused" else "offline", fault)
        log.warning("source %s: %s; trying again in %.0f s", settings.title, fault, wait)
        delay = min(delay * 2, LONGEST_DELAY)
        await asyncio.sleep(wait)
