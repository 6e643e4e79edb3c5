"""How the room's pages look, for a page that nobody has let in yet."""

from collections.abc import Callable

from aiohttp import web

from kioskd.core import messages
from kioskd.core.status import Appearance


class LookApi:
    """``look`` gives the colours that are configured, and nothing else of the configuration."""

    def __init__(self, look: Callable[[], Appearance]) -> None:
        self._look = look

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/look", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        found = messages.encode(self._look())
        return web.Response(body=found, content_type="application/json")
