"""The advice for a link that fails is right: each cause has its own code, from a real server."""

import asyncio
import contextlib
import os
import resource
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import AnySource, Auth, Channels, Rest
from kioskd.config.scalars import Duration
from kioskd.core.faults import Fault
from kioskd.core.messages import Update
from kioskd.errors import SourceError
from kioskd.sources import Context, opener
from kioskd.sources.outage import fault_of
from tests.support.bad_peer import BadServer, Behaviour, Peer
from tests.support.django_server import Daphne
from tests.support.frames import TICKET, tickets
from tests.support.helpdesk import SmallHelpdesk, channels, rest
from tests.support.process import free_port
from tests.support.proxy import Proxy


async def fault(settings: AnySource, context: Context | None = None) -> Fault:
    """Why a source gives nothing."""
    async with aclosing(opener(settings.kind)(settings, context or Context("K"))) as messages:
        try:
            while True:
                await anext(messages)
        except SourceError as error:
            return fault_of(error)


async def heard(settings: AnySource, context: Context) -> bool:
    async with aclosing(opener(settings.kind)(settings, context)) as messages:
        return isinstance(await anext(messages), Update)


@pytest.fixture(scope="module")
def daphne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daphne]:
    upstream = Daphne(tmp_path_factory.mktemp("desk"))
    yield upstream
    upstream.kill()


@pytest.mark.parametrize(
    ("path", "origin", "code"),
    [
        ("/ws/dashboard_control", None, "missing_slash"),
        ("/ws/dashboard_control/", "http://intranet.example", "origin_refused"),
        ("/ws/locked/", None, "refused_token"),
        ("/ws/dashbord_control/", None, "http_error"),
        ("/ws/dashbord_control", None, "http_error"),
        ("/ws/without_database/", None, "server_failed"),
    ],
)
async def test_what_a_real_django_channels_answers_has_its_own_code(
    daphne: Daphne, path: str, origin: str | None, code: str
) -> None:
    place = f"127.0.0.1:{daphne.port}"
    found = await fault(Channels(url=f"ws://{place}{path}", origin=origin))
    assert (found.code, found.about) == (code, place)
    if code == "origin_refused":
        assert found.params["origin"] == origin


async def test_with_a_token_a_refused_origin_may_as_well_be_a_refused_token(
    daphne: Daphne, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text("s3cret")
    auth = (Auth(file=str(tmp_path / "token"), query="token"),)
    url = f"ws://127.0.0.1:{daphne.port}/ws/dashboard_control/"
    found = await fault(Channels(url=url, origin="http://intranet.example", auth=auth))
    assert found.code == "forbidden"
    assert "ALLOWED_HOSTS" in str(found)
    assert "token" in str(found)


async def test_a_second_look_carries_no_secret_and_is_not_taken_again_at_once(
    tmp_path: Path,
) -> None:
    heads: list[bytes] = []

    async def forbids(peer: Peer) -> None:
        heads.append(await peer.request())
        peer.answer("403 Forbidden")

    (tmp_path / "token").write_text("s3cret")
    file = str(tmp_path / "token")
    auth = (Auth(file=file, query="t"), Auth(file=file, cookie="c"), Auth(file=file, header="X"))
    context = Context("K")
    async with BadServer(forbids) as server:
        settings = Channels(url=f"ws://127.0.0.1:{server.port}/ws/?key=s3cret", auth=auth)
        codes = [(await fault(settings, context)).code for _ in range(3)]
    assert codes == ["forbidden"] * 3
    asked = [head.split()[1].decode() for head in heads]
    assert asked[1].startswith("/kioskd-asks")
    assert len(asked) == 4  # three tries and one look
    assert b"s3cret" not in heads[1]


def closing(code: int) -> Behaviour:
    async def close(peer: Peer) -> None:
        await peer.handshake()
        peer.frame(tickets(TICKET))
        peer.frame(code.to_bytes(2), first=0x88)
        await peer.listen()

    return close


async def hangs_up(peer: Peer) -> None:
    await peer.handshake()
    peer.frame(tickets(TICKET))
    await peer.writer.drain()


async def resets(peer: Peer) -> None:
    await peer.handshake()
    await peer.reader.read(1)
    peer.reset()


async def hangs_up_early(peer: Peer) -> None:
    await peer.request()


async def says_nothing(peer: Peer) -> None:
    await peer.handshake()
    peer.frame(tickets(TICKET))
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (hangs_up, "hung_up"),
        (resets, "hung_up"),
        (hangs_up_early, "hung_up"),
        (says_nothing, "went_silent"),
        (closing(1011), "server_failed"),
        (closing(1001), "restarting"),
        (closing(1012), "restarting"),
        (closing(1013), "restarting"),
        (closing(1000), "lost"),
        (closing(4001), "lost"),
    ],
)
async def test_how_a_link_ends_tells_who_has_to_do_something(
    behaviour: Behaviour, code: str
) -> None:
    async with BadServer(behaviour) as server:
        url = f"ws://127.0.0.1:{server.port}/ws/"
        found = await fault(Channels(url=url, heartbeat=Duration(0.3)))
    assert (found.code, found.about) == (code, f"127.0.0.1:{server.port}")


async def test_an_answer_that_is_no_http_and_an_http_400_are_two_things() -> None:
    async def ssh(peer: Peer) -> None:
        peer.writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
        await peer.listen()

    async def bad_request(peer: Peer) -> None:
        await peer.request()
        peer.answer("400 Bad Request")

    for behaviour, code in ((ssh, "not_http"), (bad_request, "bad_request")):
        async with BadServer(behaviour) as server:
            place = f"127.0.0.1:{server.port}"
            assert (await fault(Rest(url=f"http://{place}/all"))).code == code
            found = await fault(Channels(url=f"ws://{place}/"))
            assert found.code == code


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("{path}/", "missing_slash"),
        ("http://{place}{path}/", "missing_slash"),
        ("https://{place}{path}", "needs_tls"),
        ("http://{place}/login", "redirected"),
        ("http://elsewhere.example{path}/", "redirected"),
        ("", "redirected"),
    ],
)
async def test_a_redirect_that_only_adds_a_slash_or_tls_says_so(location: str, code: str) -> None:
    async def moved(request: web.Request) -> web.Response:
        there = location.format(path=request.path, place=request.host)
        return web.Response(status=301, headers={"Location": there} if there else {})

    app = web.Application()
    app.router.add_get("/{path:.*}", moved)
    server = TestServer(app)
    await server.start_server()
    place = f"{server.host}:{server.port}"
    assert (await fault(Rest(url=f"http://{place}/all"))).code == code
    assert (await fault(Channels(url=f"ws://{place}/ws"))).code == code
    await server.close()


def resolves(name: str) -> bool:
    try:
        return bool(socket.getaddrinfo(name, 80, socket.AF_INET))
    except OSError:
        return False


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        pytest.param(
            "localhost",
            marks=pytest.mark.skipif(
                not resolves("localhost"), reason="no /etc/hosts that names localhost"
            ),
        ),
    ],
)
async def test_without_a_free_file_neither_the_network_nor_the_server_is_blamed(host: str) -> None:
    settings = Channels(url=f"ws://{host}:{free_port()}/")
    assert (await fault(settings)).code == "connection_refused"  # what it loads is loaded now
    with no_more_files():
        found = await fault(settings, Context("K", has_network=lambda: False))
    assert found.code == "too_many_files"


@contextlib.contextmanager
def no_more_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# Proxies


@pytest.fixture
async def desk() -> AsyncIterator[str]:
    """The address of a helpdesk, without a scheme."""
    found = SmallHelpdesk()
    yield await found.start()
    await found.close()


Make = Callable[..., AnySource]
both = pytest.mark.parametrize("make", [rest, channels])


@both
async def test_a_source_goes_through_its_own_proxy_else_through_that_of_all(
    make: Make, desk: str
) -> None:
    async with Proxy() as own, Proxy() as everyones:
        assert await heard(make(desk, proxy=own.url), Context("K", proxy=everyones.url))
        assert (len(own.asked), len(everyones.asked)) == (1, 0)
        assert await heard(make(desk), Context("K", proxy=everyones.url))
        assert (len(own.asked), len(everyones.asked)) == (1, 1)
        assert await heard(make(desk, proxy="direct"), Context("K", proxy=everyones.url))
        assert (len(own.asked), len(everyones.asked)) == (1, 1)


@both
async def test_a_proxy_that_is_away_and_one_that_refuses_are_named(make: Make, desk: str) -> None:
    place = f"127.0.0.1:{free_port()}"
    found = await fault(make(desk, proxy=f"http://{place}"))
    assert (found.code, found.about) == ("proxy_away", place)
    async with Proxy("407 Proxy Authentication Required") as proxy:
        found = await fault(make(desk, proxy=proxy.url))
    assert (found.code, found.params["status"]) == ("proxy_refused", "407")


async def test_a_proxy_that_does_not_connect_to_a_secure_server_is_not_the_servers_fault() -> None:
    async with Proxy("403 Forbidden") as proxy:
        found = await fault(Channels(url="wss://desk.example/ws/", proxy=proxy.url))
    assert (found.code, found.params["status"]) == ("proxy_refused", "403")
    assert proxy.asked == ["CONNECT desk.example:443 HTTP/1.1"]
