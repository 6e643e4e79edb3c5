"""The picture of this machine's screen over HTTP."""

import datetime
from collections.abc import Awaitable, Callable

from aiohttp import web

from kioskd.core.screenshot import Screenshot, Unseen

TAKEN, OF, REASON = "X-Taken", "X-Picture-Of", "X-Reason"


class ScreenshotApi:
    """``take`` gives the picture, or raises ``Unseen``."""

    def __init__(self, take: Callable[[], Awaitable[Screenshot]]) -> None:
        self._take = take

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/screenshot", self._screenshot)

    async def _screenshot(self, request: web.Request) -> web.Response:
        try:
            picture = await self._take()
        except Unseen as error:
            raise web.HTTPServiceUnavailable(
                text=f"{error}\n", headers={REASON: error.code, "Cache-Control": "no-store"}
            ) from None
        taken = datetime.datetime.fromtimestamp(picture.taken, datetime.UTC)
        return web.Response(
            body=picture.image,
            content_type=picture.content_type,
            headers={
                "Cache-Control": "no-store",  # it shows one moment
                TAKEN: taken.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                OF: picture.of,
            },
        )
