"""Who may talk to kioskd: host names, origins, proxies, tokens and paired devices."""

import asyncio
import hashlib
import ipaddress
import logging
import socket
import urllib.parse
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web
from msgspec import Struct
from yarl import URL

from kioskd.config import Role, Server
from kioskd.config.hosts import is_loopback
from kioskd.config.secret import Secret
from kioskd.web.limits import Attempts, Seldom
from kioskd.web.own_names import host_allowed, origin_allowed
from kioskd.web.roles import Grant, may, needed
from kioskd.web.sessions import Sessions
from kioskd.words import tr

log = logging.getLogger(__name__)
COOKIE = "kioskd"
A_YEAR = 31_536_000  # seconds
SLOWER = 0.3  # seconds that a wrong token waits for its answer
GRANT = web.RequestKey("grant", Grant)
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AccessToken(Struct, frozen=True):
    """A token that programs show."""

    name: str
    role: Role
    secret: Secret

    @property
    def key(self) -> str:
        """Turns with the secret, so that what came in by an old one can be told."""
        return hashlib.sha256(self.secret.reveal().encode()).hexdigest()


class Authorisation:
    """``tokens`` are what programs of other machines show, ``sessions`` the paired devices.

    ``trouble`` is told in one line while somebody guesses (None: nobody does).

    A request is refused in this order: a foreign host name or origin, a proxy that is not trusted,
    a plain one from elsewhere where HTTPS is asked for, and one whose role is not enough. Who comes
    by the Unix socket, and who asks for ``/healthz``, is asked nothing.

    The role is that of the first of these that a request has: the secret of this machine's own
    browser, the loopback, a paired device, a token, and last ``server.open_without_token``.
    """

    def __init__(
        self,
        settings: Server,
        tokens: tuple[AccessToken, ...] = (),
        sessions: Sessions | None = None,
        trouble: Callable[[str | None], None] = lambda said: None,
    ) -> None:
        self._sessions = sessions or Sessions(None)
        self._attempts = Attempts()
        self._trouble = trouble
        self._troubled = False
        self._seldom = Seldom(log.warning)
        self._wall: Secret | None = None
        self.configure(settings, tokens)

    def configure(self, settings: Server, tokens: tuple[AccessToken, ...]) -> None:
        """Take other settings; ``holds`` says who of those that are connected may stay."""
        self._settings, self._tokens = settings, tokens
        self._proxies = frozenset(map(_plain, settings.trusted_proxies))
        proxied_here = any(map(is_loopback, settings.trusted_proxies))
        self._here: Role | None = None
        if settings.loopback != "none" and not proxied_here:
            self._here = settings.loopback

    def know_wall(self, secret: Secret) -> None:
        """The browser of this machine's screen shows this one."""
        self._wall = secret

    def tick(self) -> None:
        """Once a second: nobody guesses any more?"""
        if self._troubled and not self._attempts.locked():
            self._troubled = False
            self._trouble(None)

    @web.middleware
    async def check(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """Let a request through, or answer 400, 401, 403 or 429 with the reason."""
        try:
            grant = await self._judged(request)
        except web.HTTPException as error:
            error.force_close()  # who is not authorised gets no connection to keep
            raise
        if grant is not None:
            request[GRANT] = grant
        response = await handler(request)
        secret = request.cookies.get(COOKIE)
        page = isinstance(response, web.FileResponse) and not request.path.startswith("/assets/")
        if page and secret and grant and grant.by == "session" and self.is_secure(request):
            self.give(request, response, secret)  # it may be from before there was HTTPS
        return response

    def holds(self, grant: Grant) -> bool:
        """Whether what somebody was authorised by is still good."""
        match grant.by:
            case "token":
                return any(token.key == grant.key for token in self._tokens)
            case "session":
                return self._sessions.has(grant.key)
            case "open":
                return self._settings.open_without_token
            case "here":
                return self._here == grant.role
            case "wall":
                return self._wall is not None and self._wall.matches(grant.key)
            case "socket":
                return True

    def address(self, request: web.Request) -> str:
        """Where a request comes from; what a proxy says of it only when the proxy is trusted."""
        peer = _plain(request.remote or "")
        if peer not in self._proxies:
            return peer
        said = ",".join(request.headers.getall("X-Forwarded-For", ()))
        for place in map(str.strip, reversed(said.split(","))):
            if place and _plain(place) not in self._proxies:
                return place[:60]
        return request.headers.get("X-Real-IP", peer)[:60]

    # One request

    async def _judged(self, request: web.Request) -> Grant | None:
        resource = request.match_info.route.resource
        wanted = needed(request.method, resource.canonical if resource else "")
        if request.path == "/healthz":
            return None
        if _by_socket(request):
            return Grant("admin", "socket")
        self._check_names(request)
        self._check_proxy(request)
        self._check_encrypted(request)
        if wanted == "hook":
            return None
        grant = await self._grant(request)
        if wanted == "anyone" or (grant is not None and may(grant.role, wanted)):
            return grant
        if grant is None:
            raise self._unknown(request)
        self._seldom.say("role", tr("a request was refused: its role is not enough"))
        raise web.HTTPForbidden(
            text=tr(
                "this needs the role {wanted}; yours is {role}\n", wanted=wanted, role=grant.role
            )
        )

    def _check_names(self, request: web.Request) -> None:
        """A page of another site must not reach kioskd by a name of its own."""
        try:
            host = urllib.parse.urlsplit(f"//{request.host}").hostname or ""
        except ValueError:
            self._seldom.say("host", tr("a request was refused: its Host is no host"))
            raise web.HTTPBadRequest(text=tr("the Host header is no host\n")) from None
        if not host_allowed(host, self._settings):
            raise web.HTTPForbidden(
                text=tr("{host} is not in allowed_hosts\n", host=_visible(host))
            )
        origin = request.headers.get("Origin")
        if origin is not None and not origin_allowed(
            origin, request.host, self.is_secure(request), self._settings
        ):
            raise web.HTTPForbidden(
                text=tr("origin {origin} is not in allowed_origins\n", origin=_visible(origin))
            )

    def _check_proxy(self, request: web.Request) -> None:
        """What a proxy passes on looks as if the proxy asked for it: this machine, at worst."""
        peer = _plain(request.remote or "")
        if peer in self._proxies:
            return
        for name in request.headers:
            lower = name.lower()
            if lower.startswith("x-forwarded-") or lower in ("forwarded", "x-real-ip"):
                self._seldom.say(
                    "proxy", tr("a request through the proxy {peer} was refused", peer=peer)
                )
                raise web.HTTPForbidden(
                    text=tr(
                        "this came through a proxy ({header}) that kioskd does not trust; "
                        "write its address into server.trusted_proxies: {peer}\n",
                        header=lower,
                        peer=peer,
                    )
                )

    def is_too_plain(self, request: web.Request) -> bool:
        """Whether others on the network could read it, though HTTPS is asked for.

        A trusted proxy answers for its own side.
        """
        if not self._settings.encrypted or request.secure:
            return False
        peer = _plain(request.remote or "")
        return bool(peer) and not is_loopback(peer) and peer not in self._proxies

    def _check_encrypted(self, request: web.Request) -> None:
        """Who opens a page is sent to HTTPS; anything else may have held a secret already."""
        if not self.is_too_plain(request):
            return
        asks = request.method in ("GET", "HEAD") and "token" not in request.query
        if asks and not {"Authorization", "Upgrade"} & request.headers.keys():
            here = request.url.with_scheme("https")
            raise web.HTTPTemporaryRedirect(here.with_user(None))
        raise web.HTTPForbidden(
            text=tr(
                "kioskd answers other machines by HTTPS only: write https:// in place of http:// "
                "(ws:// is wss://). A token that was sent without may be known to others: make a "
                "new one\n"
            )
        )

    async def _grant(self, request: web.Request) -> Grant | None:
        peer = _plain(request.remote or "")
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        for secret in (request.cookies.get(COOKIE, ""), bearer):
            if self._wall is not None and is_loopback(peer) and self._wall.matches(secret):
                return Grant("control", "wall", secret)
        if self._here is not None and is_loopback(peer) and peer not in self._proxies:
            return Grant(self._here, "here")
        address = self.address(request)
        # A device's secret can't be guessed: no lock-out of others holds it up.
        for secret in (request.cookies.get(COOKIE, ""), bearer):
            if session := self._sessions.find(secret):
                return Grant(session.role, "session", session.id, session.name)
        given = request.query.get("token")
        if bearer or given is not None:
            token = await self._token(bearer or given or "", address)
            if given is not None and token is not None and not bearer:
                self._remember(request, token)
            if token is not None:
                return Grant(token.role, "token", token.key, token.name)
        if self._settings.open_without_token:
            return Grant("control", "open")
        return None

    async def _token(self, given: str, address: str) -> AccessToken | None:
        """The token that was shown; None for none. Guessing is slow, and soon locked out."""
        if wait := self._attempts.wait(address):
            raise web.HTTPTooManyRequests(
                text=tr("too many wrong access tokens; wait\n"),
                headers={"Retry-After": str(int(wait) + 1)},
            )
        found = [token for token in self._tokens if token.secret.matches(given)]
        if found:
            self._attempts.succeeded(address)
            return found[0]
        await self.failed(address)
        raise web.HTTPUnauthorized(text=tr("this access token is wrong\n"))

    def must_wait(self, address: str) -> bool:
        """Whether an address is locked out for wrong tokens or codes."""
        return self._attempts.wait(address) > 0

    async def failed(self, address: str) -> None:
        """A wrong token or code came from an address."""
        locked = self._attempts.failed(address)
        # An address is all that a stranger may put into the log, and it is one or it is not shown.
        place = _address(address)
        self._seldom.say("guess", tr("a wrong access token or code from {place}", place=place))
        if locked and not self._troubled:
            self._troubled = True
            self._trouble(
                tr(
                    "somebody guesses the access token, last from {place}; locked out for a while, "
                    "who is authorised stays so",
                    place=place,
                )
            )
        await asyncio.sleep(SLOWER)

    def _remember(self, request: web.Request, token: AccessToken) -> None:
        """What a browser showed once in an address becomes a session of its own."""
        _, secret = self._sessions.make(_device(request, token.name), token.role)
        query = {name: value for name, value in request.query.items() if name != "token"}
        there = URL.build(path="/" + request.path.lstrip("/\\"), query=query)  # never another host
        response = web.HTTPSeeOther(there)
        self.give(request, response, secret)
        raise response

    def give(self, request: web.Request, response: web.StreamResponse, secret: str) -> None:
        """Let a browser keep the secret of its session."""
        response.set_cookie(
            COOKIE,
            secret,
            httponly=True,
            secure=self.is_secure(request),
            samesite="Strict",
            max_age=A_YEAR,
            path="/",
        )

    def is_secure(self, request: web.Request) -> bool:
        """Whether nobody on the way can read it: over TLS, to us or to a trusted proxy."""
        proxied = _plain(request.remote or "") in self._proxies
        return request.secure or (
            proxied and request.headers.get("X-Forwarded-Proto", "").lower() == "https"
        )

    def _unknown(self, request: web.Request) -> web.HTTPException:
        wants_page = "text/html" in request.headers.get("Accept", "")
        if request.method == "GET" and wants_page:
            return web.HTTPSeeOther("/pair")
        return web.HTTPUnauthorized(
            text=tr(
                "kioskd does not know you: pair this device (kioskd pair, or the remote page on "
                "the wall), or show an access token: Authorization: Bearer ...\n"
            )
        )


def device_name(request: web.Request) -> str:
    """How to call a browser that does not say a name."""
    return _device(request, "")


def _device(request: web.Request, name: str) -> str:
    agent = request.headers.get("User-Agent", "")
    kinds: Mapping[str, str] = {
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Android": "Android",
        "Windows": "Windows",
        "Macintosh": "Mac",
        "Linux": "Linux",
    }
    kind = next((said for word, said in kinds.items() if word in agent), "browser")
    return f"{name}: {kind}" if name else kind


def _by_socket(request: web.Request) -> bool:
    """Over the Unix socket, whose file's permissions say who may."""
    transport = request.transport
    sock: Any = transport.get_extra_info("socket") if transport else None
    return sock is not None and sock.family == socket.AF_UNIX


def _plain(address: str) -> str:
    """An address as one writes it, so that two ways to write it are equal."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str(getattr(found, "ipv4_mapped", None) or found)


def _address(said: str) -> str:
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return tr("an unknown address")


def _visible(text: str) -> str:
    return text[:80] if text.isprintable() else f"{text!a:.80}"
