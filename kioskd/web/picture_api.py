"""The pictures that screens of the room's own show."""

import hashlib
from collections.abc import Callable

from aiohttp import web

from kioskd.config.files import reason
from kioskd.config.picture import read_picture
from kioskd.web.reading import Reading
from kioskd.words import tr


class PictureApi:
    """``file`` says which file a screen shows; None: there is no such screen."""

    def __init__(self, file: Callable[[str], str | None]) -> None:
        self._file = file
        self._reading = Reading(read_picture)

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/screens/{name}", self._picture)

    async def _picture(self, request: web.Request) -> web.Response:
        file = self._file(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound(text=tr("no screen of this name shows a picture\n"))
        try:
            picture = await self._reading.picture(file)
        except (OSError, TimeoutError) as error:
            said = tr("it does not answer") if isinstance(error, TimeoutError) else reason(error)
            raise web.HTTPServiceUnavailable(text=f"{said}\n") from None
        tag = hashlib.sha256(picture.content).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=picture.content, content_type=picture.content_type, headers=headers
        )
