"""The way from the browser of this machine's screen to the web pages among the screens.

The browser's unit lets it reach the loopback alone, and its resolver knows no name. So it comes to
a page through here: a SOCKS5 proxy (RFC 1928) on the loopback that opens nothing but the hosts and
ports of the pages in the configuration. What is to be shown stands in a file for the browser's
process: addresses, and headers that hold secrets.
"""

import asyncio
import contextlib
import ipaddress
import logging
import socket
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kioskd.config import Config, PageScreen
from kioskd.config.files import reason
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.web.for_wall import leave_for_wall, place_for_wall
from kioskd.web.limits import Seldom
from kioskd.web.serving import LOOPBACK
from kioskd.words import tr

log = logging.getLogger(__name__)
FILE = "pages"  # host.told reads it
ASKS = 5.0  # seconds in which whoever connects must say where to
OPENS = 7.0  # seconds for the page's host to answer; the browser gives a page as long
MOST = 64  # connections at a time; Chromium opens up to 32 to one proxy
CHUNK = 65536
VERSION, CONNECT, IPV4, NAME, IPV6 = 5, 1, 1, 3, 4
DONE, FORBIDDEN, AWAY, WRONG = 0, 2, 4, 7
Place = tuple[str, int]
Say = Callable[[str, str, str], None]


class PageGate:
    """``say`` is told of a page whose header can't be sent: its screen, a code and why."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._allowed: frozenset[Place] = frozenset()
        self._listening: asyncio.Future[asyncio.Server] | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._folder: Path | None = None
        self._beside = 0
        self._seldom = Seldom(log.warning)
        self.port = 0
        """Where it listens; 0: nowhere, since no screen was a page yet."""

    def start(self, config: Config, folder: Path | None, beside: int) -> None:
        """Listen, when a screen is a page, on the port after ``beside`` or on another that is free.

        A browser that knows the port need not be started anew when the daemon is. ``folder`` is
        where the browser looks for the pages; None: nowhere.
        """
        self._folder, self._beside = folder, beside
        self.configure(config)

    def configure(self, config: Config) -> None:
        """Take another configuration."""
        pages = [screen for screen in config.screens if isinstance(screen, PageScreen)]
        allowed = frozenset(map(_place, pages))
        if pages and self._listening is None:
            listener = self._listener()
            self.port = listener.getsockname()[1]
            self._listening = asyncio.ensure_future(
                asyncio.start_server(self._serve, sock=listener)
            )
        for task in self._open if allowed != self._allowed else ():
            task.cancel()  # it may lead to a host at which no page is any more
        self._allowed = allowed
        self._leave(pages)

    def _listener(self) -> socket.socket:
        try:
            return socket.create_server((LOOPBACK, self._beside + 1))
        except (OSError, OverflowError):
            return socket.create_server((LOOPBACK, 0))

    def _leave(self, pages: list[PageScreen]) -> None:
        """Write down for the browser what it is to show."""
        if self._folder is None:
            return
        told = [found for page in pages if (found := self._told(page)) is not None]
        try:
            if pages:
                content = msgspec.json.encode({"port": self.port, "pages": told})
                leave_for_wall(self._folder, FILE, content)
            else:
                place_for_wall(self._folder, FILE).unlink(missing_ok=True)
        except OSError as error:
            said = tr(
                "the screen's own browser can't be told of pages: {reason}", reason=reason(error)
            )
            log.warning("%s", said)

    def _told(self, page: PageScreen) -> dict[str, Any] | None:
        header = None
        if page.header is not None:
            try:
                secret = read_secret(page.header.file).reveal()
            except OSError as error:
                self._say(page.name, "secret", why_no_secret(error, page.header.file))
                return None
            header = [page.header.name, page.header.prefix + secret]
        return {
            "name": page.name,
            "url": page.url,
            "origin": _origin(page.url),
            "header": header,
            "reload": None if page.reload is None else float(page.reload),
        }

    async def close(self) -> None:
        """End every connection, and listen no more."""
        if self._listening is not None:
            (await self._listening).close()
        for task in self._open:
            task.cancel()
        if self._open:
            await asyncio.wait(self._open, timeout=0.5)

    # The proxy

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= MOST:
            writer.close()
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(ASKS):
                place = await _asked(reader, writer)
            if place is None:
                return
            if place not in self._allowed:
                self._seldom.say("foreign", tr("a page asked for a host that no screen names"))
                writer.write(_answer(FORBIDDEN))
                return
            await self._join(reader, writer, place)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # who asked has gone, the page has, or the daemon stops
        except UnicodeError:
            writer.write(_answer(WRONG))  # no name that could be a host's
        finally:
            self._open.discard(task)
            writer.close()

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: Place
    ) -> None:
        try:
            async with asyncio.timeout(OPENS):
                theirs, to_them = await asyncio.open_connection(*place)
        except (OSError, TimeoutError):
            writer.write(_answer(AWAY))
            return
        try:
            writer.write(_answer(DONE))
            await asyncio.gather(_copy(reader, to_them), _copy(theirs, writer))
        finally:
            to_them.close()


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Place | None:
    """Where somebody wants to go; None: it is no SOCKS5, and was answered."""
    version, methods = await reader.readexactly(2)
    if version != VERSION:
        return None
    await reader.readexactly(methods)
    writer.write(bytes((VERSION, 0)))  # nobody need say who he is
    _, command, _, kind = await reader.readexactly(4)
    if kind == NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1")
    elif kind in (IPV4, IPV6):
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == IPV4 else 16)))
    else:
        host = ""
    port = int.from_bytes(await reader.readexactly(2), "big")
    if command != CONNECT or not host:
        writer.write(_answer(WRONG))
        return None
    return _plain(host), port


def _answer(code: int) -> bytes:
    return bytes((VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof()


def _place(page: PageScreen) -> Place:
    parts = urllib.parse.urlsplit(page.url)
    return _plain(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)


def _plain(host: str) -> str:
    """A host as the browser says it, too."""
    name = host.strip("[]").rstrip(".").lower()
    return name if name.isascii() else name.encode("idna").decode()


def _origin(url: str) -> str:
    """What of an address is one place for a browser, as Chromium writes it."""
    parts = urllib.parse.urlsplit(url)
    host = _plain(parts.hostname or "")
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (
        f":{parts.port}" if parts.port not in (None, usual) else ""
    )
