"""The floor: raw asyncio transports. It writes one pre-framed byte string to every panel.

Asked over ``/control`` for a number of tickets, it writes a frame that it has already. What comes
over ``/relay`` it writes as it comes, looking at nothing: the bare relay.
"""

import asyncio
import sys

from benchmarks import tickets, wire


class Link(asyncio.Protocol):
    panels: set[asyncio.Transport] = set()
    frames: dict[int, bytes] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.path = ""

    def data_received(self, data: bytes) -> None:
        if not self.path:
            self._open(data)
        elif self.path == "/control":
            self._write(self._frame(int(data[6:])))  # two bytes of head, four of mask
        elif self.path == "/relay":
            self._write(data)

    def _open(self, data: bytes) -> None:
        self.path = data.split()[1].decode()
        self.transport.write(wire.accepted(data.decode()))
        if self.path not in ("/control", "/relay"):
            self.panels.add(self.transport)

    def _frame(self, count: int) -> bytes:
        if count not in self.frames:
            self.frames[count] = wire.frame(tickets.frame(count))
        return self.frames[count]

    def _write(self, data: bytes) -> None:
        for panel in self.panels:
            panel.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.panels.discard(self.transport)


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Link, "127.0.0.1", port, backlog=1000)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
