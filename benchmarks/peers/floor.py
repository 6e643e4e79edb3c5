"""The floor: raw asyncio transports, and the least that a server of this kind must do.

What comes over ``/changes`` is an update: it is decoded into types, compared with the one before,
and written to every panel as it came when it differs. What comes over ``/relay`` is written as it
comes, looking at nothing: the bare relay.
"""

import asyncio
import sys

import msgspec

from benchmarks import wire


class Ticket(msgspec.Struct):
    id: str
    title: str
    description: str
    assignedTo: str
    priority: str
    status: str
    createdAt: str
    updatedAt: str
    entity: str
    urgency: str


class Update(msgspec.Struct):
    type: str
    data: list[Ticket]
    counters: dict[str, int]
    timestamp: str


decoder = msgspec.json.Decoder(Update)
panels: set[asyncio.Transport] = set()
PONG = wire.frame(b"", wire.PONG)


class Link(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.path = ""
        self._came = bytearray()
        self._last: Update | None = None

    def data_received(self, data: bytes) -> None:
        if not self.path:
            self._open(data)
        elif self.path == "/changes":
            self._came += data
            while (frame := wire.first(self._came)) is not None:
                opcode, payload, size = frame
                del self._came[:size]
                if opcode == wire.PING:
                    self.transport.write(PONG)
                else:
                    self._take(payload)
        elif self.path == "/relay":
            write(data)

    def _open(self, data: bytes) -> None:
        self.path = data.split()[1].decode()
        self.transport.write(wire.accepted(data.decode()))
        if self.path not in ("/changes", "/relay"):
            panels.add(self.transport)

    def _take(self, payload: bytes) -> None:
        update = decoder.decode(payload)
        if update != self._last:
            self._last = update
            write(wire.frame(payload))

    def connection_lost(self, error: Exception | None) -> None:
        panels.discard(self.transport)


def write(data: bytes) -> None:
    for panel in panels:
        panel.write(data)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Link, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
