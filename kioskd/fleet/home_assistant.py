"""Announces this kiosk to Home Assistant as one device, and takes it back when that is off.

One retained message has the device with all its entities (MQTT device discovery, 2024.11 and
newer). While an entity is still being set up, Home Assistant drops a second announcement in part:
so it goes out once the link stands, and when Home Assistant starts, but never twice in a row.
"""

import random
import time
from collections.abc import Callable, Sequence

from kioskd import __version__
from kioskd.config import Config
from kioskd.core import messages
from kioskd.core.ports import Later
from kioskd.core.screens import names
from kioskd.core.status import Status
from kioskd.fleet.entities import PICTURES, entities
from kioskd.fleet.part import Fleet
from kioskd.fleet.topics import Topics
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

BIRTH = "homeassistant/status"
APART = 10.0  # seconds at least between two announcements
SPREAD = 5.0  # seconds in which the kiosks of a house answer a birth, not all at once
MARK = "announced"  # the topic that remembers, over every restart, that there is something to undo


class HomeAssistant:
    """``picture`` is the format of a picture of the screen; ``tell_all`` tells the whole state,
    which Home Assistant wants after an announcement."""

    def __init__(
        self,
        fleet: Fleet,
        config: Config,
        status: Callable[[], Status],
        picture: Callable[[], str],
        tell_all: Callable[[], None],
        later: Later,
    ) -> None:
        self._fleet = fleet
        self._config = config
        self._status = status
        self._picture = picture
        self._tell_all = tell_all
        self._later = later
        self._at = float("-inf")
        self._due = False
        fleet.up.connect(self.again)

    def configure(self, config: Config) -> None:
        """Take another configuration; entities may have other names, or choices."""
        before, self._config = self._config, config
        topics = self._fleet.topics
        if device(topics, before) != device(topics, config) and self._fleet.connected:
            self.again()

    def listen(self) -> None:
        """Over a new link: hear Home Assistant start, or what an earlier run announced."""
        settings = self._fleet.settings
        if settings is None:
            return
        if settings.home_assistant:
            self._fleet.listen(BIRTH, self._born)
        else:
            self._fleet.listen(self._fleet.topics.of(MARK), self._undo)

    def again(self) -> None:
        """Announce it anew: the link is another one, or the device is."""
        if self._fleet.settings is not None and self._fleet.settings.home_assistant:
            self._soon(0.0)

    def _born(self, came: Incoming) -> None:
        if came.payload == b"online":
            self._soon(random.uniform(0, SPREAD))

    def _soon(self, seconds: float) -> None:
        if not self._due:
            self._due = True
            self._later(max(seconds, self._at + APART - time.monotonic()), self._announce)

    def _announce(self) -> None:
        self._due, self._at = False, time.monotonic()
        if self._fleet.settings is None or not self._fleet.settings.home_assistant:
            return
        topics = self._fleet.topics
        urls = self._status().remote.urls
        found = device(topics, self._config, urls, self._picture())
        self._fleet.say(Outgoing(discovery(topics), messages.encode(found), retain=True))
        self._fleet.say(Outgoing(topics.of(MARK), b"1", retain=True))
        self._fleet.say(Outgoing(topics.availability, b"online", retain=True))
        self._tell_all()

    def _undo(self, came: Incoming) -> None:
        """An earlier run announced this kiosk: an empty message takes it back."""
        if came.payload:
            topics = self._fleet.topics
            self._fleet.say(Outgoing(discovery(topics), b"", retain=True))
            self._fleet.say(Outgoing(topics.of(MARK), b"", retain=True))


def discovery(topics: Topics) -> str:
    return f"homeassistant/device/{topics.kiosk}/config"


def device(
    topics: Topics, config: Config, urls: Sequence[str] = (), picture: str = "image/png"
) -> messages.Json:
    """The announcement: the device, who says so, and every entity.

    ``urls`` are those of the remote page; Home Assistant links to the first one. ``picture`` is
    the format of a picture of the screen.
    """
    there_is = {
        "display": config.display.backend != "none",
        "button": bool(config.buttons or config.keys),
        **dict.fromkeys(PICTURES, config.mqtt is not None and config.mqtt.screenshots),
    }
    screens = names(each.name for each in config.screens)
    return {
        "dev": {
            "ids": [f"kioskd_{topics.kiosk}"],
            "name": f"{config.kiosk.name} ({topics.kiosk})",
            "mf": "kioskd",
            "mdl": tr("Wall display"),
            "sw": __version__,
            **({"cu": urls[0]} if urls else {}),
        },
        "o": {"name": "kioskd", "sw": __version__},
        "cmps": entities(topics, config.kiosk.language, screens, there_is, picture),
        "availability_topic": topics.availability,
        "qos": 1,
    }
