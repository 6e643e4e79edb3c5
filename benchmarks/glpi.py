"""GLPI as a source: what a quiet look and a whole reading cost, and how soon a new ticket calls.

The other end is a played GLPI: requests and bytes are those of a real one, its own time is not.
Of a real 10.0.19 each kind of request was measured at 2,016 tickets: see docs/performance.md.
"""

import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from websockets.sync.client import connect

from benchmarks import servers
from benchmarks.crowd import SOCKET
from benchmarks.process import Process
from benchmarks.table import Row, span
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_thread import GlpiThread

COUNTS = (60, 2_000, 20_000)
LOOKS = 20
ALERTS = 10
CHECK = 0.2  # seconds between two looks here; 5 s by default
PATIENCE = 120.0  # seconds
GOAL = 15.0  # seconds from a new ticket to its alert at a look every 5 s, of 95 in 100


def rows() -> list[Row]:
    quiet, swept, soon = [], [], []
    for count in COUNTS:
        with played(count) as (glpi, process, port):
            swept.append(f"{sweep(glpi, process, count)} at {count:,}")
            quiet.append(f"{looks(glpi, process)} at {count:,}")
            waits = sorted(new_tickets(glpi, port, count))
            soon.append((count, waits[int(len(waits) * 0.95)], statistics.median(waits)))
    worst = max(late for _, late, _ in soon)
    return [
        Row("GLPI: a quiet look (requests, bytes, kioskd's CPU) by open tickets", "; ".join(quiet)),
        Row("GLPI: everything read, from the start", "; ".join(swept)),
        Row(
            f"GLPI: a new ticket until `active_alerts`, p95 and median, a look every {CHECK:g} s",
            "; ".join(f"{span(late)}, {span(half)} at {count:,}" for count, late, half in soon),
            f"≤ {GOAL - 5 + CHECK:g} s",
            worst <= GOAL - 5 + CHECK,
        ),
    ]


@contextmanager
def played(count: int) -> Iterator[tuple[PlayedGlpi, Process, int]]:
    """A played GLPI with so many open tickets, and a kioskd that shows it."""
    glpi = PlayedGlpi()
    glpi.grow(count)
    thread = GlpiThread(glpi)
    with servers.folder() as place, closing(thread):
        source = thread.sections(place).partition("- ")[2].strip()
        with servers.running(source) as (process, port):
            yield glpi, process, port


def sweep(glpi: PlayedGlpi, process: Process, count: int) -> str:
    """What the first reading took, from the start of kioskd's process."""
    wait(lambda: "search/Project" in glpi.requests)
    wait(lambda: quiet_since(glpi) > CHECK / 2)
    return f"{len(glpi.requests)} requests, {glpi.bytes:,} B, {span(process.cpu())}"


def looks(glpi: PlayedGlpi, process: Process) -> str:
    requests, sent, before = len(glpi.requests), glpi.bytes, process.cpu()
    wait(lambda: len(glpi.requests) >= requests + 2 * LOOKS)
    cpu, made = process.cpu() - before, (len(glpi.requests) - requests) / 2
    weight = (glpi.bytes - sent) / made
    return f"2 requests, {weight:,.0f} B, {span(cpu / made)}"


def new_tickets(glpi: PlayedGlpi, port: int, count: int) -> list[float]:
    """Seconds from a critical ticket in GLPI until a panel is told that it is active."""
    waits = []
    address = f"ws://127.0.0.1:{port}{SOCKET}"
    with connect(address, origin=None, max_size=None, compression=None) as panel:
        panel.send(json.dumps({"type": "identify", "clientId": "bench"}))
        for number in range(ALERTS):
            ticket = 1_000_000 + number
            began = time.monotonic()
            glpi.open(ticket, f"Novo {number}", 6)
            while f'"id":"{ticket}"' not in told(panel.recv(timeout=PATIENCE)):
                pass
            waits.append(time.monotonic() - began)
    return waits


def told(frame: str | bytes) -> str:
    """The text of an ``active_alerts``; empty for another message."""
    text = frame if isinstance(frame, str) else frame.decode()
    return text if '"active_alerts"' in text[:60] or '"active_alerts"' in text[-60:] else ""


def quiet_since(glpi: PlayedGlpi) -> float:
    """Waits for a moment without a request; how long it was."""
    before = len(glpi.requests)
    time.sleep(CHECK)
    return CHECK if len(glpi.requests) - before <= 2 else 0.0


def wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("GLPI was not asked what it was waited for")
        time.sleep(0.01)
