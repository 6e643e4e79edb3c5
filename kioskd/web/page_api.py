"""What this machine's browser says of the pages that it shows."""

from collections.abc import Callable

from aiohttp import web

from kioskd.core.messages import Json, text_field
from kioskd.core.pages import Pages
from kioskd.web.asked import asked


class PageApi:
    """``cause`` says why a page's server could not be reached, when that is known."""

    def __init__(self, pages: Pages, cause: Callable[[str], tuple[str, str] | None]) -> None:
        self._pages = pages
        self._cause = cause

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/page", self._said)

    async def _said(self, request: web.Request) -> web.Response:
        def say(message: Json) -> None:
            screen, code, detail = (
                text_field(message, name) for name in ("screen", "code", "detail")
            )
            if code == "dead":  # the browser knows no more than that nobody answered
                code, detail = self._cause(screen) or (code, detail)
            self._pages.said(screen, code, detail)

        await asked(request, say)
        return web.json_response({})
