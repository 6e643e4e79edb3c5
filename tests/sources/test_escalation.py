"""What goes out when nobody answers: a program with the alert, and a call until it is taken."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

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
from tests.support.web_server import Taker


@pytest.fixture
async def desk() -> AsyncIterator[Taker]:
    found = Taker()
    await found.server.start_server()
    yield found
    await found.server.close()


class EscalatingRoom:
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


async def test_the_call_carries_the_alert_and_the_token(desk: Taker, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("palavra-Longa-123456\n")
    room = EscalatingRoom(webhook(desk.url("/take"), token_file=str(tmp_path / "token")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation == "sent")
    (call,) = desk.taken
    assert (call["kioskId"], call["event"]) == ("Kiosk-T", "escalated")
    assert (call["alert"]["id"], call["alert"]["entity"]) == ("7", "Matriz")
    assert desk.authorisations == ["Bearer palavra-Longa-123456"]
    room.escalations.resume(entry)  # as after a restart: what was taken is not sent again
    assert all(task.done() for task in room.escalations.stop())


@pytest.mark.parametrize("status", [500, 401, 404, 302])
async def test_a_call_that_is_not_taken_is_tried_again_and_why_is_shown(
    desk: Taker, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "FIRST_RETRY", 0.01)
    desk.statuses = [status, status, 204]
    room = EscalatingRoom(webhook(desk.url("/take")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert str(status) in entry.escalation
    await room.until(lambda: entry.escalation == "sent")
    assert len(desk.taken) == 3


async def test_a_call_to_nobody_or_without_its_token_is_shown_and_leaks_nothing(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    room = EscalatingRoom(
        webhook(f"http://127.0.0.1:{unused_tcp_port}/take?key=palavra-Longa-123456")
    )
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert "127.0.0.1" in entry.escalation
    assert "palavra" not in entry.escalation
    for task in room.escalations.stop():
        await asyncio.wait([task])
    room = EscalatingRoom(webhook("http://127.0.0.1:9/", token_file=str(tmp_path / "absent")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await room.until(lambda: entry.escalation.startswith("waiting: "))
    assert "there is no such file" in entry.escalation
    for task in room.escalations.stop():
        await asyncio.wait([task])


async def test_nobody_is_called_any_more_once_somebody_answered(
    desk: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "FIRST_RETRY", 0.01)
    desk.statuses = [500]
    room = EscalatingRoom(webhook(desk.url("/take")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await asyncio.wait_for(desk.called.wait(), 20)
    room.alerts.acknowledge([entry], Actor("phone", "Ana"))
    (task,) = room.escalations._calls.values()
    await asyncio.wait_for(task, 20)  # it ends by itself
    (life,) = room.alerts.history().alerts
    assert life.escalation.startswith("given up: ")


async def test_nobody_is_called_any_more_once_somebody_put_it_off(
    desk: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalation, "FIRST_RETRY", 0.01)
    desk.statuses = [500, 500]
    room = EscalatingRoom(webhook(desk.url("/take")))
    entry = room.raised()
    room.escalations.escalate(entry)
    await asyncio.wait_for(desk.called.wait(), 20)
    room.alerts.snooze([entry], 300, Actor("phone", "Ana"))
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
    room = EscalatingRoom(Escalate(after=Duration(60), run=Command(argv=argv)))
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
    room = EscalatingRoom(Escalate(after=Duration(60)))
    entry = room.raised()
    room.escalations.escalate(entry)
    assert (entry.escalation, room.escalations.stop()) == ("", [])
