"""Acknowledgements on their way back: told once, tried again, and not forgotten by a restart."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from kioskd.config import AcknowledgeCall, HookPreset, Webhook
from kioskd.core.actor import Actor
from kioskd.core.messages import Alert
from kioskd.sources import acknowledgements as module
from tests.support.outbox import TellingRoom
from tests.support.waiting import until
from tests.support.web_server import Taker

Answer = Callable[[web.Request, Any], Awaitable[web.Response]]

ANA = Actor("phone", "Ana")


@pytest_asyncio.fixture
async def sender() -> AsyncIterator[Taker]:
    found = Taker()
    await found.server.start_server()
    yield found
    await found.server.close()


class HookedRoom(TellingRoom):
    """One alert is active, and it came from the webhook."""

    def __init__(
        self, url: str, preset: HookPreset | None = None, token: str | None = None
    ) -> None:
        call = AcknowledgeCall(url=url, token_file=token)
        hook = Webhook(name="h", token_file="/t", preset=preset, headline="title", acknowledge=call)
        super().__init__(hook)
        alert = Alert("critical_alert", "4711", "Queda", "critical", source="h", space="hook h")
        self.entry = self.raised(alert)


async def test_a_program_is_told_once_what_was_acknowledged_and_by_whom(sender: Taker) -> None:
    room = HookedRoom(sender.url("/seen"))
    room.acknowledge(room.entry, ANA)
    await room.until(room.entry, "sent")
    assert sender.taken == [{"id": "4711", "title": "Queda", "by": "Ana", "kiosk": "Kiosk-T"}]


async def test_zabbix_gets_its_own_acknowledgement_with_a_message(
    sender: Taker, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("segredo-do-zabbix-123")
    url = sender.url("/api_jsonrpc.php")
    room = HookedRoom(url, "zabbix", str(tmp_path / "token"))
    room.acknowledge(room.entry, ANA)
    await room.until(room.entry, "sent")
    assert sender.authorisations == ["Bearer segredo-do-zabbix-123"]
    assert sender.taken[0]["method"] == "event.acknowledge"
    assert sender.taken[0]["params"] == {
        "eventids": ["4711"],
        "action": 6,
        "message": "Ana (Kiosk-T)",
    }


async def test_what_fails_is_tried_again_and_says_why_it_waits(
    sender: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FIRST_RETRY", 0.01)
    sender.statuses = [500, 503, 200]
    room = HookedRoom(sender.url("/seen"))
    room.acknowledge(room.entry, ANA)
    await room.until(room.entry, "waiting")
    await room.until(room.entry, "sent")
    assert len(sender.taken) == 3


WRONG: dict[HookPreset, tuple[object, ...]] = {
    "zabbix": ("ok", [], 7, {"error": "no"}, {"error": {"message": 1}}),
    "alertmanager": ("ok", {}, [7], [{"fingerprint": "4711"}], None),
    "grafana": ([{"fingerprint": "4711", "status": {"silencedBy": "x"}, "labels": {}}],),
}


@pytest.mark.parametrize(
    ("preset", "answer"), [(preset, each) for preset, some in WRONG.items() for each in some]
)
async def test_an_answer_of_another_kind_is_said_and_asked_for_again(
    sender: Taker, monkeypatch: pytest.MonkeyPatch, preset: HookPreset, answer: object
) -> None:
    monkeypatch.setattr(module, "FIRST_RETRY", 0.01)
    sender.answer = answer
    room = HookedRoom(sender.url("/"), preset)
    room.acknowledge(room.entry, ANA)
    await until(lambda: room.entry.upstream_detail)
    assert "answers with other JSON than expected, or none" in room.entry.upstream_detail
    assert room.entry.upstream == "waiting"
    asked = len(sender.taken)
    while len(sender.taken) == asked:
        sender.called.clear()
        await sender.called.wait()


async def test_whatever_a_program_without_a_preset_answers_it_was_told(sender: Taker) -> None:
    sender.answer = "ok"
    room = HookedRoom(sender.url("/seen"))
    room.acknowledge(room.entry, ANA)
    await room.until(room.entry, "sent")


async def test_zabbix_that_refuses_is_not_asked_again(sender: Taker) -> None:
    sender.answer = {
        "error": {"code": -32500, "message": "Application error.", "data": "No rights"}
    }
    room = HookedRoom(sender.url("/api_jsonrpc.php"), "zabbix")
    room.acknowledge(room.entry, ANA)
    await room.until(room.entry, "failed")
    assert "Application error. No rights" in room.entry.upstream_detail


async def test_who_acknowledges_everything_has_every_sender_told(sender: Taker) -> None:
    room = HookedRoom(sender.url("/seen"))
    for number in range(1, 500):
        title = f"Queda {number}"
        more = Alert("critical_alert", title, title, "critical", source="h", space="hook h")
        room.raised(more)
    entries = list(room.alerts.active.values())
    for entry in room.alerts.acknowledge(entries, ANA):
        room.outbox.acknowledged(entry, ANA)
    for entry in entries:
        await room.until(entry, "sent")
    assert len({asked["id"] for asked in sender.taken}) == len(sender.taken) == 500


async def test_who_does_not_let_us_in_is_not_asked_for_ever(sender: Taker) -> None:
    sender.statuses = [401]
    room = HookedRoom(sender.url("/seen"))
    room.acknowledge(room.entry, ANA)
    entry = await room.until(room.entry, "failed")
    assert "not authorised" in entry.upstream_detail
    assert len(sender.taken) == 1


async def test_what_was_on_its_way_goes_on_after_a_restart(sender: Taker) -> None:
    room = HookedRoom(sender.url("/seen"))
    (entry,) = room.alerts.acknowledge([room.entry], ANA)
    room.alerts.told_upstream(entry.number, "waiting")
    await room.restarts()
    (entry,) = room.alerts.ended.untold()
    await room.until(entry, "sent")
    assert [asked["id"] for asked in sender.taken] == ["4711"]


async def test_what_waited_for_a_day_is_given_up_also_over_a_restart(sender: Taker) -> None:
    sender.statuses = [503]
    room = HookedRoom(sender.url("/seen"))
    (entry,) = room.alerts.acknowledge([room.entry], ANA)
    assert entry.ended is not None
    entry.ended -= module.GIVE_UP
    room.outbox.acknowledged(entry, ANA)
    await room.until(room.entry, "failed")
    assert ("503" in entry.upstream_detail, len(sender.taken)) == (True, 1)


async def test_an_alert_without_an_id_is_told_to_nobody(sender: Taker) -> None:
    room = HookedRoom(sender.url("/seen"))
    nameless = Alert("critical_alert", "", "Outra", "critical", source="h", space="hook h")
    entry = room.alerts.take(nameless).entry
    room.outbox.acknowledged(entry, Actor("button"))
    assert (entry.upstream, room.outbox.stop()) == ("", [])


async def test_an_alert_of_a_source_that_takes_none_is_told_to_nobody() -> None:
    room = HookedRoom("http://127.0.0.1:9/")
    other = Alert("critical_alert", "1", "Outra", "critical", source="central")
    entry = room.alerts.take(other).entry
    room.outbox.acknowledged(entry, Actor("button"))
    assert (entry.upstream, room.outbox.stop()) == ("", [])
