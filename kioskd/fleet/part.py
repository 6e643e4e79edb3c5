"""The part of the daemon that has the link: made and dropped as the configuration says.

Whoever speaks or listens over the broker does it here, with a link or without one. The MQTT
libraries are loaded when the first link is made.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from kioskd.config import Config, Mqtt
from kioskd.config.names import level
from kioskd.core.faults import Fault
from kioskd.core.identity import kiosk_id
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.status import BrokerStatus, FaultStatus
from kioskd.fleet.topics import Topics
from kioskd.fleet.wire import Outgoing, Take

if TYPE_CHECKING:
    from kioskd.fleet.link import Link

PART = "mqtt"  # what the faults call it
CLIENT = "kioskd-"  # before the kiosk's id, as the name of the connection


class Fleet:
    """``up`` is called each time the link stands anew; ``faults`` hears what is wrong with it."""

    def __init__(
        self,
        config: Config,
        faults: PartFaults,
        changed: Changed,
        has_network: Callable[[], bool],
    ) -> None:
        self.up = Changed()
        self._faults = faults
        self._changed = changed
        self._has_network = has_network
        self._listeners: dict[str, Take] = {}
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._started = False
        self._take(config)

    def _take(self, config: Config) -> None:
        self.settings: Mqtt | None = config.mqtt
        self.topics = Topics(level(kiosk_id(config)))

    def start(self) -> None:
        """Begin to keep the link, if one is configured."""
        self._started = True
        if self.settings is None:
            return
        from kioskd.fleet.link import Link  # late: most walls have no broker

        name = f"{CLIENT}{self.topics.kiosk}"
        self._link = Link(
            self.settings, self.topics.kiosk, name, self._report, self.up, self._has_network
        )
        for topic, take in self._listeners.items():
            self._link.listen(topic, take)
        self._task = asyncio.create_task(self._link.run(), name="mqtt")

    def configure(self, config: Config) -> bool:
        """Take another configuration; whether the link is made anew, and nobody listens yet."""
        settings, topics = self.settings, self.topics
        if (config.mqtt, Topics(level(kiosk_id(config)))) == (settings, topics):
            return False
        old, self._listeners = self.stop(), {}
        self._take(config)
        self._faults.say(PART, None)
        if self._started:
            self._task = asyncio.create_task(self._after(old), name="mqtt")
        self._changed()
        return True

    async def _after(self, old: "list[asyncio.Task[None]]") -> None:
        """Two links of one name would throw each other out."""
        if old:
            await asyncio.wait(old)
        self.start()

    def stop(self) -> "list[asyncio.Task[None]]":
        """Say goodbye; the tasks that are ending."""
        ending, self._task = [self._task] if self._task is not None else [], None
        self._link = None
        for task in ending:
            task.cancel()
        return ending

    def hurry(self) -> None:
        """Try again now: something may have been mended."""
        if self._link is not None:
            self._link.hurry.set()

    def tick(self) -> None:
        """Once a second."""
        if self._link is not None:
            self._link.tick()

    # For whoever speaks and listens

    @property
    def connected(self) -> bool:
        return self._link is not None and self._link.view.state == "connected"

    def say(self, message: Outgoing) -> None:
        """Send it, now or when the broker is there; nothing where none is configured."""
        if self._link is not None:
            self._link.say(message)

    def listen(self, topic: str, take: Take) -> None:
        """Hand what comes on this filter to ``take``, over this link and each later one."""
        self._listeners[topic] = take
        if self._link is not None:
            self._link.listen(topic, take)

    def ignore(self, topic: str) -> None:
        """Listen to this filter no more."""
        self._listeners.pop(topic, None)
        if self._link is not None:
            self._link.ignore(topic)

    @property
    def place(self) -> str:
        """Host and port of the broker."""
        return "" if self._link is None else self._link.view.place

    @property
    def fault(self) -> Fault | None:
        """Why there is no link; None: one stands, or is made for the first time."""
        if self._link is None or self._link.view.state in ("connected", "connecting"):
            return None
        return self._link.view.fault

    def status(self) -> BrokerStatus | None:
        """The link as the status shows it; None: none is configured."""
        if self._link is None:
            return None
        view = self._link.view
        fault = view.fault
        return BrokerStatus(
            view.state,
            view.place,
            view.user,
            view.protocol,
            round(time.monotonic() - view.since, 1),
            None if fault is None else FaultStatus(fault.code, fault.params, str(fault)),
            self.settings.share if self.settings else (),
        )

    def _report(self) -> None:
        fault = None if self._link is None else self._link.view.fault
        if fault is None:
            self._faults.say(PART, None)
        else:
            self._faults.say(PART, str(fault), fault.code, fault.about)
        self._changed()
