"""The way from the browser of this machine's screen to the web pages among the screens.

The browser's unit lets it reach the loopback alone, and its resolver knows no name. So it comes to
a page through here: a SOCKS5 proxy on the loopback that opens nothing but the hosts and ports of
the pages in the configuration, verifies whom it finds there, and adds a page's header. For
chromium-shell, which knows no proxy, each of these has a port of its own on the loopback besides.
What is to be shown stands in a file for the browser's process.
"""

import asyncio
import logging
import socket
import ssl
import urllib.parse
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from kioskd.config import Config, PageScreen
from kioskd.config.files import reason
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.config.trust import trust
from kioskd.web import socks
from kioskd.web.for_wall import leave_for_wall, place_for_wall
from kioskd.web.limits import Seldom
from kioskd.web.page_faults import Cause, cause_of
from kioskd.web.page_identity import PageIdentity
from kioskd.web.page_requests import copy, pass_requests
from kioskd.web.serving import LOOPBACK
from kioskd.web.socks import Place, answer
from kioskd.words import tr

log = logging.getLogger(__name__)
FILE = "pages"  # host.told reads it
ASKS = 5.0  # seconds in which whoever connects must say where to
OPENS = 6.0  # seconds for the page's host to answer; the browser gives a page one more
MOST = 64  # connections at a time; Chromium opens up to 32 to one proxy
LONGEST = 128_000  # bytes of a request's head: Chromium's cookies for one host fit
Say = Callable[[str, str, str], None]
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class PageGate:
    """``say`` is told of a page that can't be asked for: its screen, a code and why. ``state`` is
    the folder for what outlives the daemon."""

    def __init__(self, say: Say, state: Path | None) -> None:
        self._say = say
        self._state = state
        self._places: dict[Place, ssl.SSLContext | None] = {}
        self._headers: dict[Place, dict[bytes, tuple[bytes, bytes]]] = {}
        self._of: dict[str, Place] = {}
        self._causes: dict[Place, Cause] = {}
        self._doors: dict[Place | None, tuple[int, asyncio.Future[asyncio.Server]]] = {}
        self._open: set[asyncio.Task[None]] = set()
        self._folder: Path | None = None
        self._identity: PageIdentity | None = None
        self._beside = 0
        self._seldom = Seldom(log.warning)

    @property
    def port(self) -> int:
        """Where the proxy listens; 0: nowhere, since no screen was a page yet."""
        return self._doors[None][0] if None in self._doors else 0

    def start(self, config: Config, folder: Path | None, beside: int) -> None:
        """Listen, when a screen is a page, on the ports after ``beside``, or on others.

        ``beside`` is the daemon's. A browser that knows the ports need not be started anew when the
        daemon is. ``folder`` is where the browser looks for the pages; None: nowhere.
        """
        self._folder, self._beside = folder, beside
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take another configuration."""
        pages = [screen for screen in config.screens if isinstance(screen, PageScreen)]
        before = self._places, self._headers
        self._places, self._headers, self._of, self._causes = {}, {}, {}, {}
        try:
            if pages and self._identity is None:
                self._identity = PageIdentity(self._state)
            if pages:
                self._listen(None)
            told = [found for page in pages if (found := self._taken(page)) is not None]
            self._leave(told if pages else None)
        except OSError as error:
            said = tr(
                "the screen's own browser can't be told of pages: {reason}", reason=reason(error)
            )
            log.warning("%s", said)
        for place in self._doors.keys() - self._places.keys() - {None}:
            self._doors.pop(place)[1].add_done_callback(lambda server: server.result().close())
        for task in self._open if before != (self._places, self._headers) else ():
            task.cancel()  # it may lead to a host at which no page is any more

    def cause(self, page: str) -> Cause | None:
        """Why the server of this page could not be reached when last asked for; None: it was."""
        return self._causes.get(self._of.get(page, ("", 0)))

    def _listen(self, place: Place | None) -> int:
        """The port that leads to a place, or for None to any that is asked for."""
        if place not in self._doors:
            listener = self._listener()
            serve = partial(self._serve, place)
            secure = place and self._places[place] and self._identity and self._identity.context
            made = asyncio.get_running_loop().create_server(
                lambda: _Link(serve), sock=listener, ssl=secure or None
            )
            self._doors[place] = listener.getsockname()[1], asyncio.ensure_future(made)
        return self._doors[place][0]

    def _listener(self) -> socket.socket:
        try:
            return socket.create_server((LOOPBACK, self._beside + 1 + len(self._doors)))
        except (OSError, OverflowError):
            return socket.create_server((LOOPBACK, 0))

    def _leave(self, told: list[dict[str, Any]] | None) -> None:
        """Write down for the browser what it is to show. Raises ``OSError``."""
        if self._folder is None:
            return
        if told is None or self._identity is None:
            place_for_wall(self._folder, FILE).unlink(missing_ok=True)
            return
        said = {"port": self.port, "panel": self._beside, "spki": self._identity.spki}
        leave_for_wall(self._folder, FILE, msgspec.json.encode(said | {"pages": told}))

    def _taken(self, page: PageScreen) -> dict[str, Any] | None:
        """What the browser is told of a page; None for one whose files can't be read."""
        assert self._identity is not None
        place, sign = _place(page), ""
        self._of[page.name] = place
        if page.header is not None:
            try:
                secret = read_secret(page.header.file).reveal()
            except OSError as error:
                self._say(page.name, "secret", why_no_secret(error, page.header.file))
                return None
            sign = self._identity.sign(page.name)
            given = (page.header.name.encode(), (page.header.prefix + secret).encode())
            self._headers.setdefault(place, {})[sign.encode()] = given
        if place not in self._places:
            try:
                self._places[place] = trust(page.ca_file) if _over_tls(page) else None
            except OSError as error:
                self._say(page.name, "ca_file", f"{page.ca_file}: {reason(error)}")
                return None
        return {
            "name": page.name,
            "url": page.url,
            "origin": _origin(page.url),
            "door": f"{place[0]}:{place[1]} {LOOPBACK}:{self._listen(place)}",
            "sign": sign,
            "reload": None if page.reload is None else float(page.reload),
        }

    async def close(self) -> None:
        """End every connection, and listen no more."""
        for _, made in self._doors.values():
            (await made).close()
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=0.5)

    # The proxy

    async def _serve(
        self, door: Place | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= MOST:
            writer.close()
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(ASKS):
                place = door or await socks.asked(reader, writer)
            if place is None:
                return
            if place not in self._places:
                self._seldom.say("foreign", tr("a page asked for a host that no screen names"))
                writer.write(answer(socks.FORBIDDEN))
                return
            await self._join(reader, writer, place, answer if door is None else _nothing)
        except UnicodeError:
            writer.write(answer(socks.WRONG))  # no name that could be a host's
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError):
            pass  # who asked has gone or speaks no HTTP, the page has gone, or the daemon stops
        finally:
            self._open.discard(task)
            writer.close()

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        place: Place,
        answer: Callable[[int], bytes],
    ) -> None:
        secure, headers = self._places[place], self._headers.get(place)
        name = None if secure is None else place[0]
        try:
            async with asyncio.timeout(OPENS):
                theirs, to_them = await asyncio.open_connection(
                    *place, ssl=secure, server_hostname=name
                )
        except OSError as error:  # a TimeoutError, too
            self._causes[place] = cause_of(error)
            writer.write(answer(socks.AWAY))
            return
        self._causes.pop(place, None)
        try:
            writer.write(answer(socks.DONE))
            if secure and self._identity and not writer.get_extra_info("sslcontext"):
                await writer.start_tls(self._identity.context, ssl_handshake_timeout=ASKS)
            there = pass_requests(reader, to_them, headers) if headers else copy(reader, to_them)
            await asyncio.gather(there, copy(theirs, writer))
        finally:
            to_them.close()


def _nothing(code: int) -> bytes:
    """What says how it goes to who did not ask."""
    return b""


class _Link(asyncio.StreamReaderProtocol):
    """A connection of the browser's; when it has ended, nobody reads what comes for it."""

    def __init__(self, serve: Serve) -> None:
        super().__init__(asyncio.StreamReader(limit=LONGEST), serve)

    def eof_received(self) -> bool:
        super().eof_received()
        return False


def _place(page: PageScreen) -> Place:
    parts = urllib.parse.urlsplit(page.url)
    return socks.plain(parts.hostname or ""), parts.port or (443 if _over_tls(page) else 80)


def _over_tls(page: PageScreen) -> bool:
    return page.url.partition(":")[0].lower() == "https"


def _origin(url: str) -> str:
    """What of an address is one place for a browser, as Chromium writes it."""
    parts = urllib.parse.urlsplit(url)
    host = socks.plain(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (
        f":{parts.port}" if parts.port not in (None, usual) else ""
    )
