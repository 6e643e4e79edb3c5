"""The room's logo, for the header of every panel."""

import hashlib
from collections.abc import Callable

from aiohttp import web

from kioskd.config.files import reason
from kioskd.config.picture import read_logo
from kioskd.web.reading import Reading
from kioskd.words import tr

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
        self._reading = Reading(read_logo)

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/logo", self._logo)

    async def _logo(self, request: web.Request) -> web.Response:
        file = self._file()
        if file is None:
            raise web.HTTPNotFound(text=tr("no logo is configured\n"))
        try:
            logo = await self._reading.picture(file)
        except (OSError, TimeoutError) as error:
            said = tr("it does not answer") if isinstance(error, TimeoutError) else reason(error)
            self._tell(file, tr("the logo {file} can't be shown: {said}", file=file, said=said))
            raise web.HTTPServiceUnavailable(text=f"{said}\n") from None
        self._tell(file, None)
        tag = hashlib.sha256(logo.content).hexdigest()[:32]
        headers = {"ETag": f'"{tag}"', "Cache-Control": "no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        return web.Response(
            body=logo.content, content_type=logo.content_type, headers=headers | LOCKED
        )

    def _tell(self, file: str, said: str | None) -> None:
        if file == self._file():  # what is found out of one configured before is no longer true
            self._say(said)
