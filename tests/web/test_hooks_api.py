"""Alerts that other programs post: who may, what is answered, and what every panel knows then."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Server, Webhook
from kioskd.sources.webhook import hooks
from kioskd.sources.webhook.hooks import BURST, Hooks
from kioskd.web import authorisation, limits
from tests.support.served import Served

Client = TestClient[web.Request, web.Application]
SECRET = "q7Zt0vH2mXw9LkP4sR1c"
BEARER = {"Authorization": f"Bearer {SECRET}"}
FIXTURES = Path(__file__).parents[1] / "support/hooks"
ALERTS = FIXTURES / "alertmanager.json"


@pytest.fixture
async def wall(tmp_path: Path) -> Served:
    token = tmp_path / "token"
    token.write_text(SECRET)
    configured = [
        Webhook(name="alertas", token_file=str(token), preset="alertmanager"),
        Webhook(name="backup", token_file=str(token), headline="title", id="id"),
        Webhook(name="sem-token", token_file=str(tmp_path / "none"), preset="zabbix"),
    ]
    return Served(tmp_path, Server(), configured)


@pytest.fixture
async def client(
    wall: Served, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    return await aiohttp_client(wall.web.application())


def active(wall: Served) -> list[str]:
    return [alert.title for alert in wall.alerting.alerts.status().alerts]


async def test_what_fires_is_active_and_what_is_resolved_ends(client: Client, wall: Served) -> None:
    payload = json.loads(ALERTS.read_text())
    answer = await client.post("/hooks/alertas", json=payload, headers=BEARER)
    assert (answer.status, await answer.text()) == (200, "2 taken, 0 passed over\n")
    again = await client.post("/hooks/alertas", json=payload, headers=BEARER)
    assert again.status == 200
    assert sorted(active(wall)) == ["Disco quase cheio", "HighLoad"]  # renewed, not doubled
    for alert in payload["alerts"]:
        alert["status"] = "resolved"
    await client.post("/hooks/alertas", json=payload, headers=BEARER)
    assert active(wall) == []


async def test_the_same_id_of_two_hooks_is_two_alerts(client: Client, wall: Served) -> None:
    payload = json.loads(ALERTS.read_text())
    await client.post("/hooks/alertas", json=payload, headers=BEARER)
    twin = {"id": payload["alerts"][0]["fingerprint"], "title": "Backup"}
    await client.post("/hooks/backup", json=twin, headers=BEARER)
    assert len(active(wall)) == 3


def signed(body: bytes, stamp: str | None) -> dict[str, str]:
    content = body if stamp is None else f"{stamp}:".encode() + body
    digest = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
    more = {} if stamp is None else {"X-Grafana-Alerting-Timestamp": stamp}
    return {"X-Grafana-Alerting-Signature": digest} | more


def by_glpi(body: bytes) -> dict[str, str]:
    digest = hmac.new(SECRET.encode(), body + b"1732617600", hashlib.sha256).hexdigest()
    return {"X-GLPI-signature": digest, "X-GLPI-timestamp": "1732617600"}


BASIC = {"Authorization": "Basic " + base64.b64encode(f"any:{SECRET}".encode()).decode()}
SIGNERS: dict[str, Callable[[bytes], dict[str, str]]] = {
    "bearer": lambda body: BEARER,
    "basic": lambda body: BASIC,
    "grafana": lambda body: signed(body, None),
    "grafana with a time": lambda body: signed(body, "1732617600"),
    "glpi": by_glpi,
}


@pytest.mark.parametrize("way", SIGNERS)
async def test_the_secret_is_shown_or_signed_with(client: Client, wall: Served, way: str) -> None:
    body = ALERTS.read_bytes()
    headers = SIGNERS[way](body)
    assert (await client.post("/hooks/alertas", data=body, headers=headers)).status == 200
    assert len(active(wall)) == 2
    if way not in ("bearer", "basic"):
        forged = await client.post("/hooks/alertas", data=body + b" ", headers=headers)
        assert forged.status == 401


async def test_a_signed_post_that_is_sent_again_raises_nothing_again(
    client: Client, wall: Served
) -> None:
    body = ALERTS.read_bytes()
    await client.post("/hooks/alertas", data=body, headers=by_glpi(body))
    for entry in wall.alerting.alerts.find():
        wall.alerting.resolve("hook alertas", entry.id)
    other = {name: value.upper() for name, value in by_glpi(body).items()}
    for headers in (by_glpi(body), other):
        replayed = await client.post("/hooks/alertas", data=body, headers=headers)
        assert (replayed.status, await replayed.text()) == (200, "taken before\n")
    assert active(wall) == []


async def test_what_an_earlier_run_took_raises_nothing_again(client: Client, wall: Served) -> None:
    body = ALERTS.read_bytes()
    await client.post("/hooks/alertas", data=body, headers=by_glpi(body))
    taken = wall.hooks.signatures()
    assert [len(each) for each in taken["alertas"]] == [16]
    another = Hooks(wall.core.ingest, wall.kept, wall.faults.say)
    another.restore(taken)
    another.configure(wall.hooks._hooks[name].settings for name in ("alertas",))
    answer = await another.receive("alertas", by_glpi(body), body)
    assert answer.text == "taken before"
    assert another.signatures() == taken


async def test_a_sender_that_signs_no_time_may_say_the_same_again_after_a_while(
    client: Client, wall: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = ALERTS.read_bytes()
    await client.post("/hooks/alertas", data=body, headers=signed(body, None))
    for entry in wall.alerting.alerts.find():
        wall.alerting.resolve("hook alertas", entry.id)
    at_once = await client.post("/hooks/alertas", data=body, headers=signed(body, None))
    assert (await at_once.text(), active(wall)) == ("taken before\n", [])
    monkeypatch.setattr(hooks, "RETRIES", 0.0)
    await client.post("/hooks/alertas", data=body, headers=signed(body, None))
    assert len(active(wall)) == 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic !!!"},
        {"X-GLPI-signature": "00"},
        {"X-Grafana-Alerting-Signature": "ã"},
    ],
    ids=str,
)
async def test_who_does_not_know_the_secret_posts_nothing(
    client: Client, wall: Served, headers: dict[str, str]
) -> None:
    answer = await client.post("/hooks/alertas", data=ALERTS.read_bytes(), headers=headers)
    assert answer.status == 401
    assert active(wall) == []


async def test_wrong_secrets_hold_up_nobody_who_knows_the_right_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorisation, "SLOWER", 0.0)
    wrong = {"Authorization": "Bearer wrong"}
    for hook in ("alertas", "outro") * (limits.MOST_TOGETHER // 2 + 1):
        refused = await client.post(f"/hooks/{hook}", data=b"{}", headers=wrong)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
    body = ALERTS.read_bytes()
    for headers in (BEARER, BASIC, signed(body, "1732617600")):
        taken = await client.post("/hooks/alertas", data=body, headers=headers)
        assert taken.status == 200


async def test_a_hook_that_is_not_configured_or_has_no_secret_takes_nothing(
    client: Client, wall: Served
) -> None:
    assert (await client.post("/hooks/outro", json={}, headers=BEARER)).status == 404
    assert (await client.post("/hooks/sem-token", json={}, headers=BEARER)).status == 401
    assert "token_file" in wall.faults.all()["hooks"].message


async def test_a_wrong_payload_is_answered_with_the_field_and_shown_in_status(
    client: Client, wall: Served
) -> None:
    answer = await client.post("/hooks/backup", json={"id": "1"}, headers=BEARER)
    assert (answer.status, await answer.text()) == (400, "title (title) of alert 0 is empty\n")
    (told,) = [hook for hook in wall.hooks.status() if hook.name == "backup"]
    assert (told.count, told.refused, told.refusal) == (
        0,
        1,
        "400: title (title) of alert 0 is empty",
    )
    fault = wall.faults.all()["hook backup"]
    assert fault.code == "hook_refused"
    assert fault.message.endswith("title (title) of alert 0 is empty")
    await client.post("/hooks/backup", json={"id": "1", "title": "Backup"}, headers=BEARER)
    assert "hook backup" not in wall.faults


async def test_what_was_wrong_with_a_hook_goes_with_its_settings(
    client: Client, wall: Served
) -> None:
    await client.post("/hooks/backup", json={"id": "1"}, headers=BEARER)
    assert "hook backup" in wall.faults
    wall.hooks.configure([])
    assert "hook backup" not in wall.faults


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [({}, b"{}", 401), (BEARER, b" " * 1_000_001, 413)],
    ids=["wrong secret", "over a megabyte"],
)
async def test_what_is_refused_before_it_is_read_is_shown_in_status_too(
    client: Client, wall: Served, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = await client.post("/hooks/backup", data=body, headers=headers)
    assert answer.status == status
    (told,) = [hook for hook in wall.hooks.status() if hook.name == "backup"]
    assert (told.count, told.refused) == (0, 1)
    assert told.refusal.startswith(f"{status}: ")


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
async def test_a_body_that_is_not_packed_as_it_says_is_a_wrong_payload(
    client: Client, wall: Served, packed: str
) -> None:
    headers = BEARER | {"Content-Encoding": packed}
    answer = await client.post("/hooks/alertas", data=ALERTS.read_bytes(), headers=headers)
    assert answer.status == 400
    assert wall.hooks.status()[0].refusal.startswith("400: the body is torn")


async def test_what_the_card_can_not_keep_is_not_called_taken(client: Client, wall: Served) -> None:
    wall.card_works = False
    answer = await client.post("/hooks/backup", json={"id": "1", "title": "A"}, headers=BEARER)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_a_flood_is_told_to_wait_and_loses_nothing_that_was_taken(
    client: Client, wall: Served
) -> None:
    answers = [
        (
            await client.post(
                "/hooks/backup", json={"id": str(number), "title": "Cheia"}, headers=BEARER
            )
        )
        for number in range(int(BURST) + 300)
    ]
    taken = sum(answer.status == 200 for answer in answers)
    refused = [answer for answer in answers if answer.status == 429]
    assert taken + len(refused) == len(answers)
    assert all(answer.headers["Retry-After"] == "1" for answer in refused)
    (told,) = [hook for hook in wall.hooks.status() if hook.name == "backup"]
    assert told.count == taken
    history: Any = wall.alerting.alerts.status()
    assert history.total + history.displaced >= min(taken, 500)
