"""A helpdesk with one ticket that speaks both protocols, each on a path of its own."""

import ssl
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.config import AnySource, Channels, Rest
from tests.support.frames import TICKET, tickets


class SmallHelpdesk:
    """``/ws/`` is a WebSocket, ``/all`` answers; both over TLS where ``context`` is given."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        app = web.Application()
        app.router.add_get("/ws/", _socket)
        app.router.add_get("/all", _answer)
        self.server = TestServer(app)
        self._context = context

    async def start(self) -> str:
        """Its address, without a scheme."""
        await self.server.start_server(ssl=self._context)
        return f"{self.server.host}:{self.server.port}"

    async def close(self) -> None:
        await self.server.close()


def channels(place: str, tls: bool = False, **more: Any) -> AnySource:
    """The source for its WebSocket."""
    return Channels(url=f"ws{'s' * tls}://{place}/ws/", views=("tickets",), **more)


def rest(place: str, tls: bool = False, **more: Any) -> AnySource:
    """The source for its answers."""
    return Rest(url=f"http{'s' * tls}://{place}/all", views=("tickets",), **more)


async def _socket(request: web.Request) -> web.WebSocketResponse:
    ws = web.WebSocketResponse()
    await ws.prepare(request)
    await ws.send_str(tickets(TICKET).decode())
    while not (await ws.receive()).type.name.startswith("CLOS"):
        pass
    return ws


async def _answer(request: web.Request) -> web.Response:
    return web.Response(body=tickets(TICKET), content_type="application/json")
