import asyncio
import contextlib
import gzip
import resource
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import Rest, RestUrls
from kioskd.config.scalars import Duration
from kioskd.core.messages import Confirmed, Failed, Message, Update, encode
from kioskd.errors import RefusedError, SourceError
from kioskd.sources import Context, opener
from kioskd.sources.link import address
from tests.support.bad_peer import BadServer, Peer
from tests.support.frames import TICKET, tickets
from tests.support.web_server import WebServer

HTTP_URL = r"https?://[^\s@]+"  # as in ``config.HttpUrl``
PROJECTS = encode({"type": "projects_update", "data": []})


async def take(desk: WebServer, count: int, **settings: Any) -> list[Message]:
    context = Context("Kiosk-T")
    found: list[Message] = []
    try:
        async with aclosing(opener("rest")(Rest(**settings), context)) as messages:
            while len(found) < count:
                found.append(await anext(messages))
                if isinstance(found[-1], Update | Failed):
                    context.asks.add("tickets")
    finally:
        await desk.close()
    return found


async def test_an_unchanged_answer_is_asked_for_by_its_etag_and_only_confirms() -> None:
    desk = WebServer()
    desk.sends("/t", tickets(TICKET), ETag='"1"')
    url = await desk.start() + "/t"
    found = await take(desk, 2, url=url, views=("tickets",))
    assert isinstance(found[0], Update)
    assert found[1:] == [Confirmed("tickets")]
    assert desk.asked[1].headers["If-None-Match"] == '"1"'


async def test_one_view_that_fails_is_named_and_the_others_go_on() -> None:
    desk = WebServer()
    desk.sends("/t", b'{"type": "tickets_update", "data": "none"}')
    desk.sends("/p", PROJECTS)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    found = await take(desk, 3, urls=urls, views=("projects", "tickets"))
    assert isinstance(found[0], Update)
    assert isinstance(found[1], Failed)
    assert "`data` must be a list" in str(found[1].fault)


@pytest.mark.parametrize(
    ("status", "kind", "body", "error", "said"),
    [
        (200, "text/html", b"<html>login</html>", RefusedError, "web page"),
        (401, "text/plain", b"", RefusedError, "not authorised (HTTP 401)"),
        (302, "text/plain", b"", RefusedError, "sent elsewhere (HTTP 302)"),
        (304, "text/plain", b"", SourceError, "HTTP 304 to a first request"),
        (404, "text/plain", b"", SourceError, "HTTP 404"),
        (407, "text/plain", b"", RefusedError, "not authorised (HTTP 407)"),
        (500, "text/plain", b"", SourceError, "HTTP 500"),
        (200, "application/json", b"[]x", SourceError, "the guide's JSON"),
        (200, "application/json", b"", SourceError, "the guide's JSON"),
        (200, "application/json", b" " * 2000, SourceError, "more than"),
        (200, "application/json", b"[" * 900, SourceError, "the guide's JSON"),
        (200, "application/json", b'{"type": "tickets_update", "x": NaN}', SourceError, "not JSON"),
        (200, "application/json", b'{"tickets": []}', SourceError, "needs a text `type`"),
        (200, "application/json", b'{"type": "tickets_update", "data": ["\xff"]}', SourceError, ""),
        (200, "application/json", b"null", SourceError, "must be a JSON object"),
        (200, "application/json", b"[null]", SourceError, "must be a JSON object"),
    ],
)
async def test_an_answer_that_is_not_the_guides_is_an_outage_with_its_reason(
    status: int, kind: str, body: bytes, error: type[Exception], said: str
) -> None:
    desk = WebServer()
    desk.sends("/t", body, kind, status)
    url = await desk.start() + "/t"
    with pytest.raises(error) as outage:
        await take(desk, 1, url=url, views=("tickets",), max_message=1000, timeout=Duration(5))
    assert said in str(outage.value)


async def test_an_answer_that_cannot_be_shown_fails_its_view_and_is_asked_for_in_full() -> None:
    desk = WebServer()
    row = {"id": 1, "titulo": "Rede", "priority": "high", "status": "open", "createdAt": ""}
    desk.sends("/t", encode({"type": "tickets_update", "data": [row]}), ETag='"1"')
    url = await desk.start() + "/t"
    found = await take(desk, 2, url=url, views=("tickets",))
    assert [type(message) for message in found] == [Failed, Failed]
    assert isinstance(found[1], Failed)
    assert found[1].fault.params["missing"] == "title, assignedTo"
    assert found[1].fault.params["fields"] == "{title: titulo, assignedTo: ?}"
    assert "If-None-Match" not in desk.asked[-1].headers


async def test_a_broken_view_that_is_asked_for_alone_leaves_the_others_connected() -> None:
    desk = WebServer()
    desk.sends("/t", b"", status=500)
    desk.sends("/p", PROJECTS)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    # ``take`` asks for tickets alone after the first round.
    found = await take(desk, 3, urls=urls, views=("tickets", "projects"))
    told = [type(message) for message in found]
    assert told == [Update, Failed, Failed]


async def test_an_outage_of_every_address_says_nothing_before_it_is_raised() -> None:
    desk = WebServer()
    desk.sends("/t", b"", status=500)
    desk.sends("/p", b"", status=500)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    with pytest.raises(SourceError, match="HTTP 500"):
        await take(desk, 1, urls=urls, views=("tickets", "projects"))


async def test_a_redirect_says_where_to_without_the_query_and_is_never_followed() -> None:
    desk, other = WebServer(), WebServer()
    other.sends("/login", b"")
    elsewhere = await other.start()
    desk.sends("/t", b"", status=302, Location=f"{elsewhere}/login?next=s3cret")
    url = await desk.start() + "/t"
    with pytest.raises(RefusedError) as refusal:
        await take(desk, 1, url=url, views=("tickets",))
    assert f"sent to {elsewhere}/login (HTTP 302)" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert other.asked == []
    await other.close()


async def test_a_body_nested_without_end_or_packed_without_end_is_an_outage_in_bounded_memory() -> (
    None
):
    deep, bomb = b"[" * 1_000_000, gzip.compress(bytes(200_000_000), 1)
    packed = {"Content-Encoding": "gzip"}
    for body, more in ((deep, {}), (bomb, packed)):
        desk = WebServer()
        desk.sends("/t", body, "application/json", 200, **more)
        url = await desk.start() + "/t"
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(SourceError, match=r"more than|the guide's JSON"):
            await take(desk, 1, url=url, views=("tickets",), max_message=2_000_000)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert grown < 100_000  # kB: the client holds a few chunks, never the 200 MB


async def test_a_body_with_a_byte_order_mark_is_read() -> None:
    desk = WebServer()
    desk.sends("/t", b"\xef\xbb\xbf" + tickets(TICKET))
    found = await take(desk, 1, url=await desk.start() + "/t", views=("tickets",))
    assert isinstance(found[0], Update)


async def test_a_mute_address_delays_no_other_and_is_named() -> None:
    desk = WebServer()
    desk.sends("/t", tickets(TICKET))
    base = await desk.start()
    async with BadServer(Peer.listen) as mute:
        urls = RestUrls(projects=f"http://127.0.0.1:{mute.port}/", tickets=base + "/t")
        settings = Rest(urls=urls, views=("projects", "tickets"), timeout=Duration(1))
        started = asyncio.get_running_loop().time()
        async with aclosing(opener("rest")(settings, Context("K"))) as messages:
            assert isinstance(await anext(messages), Update)
            assert asyncio.get_running_loop().time() - started < 0.9
            failed = await anext(messages)
            assert isinstance(failed, Failed)
            assert failed.view == "projects"
            assert "doesn't answer in time" in str(failed.fault)
    await desk.close()


async def test_a_body_that_drips_is_an_outage_after_the_time_limit() -> None:
    async def drip(peer: Peer) -> None:
        await peer.request()
        peer.writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            peer.writer.write(b" ")
            await peer.writer.drain()
            await asyncio.sleep(0.05)

    async with BadServer(drip) as server:
        settings = Rest(url=f"http://127.0.0.1:{server.port}/", timeout=Duration(0.5))
        with pytest.raises(SourceError, match="doesn't answer in time"):
            async with aclosing(opener("rest")(settings, Context("K"))) as messages:
                await anext(messages)


@given(st.from_regex(HTTP_URL, fullmatch=True))
def test_any_address_that_the_file_may_hold_is_one_or_a_source_error(url: str) -> None:
    with contextlib.suppress(SourceError):
        assert address(url).host
