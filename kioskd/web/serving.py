"""The sockets that kioskd listens on: TCP for panels and phones, a Unix one for programs here."""

import contextlib
import logging
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import hdrs, http, web
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from kioskd.config.files import reason
from kioskd.web.limits import Connections, Seldom
from kioskd.web.listener import FIRST_BYTE, Listener
from kioskd.words import tr

log = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
EXPECTED = (http.HttpProcessingError, web.RequestPayloadError)  # what others do wrong
NO_HOST = "["  # is refused as malformed
CONTROL_MODE = 0o660  # the daemon's user and group


class Serving:
    """``tls`` gives the context for a connection from an address; None: plain HTTP."""

    def __init__(
        self,
        application: web.Application,
        connections: Connections,
        tls: Callable[[str], ssl.SSLContext | None] = lambda address: None,
    ) -> None:
        # An idle connection, or one that never ends its header, is closed after keepalive_timeout.
        self._runner = web.AppRunner(
            application,
            access_log=None,
            logger=_Log(),
            shutdown_timeout=0.5,
            keepalive_timeout=FIRST_BYTE,
        )
        self._connections = connections
        self._tls = tls
        self._listeners: list[Listener] = []
        self._control: Path | None = None

    async def start(self, control: Path | None) -> None:
        """Be ready for ``listen``, and listen on the Unix socket ``control``."""
        await self._runner.setup()
        assert self._runner.server is not None
        self._runner.server.request_factory = readable(self._runner.server.request_factory)
        if control is not None:
            self._bind_control(control)

    def listen(self, host: str, port: int, instead_of: Listener | None = None) -> Listener:
        """Listen on an address, which is no name; raises ``OSError``.

        ``instead_of`` has one of the addresses that are now listened on, and stops once this one
        hears: there is no moment in which a connection is refused. When it fails, that one stays.
        """
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )[0]
        if instead_of is None:
            return self._listen(_bound(family, address))
        instead_of.share_port(True)
        try:
            made = self._listen(_bound(family, address, shared=True))
        finally:
            instead_of.share_port(False)
        made.share_port(False)
        instead_of.retire()
        return made

    async def close(self) -> None:
        """Stop listening, then end every connection."""
        for listener in self._listeners:
            listener.close()
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.unlink()
        await self._runner.cleanup()

    def _bind_control(self, path: Path) -> None:
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                path.unlink()  # of a run that was killed
            earlier = os.umask(0o777 & ~CONTROL_MODE)
            try:
                sock.bind(str(path))
            finally:
                os.umask(earlier)
            self._listen(sock)
            self._control = path
        except OSError as error:  # too long a name, a read-only place: the loopback still works
            sock.close()
            log.warning(tr("no socket for the command line: {reason}", reason=reason(error)))

    def _listen(self, sock: socket.socket) -> Listener:
        server = self._runner.server
        assert server is not None
        listener = Listener(sock, server, self._connections, self._tls)
        try:
            listener.start()
        except OSError:
            listener.close()
            raise
        self._listeners.append(listener)
        return listener


def readable(make: Callable[..., Any]) -> Callable[..., Any]:
    """A maker of requests whose headers are text: aiohttp repeats some of them in its answers, and
    what is no UTF-8 would end those in a 500.

    Now and then it parses a damaged request without an address; that one is a malformed one too.
    """

    def made(message: Any, *more: Any) -> Any:
        if message.url is None:
            nowhere = CIMultiDict({hdrs.HOST: NO_HOST})
            message = message._replace(path="/", url=URL("/"), headers=CIMultiDictProxy(nowhere))
        elif not all(value.isascii() for value in message.headers.values()):
            text = CIMultiDict((name, _text(value)) for name, value in message.headers.items())
            message = message._replace(headers=CIMultiDictProxy(text))
        return make(message, *more)

    return made


def _text(value: str) -> str:
    return value.encode(errors="surrogateescape").decode(errors="replace")


def _bound(family: int, address: tuple[object, ...], shared: bool = False) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


class _Log:
    """What aiohttp has to say. It would log a traceback with the headers of each malformed request:
    a card full of lines, with secrets in them.
    """

    def __init__(self) -> None:
        self._strange, self._wrong = Seldom(log.warning), Seldom(log.error)

    def exception(self, message: str, *args: object, exc_info: object = None) -> None:
        error = exc_info
        if isinstance(error, BaseException) and gone(error):
            return
        if isinstance(error, EXPECTED):
            self._strange.say(
                "malformed", tr("a malformed request: {name}", name=type(error).__name__)
            )
        elif isinstance(error, BaseException):
            name = type(error).__name__
            if self._wrong.say(name, tr("a request failed: {name}; this is a bug", name=name)):
                # Without the error's own text, which may hold what the request held.
                log.error("".join(_frames(error)))

    def debug(self, message: str, *args: object, exc_info: object = None) -> None:
        if isinstance(exc_info, http.HttpProcessingError):
            self._strange.say(
                "malformed", tr("a malformed request: {name}", name=type(exc_info).__name__)
            )

    def warning(self, message: str, *args: object) -> None:
        log.warning(message, *args)


def gone(error: BaseException) -> bool:
    """Whether who asked went away; asyncio's sendfile says it so."""
    closing = isinstance(error, RuntimeError) and str(error) == "Transport is closing"
    return closing or isinstance(error, ConnectionError)


def _frames(error: BaseException) -> list[str]:
    import traceback

    return traceback.format_tb(error.__traceback__)[-8:]
