"""The aiohttp application: the panel socket, the panel's files, health, status and control."""

import asyncio
import hmac
import ipaddress
import logging
import re
import time
import urllib.parse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
from aiohttp import WSMsgType, web

from kioskd import protocol
from kioskd.config import SEVERITIES, Server, Severity
from kioskd.errors import ProtocolError
from kioskd.hub import Hub, Panel
from kioskd.kiosk import Kiosk

log = logging.getLogger(__name__)
PANEL = Path(__file__).parent / "panel"
SOCKET = "/ws/dashboard_control"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
COOKIE = "kioskd"
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
T = TypeVar("T")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


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
        hub: Hub,
        token: str | None,
        alive: Callable[[], bool],
        folder: Path = PANEL,
    ) -> None:
        self.settings = settings
        self.kiosk = kiosk
        self.hub = hub
        self._token = token
        self._alive = alive
        self._folder = folder.resolve()
        self._sockets: set[web.WebSocketResponse] = set()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=64 * 1024)
        for path in (SOCKET, SOCKET + "/"):
            app.router.add_get(path, self._socket)
        app.router.add_get("/healthz", self._health)
        app.router.add_get("/api/status", self._status)
        app.router.add_post("/api/switch", self._switch)
        app.router.add_post("/api/alerts", self._alerts)
        app.router.add_post("/api/acknowledge", self._acknowledge)
        app.router.add_post("/api/mute", self._mute)
        app.router.add_post("/api/sound", self._sound)
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

    # Who may

    @web.middleware
    async def _guard(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        if request.path == "/healthz":
            return await handler(request)
        host = urllib.parse.urlsplit(f"//{request.host}").hostname or ""
        if not self._host_allowed(host):
            raise web.HTTPForbidden(text=f"{host:.80} is not in allowed_hosts\n")
        origin = request.headers.get("Origin")
        if origin is not None and not self._origin_allowed(origin, request.host):
            raise web.HTTPForbidden(text=f"origin {origin:.80} is not in allowed_origins\n")
        if not _loopback(self._address(request)) and not self.settings.open_without_token:
            if (given := request.query.get("token")) is not None and self._token_right(given):
                response = web.HTTPSeeOther(request.path)
                response.set_cookie(
                    COOKIE, given, httponly=True, samesite="Strict", max_age=31536000
                )
                return response
            bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not self._token_right(bearer or request.cookies.get(COOKIE, "")):
                raise web.HTTPUnauthorized(text="kioskd needs its access token here: ?token=...\n")
        return await handler(request)

    def _host_allowed(self, host: str) -> bool:
        if host in LOOPBACK_NAMES or host in self.settings.allowed_hosts:
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True  # an address can't be rebound by a foreign name server

    def _origin_allowed(self, origin: str, host: str) -> bool:
        own = urllib.parse.urlsplit(origin).netloc == host
        return own or origin in self.settings.allowed_origins

    def _token_right(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())

    def _address(self, request: web.Request) -> str:
        peer = request.remote or ""
        if peer in self.settings.trusted_proxies:
            forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
            return forwarded or peer
        return peer

    # The panel socket

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        limits = self.settings.limits
        if len(self.hub.panels) >= limits.panels:
            raise web.HTTPServiceUnavailable(text="too many panels are connected\n")
        ws = web.WebSocketResponse(
            heartbeat=HEARTBEAT, max_msg_size=limits.message_size, compress=False, timeout=2
        )
        await ws.prepare(request)
        transport = request.transport
        if transport is None:
            return ws
        panel = self.hub.attach(self._address(request), transport)
        self._sockets.add(ws)
        try:
            await self._listen(ws, panel)
        finally:
            self._sockets.discard(ws)
            self.hub.detach(panel)
            self.kiosk.publish_status()
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
                heard = protocol.decode(message.data)
                if _depth(heard) > limits.depth:
                    raise ProtocolError(f"nested deeper than {limits.depth} levels")
                self.kiosk.hear(panel, heard)
            except ProtocolError as error:
                wrong += 1
                self.hub.send(panel, protocol.frame("error", message=str(error)))

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

    # Health, status, control

    async def _health(self, request: web.Request) -> web.Response:
        alive = self._alive()
        return web.json_response({"alive": alive}, status=200 if alive else 503)

    async def _status(self, request: web.Request) -> web.Response:
        return web.Response(
            body=protocol.encode(self.kiosk.status()), content_type="application/json"
        )

    async def _switch(self, request: web.Request) -> web.Response:
        wish = await _asked(request, protocol.parse_switch)
        self.kiosk.switch(wish.target, "http", wish.client_id)
        return web.json_response({"target": wish.target})

    async def _alerts(self, request: web.Request) -> web.Response:
        level, title = await _asked(request, _wanted_alert)
        return web.json_response({"id": self.kiosk.alert(level, title).id})

    async def _acknowledge(self, request: web.Request) -> web.Response:
        identity = await _asked(request, lambda m: protocol.text_field(m, "id"))
        return web.json_response({"ids": self.kiosk.acknowledge(identity or None, "http")})

    async def _mute(self, request: web.Request) -> web.Response:
        seconds = await _asked(request, lambda m: protocol.seconds_field(m, "seconds"))
        self.kiosk.mute(seconds, "http")
        return web.json_response({"muted": seconds})

    async def _sound(self, request: web.Request) -> web.Response:
        name = await _asked(request, protocol.sound_field)
        self.kiosk.test_sound(name)
        return web.json_response({"name": name})


async def _asked(request: web.Request, parse: Callable[[protocol.Json], T]) -> T:
    """What the body asks for; a wrong one is answered 400 with the reason."""
    if request.content_type != "application/json":  # a form of a foreign page can't send this
        raise web.HTTPUnsupportedMediaType(text="send Content-Type: application/json\n")
    try:
        message = msgspec.json.decode(await request.read(), type=dict[str, Any])
        return parse({"type": "asked"} | message)
    except (ProtocolError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from None


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.extend(HEADERS)


def _wanted_alert(message: protocol.Json) -> tuple[Severity, str]:
    level, title = message.get("severity"), protocol.text_field(message, "title").strip()
    if level not in SEVERITIES:
        raise ProtocolError(f"`severity` must be one of {', '.join(SEVERITIES)}")
    if not title:
        raise ProtocolError("`title` must not be empty")
    return cast(Severity, level), title


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


def _loopback(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
