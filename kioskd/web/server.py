"""The aiohttp application: the panel socket and the panel's files."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from kioskd.config import Server
from kioskd.core import messages
from kioskd.core.hub import Hub, Panel
from kioskd.core.kiosk import Kiosk
from kioskd.core.reporter import Reporter
from kioskd.errors import ProtocolError
from kioskd.web.api import HttpApi, WatchButtons
from kioskd.web.authorisation import Authorisation
from kioskd.web.panel_messages import PanelMessages

log = logging.getLogger(__name__)
PANEL = Path(__file__).parent / "panel"
SOCKET = "/ws/dashboard_control"
HEARTBEAT = 20.0  # seconds between pings, so that a dead peer is noticed
BAD_MESSAGES = 20  # a panel that keeps sending wrong ones is closed
_HASHED = re.compile(r"-[\w-]{8}\.\w+$")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NOT_BUILT = "kioskd runs, but its panel isn't built: run `make panel`, then reload this page.\n"


def build_id(folder: Path = PANEL) -> str:
    """The id of the built panel; empty when it isn't built."""
    try:
        found = msgspec.json.decode((folder / "build.json").read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return ""
    return found.get("build", "")


class Web:
    """``alive`` says whether the core tasks live; ``token`` is what other machines must show."""

    def __init__(
        self,
        settings: Server,
        kiosk: Kiosk,
        reporter: Reporter,
        hub: Hub,
        watch_buttons: WatchButtons,
        development: bool,
        token: str | None,
        alive: Callable[[], bool],
        folder: Path = PANEL,
    ) -> None:
        self.settings = settings
        self.hub = hub
        self._reporter = reporter
        self._messages = PanelMessages(kiosk, reporter, hub, development)
        self._authorisation = Authorisation(settings, token)
        self._api = HttpApi(kiosk, reporter.status, watch_buttons, alive)
        self._folder = folder.resolve()
        self._sockets: set[web.WebSocketResponse] = set()

    def configure(self, settings: Server, token: str | None, development: bool) -> None:
        """Take other settings; host and port stay."""
        self.settings = settings
        self._authorisation.configure(settings, token)
        self._messages.development = development

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._authorisation.check], client_max_size=64 * 1024)
        for path in (SOCKET, SOCKET + "/"):
            app.router.add_get(path, self._socket)
        self._api.add_to(app.router)
        app.router.add_get("/{path:.*}", self._file)
        app.on_response_prepare.append(_headers)
        return app

    async def close_panels(self, timeout: float) -> None:
        """Close every panel with 1001; cut off those that don't answer in ``timeout`` seconds."""
        goodbyes = [asyncio.ensure_future(ws.close(code=1001)) for ws in self._sockets]
        if goodbyes:
            _, late = await asyncio.wait(goodbyes, timeout=timeout)
            for goodbye in late:
                goodbye.cancel()
        for panel in list(self.hub.panels.values()):
            panel.transport.abort()

    # The panel socket

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        limits = self.settings.limits
        if len(self.hub.panels) >= limits.panels:
            raise web.HTTPServiceUnavailable(text="too many panels are connected\n")
        ws = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=limits.message_size, compress=False, timeout=2
        )
        try:
            await ws.prepare(request)
        except ConnectionResetError:  # gone before it was welcomed; aiohttp would log it as a bug
            return web.Response()
        transport = request.transport
        if transport is None:
            return ws
        panel = self.hub.attach(self._authorisation.address(request), transport)
        self._sockets.add(ws)
        try:
            await self._listen(ws, panel)
        finally:
            self._sockets.discard(ws)
            self.hub.detach(panel)
            self._reporter.publish()
        return ws

    async def _listen(self, ws: web.WebSocketResponse, panel: Panel) -> None:
        limits, wrong = self.settings.limits, 0
        burst = limits.messages_per_second * 10.0
        tokens, last = burst, time.monotonic()
        async for message in ws:
            now = time.monotonic()
            tokens = min(burst, tokens + (now - last) * limits.messages_per_second) - 1
            last = now
            if tokens < 0 or wrong >= BAD_MESSAGES:
                await ws.close(code=1008, message=b"too many messages")
                return
            try:
                if message.type is not WSMsgType.TEXT:
                    raise ProtocolError("only text frames are taken")
                heard = messages.decode(message.data)
                if _depth(heard) > limits.depth:
                    raise ProtocolError(f"nested deeper than {limits.depth} levels")
                self._messages.handle(panel, heard)
            except ProtocolError as error:
                wrong += 1
                self.hub.send(panel, messages.frame("error", message=str(error)))

    # Files

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        if not (self._folder / "index.html").is_file():
            return web.Response(status=503, text=NOT_BUILT)
        if "." not in path.rpartition("/")[2]:
            return web.FileResponse(
                self._folder / "index.html", headers={"Cache-Control": "no-cache"}
            )
        try:
            file = (self._folder / path).resolve()
            found = file.is_relative_to(self._folder) and file.is_file()
        except (OSError, ValueError):
            found = False
        if not found:
            raise web.HTTPNotFound(text="no such file\n")
        lasting = "public, max-age=31536000, immutable" if _HASHED.search(file.name) else "no-cache"
        return web.FileResponse(file, headers={"Cache-Control": lasting})


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.extend(HEADERS)


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)
