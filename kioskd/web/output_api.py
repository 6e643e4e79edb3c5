"""What this machine's browser says of the screens that it shows panels on."""

from aiohttp import web

from kioskd.core.messages import Json, text_field
from kioskd.core.outputs import Outputs
from kioskd.web.asked import asked


class OutputApi:
    def __init__(self, outputs: Outputs) -> None:
        self._outputs = outputs

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/api/output", self._said)

    async def _said(self, request: web.Request) -> web.Response:
        def say(message: Json) -> None:
            named = (text_field(message, name) for name in ("output", "code", "detail"))
            self._outputs.said(*named)

        await asked(request, say)
        return web.json_response({})
