"""A whole wall on a real broker, in this process: the core, its state out and its commands in."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from kioskd.config import Kiosk, Mqtt
from kioskd.config.fleet_file import Examined, Held
from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.errors import ConfigError, Problem
from kioskd.fleet.asking import Asking
from kioskd.fleet.neighbours import NeighboursOnBroker
from kioskd.fleet.part import Fleet
from kioskd.fleet.rollout import Rollout
from kioskd.fleet.updates import Updates
from kioskd.fleet.wall import WallOnBroker
from kioskd.fleet.wire import Incoming
from kioskd.host.signature import verify_bytes
from kioskd.host.update_box import UpdateBox
from tests.support.kiosk import Wall


class WallWithBroker(Wall):
    """``fleet`` is the link, ``on_broker`` what is said and heard over it, ``screenshot`` what the
    screen shows."""

    def __init__(self, mqtt: Mqtt, name: str = "Kiosk-A", **sections: Any) -> None:
        sections.setdefault("kiosk", Kiosk(id=name, name="Recepção"))
        super().__init__(later=_later, mqtt=mqtt, **sections)
        self.screenshot: Screenshot | Unseen = Unseen("there is no screen", "no_screen")
        self.fleet = Fleet(self.config, self.faults, self.changed, lambda: True)
        self.rollout = Rollout(self.fleet, NoFiles(), verify_bytes, self.reporter.status)
        self.neighbours = NeighboursOnBroker(self.fleet)
        self.on_broker = WallOnBroker(
            self.fleet,
            self.config,
            self.core,
            self.alerting,
            self.state,
            self.links,
            self.faults,
            self.neighbours,
            Asking(self.fleet, self.alerts, self.noted, _later),
            self.reporter.status,
            self._photograph,
            self.changed,
            _later,
            self.rollout,
            Updates(self.fleet, NoFiles(), UpdateBox(Path("/nonexistent")), verify_bytes),
        )

    async def _photograph(self) -> Screenshot:
        if isinstance(self.screenshot, Unseen):
            raise self.screenshot
        return self.screenshot

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["WallWithBroker"]:
        self.fleet.start()
        try:
            yield self
        finally:
            await asyncio.gather(*self.fleet.stop(), return_exceptions=True)


class NoFiles:
    """What a wall without a file of its own says to a pushed one."""

    fits = True

    def held(self) -> Held:
        return Held()

    def keep(self, new: Held) -> None:
        raise OSError("nothing can be kept")

    def examine(self, file: str) -> Examined:
        raise ConfigError([Problem("the fleet's file", 0, 0, "", "there is no own file")])

    def take(self, trial: str | None) -> None: ...


class Mailbox:
    """What came on some topics, by topic; the newest is last."""

    def __init__(self, came: list[Incoming]) -> None:
        self._came = came

    def of(self, topic: str) -> list[Any]:
        """The payloads that came on a topic, as JSON."""
        return [json.loads(m.payload) for m in self._came if m.topic == topic and m.payload]

    def last(self, topic: str) -> Any:
        return next(reversed(self.of(topic)), None)


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
