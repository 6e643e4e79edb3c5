"""From a ticket saved in a real Django database to a panel, through a kioskd process."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from aiohttp.test_utils import TestServer

from kioskd.config import Auth, Channels
from kioskd.config.scalars import Duration
from kioskd.core.messages import Failed, Switch, Update
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context, opener
from tests.support.bad_peer import BadServer, Peer
from tests.support.django_server import Daphne
from tests.support.listening import hear
from tests.support.process import Process

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kioskd(tmp_path: Path, daphne: Daphne) -> Iterator[Process]:
    url = f"ws://127.0.0.1:{daphne.port}/ws/dashboard_control/"
    process = Process(
        tmp_path,
        "sound: {enabled: false}\nsources:\n"
        f"  - {{kind: channels, url: '{url}', heartbeat: 1s}}\n",
    ).start()
    process.notified.close()  # nobody listens any more: its queue would fill
    yield process
    process.close()


async def hear_both(ws: ClientWebSocketResponse, kind: str, title: str) -> tuple[Any, Any]:
    """The alert of a kind, and the list in which its ticket stands, in whichever order they come.

    A view that was asked for may be answered before Django's own alert.
    """
    alert = listed = None
    while alert is None or listed is None:
        message = await ws.receive_json(timeout=30)
        if message["type"] == kind:
            alert = message["data"]
        elif message["type"] == "tickets_update":
            listed = next((t for t in message["data"] if t["title"] == title), None)
    return alert, listed


async def tickets(ws: ClientWebSocketResponse, *titles: str) -> list[dict[str, Any]]:
    """The next tickets update with exactly these titles."""
    while True:
        data: list[dict[str, Any]] = (await hear(ws, "tickets_update"))["data"]
        if sorted(t["title"] for t in data) == sorted(titles):
            return data


async def source(ws: ClientWebSocketResponse, *states: str) -> dict[str, Any]:
    while True:
        found: dict[str, Any] = (await hear(ws, "source_status"))["sources"][0]
        if found["state"] in states:
            return found


async def panels(session: ClientSession, kioskd: Process, count: int) -> list[Any]:
    found = []
    for number in range(count):
        ws = await session.ws_connect(kioskd.url + "/ws/dashboard_control/")
        await ws.send_json({"type": "identify", "clientId": f"P{number}"})
        found.append(ws)
    return found


async def test_a_ticket_saved_in_django_reaches_three_panels_with_its_alert_once(
    daphne: Daphne, kioskd: Process
) -> None:
    async with ClientSession() as session:
        three = await panels(session, kioskd, 3)
        for ws in three:
            await tickets(ws)
        identity = await daphne.save(title="Servidor fora", priority="critical")
        for ws in three:
            alert, listed = await hear_both(ws, "critical_alert", "Servidor fora")
            assert alert == {
                "id": str(identity),
                "title": "Servidor fora",
                "severity": "critical",
            }
            assert listed["id"] == str(identity)
        await daphne.save(id=identity, status="closed")
        for ws in three:
            assert await tickets(ws) == []


async def test_a_change_made_while_daphne_was_away_arrives_after_its_return(
    daphne: Daphne, kioskd: Process
) -> None:
    async with ClientSession() as session:
        (ws,) = await panels(session, kioskd, 1)
        await daphne.save(title="Antes")
        await tickets(ws, "Antes")
        daphne.kill()
        assert (await source(ws, "offline"))["error"]
        await asyncio.to_thread(daphne.start)
        await daphne.save(title="Durante")
        await tickets(ws, "Antes", "Durante")


async def test_an_upstream_that_stands_still_is_noticed_by_the_heartbeat(
    daphne: Daphne, kioskd: Process
) -> None:
    async with ClientSession() as session:
        (ws,) = await panels(session, kioskd, 1)
        await tickets(ws)
        daphne.process.send_signal(signal.SIGSTOP)
        assert "127.0.0.1" in (await source(ws, "offline"))["error"]
        daphne.process.send_signal(signal.SIGCONT)
        await source(ws, "connected")


async def test_django_refuses_a_foreign_origin_and_is_told_so(
    daphne: Daphne,
) -> None:
    url = f"ws://127.0.0.1:{daphne.port}/ws/dashboard_control/"
    for origin in (None, "https://central.example"):
        settings = Channels(url=url, origin=origin)
        async with aclosing(opener("channels")(settings, Context("K"))) as messages:
            assert isinstance(await anext(messages), Update)
    settings = Channels(url=url, origin="http://evil.example")
    async with aclosing(opener("channels")(settings, Context("K"))) as messages:
        with pytest.raises(RefusedError, match="refuses the origin http://evil"):
            await anext(messages)


async def first(server: TestServer, **more: Any) -> object:
    url = str(server.make_url("/")).replace("http", "ws")
    settings = Channels(url=url, timeout=Duration(2), **more)
    async with aclosing(opener("channels")(settings, Context("Kiosk-T"))) as messages:
        return await anext(messages)


async def serve(answer: Any) -> TestServer:
    app = web.Application()
    app.router.add_get("/", answer)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_403_and_a_redirect_are_refusals_and_a_web_page_is_named() -> None:
    async def forbidden(request: web.Request) -> web.Response:
        return web.Response(status=403)

    async def login(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://127.0.0.1:9/login")

    async def page(request: web.Request) -> web.Response:
        return web.Response(text="<html>", content_type="text/html")

    async def text(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    for answer, error, said in (
        (forbidden, RefusedError, "not authorised (HTTP 403)"),
        (login, RefusedError, "not authorised: sent to http://127.0.0.1:9/login (HTTP 302)"),
        (page, RefusedError, "answers a web page, as login pages do: not authorised?"),
        (text, SourceError, "no WebSocket endpoint"),
    ):
        server = await serve(answer)
        with pytest.raises(error) as refusal:
            await first(server)
        assert said in str(refusal.value)
        await server.close()


async def test_a_secret_goes_where_the_file_says_and_the_origin_is_the_upstreams_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    heard: list[Any] = []

    async def accept(request: web.Request) -> web.WebSocketResponse:
        heard.append(
            (
                request.headers["Authorization"],
                request.query["t"],
                request.cookies["sessionid"],
                request.headers["Origin"],
            )
        )
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.receive()
        await ws.send_json({"type": "change_screen", "screen": "projects"})
        await ws.receive()
        return ws

    server = await serve(accept)
    file = str(tmp_path / "token")
    auth = (
        Auth(file=file, header="Authorization", prefix="Token "),
        Auth(file=file, query="t"),
        Auth(file=file, cookie="sessionid"),
    )
    assert await first(server, auth=auth) == Switch("projects")
    origin = str(server.make_url("")).rstrip("/")
    assert heard == [("Token s3cret", "s3cret", "s3cret", origin)]
    await server.close()


async def test_two_cookies_go_together_and_a_wrong_frame_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret")
    heard: list[dict[str, str]] = []

    async def accept(request: web.Request) -> web.WebSocketResponse:
        heard.append(dict(request.cookies))
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        for frame in ('{"type": "tickets_update", "x": NaN}', "garbage", "[]"):
            await ws.send_str(frame)
        await ws.send_json({"type": "change_screen", "screen": "projects"})
        while not (await ws.receive()).type.name.startswith("CLOS"):
            pass
        return ws

    server = await serve(accept)
    file = str(tmp_path / "token")
    auth = (Auth(file=file, cookie="sessionid"), Auth(file=file, cookie="csrftoken"))
    url = str(server.make_url("/")).replace("http", "ws")
    async with aclosing(opener("channels")(Channels(url=url, auth=auth), Context("K"))) as found:
        failed = await anext(found)
        assert isinstance(failed, Failed)
        assert (failed.view, "not JSON" in str(failed.fault)) == ("tickets", True)
        assert await anext(found) == Switch("projects")
    assert heard == [{"sessionid": "s3cret", "csrftoken": "s3cret"}]
    await server.close()


async def test_a_handshake_that_is_never_answered_ends_in_time() -> None:
    gone = asyncio.Event()

    async def mute(peer: Peer) -> None:
        await peer.listen()
        gone.set()

    async with BadServer(mute) as server:
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/", timeout=Duration(0.2))
        with pytest.raises(SourceError, match="doesn't answer in time"):
            async with aclosing(opener("channels")(settings, Context("K"))) as found:
                await anext(found)
        await asyncio.wait_for(gone.wait(), 5)
