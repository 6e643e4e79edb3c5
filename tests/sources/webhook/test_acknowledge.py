"""Acknowledgements on their way back: told once, tried again, and not forgotten by a restart."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import AcknowledgeCall, Alerts, Config, HookPreset, Kiosk, Webhook
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert
from kioskd.core.ports import Changed
from kioskd.sources import outbox as module
from kioskd.sources.outbox import Acknowledgements
from kioskd.sources.uplink import Uplink

Answer = Callable[[web.Request, Any], Awaitable[web.Response]]


def no_link(title: str) -> Uplink:
    return Uplink()


class Sender:
    """The program that is told; ``asked`` holds each body, ``answer`` makes the answers."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.headers: list[str] = []
        self.statuses: list[int] = []
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    async def _answer(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers.get("Authorization", ""))
        self.asked.append(await request.json())
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response({"result": {}}, status=status)


@pytest_asyncio.fixture
async def sender() -> AsyncIterator[Sender]:
    found = Sender()
    await found.server.start_server()
    yield found
    await found.server.close()


class Room:
    """Active alerts, one of them from the webhook, and the outbox that tells its sender."""

    def __init__(
        self, url: str, preset: HookPreset | None = None, token: str | None = None
    ) -> None:
        call = AcknowledgeCall(url=url, token_file=token)
        hook = Webhook(name="h", token_file="/t", preset=preset, headline="title", acknowledge=call)
        self.config = Config(kiosk=Kiosk(id="Kiosk-T"), sources=(hook,))
        self.alerts = ActiveAlerts(Alerts(), time.monotonic, time.time)
        self.noted = Changed()
        self.changed = asyncio.Event()
        self.noted.connect(self.changed.set)
        self.outbox = Acknowledgements(self.config, "Kiosk-T", self.alerts, self.noted, no_link)
        alert = Alert("critical_alert", "4711", "Queda", "critical", source="h", space="hook h")
        self.entry = self.alerts.take(alert).entry

    def acknowledge(self) -> None:
        by = Actor("phone", "Ana")
        for entry in self.alerts.acknowledge([self.entry], by):
            self.outbox.acknowledged(entry, by)

    async def until(self, state: str) -> Entry:
        async with asyncio.timeout(10):
            while self.entry.upstream != state:
                self.changed.clear()
                await self.changed.wait()
        return self.entry


async def test_a_program_is_told_once_what_was_acknowledged_and_by_whom(sender: Sender) -> None:
    room = Room(str(sender.server.make_url("/seen")))
    room.acknowledge()
    await room.until("sent")
    assert sender.asked == [{"id": "4711", "title": "Queda", "by": "Ana", "kiosk": "Kiosk-T"}]


async def test_zabbix_gets_its_own_acknowledgement_with_a_message(
    sender: Sender, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("segredo-do-zabbix-123")
    url = str(sender.server.make_url("/api_jsonrpc.php"))
    room = Room(url, "zabbix", str(tmp_path / "token"))
    room.acknowledge()
    await room.until("sent")
    assert sender.headers == ["Bearer segredo-do-zabbix-123"]
    assert sender.asked[0]["method"] == "event.acknowledge"
    assert sender.asked[0]["params"] == {
        "eventids": ["4711"],
        "action": 6,
        "message": "Ana (Kiosk-T)",
    }


async def test_what_fails_is_tried_again_and_says_why_it_waits(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_RETRY", 0.01)
    sender.statuses = [500, 503]
    room = Room(str(sender.server.make_url("/seen")))
    room.acknowledge()
    await room.until("waiting")
    await room.until("sent")
    assert len(sender.asked) == 3


async def test_who_does_not_let_us_in_is_not_asked_for_ever(sender: Sender) -> None:
    sender.statuses = [401]
    room = Room(str(sender.server.make_url("/seen")))
    room.acknowledge()
    entry = await room.until("failed")
    assert "not authorised" in entry.upstream_detail
    assert len(sender.asked) == 1


async def test_what_was_on_its_way_goes_on_after_a_restart(sender: Sender) -> None:
    room = Room(str(sender.server.make_url("/seen")))
    by = Actor("phone", "Ana")
    (entry,) = room.alerts.acknowledge([room.entry], by)
    room.alerts.told_upstream(entry.number, "waiting")
    restarted = ActiveAlerts(Alerts(), time.monotonic, time.time)
    restarted.restore(room.alerts.everything("boot"), "boot")
    again = Acknowledgements(room.config, "Kiosk-T", restarted, room.noted, no_link)
    again.resume()
    async with asyncio.timeout(10):
        while not (sender.asked and not restarted.untold()):
            room.changed.clear()
            await room.changed.wait()
    assert [asked["id"] for asked in sender.asked] == ["4711"]


async def test_what_waited_for_a_day_is_given_up_also_over_a_restart(sender: Sender) -> None:
    sender.statuses = [503]
    room = Room(str(sender.server.make_url("/seen")))
    (entry,) = room.alerts.acknowledge([room.entry], Actor("phone", "Ana"))
    assert entry.ended is not None
    entry.ended -= module.GIVE_UP
    room.outbox.acknowledged(entry, Actor("phone", "Ana"))
    await room.until("failed")
    assert ("503" in entry.upstream_detail, len(sender.asked)) == (True, 1)


async def test_an_alert_without_an_id_is_told_to_nobody(sender: Sender) -> None:
    room = Room(str(sender.server.make_url("/seen")))
    nameless = Alert("critical_alert", "", "Outra", "critical", source="h", space="hook h")
    entry = room.alerts.take(nameless).entry
    room.outbox.acknowledged(entry, Actor("button"))
    assert (entry.upstream, room.outbox.stop()) == ("", [])


async def test_an_alert_of_a_source_that_takes_none_is_told_to_nobody() -> None:
    room = Room("http://127.0.0.1:9/")
    other = Alert("critical_alert", "1", "Outra", "critical", source="central")
    entry = room.alerts.take(other).entry
    room.outbox.acknowledged(entry, Actor("button"))
    assert (entry.upstream, room.outbox.stop()) == ("", [])
