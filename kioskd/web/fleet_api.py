"""All kiosks over HTTP, for the page ``/fleet``: what is known of them, and orders for them."""

from typing import Any

import msgspec
from aiohttp import web

from kioskd.core import messages
from kioskd.core.fleet_status import Order, Others
from kioskd.errors import ProtocolError
from kioskd.web.asked import LONGEST_NAME, asked, asking_actor


class FleetApi:
    def __init__(self, others: Others) -> None:
        self._others = others

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/fleet", self._look)
        router.add_post("/api/fleet", self._order)

    async def _look(self, request: web.Request) -> web.Response:
        return _json(self._others.look())

    async def _order(self, request: web.Request) -> web.Response:
        def read(message: messages.Json) -> Order:
            order = msgspec.convert(message, Order)
            by = asking_actor(request, message).name
            return msgspec.structs.replace(order, by=by[:LONGEST_NAME])

        order = await asked(request, read)
        try:
            return _json({"outcomes": await self._others.order(order)})
        except ProtocolError as error:
            raise web.HTTPConflict(text=f"{error}\n") from None


def _json(content: Any) -> web.Response:
    return web.Response(body=messages.encode(content), content_type="application/json")
