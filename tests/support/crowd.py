"""Panels that misbehave, as raw sockets and as browsers' scripts do it; all end with the crowd."""

import asyncio
import contextlib
import os
import random
import socket
import struct
from collections import Counter
from typing import Self

from aiohttp import ClientError, ClientSession, WSMsgType, WSServerHandshakeError

SOCKET = "/ws/dashboard_control/"
GOERS = 20  # panels that come and go
IDENTIFY = b'{"type":"identify","clientId":"crowd"}'


def masked(payload: bytes, first: int = 0x81) -> bytes:
    """A frame as clients send it, with a mask of zeros."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2)
    return bytes((first,)) + length + bytes(4) + payload


class Crowd:
    """The hostile panels of one kioskd on ``port``; ``did`` counts what they did."""

    def __init__(self, port: int) -> None:
        self.did: Counter[str] = Counter()
        self._port = port
        self._url = f"http://127.0.0.1:{port}{SOCKET}"
        self._mute: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._draw = random.Random(5)

    async def __aenter__(self) -> Self:
        self._session = ClientSession()
        never = [self._never_reads() for _ in range(2)]
        goers = [self._comes_and_goes(number) for number in range(GOERS)]
        others = [
            self._says_little(),
            self._resets(),
            self._floods(),
            self._floods_with_garbage(),
            self._is_foreign(),
        ]
        for each in (*never, *others, *goers):
            self._tasks.append(asyncio.create_task(each))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        for sock in self._mute:
            sock.close()
        await self._session.close()
        wrong = [e for e in ended if isinstance(e, BaseException)]
        assert all(isinstance(e, asyncio.CancelledError) for e in wrong), wrong

    async def settled(self) -> None:
        """Until every kind of them has done its worst at least once."""
        kinds = {"silent", "mute", "reset", "flooded", "garbage", "refused", "went"}
        async with asyncio.timeout(30):
            while not kinds <= self.did.keys():
                await asyncio.sleep(0.05)

    async def _never_reads(self) -> None:
        while True:  # once dropped, it comes again
            sock = await self._raw()
            self._mute.append(sock)
            self.did["mute"] += 1
            await asyncio.sleep(3600)

    async def _says_little(self) -> None:
        """Connections that never finish their first request."""
        loop = asyncio.get_running_loop()
        for said in (b"", b"GET", b"GET / HTTP/1.1\r\nHost: 127", b"\x16\x03\x01") * 5:
            sock = socket.socket()
            sock.setblocking(False)
            self._mute.append(sock)
            await loop.sock_connect(sock, ("127.0.0.1", self._port))
            await loop.sock_sendall(sock, said)
            self.did["silent"] += 1
        await asyncio.sleep(3600)

    async def _resets(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                sock = await self._raw()
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.close()
                self.did["reset"] += 1
            await asyncio.sleep(0.05)

    async def _raw(self) -> socket.socket:
        """A socket that identified itself; what kioskd answers stays unread."""
        loop = asyncio.get_running_loop()
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, ("127.0.0.1", self._port))
            head = f"GET {SOCKET} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            head += "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            head += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            await loop.sock_sendall(sock, head.encode() + masked(IDENTIFY))
        except BaseException:
            sock.close()
            raise
        return sock

    async def _floods(self) -> None:
        await self._flood(b'{"type":"ping"}', "flooded")

    async def _floods_with_garbage(self) -> None:
        await self._flood(b"\x00" + os.urandom(60).hex().encode(), "garbage")

    async def _flood(self, payload: bytes, name: str) -> None:
        """As fast as kioskd takes it, and again when it was closed for that."""
        while True:
            with contextlib.suppress(ClientError, OSError):
                async with self._session.ws_connect(self._url, max_msg_size=0) as ws:
                    reading = asyncio.create_task(self._closed(ws))
                    while not reading.done():
                        await ws.send_bytes(payload) if name == "garbage" else await ws.send_str(
                            payload.decode()
                        )
                        await asyncio.sleep(0.001)
                    self.did[f"{name} {reading.result()}"] += 1
                    self.did[name] += 1
            await asyncio.sleep(0.2)

    async def _closed(self, ws: object) -> int:
        assert hasattr(ws, "receive")
        while (message := await ws.receive()).type is WSMsgType.TEXT:
            pass
        return int(message.data or 0) if message.type is WSMsgType.CLOSE else 0

    async def _is_foreign(self) -> None:
        while True:
            with contextlib.suppress(OSError):
                try:
                    await self._session.ws_connect(self._url, origin="http://evil.example")
                    self.did["let in"] += 1
                except WSServerHandshakeError as error:
                    self.did["refused" if error.status == 403 else "odd"] += 1
                except ClientError:
                    pass
            await asyncio.sleep(0.1)

    async def _comes_and_goes(self, number: int) -> None:
        while True:
            await asyncio.sleep(self._draw.uniform(0.1, 1))
            with contextlib.suppress(ClientError, OSError):
                async with self._session.ws_connect(self._url, max_msg_size=0) as ws:
                    await ws.send_json({"type": "identify", "clientId": f"goer-{number % 7}"})
                    for _ in range(self._draw.randrange(5)):
                        await ws.receive(timeout=5)
                    self.did["went"] += 1
