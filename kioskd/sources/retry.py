"""The one retry loop: follows a source for ever, whatever becomes of its link."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import Protocol
from urllib.parse import urlsplit

from kioskd.config import AnySource
from kioskd.core.faults import Fault
from kioskd.core.link_log import LinkLog
from kioskd.core.links import LinkState
from kioskd.core.messages import (
    Alert,
    Away,
    Confirmed,
    Connected,
    Failed,
    Message,
    Resolved,
    Update,
)
from kioskd.core.pause import hurried
from kioskd.core.retries import Retries
from kioskd.errors import KioskdError, RefusedError
from kioskd.sources import Context, opener
from kioskd.sources.outage import fault_of
from kioskd.words import tr


class Report(Protocol):
    def __call__(self, state: LinkState, fault: Fault | None, ago: float = 0.0) -> None: ...


async def follow(
    settings: AnySource, context: Context, ingest: Callable[[Message], None], report: Report
) -> None:
    """Hand every message of a source to ``ingest``, for ever; back off when the link is lost.

    How long it waits is ``Retries``'s to say.

    A link is connected when it gave what it is for, a view or an alert: a server that only greets
    and closes, since its database is down, stays offline since the first time.
    """
    clock = asyncio.get_running_loop().time
    diary = LinkLog(tr("source {name}", name=settings.title), clock)
    retries = Retries()
    while True:
        context.hurry.clear()
        useful: float | None = None
        refused = failed = away = False
        report("connecting", None)
        try:
            async with aclosing(opener(settings.kind)(settings, context)) as messages:
                async for message in messages:
                    match message:
                        case Away(fault=fault, ago=ago):
                            held = 0.0 if useful is None else clock() - useful
                            away, useful = True, None
                            report("offline", fault, ago)
                            diary.lost(fault, held, None)
                        case Connected() if away:
                            away = False
                        case _ if away:
                            pass
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
            fault = Fault(
                "lost", {"place": _place(settings), "detail": tr("closed the connection")}
            )
        except RefusedError as refusal:
            refused, fault = True, fault_of(refusal)
        except (KioskdError, OSError, TimeoutError) as failure:
            fault = fault_of(failure)
        except Exception as bug:  # one bad source must never darken the wall
            diary.bug(bug)
            fault = Fault("internal", {"detail": f"{type(bug).__name__}: {bug}"})
        held = 0.0 if useful is None else clock() - useful
        wait = retries.wait(held, refused, unplugged=fault.code == "no_network")
        report("refused" if refused else "offline", fault)
        diary.lost(fault, held, wait)
        if await hurried(context.hurry, wait):
            retries.hurried()


def _place(settings: AnySource) -> str:
    """Host and port of a source, or its title where it has none."""
    address = next(iter(settings.addresses().values()), None)
    return settings.title if address is None else urlsplit(address).netloc
