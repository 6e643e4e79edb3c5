"""Links to a broker for tests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from kioskd.config import Mqtt
from kioskd.fleet.link import Link
from kioskd.fleet.wire import Incoming, Outgoing
from tests.support.waiting import until


async def flushed(link: Link) -> None:
    """Wait until all that was said is at the broker."""
    await until(lambda: not link._waiting, "everything is said")


class Linked:
    """One link that runs. ``came`` is what it heard."""

    def __init__(self, settings: Mqtt, kiosk: str = "Kiosk-A", **more: Any) -> None:
        self.came: list[Incoming] = []
        self.ups = 0
        name = more.pop("name", f"kioskd-{kiosk}")
        self.link = Link(settings, kiosk, name, lambda: None, self._up, **more)
        self.link.listen(f"kioskd/{kiosk}/set/+", self.came.append)

    def _up(self) -> None:
        self.ups += 1

    @property
    def view(self) -> Any:
        return self.link.view

    @property
    def code(self) -> str:
        return "" if self.view.fault is None else str(self.view.fault.code)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Linked"]:
        task = asyncio.create_task(self.link.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def say(self, topic: str, payload: bytes = b"x", retain: bool = False) -> None:
        self.link.say(Outgoing(topic, payload, retain))


@contextlib.asynccontextmanager
async def observer(settings: Mqtt, *topics: str) -> AsyncIterator[Linked]:
    """Somebody who listens to these topics."""
    made = Linked(settings, "operator", name="test-observer", observer=True)
    for topic in topics:
        made.link.listen(topic, made.came.append)
    async with made.running():
        await until(lambda: made.link._asked >= set(topics), "the observer has subscribed")
        yield made
