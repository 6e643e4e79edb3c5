"""Stands before a broker and answers MQTT 5 as one does that knows 3.1.1 only."""

import asyncio
from typing import Self

from tests.support.process import free_port

LEVEL_5 = b"\x00\x04MQTT\x05"  # MQTT 5.0, 3.1.2: the protocol's name and its level
UNKNOWN_LEVEL = b"\x20\x02\x00\x01"  # MQTT 3.1.1, 3.2: CONNACK, unacceptable protocol version


class Relay:
    """Listens on ``port``; the broker is at ``to``."""

    def __init__(self, to: int, only_3: bool = False) -> None:
        self.port = 0
        self.to = free_port() if only_3 else to
        self._only_3 = only_3
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *of: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            first = await reader.read(4096)
            if self._only_3 and LEVEL_5 in first[:20]:
                writer.write(UNKNOWN_LEVEL)
                await writer.drain()
                return
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
            try:
                back.write(first)
                await asyncio.gather(_pass(reader, back), _pass(there, writer))
            finally:
                back.close()
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
