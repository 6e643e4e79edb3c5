"""The other kiosks at the broker, for the source that takes what one of them shares."""

import asyncio
from typing import Protocol

from kioskd.core.faults import Fault
from kioskd.core.ports import Heard
from kioskd.fleet.topics import Topics
from kioskd.fleet.wire import Incoming, Take


class Broker(Protocol):
    """A link, or the part that has one."""

    @property
    def place(self) -> str: ...
    @property
    def connected(self) -> bool: ...
    @property
    def fault(self) -> Fault | None: ...
    def listen(self, topic: str, take: Take) -> None: ...
    def ignore(self, topic: str) -> None: ...


class Ear:
    """Hears one kiosk; of each part only the newest waits, so that nobody can fill the memory."""

    def __init__(self, broker: Broker, kiosk: str, ears: "dict[str, Ear]") -> None:
        self._broker = broker
        self._kiosk = kiosk
        self._ears = ears
        ears[kiosk] = self
        topics = Topics(kiosk)
        self._filters = (topics.availability, topics.shared("+"))
        self._waiting: dict[str, Heard] = {}
        self._came = asyncio.Event()
        self.listen()

    def listen(self) -> None:
        for topic in self._filters:
            self._broker.listen(topic, self._take)

    async def next(self, seconds: float) -> Heard | None:
        if not self._waiting:
            self._came.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._came.wait()
            except TimeoutError:
                return None
        return self._waiting.pop(next(iter(self._waiting)))

    def close(self) -> None:
        if self._ears.get(self._kiosk) is not self:
            return  # another one listens in its place already
        del self._ears[self._kiosk]
        for topic in self._filters:
            self._broker.ignore(topic)

    def _take(self, came: Incoming) -> None:
        part = came.topic.rpartition("/")[2]
        self._waiting[part] = Heard(part, came.payload, came.retain, came.left)
        self._came.set()


class NeighboursOnBroker:
    """``broker`` is the daemon's ``Fleet``, or a link that only looks."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._ears: dict[str, Ear] = {}

    @property
    def place(self) -> str:
        return self._broker.place

    @property
    def connected(self) -> bool:
        return self._broker.connected

    @property
    def fault(self) -> Fault | None:
        return self._broker.fault

    def hear(self, kiosk: str) -> Ear:
        return Ear(self._broker, kiosk, self._ears)

    def listen(self) -> None:
        """Over a new link: listen again to all that is heard."""
        for ear in self._ears.values():
            ear.listen()
