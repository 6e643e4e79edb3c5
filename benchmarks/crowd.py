"""The load client: many panels on one epoll, and the upstream that kioskd is a client of.

One thread on one core. Panels count what comes and answer pings; nothing is kept or decoded.
"""

import contextlib
import select
import socket
import time
from collections.abc import Callable, Iterable
from typing import Self

from benchmarks import wire
from benchmarks.wire import Wire

SOCKET = "/ws/dashboard_control/"
AWAITED = b"tickets_update"
BUFFER = 2**20
LIMIT = 120.0  # seconds: what isn't here by then won't come


class Panel(Wire):
    """One panel; ``updates`` counts the ticket updates that came whole."""

    def __init__(self, link: socket.socket, crowd: "Crowd") -> None:
        super().__init__(link, client=True)
        self.updates = 0
        self.due = 0
        self._crowd = crowd

    def heard(self, start: bytes) -> None:
        if AWAITED in start[:40]:
            self.updates += 1
            if self.updates == self.due:
                self._crowd.missing -= 1


class Upstream(Wire):
    """A server as the guide's, to kioskd: one that sends when it is told to."""

    def __init__(self, listener: socket.socket) -> None:
        link, _ = listener.accept()
        wire.answer(link)
        super().__init__(link, client=False)


class Crowd:
    """All connections of the load client; closed with it."""

    def __init__(self) -> None:
        self.missing = 0
        self._epoll = select.epoll()
        self._wires: dict[int, Wire] = {}
        self._mutes: list[Wire] = []
        self._buffer = memoryview(bytearray(BUFFER))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close([*self._wires.values(), *self._mutes])
        self._epoll.close()

    def add(self, one: Wire) -> None:
        self._wires[one.link.fileno()] = one
        self._epoll.register(one.link.fileno(), select.EPOLLIN)

    def speak(self, port: int, path: str) -> Wire:
        """A connection that asks for something; what comes back is dropped."""
        one = Wire(wire.knock(port, path), client=True)
        self.add(one)
        return one

    def open(self, port: int, count: int) -> list[Panel]:
        """That many panels, connected and identified."""
        found = []
        for number in range(count):
            panel = Panel(wire.knock(port, SOCKET), self)
            panel.tell(type="identify", clientId=f"P{number}")
            self.add(panel)
            found.append(panel)
            self.pump(0.0)
        return found

    def wait_until_read(self, one: Wire) -> None:
        """Return once the other side has taken in everything that was sent: then its pong comes."""
        one.say(b"", wire.PING)
        awaited = one.pongs + 1
        self.wait(lambda: one.pongs >= awaited)

    def mute(self, port: int) -> Wire:
        """A panel that says who it is and never reads."""
        panel = Wire(wire.knock(port, SOCKET), client=True)
        panel.tell(type="identify", clientId="Mute")
        self._mutes.append(panel)
        return panel

    def close(self, wires: Iterable[Wire]) -> None:
        for one in wires:
            if self._wires.pop(one.link.fileno(), None):
                self._epoll.unregister(one.link.fileno())
            one.link.close()

    def round(self, panels: list[Panel], fire: Callable[[], None]) -> float:
        """Seconds from ``fire`` until the last panel has the last byte of one update."""
        self.missing = len(panels)
        for panel in panels:
            panel.due = panel.updates + 1
        started = time.perf_counter()
        fire()
        self.wait(lambda: self.missing == 0)
        return time.perf_counter() - started

    def wait(self, done: Callable[[], bool]) -> None:
        """Read until ``done``; raises ``TimeoutError`` when that is never."""
        deadline = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.missing} panels still wait for an update")
            self._read(1.0)

    def pump(self, seconds: float) -> None:
        """Read what comes for so long."""
        deadline = time.monotonic() + seconds
        while self._read(max(0.0, deadline - time.monotonic())) or time.monotonic() < deadline:
            pass

    def texts(self) -> int:
        """How many text frames have come so far, to all panels."""
        return sum(one.texts for one in self._wires.values() if isinstance(one, Panel))

    def settle(self, quiet: float = 0.5) -> None:
        """Read until nothing has come for ``quiet`` seconds."""
        while self._read(quiet):
            pass

    def _read(self, timeout: float) -> int:
        ready = self._epoll.poll(timeout)
        for number, _ in ready:
            one = self._wires[number]
            with contextlib.suppress(BlockingIOError):
                size = one.link.recv_into(self._buffer, 0, socket.MSG_DONTWAIT)
                if size == 0:
                    raise ConnectionError(f"a server closed the connection of {type(one)}")
                one.take(self._buffer[:size])
        return len(ready)
