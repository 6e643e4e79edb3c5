"""Row 2: one of the panels never reads. What the others notice, and what the server keeps."""

import json
import statistics
import urllib.request
from contextlib import ExitStack

from benchmarks import servers, tickets
from benchmarks.crowd import Crowd
from benchmarks.servers import Peer
from benchmarks.table import Row, size

READING = 19
TICKETS = 200
ROUNDS = 60
FILLING = 50  # rounds until the system's own buffers for a panel that never reads are full
TURNS = 6
MISSED = 250  # rounds: 20 MB, far more than the system's own buffers hold
GOAL = 1.2


def rows() -> list[Row]:
    kept = []
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        peer = daemon.peer(crowd)
        peer.panels = crowd.open(peer.port, READING)
        times = turns(crowd, peer)
        grown = growth(crowd, peer)
        waits = waiting(peer.port)
        ratio = statistics.median(times[True]) / statistics.median(times[False])
    with Crowd() as crowd, ExitStack() as stack:
        for other in (servers.broadcast(crowd, stack), servers.guide(crowd, stack)[0]):
            other.panels = crowd.open(other.port, READING)
            kept.append(f"{other.name} {size(growth(crowd, other))}")
    missed = MISSED * len(tickets.frame(TICKETS))
    return [
        Row(
            f"{TICKETS} tickets to {READING} panels while one more never reads, against without it",
            f"{ratio:.2f}",
            f"≤ {GOAL}",
            ratio <= GOAL,
        ),
        Row(
            f"memory kept for the panel that never reads, after {size(missed)} of updates",
            f"{size(grown)}, messages that wait: {waits}; {', '.join(kept)}",
            "one newest message of each view",
            grown <= bound() and waits > 0,
        ),
    ]


def bound() -> int:
    """What may be kept: what the transport took before it was full, the one message that filled
    it, and one that waits; the source's view of the newest update is there without panels too."""
    return 64 * 1024 + 3 * len(tickets.frame(TICKETS))


def waiting(port: int) -> int:
    """How many messages kioskd holds back for panels that don't read."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status", timeout=10) as answer:
        return sum(panel["waiting"] for panel in json.load(answer)["panels"])


def turns(crowd: Crowd, peer: Peer) -> dict[bool, list[float]]:
    """Times of the rounds with the one that never reads, and without it."""
    times: dict[bool, list[float]] = {True: [], False: []}
    rounds(crowd, peer, FILLING)
    for _ in range(TURNS):
        times[False] += rounds(crowd, peer, ROUNDS)
        mute = crowd.mute(peer.port)
        crowd.settle()
        rounds(crowd, peer, FILLING)
        times[True] += rounds(crowd, peer, ROUNDS)
        crowd.close([mute])
        crowd.settle()
    return times


def growth(crowd: Crowd, peer: Peer) -> int:
    """Bytes that the server's memory grows by while one panel doesn't read; it stays that way."""
    rounds(crowd, peer, FILLING)
    before = peer.process.memory()
    crowd.mute(peer.port)
    rounds(crowd, peer, MISSED)
    return peer.process.memory() - before


def rounds(crowd: Crowd, peer: Peer, count: int) -> list[float]:
    return [crowd.round(peer.panels, lambda: peer.fire(TICKETS)) for _ in range(count)]
