"""What this machine's browser says of the pages that it shows."""

from aiohttp import web

from kioskd.core.messages import Json, text_field
from kioskd.core.pages import Pages
from kioskd.web.asked import asked


class PageApi:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/page", self._said)

    async def _said(self, request: web.Request) -> web.Response:
        def say(message: Json) -> None:
            named = (text_field(message, name) for name in ("screen", "code", "detail"))
            self._pages.said(*named)

        await asked(request, say)
        return web.json_response({})
