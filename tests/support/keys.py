"""The keys of a kiosk without the rest of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kioskd.config import Config, Key, KeyName
from kioskd.gpio.buttons import Buttons
from kioskd.gpio.keys.keys import Keys
from kioskd.gpio.outside import Event
from tests.support.board import Asked
from tests.support.keypad import Sockets


class KeyRoom:
    """The keys of a kiosk, what they asked for, and the sockets."""

    def __init__(self, folder: Path, keys: tuple[Key, ...], **more: Any) -> None:
        self.sockets = Sockets(folder)
        self.asked = Asked()
        config = Config(keys=keys)
        self.buttons = Buttons(Config(), self.asked.perform, self.asked.moved)
        self.events: list[Event] = []
        self.buttons.watch(self.events.append)
        options = {"look": 0.02, "settle": 0.0} | more
        self.keys = Keys(
            config,
            self.buttons.outside,
            self.asked.changed,
            folder=folder,
            open_device=self.sockets.open,
            **options,
        )

    def close(self) -> None:
        self.keys.close()
        self.sockets.close()


MakeRoom = Callable[..., KeyRoom]


def key(which: str, **more: Any) -> Key:
    """A key of the configuration; pressed, it asks for the next screen unless told otherwise."""
    return Key(key=KeyName(which), **({"press": "next"} | more))
