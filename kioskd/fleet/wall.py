"""What one wall says and hears over the broker, put together: one part for the daemon."""

import asyncio
from collections.abc import Awaitable, Callable

from kioskd.config import Config
from kioskd.core.alerting import Alerting
from kioskd.core.kiosk import Kiosk
from kioskd.core.links import Links
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed, Later
from kioskd.core.screenshot import Screenshot
from kioskd.core.state import State
from kioskd.core.status import Status
from kioskd.fleet import rollout as rolled
from kioskd.fleet import updates as updated
from kioskd.fleet.asking import Asking
from kioskd.fleet.commands import Commands
from kioskd.fleet.home_assistant import HomeAssistant
from kioskd.fleet.lives import LivesOut
from kioskd.fleet.neighbours import NeighboursOnBroker
from kioskd.fleet.part import Fleet
from kioskd.fleet.pictures import Pictures
from kioskd.fleet.rollout import Rollout
from kioskd.fleet.sharing import Sharing
from kioskd.fleet.state import StateOut
from kioskd.fleet.updates import Updates
from kioskd.fleet.wire import Incoming


class WallOnBroker:
    """``status`` gives the whole status, ``screenshot`` a picture of the screen; ``later`` is the
    event loop's ``call_later``."""

    def __init__(
        self,
        fleet: Fleet,
        config: Config,
        kiosk: Kiosk,
        alerting: Alerting,
        state: State,
        links: Links,
        faults: PartFaults,
        neighbours: NeighboursOnBroker,
        asking: Asking,
        status: Callable[[], Status],
        screenshot: Callable[[], Awaitable[Screenshot]],
        changed: Changed,
        later: Later,
        rollout: Rollout,
        updates: Updates,
    ) -> None:
        self._fleet = fleet
        self._state = StateOut(fleet, config, status, alerting.alerts.status, changed, later)
        self._neighbours = neighbours
        self._sharing = Sharing(fleet, config, state, links, faults, changed, later)
        self._lives = LivesOut(fleet, alerting, self._sharing.share, self._sharing.said, later)
        self._asking = asking
        self._pictures = pictures = Pictures(fleet, screenshot)
        self._commands = Commands(fleet, kiosk, alerting, pictures, self._state.publish)
        self._rollout = rollout
        self._updates = updates
        self._home = HomeAssistant(
            fleet, config, status, lambda: pictures.content_type, self._state.tell_all, later
        )
        pictures.another.connect(self._home.again)
        self._listen()

    def configure(self, config: Config) -> None:
        """Take another configuration."""
        self._sharing.configure(config)
        if self._fleet.configure(config):
            self._listen()
        self._state.configure(config)
        self._home.configure(config)
        self._rollout.tell()

    def _listen(self) -> None:
        settings = self._fleet.settings
        for topic in self._fleet.topics.commands(settings.groups) if settings else ():
            self._fleet.listen(topic, self._hear)
        self._home.listen()
        self._sharing.listen()
        self._lives.listen()
        self._neighbours.listen()

    def _hear(self, came: Incoming) -> None:
        match came.topic.rpartition("/")[2]:
            case rolled.COMMAND:
                self._rollout.take(came)
            case updated.COMMAND:
                self._updates.take(came)
            case _:
                self._commands.take(came)

    def pressed(self, button: str, gesture: str) -> None:
        """Somebody used a button of the room, or a line only changed, which is nothing to tell."""
        self._state.pressed(button, gesture)

    def stop(self) -> "list[asyncio.Task[None]]":
        """End what is under way."""
        return self._rollout.stop() + self._updates.stop() + self._pictures.stop()

    def tick(self) -> None:
        """Once a second."""
        self._fleet.tick()
        self._state.tick()
        self._sharing.tick()
        self._asking.tick()
        self._updates.tick()
