"""Who may talk to kioskd: host names, origins, and the access token for other machines."""

import hmac
import ipaddress
import socket
import urllib.parse
from collections.abc import Awaitable, Callable

from aiohttp import web

from kioskd.config import Server
from kioskd.config.hosts import is_loopback

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
COOKIE = "kioskd"
A_YEAR = 31_536_000  # seconds
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Authorisation:
    """``token`` is what other machines must show; None: there is none."""

    def __init__(self, settings: Server, token: str | None) -> None:
        self.configure(settings, token)

    def configure(self, settings: Server, token: str | None) -> None:
        """Take other settings; whoever is connected stays."""
        self._settings, self._token = settings, token

    @web.middleware
    async def check(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Let a request through, or answer 401 or 403 with the reason."""
        if request.path == "/healthz":
            return await handler(request)
        host = urllib.parse.urlsplit(f"//{request.host}").hostname or ""
        if not self._host_allowed(host):
            raise web.HTTPForbidden(text=f"{host:.80} is not in allowed_hosts\n")
        origin = request.headers.get("Origin")
        if origin is not None and not self._origin_allowed(origin, request.host):
            raise web.HTTPForbidden(text=f"origin {origin:.80} is not in allowed_origins\n")
        if not is_loopback(self.address(request)) and not self._settings.open_without_token:
            if (given := request.query.get("token")) is not None and self._token_right(given):
                response = web.HTTPSeeOther(request.path)
                response.set_cookie(COOKIE, given, httponly=True, samesite="Strict", max_age=A_YEAR)
                raise response
            bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not self._token_right(bearer or request.cookies.get(COOKIE, "")):
                raise web.HTTPUnauthorized(text="kioskd needs its access token here: ?token=...\n")
        return await handler(request)

    def address(self, request: web.Request) -> str:
        """Where a request comes from; what a proxy says of it only when the proxy is trusted."""
        peer = request.remote or ""
        if peer in self._settings.trusted_proxies:
            forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
            return forwarded or peer
        return peer

    def _host_allowed(self, host: str) -> bool:
        allowed = (*LOOPBACK_NAMES, *self._settings.allowed_hosts, *_own_names())
        if host.rstrip(".").lower() in map(str.lower, allowed):
            return True
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True  # an address can't be rebound by a foreign name server

    def _origin_allowed(self, origin: str, host: str) -> bool:
        own = urllib.parse.urlsplit(origin).netloc == host
        return own or origin in self._settings.allowed_origins

    def _token_right(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())


def _own_names() -> tuple[str, str]:
    """This machine's name, and the one that needs no name server (RFC 6762)."""
    name = socket.gethostname()
    return name, f"{name.partition('.')[0]}.local"
