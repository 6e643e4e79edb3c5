"""The one retry loop: follows a source for ever, whatever becomes of its link."""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import aclosing
from typing import Protocol
from urllib.parse import urlsplit

from kioskd.config import AnySource
from kioskd.core.backoff import Backoff
from kioskd.core.faults import Code, Fault
from kioskd.core.links import LinkState
from kioskd.core.messages import Alert, Confirmed, Connected, Failed, Message, Resolved, Update
from kioskd.errors import KioskdError, RefusedError
from kioskd.sources import Context, opener
from kioskd.sources.reasons import fault_of

log = logging.getLogger(__name__)
FIRST_DELAY, LONGEST_DELAY, REFUSED_DELAY, STABLE = 1.0, 60.0, 120.0, 30.0  # seconds
UNPLUGGED_DELAY = 5.0  # seconds without a network: nobody is disturbed, and somebody waits
LOG_AGAIN = 3600.0  # seconds between two lines about the same fault
FORGIVEN = 600.0  # seconds of a link after which its next fault is news


class Report(Protocol):
    def __call__(self, state: LinkState, fault: Fault | None) -> None: ...


async def follow(
    settings: AnySource, context: Context, ingest: Callable[[Message], None], report: Report
) -> None:
    """Hand every message of a source to ``ingest``, for ever; back off when the link is lost.

    Full jitter up to 60 s, so that a fleet doesn't return in the same second; the delay shrinks
    back only after a link that was of use for 30 s, so that accept-then-close makes no storm.

    A link is connected when it gave what it is for, a view or an alert: a server that only greets
    and closes, since its database is down, stays offline since the first time.
    """
    clock = asyncio.get_running_loop().time
    diary = _Diary(settings.title, clock)
    backoff = Backoff(FIRST_DELAY, LONGEST_DELAY)
    while True:
        context.hurry.clear()
        useful: float | None = None
        refused = failed = False
        report("connecting", None)
        try:
            async with aclosing(opener(settings.kind)(settings, context)) as messages:
                async for message in messages:
                    match message:
                        case Update() | Alert() | Confirmed() | Resolved():
                            if useful is None:
                                useful = clock()
                                diary.connected()
                            report("connected", None)
                        case Connected() if useful is None and not failed:
                            report("connecting", Fault("silent", {"place": _place(settings)}))
                        case Failed(fault=fault) if useful is None:
                            failed = True
                            report("connecting", fault)
                    ingest(message)
            fault = Fault("lost", {"place": _place(settings), "detail": "closed the connection"})
        except RefusedError as refusal:
            refused, fault = True, fault_of(refusal)
        except (KioskdError, OSError, TimeoutError) as failure:
            fault = fault_of(failure)
        except Exception as bug:  # one bad source must never darken the wall
            diary.bug(bug)
            fault = Fault("internal", {"detail": f"{type(bug).__name__}: {bug}"})
        held = 0.0 if useful is None else clock() - useful
        if held > STABLE and not refused:
            backoff.reset()
        wait = random.uniform(0.2, 1) * backoff.next()
        if refused:
            wait = random.uniform(0.5, 1) * REFUSED_DELAY
        if fault.code == "no_network":
            wait = min(wait, UNPLUGGED_DELAY)
        report("refused" if refused else "offline", fault)
        diary.lost(fault, held, wait)
        if await hurried(context.hurry, wait):
            backoff.reset()


async def hurried(hurry: asyncio.Event, seconds: float) -> bool:
    """Rest; True when somebody wants the next try now."""
    try:
        async with asyncio.timeout(seconds):
            await hurry.wait()
    except TimeoutError:
        return False
    return True


def _place(settings: AnySource) -> str:
    """Host and port of a source, or its title where it has none."""
    address = next(iter(settings.addresses().values()), None)
    return settings.title if address is None else urlsplit(address).netloc


class _Diary:
    """What the log is told: a fault when it is new, then once an hour, and when it is over.

    An upstream that is away for a week, or that hangs up once a minute, must not fill the card.
    """

    def __init__(self, title: str, clock: Callable[[], float]) -> None:
        self._title = title
        self._clock = clock
        self._told: dict[Code, float] = {}
        self._tries = 0
        self._since: float | None = None
        self._owed = False

    def lost(self, fault: Fault, held: float, wait: float) -> None:
        """The link ended with ``fault``, after it was of use for ``held`` seconds."""
        now = self._clock()
        if held > FORGIVEN:
            self._told.clear()
        if held or self._since is None:
            self._since, self._tries = now, 0
        self._tries += 1
        last = self._told.get(fault.code)
        if last is not None and now - last < LOG_AGAIN:
            return
        self._told[fault.code], self._owed = now, True
        if self._tries == 1:
            log.warning("source %s: %s; trying again in %.0f s", self._title, fault, wait)
            return
        away = (now - self._since) / 60
        said = "source %s: %s; without data for %.0f min, %d tries so far"
        log.warning(said, self._title, fault, away, self._tries)

    def bug(self, error: Exception) -> None:
        """The source's program failed; where, is said as seldom as the fault itself."""
        last = self._told.get("internal")
        if last is None or self._clock() - last >= LOG_AGAIN:
            log.error("source %s failed; this is a bug in it", self._title, exc_info=error)

    def connected(self) -> None:
        """It gives data again."""
        if self._owed:
            log.info("source %s: connected again", self._title)
        self._owed = False
