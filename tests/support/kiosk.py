"""The core between a panel and an ear that both remember what they were told."""

import json
from collections.abc import Callable
from typing import Any

from kioskd.config import Config, Kiosk, Severity, SoundName
from kioskd.core.hub import Hub
from kioskd.core.kiosk import Kiosk as Core
from kioskd.core.messages import Alert
from kioskd.core.state import State
from kioskd.core.status import SourceView
from tests.support.frames import TICKET


class Ear:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        self.heard.append(name)

    def ring(self, name: SoundName, alert: Alert) -> None:
        self.heard.append(f"{name} {alert.id}")

    def hush(self) -> None:
        self.heard.append("hush")


class Line:
    """A panel's transport that remembers each message."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        size = data[1]
        self.said.append(json.loads(data[{126: 4, 127: 10}.get(size, 2) :]))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


class Wall:
    def __init__(self, **sections: Any) -> None:
        self.ear, self.line = Ear(), Line()
        config = Config(kiosk=Kiosk(id="Kiosk-T", development=True), **sections)
        self.state = State(config.stale_after, derive=True)
        hub = Hub(200, 15, lambda: 0.0)
        self.later: list[Callable[[], None]] = []
        self.core = Core(config, self.state, hub, self.ear, "b1", self.remember)
        self.panel = hub.attach("127.0.0.1", self.line)

    def remember(self, seconds: float, call: Callable[[], None]) -> None:
        self.later.append(call)

    def soon(self) -> None:
        while self.later:
            self.later.pop(0)()

    def said(self, kind: str) -> list[dict[str, Any]]:
        self.soon()
        return [message for message in self.line.said if message["type"] == kind]

    def switched(self) -> list[str]:
        return [message["target"] for message in self.said("remote_switch")]


def ticket(identity: str, priority: str = "critical") -> dict[str, Any]:
    return TICKET | {"id": identity, "priority": priority}


class Mute:
    def play(self, *_: object) -> None: ...
    def ring(self, *_: object) -> None: ...
    def hush(self) -> None: ...


def core() -> Core:
    config = Config(kiosk=Kiosk(id="Kiosk-T"))
    state = State(config.stale_after, derive=True)
    found = Core(config, state, Hub(200, 15, lambda: 0.0), Mute(), "b1")
    found.sources = [SourceView('cen"tral\n', "channels", ("tickets", "projects"))]
    return found
