"""Where tickets and alerts come from: what a kind of source is given, and the table of kinds.

A kind is one file with one async generator ``messages(settings, context)``. It connects and yields
what it hears; it raises ``Outage`` when the link is lost and ``Refusal`` when it isn't authorised.
It never tries again by itself: ``retry`` does that for all kinds alike. How to add a kind is in
CONTRIBUTING.md; how its failures are worded, in ``core.faults``.
"""

import asyncio
import datetime
import importlib
from collections.abc import AsyncGenerator, Callable
from typing import Any, NamedTuple

from msgspec import Struct, field

from kioskd.config import AnySource, Glpi, Language, NetworkSource, View
from kioskd.config.sections.sources import REFRESH
from kioskd.core.faults import Fault
from kioskd.core.messages import Message
from kioskd.core.parser import Parser
from kioskd.core.ports import Hearing, Neighbours
from kioskd.sources.outage import Outage, Refusal
from kioskd.sources.uplink import Uplink
from kioskd.words import tr

Open = Callable[[AnySource, "Context"], AsyncGenerator[Message, None]]
KINDS = (
    "channels",
    "rest",
    "glpi",
    "mqtt",
    "demo",
)  # each a file beside this one, loaded when it is used


READ_AT_ONCE = 300_000  # bytes: a few milliseconds
FIRST_GAP = 2.0  # seconds between two answers to panels that ask


class Asks:
    """The views that panels asked for and a source should fetch soon.

    The first is fetched at once; who goes on asking is answered ever more seldom, down to the
    source's own interval: a view that fails must not be fetched as often as panels ask for it.
    """

    def __init__(self) -> None:
        self._views: set[View] = set()
        self._asked = asyncio.Event()
        self._given = float("-inf")
        self._gap = FIRST_GAP

    def add(self, view: View) -> None:
        self._views.add(view)
        self._asked.set()

    async def wait(self, seconds: float) -> set[View]:
        """The views asked for, soon or within ``seconds``; empty when none was."""
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(seconds):
                await self._asked.wait()
                since = clock() - self._given
                self._gap = FIRST_GAP if since > 2 * self._gap else 2 * self._gap
                await asyncio.sleep(max(0.0, min(self._gap, seconds) - since))
        except TimeoutError:
            if not self._asked.is_set():
                return set()
        self._given = clock()
        self._asked.clear()
        views, self._views = self._views, set()
        return views


class Nobody:
    """The neighbours of a kiosk without a broker."""

    place = ""
    connected = False
    fault: Fault | None = None

    def hear(self, kiosk: str) -> Hearing:
        raise Outage("lost", place=kiosk, detail=tr("can't be heard without the section mqtt"))


class Look(NamedTuple):
    """What a second look made of a fault, and when on the loop's clock."""

    at: float
    fault: Fault
    found: Outage | Refusal


class Context(Struct):
    """What a source needs to know besides its own settings."""

    kiosk_id: str
    language: Language = "pt-BR"
    """The wall's, for a source that makes its texts itself."""
    asks: Asks = field(default_factory=Asks)
    has_network: Callable[[], bool] = lambda: True
    """Whether this machine has a network address."""
    proxy: str | None = None
    """For sources that name none."""
    refresh: float = REFRESH
    """Seconds between two questions to a server that pushes."""
    hurry: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when somebody mended something: the next try is now."""
    looked: "Look | None" = None
    """What a second look at the server found."""
    zone: datetime.tzinfo = datetime.UTC
    """The wall's."""
    memory: dict[str, Any] = field(default_factory=dict)
    """The source's own, from one try to the next."""
    uplink: Uplink = field(default_factory=Uplink)
    """Takes what goes up a link that the source holds."""
    neighbours: Neighbours = field(default_factory=Nobody)
    """The other kiosks at the broker."""

    def proxy_for(self, settings: NetworkSource) -> str | None:
        """The proxy on the way to this source; None goes straight to it."""
        proxy = settings.proxy or self.proxy
        return None if proxy == "direct" else proxy


async def parsed(parser: Parser, frame: bytes) -> Message | None:
    """What a frame says; a large one is read in a thread, so that no panel waits for it."""
    if len(frame) <= READ_AT_ONCE:
        return parser.parse(frame)
    return await asyncio.to_thread(parser.parse, frame)


def opener(kind: str) -> Open:
    """The generator function of a kind."""
    assert kind in KINDS
    found: Open = importlib.import_module(f"kioskd.sources.{kind}").messages
    return found


def definitions(settings: AnySource) -> dict[str, str]:
    """What each figure of a source's dashboard means; empty for one that only passes them on."""
    if not isinstance(settings, Glpi):
        return {}
    from kioskd.sources.glpi import figures

    return figures.definitions(settings)
