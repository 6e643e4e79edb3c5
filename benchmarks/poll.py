"""Row 3: an update that is what it was before. Nothing may be sent; what it costs is stated.

Pushed by an upstream of the guide's kind, which does so every 30 s, or polled over HTTP.
"""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benchmarks import servers, tickets
from benchmarks.crowd import Crowd
from benchmarks.table import Row, span

PANELS = 5
PUSHES = 300
POLLS = 30


def rows() -> list[Row]:
    pushed, frames = pushes()
    costs = [("pushed", pushed)]
    for name, tagged in (("polled, answered in full", False), ("polled, answered 304", True)):
        polled, more = polls(tagged)
        costs.append((name, polled))
        frames += more
    count = len(tickets.COUNTS) * (PUSHES + 2 * POLLS)
    return [
        Row(
            f"frames to {PANELS} panels after {count:,} unchanged polls",
            f"{frames}",
            "0",
            not frames,
        ),
        *(
            Row(
                f"CPU per unchanged poll, {name}",
                ", ".join(
                    f"{span(found[count])} for {count:,} tickets" for count in tickets.COUNTS
                ),
            )
            for name, found in costs
        ),
    ]


def pushes() -> tuple[dict[int, float], int]:
    """CPU seconds per update by tickets, and the frames that panels got."""
    costs, frames = {}, 0
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        daemon.prime(crowd)
        panels = crowd.open(daemon.port, PANELS)
        for count in tickets.COUNTS:
            crowd.round(panels, partial(daemon.send, count))
            crowd.settle()
            told, before = crowd.texts(), daemon.process.cpu()
            for _ in range(PUSHES):
                daemon.repeat(count)
            crowd.wait_until_read(daemon.upstream)
            costs[count] = (daemon.process.cpu() - before) / PUSHES
            crowd.settle()
            frames += crowd.texts() - told
    return costs, frames


def polls(tagged: bool) -> tuple[dict[int, float], int]:
    """The same over HTTP; ``tagged`` with an ETag the server says 304."""
    costs, frames = {}, 0
    with desk() as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        source = f"{{kind: rest, url: '{address}', interval: 100ms, views: [tickets]}}"
        with servers.running(source) as (process, port), Crowd() as crowd:
            panels = crowd.open(port, PANELS)
            for count in reversed(tickets.COUNTS):
                crowd.round(panels, partial(server.hold, tickets.frame(count), tagged))
                crowd.settle()
                told, before, asked = crowd.texts(), process.cpu(), server.asked
                crowd.wait(partial(server.has_been_asked, asked + POLLS))
                costs[count] = (process.cpu() - before) / (server.asked - asked)
                frames += crowd.texts() - told
    return costs, frames


class Desk(ThreadingHTTPServer):
    """A helpdesk that answers the same until it is given something else to hold."""

    daemon_threads = True

    def hold(self, body: bytes, tagged: bool) -> None:
        self.body, self.asked = body, 0
        self.tag = f'"{len(body)}"' if tagged else ""

    def has_been_asked(self, times: int) -> bool:
        return self.asked >= times


class Answer(BaseHTTPRequestHandler):
    server: Desk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked += 1
        known = self.server.tag and self.headers["If-None-Match"] == self.server.tag
        self.send_response(304 if known else 200)
        if self.server.tag:
            self.send_header("ETag", self.server.tag)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "0" if known else str(len(self.server.body)))
        self.end_headers()
        if not known:
            self.wfile.write(self.server.body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextlib.contextmanager
def desk() -> Iterator[Desk]:
    server = Desk(("127.0.0.1", 0), Answer)
    server.hold(tickets.frame(max(tickets.COUNTS), turn=1), tagged=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
