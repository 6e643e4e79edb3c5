"""What goes out when nobody answers: a program with the alert, and a call until it is taken."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import Alerts, Call, Command, Config, Escalate
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.host.commands import CommandRunner
from kioskd.sources import escalation
from kioskd.sources.escalation import Escalations


class Desk:
    """The other program: answers with ``statuses`` in turn, the last one for ever."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.calls: list[dict[str, Any]] = []
        self.authorisations: list[str | None] = []
        self.called = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append(await request.json())
        self.authorisations.append(request.headers.get("Authorization"))
        self.called.set()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def desk(
    aiohttp_server: Callable[[web.Application], Awaitable[TestServer]],
) -> tuple[Desk, str]:
    found, app = Desk(), web.Application()
    app.router.add_post("/take", found.take)
    server = await aiohttp_server(app)
    return found, str(server.make_url("/take"))


class Room:
    def __init__(self, settings: Escalate) -> None:
        self.alerts = ActiveAlerts(Alerts(), lambda: 1000.0, lambda: 1_795_000_000.0)
        self.noted = asyncio.Event()
        noted, changed = Changed(), Changed()
        noted.connect(self.noted.set)
        self.faults = PartFaults(changed)
        self.commands = CommandRunner(self.faults)
        config = Config(alerts=Alerts(escalate=settings))
        self.escalations = Escalations(config, "Kiosk-T", self.alerts, self.commands, noted)

    def raised(self) -> Entry:
        data = {"entity": "Matriz", "assignedTo": "Ana", "link": "http://desk/7"}
        alert = Alert("critical_alert", "7", "Servidor fora; $(rm)", "critical", data=data)
        return self.alerts.take(alert).entry

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not true():
                self.noted.clear()
                await self.noted.wait()


def webhook(url: str, **more: Any) -> Escalate:
    return Escalate(after=Duration(60), webhook=Call(url=url, **more))


async def test_the_call_carries_the_alert_and_the_token(
    desk: tuple[Desk, str], tmp_path: Path
) -> None:
    other, url = desk
    (tmp_path / "token").write_text("palavra-Longa-123456\n")
    room = Room(webhook(url, token_file=str(tmp_path / "token")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation == "sent")
    (call,) = other.calls
    assert (call["kioskId"], call["event"]) == ("Kiosk-T", "escalated")
    assert (call["alert"]["id"], call["alert"]["entity"]) == ("7", "Matriz")
    assert other.authorisations == ["Bearer palavra-Longa-123456"]
    room.escalations.resume(entry)  # as after a restart: what was taken is not sent again
    assert all(task.done() for task in room.escalations.stop())


@pytest.mark.parametrize("status", [500, 401, 404, 302])
async def test_a_call_that_is_not_taken_is_tried_again_and_why_is_shown(
    desk: tuple[Desk, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "FIRST_RETRY", 0.01)
    other, url = desk
    other.statuses = [status, status, 204]
    room = Room(webhook(url))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert str(status) in entry.escalation
    await room.until(lambda: entry.escalation == "sent")
    assert len(other.calls) == 3


async def test_a_call_to_nobody_or_without_its_token_is_shown_and_leaks_nothing(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    room = Room(webhook(f"http://127.0.0.1:{unused_tcp_port}/take?key=palavra-Longa-123456"))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert "127.0.0.1" in entry.escalation
    assert "palavra" not in entry.escalation
    for task in room.escalations.stop():
        await asyncio.wait([task])
    room = Room(webhook("http://127.0.0.1:9/", token_file=str(tmp_path / "absent")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert "there is no such file" in entry.escalation
    for task in room.escalations.stop():
        await asyncio.wait([task])


async def test_nobody_is_called_any_more_once_somebody_answered(
    desk: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "FIRST_RETRY", 0.01)
    other, url = desk
    other.statuses = [500]
    room = Room(webhook(url))
    entry = room.raised()
    room.escalations.escalate(entry)
    await asyncio.wait_for(other.called.wait(), 20)
    room.alerts.acknowledge([entry], Actor("phone", "Ana"))
    (task,) = room.escalations._calls.values()
    await asyncio.wait_for(task, 20)  # it ends by itself
    assert entry.escalation != "sent"


async def test_the_program_has_the_alert_in_its_environment_and_no_shell_sees_it(
    tmp_path: Path,
) -> None:
    written = tmp_path / "environment"
    script = (
        "import json, os, sys; "
        "found = {k: v for k, v in os.environ.items() if k.startswith('KIOSKD_ALERT_')}; "
        "open(sys.argv[1], 'w').write(json.dumps(found))"
    )
    argv = (sys.executable, "-c", script, str(written))
    room = Room(Escalate(after=Duration(60), run=Command(argv=argv)))
    entry = room.raised()
    room.escalations.escalate(entry)
    (task,) = room.commands._running
    await asyncio.wait_for(task, 20)
    found = json.loads(written.read_text())
    assert found["KIOSKD_ALERT_TITLE"] == "Servidor fora; $(rm)"
    assert found["KIOSKD_ALERT_ASSIGNED_TO"] == "Ana"
    assert found["KIOSKD_ALERT_SEVERITY"] == "critical"
    assert "command" not in room.faults


async def test_without_settings_nothing_goes_out() -> None:
    room = Room(Escalate(after=Duration(60)))
    entry = room.raised()
    room.escalations.escalate(entry)
    assert (entry.escalation, room.escalations.stop()) == ("", [])
