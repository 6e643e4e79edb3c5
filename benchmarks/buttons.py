"""How fast a button is: from the edge in the pin's thread to ``remote_switch`` at a panel.

kioskd runs as a process with gpiozero's mock pins, which a thread in it drives, as it does a keypad
that is a pipe with the kernel's events; one panel is a process of its own, that is woken before the
crowd's, so that only kioskd's time is measured. What the configuration makes a press of a button
wait (``least_press``) is taken off; a key waits for nothing.
"""

import contextlib
import os
import random
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

from benchmarks import servers, wire
from benchmarks.crowd import SOCKET, Crowd, Upstream
from benchmarks.process import CLIENT, ROOT, Process, Ready, free_port, on_core, python
from benchmarks.servers import Kioskd
from benchmarks.table import Row, line, span
from benchmarks.wire import Wire
from kioskd.config import Button
from tests.support.pressed import Fingers

PIN, KEY = 17, "KEY_KP1"
LEAST_PRESS = float(Button(pin=PIN, press="next").least_press)
PRESSES = 100
PANELS, TICKETS = 100, 200
GOALS = {"idle": 0.005, "loaded": 0.020}  # seconds, the slowest of a hundred
GREETED = 0.5  # seconds of silence after which a panel has been told all that is
HELD, APART = 0.03, (0.06, 0.16)  # seconds: a quick finger


def rows() -> list[Row]:
    with on_core(CLIENT), Crowd() as crowd, wired(crowd) as (daemon, fingers):
        times = pressed(daemon.port, fingers, lambda: crowd.pump(0.05))
        found = [row("loop idle", GOALS["idle"], times)]
        panels = crowd.open(daemon.port, PANELS - 1)
        crowd.settle()
        times = pressed(
            daemon.port, fingers, lambda: crowd.round(panels, lambda: daemon.send(TICKETS))
        )
        what = f"{TICKETS} tickets to {PANELS} panels without a pause"
        found.append(row(what, GOALS["loaded"], times))
    with on_core(CLIENT), Crowd() as crowd, wired(crowd) as (daemon, fingers):
        times = pressed(daemon.port, fingers, lambda: crowd.pump(0.05), KEY, 0.0)
        found.append(row("loop idle", GOALS["idle"], times, "key's event", 0.0))
        panels = crowd.open(daemon.port, PANELS - 1)
        crowd.settle()
        times = pressed(
            daemon.port,
            fingers,
            lambda: crowd.round(panels, lambda: daemon.send(TICKETS)),
            KEY,
            0.0,
        )
        return [*found, row(what, GOALS["loaded"], times, "key's event", 0.0)]


def row(
    when: str,
    goal: float,
    times: list[float],
    since: str = "button's edge",
    waits: float = LEAST_PRESS,
) -> Row:
    """Every press has come to the panel, once: else there would be no times."""
    times = sorted(times)
    half, slowest = times[len(times) // 2], times[int(len(times) * 0.99)]
    beyond = f" beyond the {span(waits)} of `least_press`" if waits else ""
    return Row(
        f"{since} → `remote_switch` at a panel, {when}",
        f"p50 {span(half)}, p99 {span(slowest)}{beyond}; "
        f"{len(times)} presses, none missed or doubled",
        f"p99 ≤ {span(goal)}",
        slowest <= goal,
    )


def pressed(
    port: int,
    fingers: Fingers,
    meanwhile: Callable[[], object],
    what: int | str = PIN,
    waits: float = LEAST_PRESS,
) -> list[float]:
    """Seconds from each of the edges to its frame, beyond what the press ``waits``."""
    edges: list[int] = []

    def finger() -> None:
        dice = random.Random(1)
        for _ in range(PRESSES):
            edges.append(fingers.move(what, "down"))
            time.sleep(HELD)
            fingers.move(what, "up")
            time.sleep(dice.uniform(*APART))

    with watching(port) as panel:
        pressing = threading.Thread(target=finger)
        pressing.start()
        while pressing.is_alive():
            meanwhile()
        came = panel()
    if not len(came) == len(edges) == PRESSES:
        raise ValueError(f"{len(edges)} of {PRESSES} presses came to a panel as {len(came)}")
    return [(to - since) / 1e9 - waits for since, to in zip(edges, came, strict=True)]


@contextlib.contextmanager
def watching(port: int) -> Iterator[Callable[[], list[int]]]:
    """A panel in a process of its own; what is yielded ends it and returns when frames came."""
    command = python("-m", "benchmarks.buttons", "panel", str(port))
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said, told = process.stdout, process.stdin
        said.readline()  # it is connected

        def end() -> list[int]:
            told.close()
            return [int(line) for line in said]

        yield end
        process.kill()


class Panel(Wire):
    """Keeps when each switch came, in ns."""

    def __init__(self, link: socket.socket) -> None:
        super().__init__(link, client=True)
        self.came: list[int] = []

    def heard(self, start: bytes) -> None:
        if b"remote_switch" in start[:40]:
            self.came.append(time.monotonic_ns())


def watch(port: int) -> None:
    """Be a panel until nobody listens, and then print when each switch came."""
    with contextlib.suppress(PermissionError):
        os.nice(-10)  # woken before the crowd, which shares the core
    panel = Panel(wire.knock(port, SOCKET))
    panel.tell(type="identify", clientId="WATCH")
    buffer = memoryview(bytearray(2**20))
    while select.select([panel.link], [], [], GREETED)[0]:
        panel.take(buffer[: panel.link.recv_into(buffer)])
    panel.came.clear()  # the screen that it was greeted with
    print("connected", flush=True)
    ended = 0.0
    while not ended or time.monotonic() < ended:
        ready, _, _ = select.select([panel.link, *([] if ended else [sys.stdin])], [], [], 0.5)
        if panel.link in ready:
            panel.take(buffer[: panel.link.recv_into(buffer)])
        if sys.stdin in ready:
            ended = time.monotonic() + 0.5  # what is under way still comes
    print("\n".join(map(str, panel.came)))


@contextlib.contextmanager
def wired(crowd: Crowd) -> Iterator[tuple[Kioskd, Fingers]]:
    """A kioskd whose button can be pressed, connected to the crowd's upstream."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        with_button(servers.channels(listener.getsockname()[1]), "next") as (
            process,
            port,
            fingers,
        ),
    ):
        upstream = Upstream(listener)
        crowd.add(upstream)
        yield Kioskd(process, port, upstream), fingers


@contextlib.contextmanager
def with_button(source: str, press: str) -> Iterator[tuple[Process, int, Fingers]]:
    """A kioskd with that source whose button does ``press``, its port, and who presses it."""
    with servers.folder() as place:
        port, ready = free_port(), Ready(place)
        file = servers.configuration(place, port, source)
        with file.open("a") as more:
            more.write(f"gpio: {{factory: mock}}\nbuttons: [{{pin: {PIN}, press: {press}}}]\n")
            more.write(f"keys: [{{key: {KEY}, press: {press}}}]\n")
        pins = place / "pins"
        process = Process(
            [*python("tests/support/pressed.py"), str(pins), "run", "--config", str(file)],
            place,
            {"NOTIFY_SOCKET": str(ready.path), "HOME": str(place), "PYTHONPATH": str(ROOT)},
        )
        try:
            ready.wait(process)
            ready.close()
            fingers = Fingers(pins)
            yield process, port, fingers
            fingers.close()
        finally:
            process.stop()


if __name__ == "__main__":
    if sys.argv[1:2] == ["panel"]:
        watch(int(sys.argv[2]))
    else:
        for found in rows():
            print(line(found))
