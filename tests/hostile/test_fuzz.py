"""Whatever anybody says is answered as documented: no traceback, no frame that is no JSON."""

import asyncio
import contextlib
import gzip
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Server
from kioskd.config.reading import parse
from kioskd.core.hub import websocket_frame
from kioskd.core.parser import Parser
from kioskd.errors import ConfigError, ProtocolError
from kioskd.host import state_file
from kioskd.web.serving import EXPECTED, Serving, gone
from tests.support import requests
from tests.support.frames import TICKET, tickets
from tests.support.fuzz import changed, damaged, draws, encoded
from tests.support.kiosk import Wall as Core
from tests.support.served import Served

ROOT = Path(__file__).parents[2]
AT_ONCE = 64
pytestmark = pytest.mark.timeout(0)


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


class Judge:
    """What aiohttp would log: anything but a malformed request is a fault of ours."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def exception(self, message: str, *args: object, exc_info: Any = None) -> None:
        if not isinstance(exc_info, EXPECTED) and not gone(exc_info):
            self.wrong.append(repr(exc_info))

    def debug(self, *args: object, **more: object) -> None: ...
    def warning(self, *args: object) -> None: ...


async def test_no_http_request_ends_in_a_traceback_or_a_500(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Judge()
    monkeypatch.setattr("kioskd.web.serving._Log", lambda: judge)
    monkeypatch.setattr("kioskd.web.authorisation.SLOWER", 0.0)
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>panel</title>")
    (tmp_path / "assets/index.js").write_text("1")
    wall = Served(tmp_path, Server(loopback="view"))
    serving = Serving(wall.web.application(), wall.access.connections)
    path = tmp_path / "s"
    await serving.start(path)
    # What ends aiohttp's own task, the loop hears of.
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: judge.wrong.append(repr(context))
    )
    said: dict[str, int] = {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(request: bytes) -> None:
        async with gate:
            reader, writer = await asyncio.open_unix_connection(str(path))
            try:
                writer.write(request)
                answer = b""
                with_end = asyncio.timeout(0.05 if b"\r\n\r\n" not in request else 0.3)
                try:
                    async with with_end:
                        answer = await reader.readline()
                except TimeoutError:
                    answer = b"HTTP/1.1 --- waits"
                status = answer[9:12].decode(errors="replace")
                said[status] = said.get(status, 0) + 1
                assert status not in ("500", "504"), request
            except ConnectionError:
                said["reset"] = said.get("reset", 0) + 1
            finally:
                writer.close()
            assert not judge.wrong, (judge.wrong, request)

    batch: list[bytes] = []
    for draw in draws("http"):
        batch.append(requests.mutated(draw))
        if len(batch) == AT_ONCE:
            await asyncio.gather(*map(ask, batch))
            batch = []
    await asyncio.gather(*map(ask, batch))
    print(said)
    await serving.close()


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


HEARD: list[Any] = [
    json.loads(tickets(TICKET, TICKET | {"id": 8, "priority": "critical"})),
    {
        "type": "projects_update",
        "data": [
            {"id": "p", "name": "Nuvem", "responsible": "Ana", "status": "in_progress"}
            | {
                "completed": 1,
                "inProgress": 2,
                "pending": 3,
                "progress": 50,
                "dueDate": "2025-12-15",
            }
        ],
    },
    {
        "type": "dashboard_update",
        "kpis": {"openTickets": 1, "avgResponseTime": "2h", "resolutionRate": 9},
        "technicians": [
            {"name": "Ana", "specialization": "x", "available": True, "assignedCount": 3}
        ],
        "analysts": [],
        "recentActivity": [
            {"timestamp": "2025-11-18T14:35:00Z", "description": "d", "type": "new"}
        ],
    },
    {"type": "critical_alert", "data": {"id": "c", "title": "Queda", "severity": "critical"}},
    {"type": "new_ticket_alert", "data": {"id": 1, "title": "t", "severity": "high"}},
    {"type": "alert_resolved", "ids": ["c"]},
    {"type": "remote_switch", "target": "tickets"},
]


def test_no_message_of_an_upstream_does_more_than_be_named() -> None:
    wall, parser, sink = Core(), Parser(), Sink()
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


def test_no_configuration_file_ends_in_a_traceback() -> None:
    shipped = (ROOT / "config/kioskd.yaml").read_bytes()
    right = 0
    for draw in draws("yaml", share=20):
        with contextlib.suppress(ConfigError):
            parse(damaged(draw, shipped), "kioskd.yaml")
            right += 1
    print(f"{right:,} were right all the same")


def test_no_state_file_ends_in_a_traceback(tmp_path: Path) -> None:
    file = tmp_path / "state.gz"
    frame = tickets(TICKET).decode()
    whole = {"saved": 1.7e9, "screen": "tickets", "frames": [frame], "origins": {"tickets": "x"}}
    for draw in draws("state", share=10):
        plain = encoded(draw, changed(draw, whole))
        packed = gzip.compress(plain, 1)
        file.write_bytes(damaged(draw, packed) if draw.random() < 0.5 else packed)
        state_file.load(file)


def test_no_system_txt_ends_in_a_traceback() -> None:
    path = ROOT / "packaging/image/root/usr/lib/kioskd-image/settings.py"
    spec = importlib.util.spec_from_file_location("kioskd_image_settings", path)
    assert spec is not None
    assert spec.loader is not None
    settings = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = settings
    spec.loader.exec_module(settings)
    text = b'hostname=kiosk\r\ntime_zone=America/Sao_Paulo\nwifi_name="Sala 3"\n'
    text += b"wifi_password=senha1234\n"
    for draw in draws("system.txt"):
        found = settings.read(damaged(draw, text))
        written = settings.wpa(found)
        assert written.count("network={") == 1
        assert all(c.isprintable() or c == "\n" for c in written)
