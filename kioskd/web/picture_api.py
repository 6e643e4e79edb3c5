"""The pictures that screens of the room's own show."""

import asyncio
import hashlib
from collections.abc import Callable

from aiohttp import web

from kioskd.config.files import reason
from kioskd.config.picture import Picture, read_picture

LIMIT = 5.0  # seconds for a file: one on a network may never answer


class PictureApi:
    """``file`` says which file a screen shows; None: there is no such screen.

    One file is read at a time, so that one that never answers takes one thread and no more.
    """

    def __init__(self, file: Callable[[str], str | None]) -> None:
        self._file = file
        self._reading: asyncio.Future[Picture] | None = None

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/screens/{name}", self._picture)

    async def _picture(self, request: web.Request) -> web.Response:
        file = self._file(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound(text="no screen of this name shows a picture\n")
        try:
            picture = await self._read(file)
        except (OSError, TimeoutError) as error:
            said = "it does not answer" if isinstance(error, TimeoutError) else reason(error)
            raise web.HTTPServiceUnavailable(text=f"{said}\n") from None
        tag = hashlib.sha256(picture.content).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=picture.content, content_type=picture.content_type, headers=headers
        )

    async def _read(self, file: str) -> Picture:
        async with asyncio.timeout(LIMIT):
            while self._reading is not None and not self._reading.done():
                await asyncio.wait([self._reading])
            reading = asyncio.ensure_future(asyncio.to_thread(read_picture, file))
            reading.add_done_callback(_heard)
            self._reading = reading
            return await asyncio.shield(reading)


def _heard(reading: asyncio.Future[Picture]) -> None:
    """So that an error that came too late for who asked is not called lost."""
    if not reading.cancelled():
        reading.exception()
