"""Rows about alerts: from a webhook to every panel, gone from every panel, and a panel that joins.

The load client decodes nothing and has a core of its own: it sees when a frame is whole. What
kioskd itself spends is stated beside, since the kernel counts it whatever else the machine does.
"""

import json
import socket
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import servers, wire
from benchmarks.crowd import SOCKET, Crowd
from benchmarks.process import Process
from benchmarks.table import Row, span
from benchmarks.wire import Wire

PANELS = 100
ROUNDS = 200
APART = 0.05  # seconds between two rounds
JOINS = 50
FLOOD, SENDERS = 1000, 20
RAISE, RESOLVE, JOIN = 0.020, 0.100, 0.100  # goals in seconds, the 95th percentile
FLOOD_TIME = 10.0
SECRET = "q7Zt0vH2mXw9LkP4sR1c"


class Panel(Wire):
    """One panel; ``known`` is how many alerts it was last told of, None: nothing yet."""

    def __init__(self, link: socket.socket, crowd: "Room") -> None:
        super().__init__(link, client=True)
        self.known: int | None = None
        self._crowd = crowd

    def heard(self, start: bytes) -> None:
        if not start.startswith(b'{"type":"active_alerts"'):
            return
        known = int(start.split(b":", 3)[2].split(b",")[0])
        self._crowd.missing += (known != self._crowd.wanted) - (self.known != self._crowd.wanted)
        self.known = known


class Room(Crowd):
    """Panels that wait for a number of active alerts."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = 0

    def join(self, port: int) -> Panel:
        """A panel that has said who it is."""
        panel = Panel(wire.knock(port, SOCKET), self)
        self.add(panel)
        panel.tell(type="identify", clientId="bench")
        self.missing += panel.known != self.wanted
        return panel

    def until(self, wanted: int, fire: Callable[[], None]) -> float:
        """Seconds from ``fire`` until the last panel knows of so many alerts."""
        self.wanted = wanted
        panels = [one for one in self._wires.values() if isinstance(one, Panel)]
        self.missing = sum(panel.known != wanted for panel in panels)
        started = time.perf_counter()
        fire()
        self.wait(lambda: self.missing == 0)
        return time.perf_counter() - started


class Sender:
    """A program that posts to the webhook, over one connection."""

    def __init__(self, port: int) -> None:
        self._link = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = (
            f"POST /hooks/bench HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {SECRET}\r\nContent-Type: application/json\r\n"
        )

    def post(self, identity: str, firing: bool, severity: str = "critical") -> None:
        """Send Alertmanager's payload of one alert; ``answered`` reads the answer."""
        alert = {
            "status": "firing" if firing else "resolved",
            "fingerprint": identity,
            "labels": {"alertname": "Queda", "severity": severity, "instance": "srv:9100"},
            "annotations": {"summary": f"Servidor {identity} fora"},
        }
        body = json.dumps({"version": "4", "alerts": [alert]}).encode()
        self._link.sendall(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def answered(self) -> int:
        """The status of the next answer."""
        said = b""
        while b"\r\n\r\n" not in said:
            said += self._link.recv(4096)
        head, _, rest = said.partition(b"\r\n\r\n")
        length = next(
            int(x[15:]) for x in head.lower().split(b"\r\n") if x[:15] == b"content-length:"
        )
        while len(rest) < length:
            rest += self._link.recv(4096)
        return int(head.split(b" ", 2)[1])

    def close(self) -> None:
        self._link.close()


def rows() -> list[Row]:
    with servers.folder() as place, Room() as room:
        source = hook(place)
        with servers.running(source) as (process, port):
            return measured(room, process, port)


def hook(place: Path, more: str = "") -> str:
    """The webhook of kioskd's file."""
    (place / "secret").write_text(SECRET)
    keys = f"kind: webhook, name: bench, preset: alertmanager, token_file: {place}/secret"
    return f"{{{keys}{more}}}"


def measured(room: Room, process: Process, port: int) -> list[Row]:
    sender = Sender(port)
    room.until(0, lambda: [room.join(port) for _ in range(PANELS)].clear())
    room.settle()
    raised: list[float] = []
    gone: list[float] = []
    before = process.cpu()
    for number in range(ROUNDS):
        for times, firing in ((raised, True), (gone, False)):
            taken = room.until(int(firing), partial(sender.post, f"{number:016x}", firing))
            times.append(taken)
            if sender.answered() != 200:
                raise ConnectionError("a post was refused")
            room.pump(APART)
    spent = (process.cpu() - before) / ROUNDS
    sender.post("stays", True)
    sender.answered()
    room.settle()
    joins = [joined(room, port) for _ in range(JOINS)]
    flooded = flood(port, room)
    cost = f"; {span(spent)} of kioskd's CPU for an alert and its end"
    return [
        row(f"webhook POST → `active_alerts` at {PANELS} panels, the last", raised, RAISE, cost),
        row(f"resolved → gone from {PANELS} panels, the last", gone, RESOLVE),
        row("a panel that joins: `identify` → it knows what is active", joins, JOIN),
        Row(
            f"{FLOOD} webhook POSTs of new alerts by {SENDERS} senders, {PANELS} panels listening, "
            "each answered once it is on the card",
            f"{span(flooded)}, none refused",
            f"≤ {FLOOD_TIME:.0f} s",
            flooded <= FLOOD_TIME,
        ),
    ]


def joined(room: Room, port: int) -> float:
    """Seconds from ``identify`` until the panel was told what is active."""
    link = wire.knock(port, SOCKET)
    panel = Panel(link, room)
    room.add(panel)
    started = time.perf_counter()
    panel.tell(type="identify", clientId="late")
    room.wait(lambda: panel.known is not None)
    taken = time.perf_counter() - started
    room.close([panel])
    return taken


def flood(port: int, room: Room) -> float:
    senders = [Sender(port) for _ in range(SENDERS)]
    started = time.perf_counter()
    for turn in range(FLOOD // SENDERS):
        for number, sender in enumerate(senders):
            sender.post(f"flood-{turn}-{number}", True, "warning")
        for sender in senders:
            if sender.answered() != 200:
                raise ConnectionError("a post was refused")
        room.pump(0.0)
    taken = time.perf_counter() - started
    for sender in senders:
        sender.close()
    return taken


def row(what: str, times: list[float], goal: float, more: str = "") -> Row:
    ordered = sorted(times)
    p50, worst = ordered[len(times) // 2], ordered[int(len(times) * 0.95)]
    said = f"p50 {span(p50)}, p95 {span(worst)}{more}"
    return Row(what, said, f"p95 ≤ {span(goal)}", worst <= goal)
