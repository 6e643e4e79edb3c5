import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient

from kioskd.config import Alerts, Config, Limits, Server
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.status import RemoteStatus
from kioskd.words import speak
from tests.support.frames import TICKET, tickets, update
from tests.support.listening import hear, hear_each
from tests.support.served import Served
from tests.support.waiting import until

Client = TestClient[web.Request, web.Application]
SOCKET = "/ws/dashboard_control/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "panel/assets").mkdir(parents=True)
    (tmp_path / "panel/index.html").write_text("<title>panel</title>")
    (tmp_path / "panel/assets/index-C0Rxxr50.js").write_text("1")
    (tmp_path / "secret.txt").write_text("no")
    return tmp_path / "panel"


@pytest.fixture
def wall(folder: Path) -> Served:
    return Served(folder, Server(limits=Limits(messages_per_second=20)))


@pytest.fixture
async def client(
    wall: Served, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Client:
    return await aiohttp_client(wall.web.application())


async def identified(client: Client) -> ClientWebSocketResponse:
    ws = await client.ws_connect(SOCKET)
    await ws.send_json({"type": "identify", "clientId": "Kiosk-T"})
    await hear(ws, "source_status")
    return ws


async def test_a_newcomer_gets_settings_status_views_and_the_current_screen(
    client: Client, wall: Served
) -> None:
    wall.core.ingest(update(tickets(TICKET)))
    wall.core.switch("tickets", Actor("cli"))
    ws = await client.ws_connect("/ws/dashboard_control")
    await ws.send_json({"type": "identify", "client_id": 7, "availableScreens": []})
    settings, _, _, held, screen = await hear_each(
        ws, "settings", "kiosk_status", "source_status", "tickets_update", "remote_switch"
    )
    assert (settings["kioskId"], settings["language"], settings["build"]) == (
        "Kiosk-T",
        "pt-BR",
        "b1",
    )
    assert held["data"][0]["id"] == "7"
    assert screen["target"] == "tickets"
    assert next(iter(wall.hub.panels.values())).client_id == "7"


async def test_a_switch_reaches_every_panel_the_sender_included(client: Client) -> None:
    first, second = await identified(client), await identified(client)
    await first.send_json({"type": "remote_switch", "target": "projects"})
    for ws in (first, second):
        assert (await hear(ws, "remote_switch"))["target"] == "projects"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "JSON object"),
        ("{}", "text `type`"),
        ('{"type": "request_data", "view": "attic"}', "`view` must be one of"),
        ('{"type": "remote_switch"}', "`target` must be one of"),
        ('{"type": "mute", "seconds": -1}', "from 0 to 86400"),
        ('{"type": "simulate", "event": "new_ticket"}', "demo and development mode"),
        ('{"type": "ping", "x": ' + "[" * 30 + "]" * 30 + "}", "nested deeper"),
    ],
)
async def test_a_wrong_message_is_answered_by_one_error_and_the_connection_stays(
    client: Client, said: str, reason: str
) -> None:
    ws = await identified(client)
    await ws.send_str(said)
    assert reason in (await hear(ws, "error"))["message"]
    await ws.send_json({"type": "ping"})
    await hear(ws, "pong")


@pytest.mark.parametrize(
    ("language", "message", "body", "refused"),
    [
        ("pt-BR", "`seconds` tem de ser um número", "não é JSON: ", "o seu é view"),
        ("es", "`seconds` debe ser un número", "no es JSON: ", "el suyo es view"),
        ("en", "`seconds` must be a number", "not JSON: ", "yours is view"),
    ],
)
async def test_what_is_refused_is_said_in_the_language_of_the_kiosk(
    folder: Path,
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
    language: str,
    message: str,
    body: str,
    refused: str,
) -> None:
    speak(language)
    wall = Served(folder, Server(trusted_proxies=("127.0.0.1",), open_without_token=True))
    client = await aiohttp_client(wall.web.application())
    ws = await identified(client)
    await ws.send_json({"type": "mute"})
    assert message in (await hear(ws, "error"))["message"]
    as_json = {"Content-Type": "application/json"}
    answer = await client.post("/api/mute", data=b"{", headers=as_json)
    assert answer.status == 400
    assert (await answer.text()).startswith(body)
    _, secret = wall.access.sessions.make("phone", "view")
    headers = {"Cookie": f"kioskd={secret}"}
    answer = await client.post("/api/mute", json={"seconds": 1}, headers=headers)
    assert answer.status == 403
    assert refused in await answer.text()


async def test_a_panel_that_floods_is_closed_with_1008_and_another_notices_nothing(
    client: Client,
) -> None:
    flood, calm = await identified(client), await identified(client)
    for _ in range(400):
        await flood.send_str("{")
    while (await flood.receive(timeout=5)).type is WSMsgType.TEXT:
        pass
    assert flood.close_code == 1008
    await calm.send_json({"type": "ping"})
    await hear(calm, "pong")


async def test_an_unchanged_update_sends_nothing(client: Client, wall: Served) -> None:
    ws = await identified(client)
    wall.core.ingest(update(tickets(TICKET)))
    await hear(ws, "tickets_update")
    wall.core.ingest(update(tickets(TICKET, timestamp="later")))
    await ws.send_json({"type": "ping"})
    while (message := await ws.receive_json(timeout=5))["type"] != "pong":
        assert message["type"] != "tickets_update"


async def test_a_burst_of_alerts_reaches_the_panels_whole_and_sounds_once(
    client: Client, wall: Served
) -> None:
    ws = await identified(client)
    wall.core.ingest(update(tickets()))
    many = [TICKET | {"id": str(i), "priority": "medium"} for i in range(50)]
    wall.core.ingest(update(tickets(*many, TICKET | {"id": "c", "priority": "critical"})))
    await hear_each(ws, *["new_ticket_alert"] * 50, "critical_alert")
    await until(lambda: wall.ear.heard)
    assert wall.ear.heard == ["critical c"]


async def test_an_acknowledge_is_told_to_all_and_a_resolved_ticket_takes_its_alert_down(
    client: Client, wall: Served
) -> None:
    first, second = await identified(client), await identified(client)
    answer = await client.post("/api/alerts", json={"severity": "critical", "title": "Queda"})
    identity = (await answer.json())["id"]
    await first.send_json({"type": "acknowledge"})
    assert (await hear(second, "acknowledge"))["ids"] == [identity]
    assert wall.alerts.active == {}


async def test_a_foreign_origin_or_host_may_do_nothing(client: Client) -> None:
    with pytest.raises(WSServerHandshakeError) as refusal:
        await client.ws_connect(SOCKET, headers={"Origin": "http://evil.example"})
    assert refusal.value.status == 403
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        answer = await client.post("/api/switch", json={"target": "tickets"}, headers=headers)
        assert answer.status == 403


async def test_a_form_of_a_foreign_page_cannot_switch(client: Client) -> None:
    assert (await client.post("/api/switch", data={"target": "tickets"})).status == 415
    assert (await client.post("/api/switch", json={"target": "attic"})).status == 400


async def test_what_is_refused_is_not_repeated_at_full_length(client: Client) -> None:
    for wrong in ({"target": "tickets", "clientId": "x" * 10_000}, {"target": "x" * 10_000}):
        answer = await client.post("/api/switch", json=wrong)
        assert answer.status == 400
        assert len(await answer.text()) < 300


@pytest.mark.parametrize(
    ("path", "status", "cache"),
    [
        ("/", 200, "no-cache"),
        ("/remote", 200, "no-cache"),
        ("/tickets/7", 200, "no-cache"),
        ("/assets/index-C0Rxxr50.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/index-gone1234.js", 404, None),
        ("/../secret.txt", 404, None),
        ("/%2e%2e/secret.txt", 404, None),
        ("/..%2fsecret.txt", 404, None),
        ("/a.js%00", 404, None),
        ("/" + "a" * 300 + ".js", 404, None),
    ],
)
async def test_panel_files_are_cached_by_kind_and_a_missing_one_is_never_html(
    client: Client, path: str, status: int, cache: str | None
) -> None:
    answer = await client.get(path)
    assert (answer.status, answer.headers.get("Cache-Control")) == (status, cache)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_panel_that_is_not_built_is_said_so(
    tmp_path: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    client = await aiohttp_client(Served(tmp_path, Server()).web.application())
    answer = await client.get("/")
    assert answer.status == 503
    assert "make panel" in await answer.text()


async def test_status_shows_panels_and_health_says_alive(client: Client) -> None:
    ws = await identified(client)
    await ws.send_json({"type": "painted", "screen": "tickets", "build": "b1"})
    await hear(ws, "kiosk_status")
    status = json.loads(await (await client.get("/api/status")).text())
    assert status["panels"][0]["clientId"] == "Kiosk-T"
    assert status["panels"][0]["painted"] < 5
    assert (await client.get("/healthz")).status == 200


async def test_a_proxy_on_this_machine_does_not_make_its_visitors_local(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    (folder.parent / "token").write_text("palavra-Longa-123456")
    token = str(folder.parent / "token")
    wall = Served(folder, Server(trusted_proxies=("127.0.0.1",), token_file=token))
    client = await aiohttp_client(wall.web.application())
    visitor = {"X-Forwarded-For": "192.0.2.7"}
    assert (await client.get("/api/status", headers=visitor)).status == 401
    shown = visitor | {"Authorization": "Bearer palavra-Longa-123456"}
    assert (await client.get("/api/status", headers=shown)).status == 200
    assert (await client.get("/api/status")).status == 401  # the proxy, or somebody behind it


async def test_a_critical_alert_ends_by_itself_after_its_time(folder: Path) -> None:
    wall = Served(folder, Server())
    wall.core.configure(Config(alerts=Alerts(critical_timeout=Duration(1e-6))))
    wall.core.alert("critical", "Queda")
    assert len(wall.alerts.active) == 1
    wall.core.tick()  # it is heard
    wall.core.tick()
    assert wall.alerts.active == {}


@pytest.mark.parametrize("depth", [19, 21, 500, 960, 5000])
async def test_a_message_of_any_depth_is_answered(client: Client, depth: int) -> None:
    ws = await identified(client)
    await ws.send_str('{"type": "ping", "x": ' + "[" * depth + "]" * depth + "}")
    if depth < 20:
        await hear(ws, "pong")
    else:
        assert (await hear(ws, "error"))["message"].startswith(("nested deeper", "not JSON"))
    await ws.send_json({"type": "ping"})
    await hear(ws, "pong")


async def test_a_device_of_the_role_view_may_look_and_change_nothing(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    wall = Served(folder, Server(trusted_proxies=("127.0.0.1",)))
    _, secret = wall.access.sessions.make("phone", "view")
    client = await aiohttp_client(wall.web.application())
    ws = await client.ws_connect(SOCKET, headers={"Cookie": f"kioskd={secret}"})
    await ws.send_json({"type": "identify", "clientId": "Phone"})
    assert (await hear(ws, "session"))["role"] == "view"
    await ws.send_json({"type": "mute", "seconds": 60})
    error = await hear(ws, "error")
    assert "needs the role control" in error["message"]
    assert error["code"] == "role"
    assert wall.sounding.muted() == 0
    await ws.send_json({"type": "ping"})
    await hear(ws, "pong")


async def test_a_device_that_is_revoked_is_cut_off_within_a_second(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    wall = Served(folder, Server(trusted_proxies=("127.0.0.1",)))
    session, secret = wall.access.sessions.make("phone", "control")
    client = await aiohttp_client(wall.web.application())
    cookie = {"Cookie": f"kioskd={secret}"}
    ws = await client.ws_connect(SOCKET, headers=cookie, autoclose=False)
    await ws.send_json({"type": "identify", "clientId": "Phone"})
    await hear(ws, "session")
    started = time.monotonic()
    wall.access.sessions.revoke(session.id)
    wall.core.switch("projects", Actor("button"))  # is told to nobody any more
    while (message := await ws.receive(timeout=5)).type is WSMsgType.TEXT:
        assert json.loads(message.data)["type"] != "remote_switch"
    assert time.monotonic() - started < 1
    with pytest.raises(WSServerHandshakeError):
        await client.ws_connect(SOCKET, headers=cookie)


async def test_a_phone_is_paired_by_what_stands_on_the_wall_once(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    wall = Served(folder, Server())
    wall.reports.of_remote = RemoteStatus("token", ["http://10.0.0.1:8080/remote"])
    client = await aiohttp_client(wall.web.application())
    ws = await identified(client)
    assert (await hear(ws, "pairing"))["digits"] is None
    await ws.send_json({"type": "pair"})
    offer = await hear(ws, "pairing")
    assert len(offer["digits"]) == 6
    page, secret = offer["urls"][0].split("#")
    assert page == "http://10.0.0.1:8080/pair"

    async def claim(code: str) -> int:
        answer = await client.post("/api/pair/claim", json={"code": code, "name": "Ana"})
        return answer.status

    assert await claim("000000" if offer["digits"] != "000000" else "000001") == 403
    assert await claim(secret) == 200
    assert (await hear(ws, "pairing"))["digits"] is None  # it is over on the wall
    assert await claim(secret) == 403
    assert await claim(offer["digits"]) == 403
    assert [device.name for device in wall.access.sessions.devices()] == ["Ana"]


async def test_digits_can_not_be_guessed(
    folder: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> None:
    wall = Served(folder, Server())
    client = await aiohttp_client(wall.web.application())
    offer = wall.access.pairing.begin("control")
    wrong = [f"{n:06}" for n in range(30) if f"{n:06}" != offer.digits]
    said = [
        (await client.post("/api/pair/claim", json={"code": code})).status for code in wrong[:12]
    ]
    assert 200 not in said
    assert said[-1] == 429
    assert wall.access.pairing.offer() is None
    assert wall.access.pairing.claim(offer.digits) is None


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/dashbord_control/", "/tickets", "/index.html"])
async def test_a_path_that_is_no_socket_answers_404_to_a_websocket(
    client: Client, path: str
) -> None:
    assert (await client.get(path)).status in (200, 404)
    with pytest.raises(WSServerHandshakeError) as refusal:
        await client.ws_connect(path)
    assert refusal.value.status == 404


async def test_a_plain_page_is_sent_nowhere_while_there_is_no_certificate(
    folder: Path,
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = folder.parent / "token"
    token.write_text("Longa-palavra-de-acesso-9371")
    secure = Server(certificate="c.pem", key="k.pem", token_file=str(token))
    wall = Served(folder, secure)
    client = await aiohttp_client(wall.web.application())
    assert (await client.get("/")).status == 200  # the wall itself
    monkeypatch.setattr("kioskd.web.authorisation.is_loopback", lambda address: False)
    bearer = {"Authorization": f"Bearer {token.read_text()}"}
    for answer in (
        await client.get("/remote", allow_redirects=False),
        await client.get("/api/status", headers=bearer),
        await client.post("/api/pair/claim", json={"code": "123456"}),
    ):
        assert answer.status == 503
        said = await answer.text()
        assert "its certificate can't be used" in said
    assert (await client.get("/healthz")).status == 200
