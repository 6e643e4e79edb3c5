"""Each way in which a source gives nothing has its own code, so that a wall can say what to do."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorDNSError, web
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.test_utils import TestServer
from yarl import URL

from kioskd.config import AnySource, Auth, Channels, Demo, Rest
from kioskd.config.scalars import Duration
from kioskd.core.faults import CODES, TEXTS, Code, Fault
from kioskd.core.messages import Connected
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context, opener
from kioskd.sources.diagnosis import explain
from kioskd.sources.link import Way
from kioskd.sources.outage import fault_of
from kioskd.sources.retry import follow
from tests.support.process import free_port

UNPLUGGED = Context("K", has_network=lambda: False)
Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a server with one answer to everything; returns its address without a scheme."""
    servers = []

    async def start(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        server = TestServer(app)
        servers.append(server)
        await server.start_server()
        return f"{server.host}:{server.port}"

    yield start
    for server in servers:
        await server.close()


async def outage(settings: AnySource) -> Exception:
    async with aclosing(opener(settings.kind)(settings, Context("K"))) as messages:
        try:
            while True:
                await anext(messages)
        except SourceError as error:
            return error


def why(error: Exception) -> tuple[str, str]:
    found = fault_of(error)
    return found.code, found.about


async def both(place: str, **more: Any) -> set[tuple[str, str]]:
    """What both kinds of source say of one address."""
    channels = Channels(url=f"ws://{place}/ws/", timeout=Duration(2), **more)
    rest = Rest(url=f"http://{place}/all", timeout=Duration(2), **more)
    return {why(await outage(channels)), why(await outage(rest))}


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (401, "text/plain", "refused_token"),
        (404, "text/html", "not_found"),
        (500, "text/html", "http_error"),
        (302, "text/html", "redirected"),
        (200, "text/html", "not_a_helpdesk"),
        (200, "application/json", "not_a_helpdesk"),
    ],
)
async def test_what_an_http_server_answers_has_its_code(
    serve: Serve, status: int, kind: str, reason: Code
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text="{}", content_type=kind)

    place = await serve(answer)
    assert await both(place) == {(reason, place)}


async def test_403_is_about_the_token_unless_the_server_refuses_every_path(
    serve: Serve, tmp_path: Path
) -> None:
    async def token(request: web.Request) -> web.StreamResponse:
        if request.path == "/ws/":
            return web.Response(status=403)
        return web.Response(status=404)

    async def anything(request: web.Request) -> web.StreamResponse:
        return web.Response(status=403)

    place = await serve(token)
    assert why(await outage(Channels(url=f"ws://{place}/ws/"))) == ("refused_token", place)
    place = await serve(anything)
    assert why(await outage(Channels(url=f"ws://{place}/ws/"))) == ("origin_refused", place)
    (tmp_path / "token").write_text("s3cret")
    auth = (Auth(file=str(tmp_path / "token"), header="Authorization"),)
    settings = Channels(url=f"ws://{place}/ws/", auth=auth)
    assert why(await outage(settings)) == ("forbidden", place)
    assert why(await outage(Rest(url=f"http://{place}/all"))) == ("refused_token", place)


async def test_nobody_at_the_port_is_not_the_same_as_nobody_of_that_name() -> None:
    place = f"127.0.0.1:{free_port()}"
    assert await both(place) == {("connection_refused", place)}


def lookup(number: int) -> ClientConnectorDNSError:
    key = ConnectionKey("desk.example", 443, True, True, None, None, None)
    return ClientConnectorDNSError(key, socket.gaierror(number, "said by the resolver"))


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (socket.EAI_NONAME, "unknown_host"),
        (socket.EAI_NODATA, "unknown_host"),
        (socket.EAI_AGAIN, "no_dns"),
    ],
)
def test_a_wrong_name_a_mute_name_server_and_no_network_are_three_things(
    number: int, reason: str
) -> None:
    way = Way(URL("wss://desk.example/ws/?token=s3cret"))
    assert why(explain(lookup(number), way, Context("K"))) == (reason, "desk.example:443")
    error = explain(lookup(number), way, UNPLUGGED)
    assert why(error) == ("no_network", "desk.example:443")
    assert "s3cret" not in str(error)


async def test_a_server_without_tls_where_tls_was_written_is_named(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response()

    place = await serve(answer)
    found = why(await outage(Channels(url=f"wss://{place}/ws/", timeout=Duration(2))))
    assert found == ("no_tls", place)


@pytest.mark.parametrize(
    ("code", "slowly"), [(4001, True), (4403, True), (1008, True), (3000, True), (1000, False)]
)
async def test_who_is_let_in_and_shown_the_door_has_a_wrong_token_and_was_never_connected(
    serve: Serve, code: int, slowly: bool
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.receive()
        await ws.close(code=code)
        return ws

    place = await serve(answer)
    settings = Channels(url=f"ws://{place}/")
    async with aclosing(opener("channels")(settings, Context("K"))) as messages:
        with pytest.raises(SourceError, match="check the token") as found:
            await anext(messages)
    assert why(found.value) == ("refused_token", place)
    assert isinstance(found.value, RefusedError) == slowly


async def test_a_link_that_spoke_before_it_closed_was_only_lost(serve: Serve) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        await ws.send_json({"type": "projects_update", "data": []})
        await ws.close(code=4001)
        return ws

    place = await serve(answer)
    assert why(await outage(Channels(url=f"ws://{place}/"))) == ("lost", place)


async def test_a_helpdesk_that_has_nothing_to_say_yet_is_connected_all_the_same(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kioskd.sources.channels.WELCOME", 0.05)

    async def answer(request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        while not ws.closed:
            await ws.receive()
        return ws

    settings = Channels(url=f"ws://{await serve(answer)}/")
    async with aclosing(opener("channels")(settings, Context("K"))) as messages:
        assert await asyncio.wait_for(anext(messages), 10) == Connected()


async def test_a_token_file_that_is_missing_is_named_itself(tmp_path: Path) -> None:
    file = str(tmp_path / "token.txt")
    auth = (Auth(file=file, header="Authorization"),)
    assert await both("127.0.0.1:9", auth=auth) == {("token_file", file)}


async def test_without_a_network_it_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    class EnoughError(Exception): ...

    async def hurried(hurry: asyncio.Event, seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) == 6:
            raise EnoughError
        return False

    monkeypatch.setattr("kioskd.sources.retry.hurried", hurried)
    monkeypatch.setattr("kioskd.core.retries.random.uniform", lambda low, high: high)
    told: list[Any] = []

    async def fail(settings: AnySource, context: Context) -> Any:
        raise explain(lookup(socket.EAI_AGAIN), Way(URL("wss://desk.example/")), UNPLUGGED)
        yield

    monkeypatch.setattr("kioskd.sources.retry.opener", lambda kind: fail)
    with pytest.raises(EnoughError):
        await follow(
            Demo(), UNPLUGGED, lambda m: None, lambda state, fault, ago=0.0: told.append(fault)
        )
    assert waits == [1, 2, 4, 5, 5, 5]
    assert told[-1] == Fault("no_network", {"place": "desk.example:443"})


def test_every_code_has_an_english_text_and_no_other_has() -> None:
    assert list(TEXTS) == list(CODES)


def test_a_fault_says_its_parameters_and_a_missing_one_breaks_nothing() -> None:
    missing = {"message": "tickets_update", "missing": "assignedTo", "fields": "{assignedTo: who}"}
    assert str(Fault("fields_missing", missing)) == (
        "tickets_update: no row has assignedTo; it has ?; "
        "write into the source's settings: fields: {assignedTo: who}"
    )
