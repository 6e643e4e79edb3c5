"""The sound cards over HTTP: what there is, the test sound on one of them, and the one to keep."""

from typing import Protocol

from aiohttp import web

from kioskd.core import messages
from kioskd.core.status import CardsStatus
from kioskd.web.asked import asked


class Cards(Protocol):
    """Which card plays; each function but ``status`` raises ``ProtocolError``."""

    def status(self) -> CardsStatus: ...
    def try_out(self, card: str) -> None: ...
    def use(self, card: str) -> None: ...


class SoundApi:
    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/sound/cards", self._list)
        router.add_post("/api/sound/try", self._try)
        router.add_post("/api/sound/use", self._use)

    async def _list(self, request: web.Request) -> web.Response:
        return self._told()

    async def _try(self, request: web.Request) -> web.Response:
        await asked(request, lambda m: self._cards.try_out(messages.text_field(m, "card")))
        return self._told()

    async def _use(self, request: web.Request) -> web.Response:
        await asked(request, lambda m: self._cards.use(messages.text_field(m, "card")))
        return self._told()

    def _told(self) -> web.Response:
        told = messages.encode(self._cards.status())
        return web.Response(body=told, content_type="application/json")
