"""The room's logo, for the header of every panel."""

import asyncio
import hashlib
from collections.abc import Callable

from aiohttp import web

from kioskd.config.files import reason
from kioskd.config.picture import Picture, read_logo

LIMIT = 5.0  # seconds for a file: one on a network may never answer
# An SVG that is opened by itself, and not as a picture of the panel, would be a page of this
# origin. It is saved instead; a browser that shows it all the same may run and load nothing.
LOCKED = {
    "Content-Disposition": "attachment; filename=logo",
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
}


class LogoApi:
    """``file`` is the configured one (None: there is none); ``say`` tells the room why it can't be
    shown (None: it can).
    """

    def __init__(self, file: Callable[[], str | None], say: Callable[[str | None], None]) -> None:
        self._file = file
        self._say = say
        self._reading: asyncio.Future[Picture] | None = None

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/logo", self._logo)

    async def _logo(self, request: web.Request) -> web.Response:
        file = self._file()
        if file is None:
            raise web.HTTPNotFound(text="no logo is configured\n")
        try:
            logo = await self._read(file)
        except (OSError, TimeoutError) as error:
            said = "it does not answer" if isinstance(error, TimeoutError) else reason(error)
            self._say(f"the logo {file} can't be shown: {said}")
            raise web.HTTPServiceUnavailable(text=f"{said}\n") from None
        self._say(None)
        tag = hashlib.sha256(logo.content).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=logo.content, content_type=logo.content_type, headers=headers | LOCKED
        )

    async def _read(self, file: str) -> Picture:
        async with asyncio.timeout(LIMIT):
            if self._reading is None or self._reading.done():
                self._reading = asyncio.ensure_future(asyncio.to_thread(read_logo, file))
                self._reading.add_done_callback(_heard)
            return await asyncio.shield(self._reading)


def _heard(reading: asyncio.Future[Picture]) -> None:
    """So that an error that came too late for who asked is not called lost."""
    if not reading.cancelled():
        reading.exception()
