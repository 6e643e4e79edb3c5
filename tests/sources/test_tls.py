"""TLS with a certificate authority of the house, as a real handshake on the loopback."""

import datetime
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import AnySource, Channels, Rest
from kioskd.core.messages import Message, Update
from kioskd.errors import SourceError
from kioskd.sources import Context, opener
from kioskd.sources.reasons import fault_of
from tests.support.frames import TICKET, tickets


async def socket(request: web.Request) -> web.WebSocketResponse:
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    await ws.send_str(tickets(TICKET).decode())
    await ws.receive()
    await ws.receive()
    return ws


async def answer(request: web.Request) -> web.Response:
    return web.Response(body=tickets(TICKET), content_type="application/json")


class Desk:
    """An upstream behind a certificate of ``authority``."""

    def __init__(
        self,
        authority: trustme.CA,
        start: datetime.datetime | None = None,
        end: datetime.datetime | None = None,
        name: str = "127.0.0.1",
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        end = end or datetime.datetime.now() + datetime.timedelta(days=3650)
        authority.issue_cert(name, not_before=start, not_after=end).configure_cert(context)
        app = web.Application()
        app.router.add_get("/ws/", socket)
        app.router.add_get("/all", answer)
        self.server = TestServer(app)
        self.context = context

    async def start(self) -> int:
        await self.server.start_server(ssl=self.context)
        port = self.server.port
        assert port is not None
        return port


def channels(port: int, ca_file: str | None) -> AnySource:
    return Channels(url=f"wss://127.0.0.1:{port}/ws/", ca_file=ca_file, views=("tickets",))


def rest(port: int, ca_file: str | None) -> AnySource:
    return Rest(url=f"https://127.0.0.1:{port}/all", ca_file=ca_file, views=("tickets",))


Make = Callable[[int, str | None], AnySource]
both = pytest.mark.parametrize("make", [channels, rest])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


@pytest.fixture
async def port(authority: trustme.CA) -> AsyncIterator[int]:
    desk = Desk(authority)
    yield await desk.start()
    await desk.server.close()


async def first_update(source: AnySource) -> Message:
    async with aclosing(opener(source.kind)(source, Context("K"))) as messages:
        async for message in messages:
            return message
    raise AssertionError("it ended without a word")


@both
async def test_an_authority_of_the_house_is_trusted_when_its_file_is_named(
    make: Make, port: int, ca_file: str
) -> None:
    assert isinstance(await first_update(make(port, ca_file)), Update)


@both
async def test_without_it_the_certificate_is_not_trusted_and_nothing_is_sent(
    make: Make, port: int
) -> None:
    with pytest.raises(SourceError, match=r"the certificate of 127\.0\.0\.1:\d+ is not trusted"):
        await first_update(make(port, None))


@both
async def test_a_certificate_from_the_future_asks_for_the_clock(
    make: Make, authority: trustme.CA, ca_file: str
) -> None:
    desk = Desk(authority, datetime.datetime.now() + datetime.timedelta(days=30))
    port = await desk.start()
    with pytest.raises(SourceError, match=r"not yet valid: is the clock right\?"):
        await first_update(make(port, ca_file))
    await desk.server.close()


@both
async def test_a_ca_file_that_cannot_be_used_is_named(
    make: Make, port: int, tmp_path: Path
) -> None:
    (tmp_path / "empty.pem").write_text("")
    for file in (tmp_path / "absent.pem", tmp_path / "empty.pem"):
        with pytest.raises(SourceError, match=f"ca_file {file} can't be used"):
            await first_update(make(port, str(file)))


@both
async def test_an_expired_certificate_and_one_of_another_name_are_not_untrusted_ones(
    make: Make, authority: trustme.CA, ca_file: str
) -> None:
    now, day = datetime.datetime.now(), datetime.timedelta(days=1)
    for desk, code in (
        (Desk(authority, now - 9 * day, now - day), "certificate_expired"),
        (Desk(authority, name="helpdesk.example"), "certificate_name"),
        (Desk(trustme.CA()), "certificate"),
    ):
        port = await desk.start()
        with pytest.raises(SourceError) as error:
            await first_update(make(port, ca_file))
        fault = fault_of(error.value)
        assert (fault.code, fault.about) == (code, f"127.0.0.1:{port}")
        await desk.server.close()


@pytest.mark.parametrize(
    ("url", "use"), [("ws://127.0.0.1:{}/ws/", "wss://"), ("http://127.0.0.1:{}/all", "https://")]
)
async def test_a_plain_address_of_a_tls_port_names_the_scheme_to_write(
    port: int, url: str, use: str
) -> None:
    make = Channels if url.startswith("ws") else Rest
    with pytest.raises(SourceError, match=f"write {use}") as error:
        await first_update(make(url=url.format(port)))
    assert fault_of(error.value).code == "needs_tls"


@both
async def test_a_tls_address_of_a_plain_port_names_the_scheme_to_write(make: Make) -> None:
    server = TestServer(web.Application())
    await server.start_server()
    assert server.port is not None
    with pytest.raises(SourceError, match=r"write (ws|http):// in the url") as error:
        await first_update(make(server.port, None))
    assert fault_of(error.value).code == "no_tls"
    await server.close()
