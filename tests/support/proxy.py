"""An HTTP proxy on the loopback: CONNECT for TLS, and whole addresses for plain HTTP (RFC 9110)."""

import asyncio
import contextlib
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from typing import Self
from urllib.parse import urlsplit


class Proxy:
    """``asked`` are the first lines of what it was asked; ``refusal`` answers all of it instead."""

    def __init__(self, refusal: str = "") -> None:
        self.asked: list[str] = []
        self._refusal = refusal
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: Reader, writer: Writer) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            first, _, rest = head.partition(b"\r\n")
            self.asked.append(first.decode())
            method, target, version = first.decode().split()
            if self._refusal:
                writer.write(f"HTTP/1.1 {self._refusal}\r\nContent-Length: 0\r\n\r\n".encode())
                await writer.drain()
            elif method == "CONNECT":
                host, _, port = target.rpartition(":")
                there = await asyncio.open_connection(host, int(port))
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await _both((reader, writer), there)
            else:
                url = urlsplit(target)
                there = await asyncio.open_connection(url.hostname, url.port)
                path = f"{url.path or '/'}{'?' * bool(url.query)}{url.query}"
                there[1].write(f"{method} {path} {version}\r\n".encode() + rest)
                await _both((reader, writer), there)
        writer.close()


async def _both(here: tuple[Reader, Writer], there: tuple[Reader, Writer]) -> None:
    """Pass on in both directions, until both are at their end."""
    try:
        await asyncio.gather(_pass(here[0], there[1]), _pass(there[0], here[1]))
    finally:
        there[1].close()


async def _pass(reader: Reader, writer: Writer) -> None:
    while content := await reader.read(65536):
        writer.write(content)
        await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof() if writer.can_write_eof() else writer.close()
