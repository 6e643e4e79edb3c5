"""The guide's own server on real Django Channels, through a kioskd process, to a panel."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from tests.support.django_server import Daphne
from tests.support.listening import hear
from tests.support.process import Process

Start = Callable[..., tuple[Daphne, Process]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the guide's server, whose environment is given, and a kioskd that it serves."""
    started: list[tuple[Daphne, Process]] = []

    def begin(keys: str = "", more: str = "", **environment: str) -> tuple[Daphne, Process]:
        daphne = Daphne(tmp_path, "guide_server", **environment)
        source = f"sources:\n  - {{kind: channels, url: '{daphne.url}', {keys}}}\n"
        kioskd = Process(tmp_path, f"sound: {{enabled: false}}\n{source}{more}").start()
        kioskd.notified.close()
        started.append((daphne, kioskd))
        return daphne, kioskd

    yield begin
    for daphne, kioskd in started:
        kioskd.close()
        daphne.kill()


async def join(session: ClientSession, kioskd: Process) -> ClientWebSocketResponse:
    ws = await session.ws_connect(kioskd.url + "/ws/dashboard_control/")
    await ws.send_json({"type": "identify", "clientId": "P"})
    return ws


async def status(session: ClientSession, kioskd: Process) -> dict[str, Any]:
    async with session.get(kioskd.url + "/api/status") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def test_counters_of_the_open_ones_only_give_way_to_the_rows_and_that_is_said(
    start: Start,
) -> None:
    daphne, kioskd = start(GUIDE_PUSHES="polling", GUIDE_EVERY="0.5")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        await daphne.save(title="Servidor fora", priority="critical", status="in_progress")
        await daphne.save(title="Rede lenta", priority="high")
        found = await hear(ws, "tickets_update", lambda m: len(m["data"]) == 2)
        assert found["counters"] == {"critical": 1, "high": 1, "medium": 0, "low": 0, "total": 2}
        told = await status(session, kioskd)
        assert told["tickets"] == {"critical": 1, "high": 1, "medium": 0, "low": 0, "unknown": 0}
        [remark] = told["sources"][0]["views"]["tickets"]["remarks"]
        assert remark["params"] == {"said": "critical 0", "counted": "critical 1"}


async def test_an_alert_by_signal_only_brings_its_ticket_onto_the_wall(start: Start) -> None:
    daphne, kioskd = start(GUIDE_PUSHES="signals")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        await hear(ws, "tickets_update", lambda m: m["data"] == [])
        identity = await daphne.save(title="Servidor fora", priority="critical")
        # The server pushes nothing but the alert; its next list would come in five minutes.
        found = await hear(ws, "tickets_update", lambda m: m["data"])
        assert [row["id"] for row in found["data"]] == [str(identity)]
        told = await status(session, kioskd)
        assert told["tickets"]["critical"] == 1


@pytest.mark.parametrize("word", ["Muito Alta", "crítica", "5", "urgente"])
async def test_a_ticket_in_a_word_of_the_table_is_critical_for_every_part(
    start: Start, word: str
) -> None:
    daphne, kioskd = start(GUIDE_PUSHES="signals")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        await hear(ws, "tickets_update", lambda m: m["data"] == [])
        identity = str(await daphne.save(title="Servidor fora", priority=word))
        found = await hear(ws, "tickets_update", lambda m: m["data"])
        [row] = found["data"]
        assert (row["priority"], row["priorityWord"]) == ("critical", word)
        assert found["counters"]["critical"] == 1
        told = await status(session, kioskd)
        assert told["tickets"]["critical"] == 1
        assert identity in str(told["alerts"])


async def test_a_snake_case_serializer_is_named_with_the_lines_that_mend_it(start: Start) -> None:
    daphne, kioskd = start(GUIDE_NAMES="snake_case", GUIDE_PUSHES="polling", GUIDE_EVERY="0.5")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        await hear(ws, "tickets_update", lambda m: m["data"] == [])
        await daphne.save(title="Rede lenta", assigned_to="Ana")
        found = await hear(
            ws, "source_status", lambda m: m["sources"][0]["views"]["tickets"]["fault"]
        )
        view = found["sources"][0]["views"]["tickets"]
        assert view["fault"]["code"] == "fields_missing"
        assert view["fault"]["params"]["missing"] == "assignedTo, createdAt"
        assert view["stale"] is True
        wanted = view["fault"]["params"]["fields"]
        assert wanted == "{assignedTo: assigned_to, createdAt: created_at}"
        assert found["sources"][0]["views"]["projects"]["fault"] is None
        log = (kioskd.folder / "log").read_text()
        assert log.count("no row has assignedTo, createdAt") == 1
        kioskd.configure(
            "sound: {enabled: false}\n"
            f"sources:\n  - {{kind: channels, url: '{daphne.url}', fields: {wanted}}}\n"
        )
        kioskd.process.send_signal(signal.SIGHUP)
        found = await hear(ws, "tickets_update", lambda m: m["data"])
        assert found["data"][0]["assignedTo"] == "Ana"


async def test_a_session_cookie_lets_in_and_none_is_refused(start: Start, tmp_path: Path) -> None:
    cookie = tmp_path / "cookie"
    cookie.write_text("n0ne")
    keys = f"auth: [{{cookie: sessionid, file: {cookie}}}]"
    daphne, kioskd = start(keys, GUIDE_LOGIN="1")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        found = await hear(ws, "source_status", lambda m: m["sources"][0]["state"] == "refused")
        assert "403" in found["sources"][0]["error"]
        cookie.write_text(await daphne.login())
        kioskd.configure(
            "sound: {enabled: false}\n"
            f"sources:\n  - {{kind: channels, name: again, url: '{daphne.url}', {keys}}}\n"
        )
        kioskd.process.send_signal(signal.SIGHUP)
        await hear(ws, "tickets_update", lambda m: m["data"] == [])


async def test_an_origin_that_the_server_does_not_know_is_refused(start: Start) -> None:
    _, kioskd = start("origin: 'http://wall.example'")
    async with ClientSession() as session:
        ws = await join(session, kioskd)
        found = await hear(ws, "source_status", lambda m: m["sources"][0]["state"] == "refused")
        assert "refuses the origin http://wall.example" in found["sources"][0]["error"]
