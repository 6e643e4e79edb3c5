"""Accepts connections and hands them to aiohttp: within limits, and without a flood in the log.

asyncio's own server takes every connection until no file is left, and then says so thousands of
times a second (python/cpython#151615).
"""

import asyncio
import contextlib
import errno
import logging
import resource
import socket
import ssl
from asyncio import sslproto
from collections.abc import Callable

from kioskd.web.limits import Connections, Seldom
from kioskd.words import tr

log = logging.getLogger(__name__)
BACKLOG = 128
AT_ONCE = 16  # connections accepted before the loop does something else
PAUSE = 1.0  # seconds without accepting when no file is left
WANTED_FILES = 4096
OUT_OF_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
FIRST_BYTE = 10.0  # seconds until a connection says something: the same as for a whole header
GOODBYE = 2.0  # seconds for the other side to confirm the end of TLS
TLS_HELLO = 22  # the first byte of every TLS connection: RFC 8446, section 5.1
HEADER, LARGEST_RECORD = 5, 16_384 + 256  # bytes: the same
APART = 0.005  # seconds between two TLS handshakes; each takes a Pi one or two of computing
# asyncio keeps 256 kB for what each TLS connection may say: 300 MB for a thousand that say nothing.
# A TLS record has 16 kB at most (RFC 8446, section 5.1). The name is private to asyncio: should it
# go, each connection takes its 256 kB again, and nothing else changes.
sslproto.SSLProtocol.max_size = 16 * 1024
Factory = Callable[[], asyncio.Protocol]


def raise_file_limit() -> int:
    """Allow this process as many open files as it may have, up to 4096; returns how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # the unit's sandbox; it sets LimitNOFILE
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return WANTED_FILES if soft == resource.RLIM_INFINITY else soft


class _Counted(asyncio.Protocol):
    """Passes everything on to aiohttp's own protocol, and tells when the connection ends."""

    def __init__(self, inner: asyncio.Protocol, ended: Callable[[], None]) -> None:
        self._inner = inner
        self._ended = ended
        self.data_received = inner.data_received  # type: ignore[method-assign]
        self.eof_received = inner.eof_received  # type: ignore[method-assign]
        self.pause_writing = inner.pause_writing  # type: ignore[method-assign]
        self.resume_writing = inner.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended()
        self._inner.connection_lost(exc)


class Listener:
    """One listening socket. ``tls`` gives the context for the next connection; None: plain HTTP."""

    def __init__(
        self,
        sock: socket.socket,
        factory: Factory,
        connections: Connections,
        tls: Callable[[str], ssl.SSLContext | None] = lambda address: None,
    ) -> None:
        self._sock = sock
        self._factory = factory
        self._connections = connections
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._seldom = Seldom(log.warning)
        self._starting: set[asyncio.Task[None]] = set()
        self._resume: asyncio.TimerHandle | None = None
        self._handshake_at = 0.0
        sock.setblocking(False)

    def start(self) -> None:
        """Listen; raises ``OSError``."""
        self._sock.listen(BACKLOG)
        self._loop.add_reader(self._sock.fileno(), self._accept)

    def share_port(self, shared: bool) -> None:
        """Let another socket of ours that shares it have the port too, or no longer."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)

    def retire(self) -> None:
        """Accept no more than who has come already; they stay. Raises ``OSError``."""
        self._accept()
        self._stop()

    def close(self) -> None:
        """Accept no more; who is connected stays."""
        self._stop()
        for task in self._starting:
            task.cancel()

    def _stop(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock.fileno())
            self._sock.close()
        if self._resume is not None:
            self._resume.cancel()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, peer = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in OUT_OF_FILES:
                    raise
                self._rest(error)
                return
            address = peer[0] if isinstance(peer, tuple) else ""
            if (why := self._connections.enter(address)) is not None:
                connection.close()
                self._seldom.say("refused", tr("a connection is refused: {why}", why=why))
                continue
            connection.setblocking(False)
            task = self._loop.create_task(self._begin(connection, address))
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    def _rest(self, error: OSError) -> None:
        """A listening socket stays ready: without a pause the loop would do nothing else."""
        self._seldom.say(
            "files",
            tr("no connection is accepted for a moment: {why}", why=error.strerror),
        )
        self._loop.remove_reader(self._sock.fileno())
        self._resume = self._loop.call_later(
            PAUSE, self._loop.add_reader, self._sock.fileno(), self._accept
        )

    async def _begin(self, connection: socket.socket, address: str) -> None:
        left = False

        def leave() -> None:
            nonlocal left
            if not left:
                left = True
                self._connections.leave(address)

        try:
            context = self._tls(address)
            if context is not None and await self._speaks_tls(connection):
                await self._turn()
            else:
                context = None
            await self._loop.connect_accepted_socket(
                lambda: _Counted(self._factory(), leave),
                connection,
                ssl=context,
                ssl_handshake_timeout=FIRST_BYTE if context else None,
                ssl_shutdown_timeout=GOODBYE if context else None,
            )
        except (OSError, TimeoutError):  # gone, or no TLS; ssl's own are OSErrors
            leave()
            connection.close()
        except BaseException:
            leave()
            connection.close()
            raise

    async def _speaks_tls(self, connection: socket.socket) -> bool:
        """Whether it begins with TLS; raises ``TimeoutError`` when it does not say soon.

        Its whole hello is waited for: what comes then is dear, and is done at once.
        """
        async with asyncio.timeout(FIRST_BYTE):
            start = await self._look(connection, HEADER)
            if len(start) < HEADER or start[0] != TLS_HELLO:
                return False
            size = int.from_bytes(start[3:5])
            if size > LARGEST_RECORD:
                raise OSError("no TLS")
            await self._look(connection, HEADER + size)
        return True

    async def _look(self, connection: socket.socket, size: int) -> bytes:
        """The first bytes, as many, which stay there; fewer when it has ended."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)
        ready = asyncio.Event()
        self._loop.add_reader(connection.fileno(), ready.set)
        try:
            await ready.wait()
            return connection.recv(size, socket.MSG_PEEK)
        finally:
            self._loop.remove_reader(connection.fileno())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)

    async def _turn(self) -> None:
        """Wait for this one's turn: a thousand handshakes at once would stop the wall."""
        now = self._loop.time()
        self._handshake_at = max(now, self._handshake_at + APART)
        await asyncio.sleep(self._handshake_at - now)
