from contextlib import aclosing
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from test_protocol import TICKET, tickets

from kioskd.config import Rest, RestUrls
from kioskd.errors import RefusedError, SourceError
from kioskd.protocol import Confirmed, Connected, Failed, Message, Update, encode
from kioskd.scalars import Duration
from kioskd.sources import Context, opener

PROJECTS = encode({"type": "projects_update", "data": []})


class Desk:
    """An HTTP server whose answers a test may change."""

    def __init__(self) -> None:
        self.answers: dict[str, web.Response] = {}
        self.asked: list[dict[str, str]] = []

    def say(self, path: str, body: bytes, status: int = 200, **headers: str) -> None:
        kind = headers.pop("kind", "application/json")
        self.answers[path] = web.Response(
            body=body, status=status, content_type=kind, headers=headers
        )

    async def start(self) -> str:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url(""))

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        found = self.answers[request.path]
        if found.headers.get("ETag") and request.headers.get("If-None-Match"):
            return web.Response(status=304)
        return web.Response(body=found.body, status=found.status, headers=found.headers)


async def take(desk: Desk, count: int, **settings: Any) -> list[Message]:
    context = Context("Kiosk-T")
    found: list[Message] = []
    try:
        async with aclosing(opener("rest")(Rest(**settings), context)) as messages:
            while len(found) < count:
                found.append(await anext(messages))
                if isinstance(found[-1], Connected):
                    context.asks.add("tickets")
    finally:
        await desk.server.close()
    return found


async def test_an_unchanged_answer_is_asked_for_by_its_etag_and_only_confirms() -> None:
    desk = Desk()
    desk.say("/t", tickets(TICKET), ETag='"1"')
    url = await desk.start() + "/t"
    found = await take(desk, 3, url=url, views=("tickets",))
    assert isinstance(found[0], Update)
    assert found[1:] == [Connected(), Confirmed("tickets")]
    assert desk.asked[1]["If-None-Match"] == '"1"'


async def test_one_view_that_fails_is_named_and_the_others_go_on() -> None:
    desk = Desk()
    desk.say("/t", b'{"type": "tickets_update", "data": "none"}')
    desk.say("/p", PROJECTS)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    found = await take(desk, 3, urls=urls, views=("projects", "tickets"))
    assert isinstance(found[0], Update)
    assert isinstance(found[1], Failed)
    assert "`data` must be a list" in found[1].reason


@pytest.mark.parametrize(
    ("status", "kind", "body", "error", "said"),
    [
        (200, "text/html", b"<html>login</html>", RefusedError, "web page"),
        (401, "text/plain", b"", RefusedError, "not authorised (HTTP 401)"),
        (302, "text/plain", b"", RefusedError, "sent elsewhere"),
        (500, "text/plain", b"", SourceError, "HTTP 500"),
        (200, "application/json", b"[]x", SourceError, "the guide's JSON"),
        (200, "application/json", b"", SourceError, "the guide's JSON"),
        (200, "application/json", b" " * 2000, SourceError, "more than"),
    ],
)
async def test_an_answer_that_is_not_the_guides_is_an_outage_with_its_reason(
    status: int, kind: str, body: bytes, error: type[Exception], said: str
) -> None:
    desk = Desk()
    desk.say("/t", body, status, kind=kind)
    url = await desk.start() + "/t"
    with pytest.raises(error) as outage:
        await take(desk, 1, url=url, views=("tickets",), max_message=1000, timeout=Duration(5))
    assert said in str(outage.value)


async def test_a_broken_view_that_is_asked_for_alone_leaves_the_others_connected() -> None:
    desk = Desk()
    desk.say("/t", b"", 500)
    desk.say("/p", PROJECTS)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    # ``take`` asks for tickets alone after the first round.
    found = await take(desk, 5, urls=urls, views=("tickets", "projects"))
    told = [type(message) for message in found]
    assert told == [Update, Failed, Connected, Failed, Connected]


async def test_an_outage_of_every_address_says_nothing_before_it_is_raised() -> None:
    desk = Desk()
    desk.say("/t", b"", 500)
    desk.say("/p", b"", 500)
    base = await desk.start()
    urls = RestUrls(tickets=base + "/t", projects=base + "/p")
    with pytest.raises(SourceError, match="HTTP 500"):
        await take(desk, 1, urls=urls, views=("tickets", "projects"))
