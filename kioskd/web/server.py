"""The aiohttp application: the panel socket and the panel's files."""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from kioskd.config import Server
from kioskd.core import messages, outgoing
from kioskd.core.alerting import Alerting
from kioskd.core.fleet_status import Others
from kioskd.core.hub import Hub, Panel
from kioskd.core.kiosk import Kiosk
from kioskd.core.notices import Notices
from kioskd.core.outputs import Outputs
from kioskd.core.reporter import Reporter
from kioskd.core.screenshot import Screenshot
from kioskd.core.status import CertificateStatus
from kioskd.errors import ProtocolError
from kioskd.web.access import Access
from kioskd.web.alert_api import AlertApi
from kioskd.web.api import HttpApi, WatchButtons
from kioskd.web.authorisation import GRANT, Answer
from kioskd.web.fleet_api import FleetApi
from kioskd.web.hooks_api import HooksApi, Receiver
from kioskd.web.logo_api import LogoApi
from kioskd.web.look_api import LookApi
from kioskd.web.notice_api import NoticeApi
from kioskd.web.output_api import OutputApi
from kioskd.web.package_api import PackageApi
from kioskd.web.page_api import PageApi
from kioskd.web.pairing_api import PairingApi
from kioskd.web.panel_messages import PanelMessages
from kioskd.web.picture_api import PictureApi
from kioskd.web.roles import SOCKET, Grant, may, needed_of_message
from kioskd.web.screenshot_api import ScreenshotApi
from kioskd.web.serving import LOOPBACK
from kioskd.web.sound_api import SoundApi
from kioskd.words import later, tr

log = logging.getLogger(__name__)
PANEL = Path(__file__).parent / "panel"
HEARTBEAT = 20.0  # seconds between pings, so that a dead peer is noticed
BAD_MESSAGES = 20  # a panel that keeps sending wrong ones is closed
SILENT = 15.0  # seconds until another machine's panel has said something
PUT_OUT = 0.7  # seconds for the goodbye of who may no longer be in
_HASHED = re.compile(r"-[\w-]{8}\.\w+$")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
NO_CERTIFICATE = later(
    "This wall answers by HTTPS only, and its certificate can't be used. The screen and "
    "`kioskd status` say why.\n"
)
NOT_BUILT = later(
    "kioskd runs, but its panel isn't built: run `make panel`, then reload this page.\n"
)


def build_id(folder: Path = PANEL) -> str:
    """The id of the built panel; empty when it isn't built."""
    try:
        found = msgspec.json.decode((folder / "build.json").read_bytes(), type=dict[str, str])
    except (OSError, msgspec.MsgspecError):
        return ""
    return found.get("build", "")


class Web:
    """``alive`` says whether the core tasks live; ``access`` who may come in; ``certificate`` how
    it is encrypted.

    ``kept`` waits until all that is known of alerts is on the card; False: it can't be.
    """

    def __init__(
        self,
        settings: Server,
        kiosk: Kiosk,
        alerting: Alerting,
        kept: Callable[[], Awaitable[bool]],
        notices: Notices,
        reporter: Reporter,
        hub: Hub,
        watch_buttons: WatchButtons,
        hooks: Receiver,
        screenshot: Callable[[], Awaitable[Screenshot]],
        others: Others,
        package: Callable[[str, str], Path | None],
        development: bool,
        access: Access,
        alive: Callable[[], bool],
        certificate: Callable[[], CertificateStatus | None] = lambda: None,
        folder: Path = PANEL,
        say_logo: Callable[[str | None], None] = lambda said: None,
        *,
        page_api: PageApi,
        sound_api: SoundApi,
        outputs: Outputs,
    ) -> None:
        self.settings = settings
        self.hub = hub
        self._reporter = reporter
        self._messages = PanelMessages(kiosk, alerting, reporter, hub, development)
        self._access = access
        self._authorisation = access.authorisation
        access.changed = self._access_changed
        self._api = HttpApi(kiosk, alerting, reporter.status, watch_buttons, alive)
        self._alert_api = AlertApi(alerting, kept)
        self._notice_api = NoticeApi(kiosk, notices)
        self._fleet_api = FleetApi(others)
        self._package_api = PackageApi(package)
        self._hooks_api = HooksApi(hooks, access.authorisation)
        self._screenshot_api = ScreenshotApi(screenshot)
        self._picture_api = PictureApi(kiosk.picture_of)
        self._page_api, self._sound_api = page_api, sound_api
        self._output_api = OutputApi(outputs)
        self._logo_api = LogoApi(lambda: kiosk.logo, say_logo)
        self._look_api = LookApi(reporter.appearance)
        self._folder = folder.resolve()
        self._certificate = certificate
        self._pairing = PairingApi(access, lambda: reporter.status().remote.urls, certificate)
        self._open: dict[web.WebSocketResponse, tuple[Panel, Grant, web.Request]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def configure(self, settings: Server, development: bool) -> None:
        """Take other settings; host and port stay."""
        self.settings = settings
        self._messages.development = development
        self._access.configure(settings)

    def application(self) -> web.Application:
        checks = [self._check_certificate, self._authorisation.check]
        app = web.Application(middlewares=checks, client_max_size=64 * 1024)
        self._pairing.add_to(app.router)
        for path in (SOCKET, SOCKET + "/"):
            app.router.add_get(path, self._socket)
        self._api.add_to(app.router)
        app.router.add_get("/pair", self._file)
        app.router.add_get("/assets/{path:.*}", self._asset)
        self._alert_api.add_to(app.router)
        self._notice_api.add_to(app.router)
        self._hooks_api.add_to(app.router)
        self._screenshot_api.add_to(app.router)
        self._picture_api.add_to(app.router)
        self._logo_api.add_to(app.router)
        self._look_api.add_to(app.router)
        self._page_api.add_to(app.router)
        self._sound_api.add_to(app.router)
        self._output_api.add_to(app.router)
        self._fleet_api.add_to(app.router)
        self._package_api.add_to(app.router)
        app.router.add_get("/{path:.*}", self._file)
        app.on_response_prepare.append(_headers)
        return app

    @web.middleware
    async def _check_certificate(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Send nobody to HTTPS while nothing could answer there."""
        mute = self._authorisation.is_too_plain(request) and self._certificate() is None
        if not mute or request.path == "/healthz":
            return await handler(request)
        answer = web.Response(status=503, text=tr(NO_CERTIFICATE), headers={"Retry-After": "60"})
        answer.force_close()
        return answer

    async def close_panels(self, timeout: float) -> None:
        """Close every panel with 1001; cut off those that don't answer in ``timeout`` seconds."""
        goodbyes = [asyncio.ensure_future(ws.close(code=1001)) for ws in self._open]
        if goodbyes:
            _, late = await asyncio.wait(goodbyes, timeout=timeout)
            for goodbye in late:
                goodbye.cancel()
        for panel in list(self.hub.panels.values()):
            panel.transport.abort()

    def _access_changed(self) -> None:
        """Somebody may no longer be in, or the wall shows another code."""
        authorisation = self._authorisation
        for ws, (panel, grant, request) in list(self._open.items()):
            if not authorisation.holds(grant) or authorisation.is_too_plain(request):
                del self._open[ws]
                self.hub.detach(panel)  # at once: nothing more is told to it
                task = asyncio.create_task(self._put_out(ws, panel))
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)
            elif grant.local:
                self.hub.send(panel, self._pairing.frame(), "pairing")

    async def _put_out(self, ws: web.WebSocketResponse, panel: Panel) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PUT_OUT):
                await ws.close(code=1008, message=b"no longer authorised")
        panel.transport.abort()

    # The panel socket

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        limits, grant = self.settings.limits, request[GRANT]
        if len(self.hub.panels) >= limits.panels and not grant.local:
            raise web.HTTPServiceUnavailable(text=tr("too many panels are connected\n"))
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
        panel.person = grant.name if grant.by == "session" else ""
        self._open[ws] = panel, grant, request
        try:
            if await self._introduces_itself(ws, panel, grant):
                await self._listen(ws, panel, grant)
        finally:
            self._open.pop(ws, None)
            self.hub.detach(panel)
            self._reporter.publish()
        return ws

    async def _introduces_itself(
        self, ws: web.WebSocketResponse, panel: Panel, grant: Grant
    ) -> bool:
        """Another machine must say something soon; False when it doesn't."""
        if grant.local:
            return True
        try:
            async with asyncio.timeout(SILENT):
                first = await ws.receive()
        except TimeoutError:
            await ws.close(code=1008, message=b"nothing was said")
            return False
        if first.type is WSMsgType.TEXT:
            self._hear(panel, grant, first.data)
        return first.type is WSMsgType.TEXT

    async def _listen(self, ws: web.WebSocketResponse, panel: Panel, grant: Grant) -> None:
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
            text = message.data if message.type is WSMsgType.TEXT else None
            wrong += not self._hear(panel, grant, text)

    def _hear(self, panel: Panel, grant: Grant, text: str | None) -> bool:
        """Do what a frame asks (None: it was no text); False when it was wrong, which is told."""
        try:
            if text is None:
                raise ProtocolError(tr("only text frames are taken"))
            heard = messages.decode(text)
            if _deeper(heard, self.settings.limits.depth):
                raise ProtocolError(
                    tr("nested deeper than {depth} levels", depth=self.settings.limits.depth)
                )
            wanted = needed_of_message(heard["type"])
            if not may(grant.role, wanted):
                raise ProtocolError(
                    tr(
                        "`{type}` needs the role {wanted}; yours is {role}",
                        type=heard["type"],
                        wanted=wanted,
                        role=grant.role,
                    ),
                    "role",
                )
            if heard["type"] == "pair":
                self._pairing.begin("control")
            else:
                self._messages.handle(panel, heard)
            if heard["type"] == "identify":
                self._tell_role(panel, grant)
        except ProtocolError as error:
            self.hub.send(
                panel, messages.encode(outgoing.Error(str(error), error.code, error.params))
            )
            return False
        return True

    def _tell_role(self, panel: Panel, grant: Grant) -> None:
        frame = messages.encode(outgoing.Session(grant.role, grant.by, grant.name))
        self.hub.send(panel, frame, "session")
        if grant.local:
            self.hub.send(panel, self._pairing.frame(), "pairing")

    # Files

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return await self._found(f"assets/{request.match_info['path']}")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            raise web.HTTPNotFound(
                text=tr("no WebSocket here; it is at {socket}/\n", socket=SOCKET)
            )
        return await self._found(request.match_info.get("path", ""))

    async def _found(self, path: str) -> web.StreamResponse:
        if not (self._folder / "index.html").is_file():
            return web.Response(status=503, text=tr(NOT_BUILT))
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
            raise web.HTTPNotFound(text=tr("no such file\n"))
        lasting = "public, max-age=31536000, immutable" if _HASHED.search(file.name) else "no-cache"
        return web.FileResponse(file, headers={"Cache-Control": lasting})


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.extend(HEADERS)
    if request.remote == LOOPBACK:  # browser.frames; what this browser reaches, the page gate says
        response.headers["Content-Security-Policy"] += "; frame-src http: https:"


def _deeper(value: Any, most: int) -> bool:
    """Whether lists and objects are nested in more than ``most`` levels; without recursion, since
    the decoder takes more levels than Python's stack has.
    """
    level = [value]
    for _ in range(most):
        inner = [
            x.values() if isinstance(x, dict) else x for x in level if isinstance(x, dict | list)
        ]
        level = [each for values in inner for each in values]
        if not level:
            return False
    return True
