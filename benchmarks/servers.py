"""kioskd and its peers, started: each with the way to make it send one update to its panels."""

import contextlib
import itertools
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import tickets, wire
from benchmarks.crowd import SOCKET, Crowd, Panel, Upstream
from benchmarks.process import ROOT, Process, Ready, free_port, python


@dataclass
class Peer:
    """A running server. ``fire(count)`` makes it send an update of ``count`` tickets."""

    name: str
    process: Process
    port: int
    fire: Callable[[int], None]
    panels: list[Panel] = field(default_factory=list)
    read: Callable[[], None] = lambda: None
    """Returns once it has taken in everything that was sent."""


@dataclass
class Kioskd:
    """A running ``kioskd run``, with the upstream that it is connected to."""

    process: Process
    port: int
    upstream: Upstream
    _turn: int = 0

    def send(self, count: int) -> None:
        """A changed update: not the same as the last one."""
        self._turn += 1
        self.upstream.say(tickets.frame(count, self._turn % 2))

    def peer(self, crowd: Crowd, name: str = "kioskd") -> Peer:
        def read() -> None:
            crowd.wait_until_read(self.upstream)

        return Peer(name, self.process, self.port, self.send, read=read)

    def prime(self, crowd: Crowd) -> None:
        """Show it every ticket once, before there are panels: later none is new, and no alert."""
        self.send(max(tickets.COUNTS))
        crowd.wait_until_read(self.upstream)

    def send_new(self, count: int, number: int) -> None:
        """A changed update with a ticket that was never there before."""
        self.upstream.say(tickets.frame(count).replace(b'"10000"', b'"%d"' % (100_000 + number)))

    def repeat(self, count: int) -> None:
        """The update that was sent last, again."""
        self.upstream.say(tickets.frame(count, self._turn % 2))


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kioskd-bench-") as path:
        yield Path(path)


def channels(port: int) -> str:
    """The source of kioskd's file for an upstream on that port."""
    return f"{{kind: channels, url: 'ws://127.0.0.1:{port}{SOCKET}'}}"


def configuration(place: Path, port: int, source: str) -> Path:
    """kioskd's file, to listen on ``port``."""
    file = place / "kioskd.yaml"
    file.write_text(
        f"kiosk: {{id: Kiosk-BENCH, state_directory: {place}/state}}\n"
        f"server: {{port: {port}, limits: {{stall: 10m}}}}\n"
        "sound: {enabled: false}\n"
        f"sources: [{source}]\n"
    )
    return file


def launch(place: Path, port: int, source: str, ready: Ready, code: Path = ROOT) -> Process:
    """The real ``kioskd run``, not yet ready."""
    file = configuration(place, port, source)
    return Process(
        [*python("-m", "kioskd"), "run", "--config", str(file)],
        place,
        {"NOTIFY_SOCKET": str(ready.path), "HOME": str(place)},
        code,
    )


@contextlib.contextmanager
def running(source: str, code: Path = ROOT) -> Iterator[tuple[Process, int]]:
    """kioskd with that source, and its port."""
    with folder() as place:
        port, ready = free_port(), Ready(place)
        process = launch(place, port, source, ready, code)
        try:
            ready.wait(process)
            ready.close()  # nobody reads on; kioskd's later words go nowhere at once
            yield process, port
        finally:
            process.stop()


@contextlib.contextmanager
def kioskd(crowd: Crowd, code: Path = ROOT) -> Iterator[Kioskd]:
    """``code``: the checkout that runs."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        running(channels(listener.getsockname()[1]), code) as (process, port),
    ):
        upstream = Upstream(listener)
        crowd.add(upstream)
        yield Kioskd(process, port, upstream)


@contextlib.contextmanager
def started(command: list[str], port: int) -> Iterator[Process]:
    with folder() as place:
        settings = {"DJANGO_SETTINGS_MODULE": "tests.support.django_upstream.settings"}
        process = Process(command, place, settings | {"DESK_DB": str(place / "desk.sqlite")})
        try:
            process.wait_for_port(port)
            yield process
        finally:
            process.stop()


def floor(crowd: Crowd, stack: ExitStack) -> list[Peer]:
    """The floor, and the same process as a bare relay. They share their panels."""
    port = free_port()
    command = python("-m", "benchmarks.peers.floor", str(port))
    process = stack.enter_context(started(command, port))
    changes, relay = (crowd.speak(port, path) for path in ("/changes", "/relay"))
    turn = itertools.count()

    def fire(count: int) -> None:
        changes.say(tickets.frame(count, next(turn) % 2))

    def pass_on(count: int) -> None:
        relay.link.sendall(wire.frame(tickets.frame(count)))

    one = Peer("floor", process, port, fire, read=lambda: crowd.wait_until_read(changes))
    return [one, Peer("relay", process, port, pass_on, one.panels)]


def broadcast(crowd: Crowd, stack: ExitStack) -> Peer:
    port = free_port()
    command = python("-m", "benchmarks.peers.broadcast", str(port))
    process = stack.enter_context(started(command, port))
    control = crowd.speak(port, "/control")
    return Peer("websockets.broadcast", process, port, lambda n: control.say(str(n).encode()))


def guide(crowd: Crowd, stack: ExitStack) -> list[Peer]:
    """The guide's consumer on daphne: with the rows given to it, and with its own queries."""
    port = free_port()
    application = "benchmarks.peers.guide:application"
    command = python("-m", "daphne", "-b", "127.0.0.1", "-p", str(port), application)
    process = stack.enter_context(started(command, port))
    control = crowd.speak(port, SOCKET)
    one = Peer("guide", process, port, lambda n: control.tell(type="given", count=n))
    ask = Peer(
        "guide with its queries",
        process,
        port,
        lambda n: control.tell(type="queries", count=n),
        one.panels,
    )
    return [one, ask]


def bare(stack: ExitStack) -> Peer:
    port = free_port()
    command = python("-m", "benchmarks.peers.bare", str(port))
    process = stack.enter_context(started(command, port))
    return Peer("bare aiohttp", process, port, lambda n: None)
