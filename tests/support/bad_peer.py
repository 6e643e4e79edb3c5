"""A server on raw sockets that misbehaves as a test wants, and leaves nothing behind."""

import asyncio
import base64
import contextlib
import hashlib
import socket
import struct
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Awaitable, Callable
from typing import Self

Behaviour = Callable[["Peer"], Awaitable[None]]


class Peer:
    """One connection of the server; ``number`` counts from 1."""

    def __init__(self, number: int, reader: Reader, writer: Writer) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer

    async def request(self) -> bytes:
        """The head of the HTTP request."""
        return await self.reader.readuntil(b"\r\n\r\n")

    def answer(self, status: str, body: bytes = b"", *headers: str) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        self.writer.write("\r\n".join([*head, "", ""]).encode() + body)

    async def handshake(self) -> None:
        """Accept a WebSocket (RFC 6455, section 4.2.2)."""
        head = (await self.request()).decode().split("\r\n")
        key = next(x for x in head if x.lower().startswith("sec-websocket-key:")).split(": ")[1]
        magic = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(magic.encode()).digest()).decode()
        self.writer.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )

    def frame(self, payload: bytes, first: int = 0x81, mask: int = 0) -> None:
        """One frame; ``first`` is its first byte: 0x81 a whole text, 0x82 binary, 0x88 close."""
        size = len(payload)
        if size < 126:
            length = bytes((mask | size,))
        elif size < 65536:
            length = bytes((mask | 126,)) + size.to_bytes(2)
        else:
            length = bytes((mask | 127,)) + size.to_bytes(8)
        self.writer.write(bytes((first,)) + length + payload)

    def reset(self) -> None:
        """End with RST instead of FIN."""
        peer = self.writer.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def listen(self) -> None:
        """Read and forget, until the other side is gone."""
        while await self.reader.read(65536):
            pass


class BadServer:
    """Calls ``behaviour`` for every connection; ``connects`` are their times on the loop."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.connects: list[float] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: Reader, writer: Writer) -> None:
        # Not a coroutine: asyncio logs the end of a handler that is cancelled as an error.
        self.connects.append(asyncio.get_running_loop().time())
        task = asyncio.create_task(self._serve(Peer(len(self.connects), reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, peer: Peer) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self.behaviour(peer)
        finally:
            peer.writer.close()
            with contextlib.suppress(ConnectionError):
                await peer.writer.wait_closed()
