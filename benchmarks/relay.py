"""Row 4: from the upstream's frame to one panel's, beside a relay that looks at nothing."""

import statistics
from contextlib import ExitStack

from benchmarks import servers, tickets
from benchmarks.crowd import Crowd
from benchmarks.servers import Peer
from benchmarks.table import Row, span

SAMPLES = 150
TURNS = 4


def rows() -> list[Row]:
    found = []
    with Crowd() as crowd, ExitStack() as stack:
        daemon = stack.enter_context(servers.kioskd(crowd))
        daemon.prime(crowd)
        peers = [
            servers.floor(crowd, stack)[1],
            daemon.peer(crowd),
        ]
        for peer in peers:
            peer.panels += crowd.open(peer.port, 1)
        crowd.settle()
        for count in tickets.COUNTS:
            times: dict[str, list[float]] = {peer.name: [] for peer in peers}
            for _ in range(TURNS):
                for peer in peers:
                    times[peer.name] += samples(crowd, peer, count)
            found.append(row(count, *times.values()))
    return found


def samples(crowd: Crowd, peer: Peer, count: int) -> list[float]:
    found = []
    for _ in range(SAMPLES):
        found.append(crowd.round(peer.panels, lambda: peer.fire(count)))
        crowd.pump(0.001)  # what a server does after the panel has it is no part of this
    return found


def row(count: int, relay: list[float], kioskd: list[float]) -> Row:
    said = []
    figures: dict[str, float] = {}
    for name, at in (("p50", 49), ("p99", 98)):
        ours, floor = (statistics.quantiles(times, n=100)[at] for times in (kioskd, relay))
        said.append(f"{name} {span(ours)} = {ours / floor:.1f} × relay's {span(floor)}")
        figures |= {name: ours, f"{name} ratio": ours / floor}
    return Row(f"upstream to panel, {count:,} tickets", "; ".join(said), figures=figures)
