"""A link that only looks at what other kiosks share, beside the daemon's own."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator

from kioskd.config import Mqtt
from kioskd.core.faults import Fault
from kioskd.fleet.link import Link
from kioskd.fleet.neighbours import NeighboursOnBroker
from kioskd.fleet.wire import Take


class Look:
    """The link as ``Neighbours`` needs it."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def listen(self, topic: str, take: Take) -> None:
        self._link.listen(topic, take)

    def ignore(self, topic: str) -> None:
        self._link.ignore(topic)

    @property
    def place(self) -> str:
        return self._link.view.place

    @property
    def connected(self) -> bool:
        return self._link.view.state == "connected"

    @property
    def fault(self) -> Fault | None:
        return None if self.connected else self._link.view.fault


@contextlib.asynccontextmanager
async def looking(settings: Mqtt, kiosk: str) -> AsyncIterator[NeighboursOnBroker]:
    """The neighbours of ``kiosk``, by a link of another name than the daemon's, which stays."""
    name = f"kioskd-look-{uuid.uuid4().hex[:12]}"
    link = Link(settings, kiosk, name, lambda: None, lambda: None, observer=True)
    task = asyncio.create_task(link.run())
    try:
        yield NeighboursOnBroker(Look(link))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
