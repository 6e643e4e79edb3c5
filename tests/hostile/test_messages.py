"""Whatever a panel or an upstream says is answered as documented: no frame that is no JSON."""

import json
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Server
from kioskd.core.hub import websocket_frame
from kioskd.core.parser import Parser
from kioskd.errors import ProtocolError
from tests.support.fuzz import changed, draws, encoded
from tests.support.kiosk import Wall as Core
from tests.support.said import HEARD
from tests.support.served import Served

pytestmark = [pytest.mark.timeout(0), pytest.mark.usefixtures("unkept_log")]


def strict(frame: bytes) -> Any:
    def refuse(word: str) -> Any:
        raise AssertionError(word)

    return json.loads(frame.decode(), parse_constant=refuse)


class Sink:
    """A panel's transport that holds every frame against strict JSON."""

    def __init__(self) -> None:
        self.frames = 0

    def write(self, data: bytes) -> None:
        size = data[1]
        payload = data[{126: 4, 127: 10}.get(size, 2) :]
        assert websocket_frame(payload) == data
        assert isinstance(strict(payload)["type"], str)
        self.frames += 1

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


SAID = [
    {"type": "identify", "clientId": "K", "availableScreens": ["tickets"], "controller": True},
    {"type": "request_data", "view": "tickets"},
    {"type": "remote_switch", "target": "tickets", "clientId": "K"},
    {"type": "acknowledge", "id": "1", "by": "Ana"},
    {"type": "snooze", "id": "1", "seconds": 60},
    {"type": "mute", "seconds": 60},
    {"type": "test_sound", "name": "critical"},
    {"type": "painted", "screen": "tickets", "build": "b"},
    {"type": "ping"},
    {"type": "request_ip"},
    {"type": "request_alert_history"},
    {"type": "pair"},
    {"type": "simulate", "event": "new_ticket", "title": "a", "priority": "critical"},
]


async def test_no_message_of_a_panel_does_more_than_be_answered(tmp_path: Path) -> None:
    from kioskd.web.roles import Grant

    wall = Served(tmp_path, Server())
    sink = Sink()
    panel = wall.hub.attach("127.0.0.1", sink)
    grant, wrong = Grant("control", "here"), 0
    for draw in draws("panels"):
        text = encoded(draw, changed(draw, draw.choice(SAID))).decode(errors="replace")
        wrong += not wall.web._hear(panel, grant, text)
    print(f"{wrong:,} were wrong; {sink.frames:,} frames were told")
    assert sink.frames > 0


def test_no_message_of_an_upstream_does_more_than_be_named() -> None:
    wall, parser, sink = Core(), Parser(), Sink()
    wall.hub.detach(wall.panel)  # it remembers all that it hears
    wall.hub.attach("127.0.0.1", sink)
    wrong = 0
    for draw in draws("upstream"):
        try:
            message = parser.parse(encoded(draw, changed(draw, draw.choice(HEARD))))
        except (ProtocolError, UnicodeError):
            wrong += 1
            continue
        if message is not None:
            wall.core.ingest(message, "http://desk.example/", "central")
        if draw.random() < 0.05:
            wall.core.tick()
            wall.soon()
    print(f"{wrong:,} were wrong; {sink.frames:,} frames were told")
    assert sink.frames > 0
