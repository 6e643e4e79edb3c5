"""Row 1: one update to many panels, until the last one has the last byte."""

import statistics
from collections.abc import Iterable
from contextlib import ExitStack
from typing import NamedTuple

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.servers import Peer
from benchmarks.table import Row, span
from benchmarks.tickets import COUNTS

PANELS = (1, 10, 100, 500)
PASSES = 5
BYTES = 60_000_000  # what one peer sends in one pass of a cell, at most
SLOW_BYTES = 10_000_000  # the same of the guide's consumer, over all passes
ROUNDS = 20
GOAL = 1.3  # of the floor's time and CPU
PART = 25  # the goal is this part of the guide's CPU
SMALLEST = 200  # tickets from which the goals hold
BROADCAST, GUIDE, QUERIES = "websockets.broadcast", "guide", "guide with its queries"


class Cost(NamedTuple):
    """What one round of a peer costs, in seconds: until the last byte, and of processor time."""

    time: float
    cpu: float


Pass = dict[str, Cost]


def rows() -> list[Row]:
    table: list[Row] = []
    intake: dict[int, float] = {}
    with Crowd() as crowd, ExitStack() as stack:
        daemon = stack.enter_context(servers.kioskd(crowd))
        daemon.prime(crowd)
        peers = [
            *servers.floor(crowd, stack),
            servers.broadcast(crowd, stack),
            Peer("kioskd", daemon.process, daemon.port, daemon.send),
            *servers.guide(crowd, stack),
        ]
        for panels in PANELS:
            for peer in peers:
                more = panels - len(peer.panels)
                peer.panels += crowd.open(peer.port, more)
            crowd.settle()
            for tickets in COUNTS:
                passes = measure(crowd, peers, tickets)
                if panels == 1:
                    intake[tickets] = statistics.median(
                        found["kioskd"].cpu - found["floor"].cpu for found in passes
                    )
                table.append(row(panels, tickets, passes, intake[tickets]))
    return table


def measure(crowd: Crowd, peers: list[Peer], tickets: int) -> list[Pass]:
    """Every peer in turn, several times over, so that what else the machine does hits all."""
    passes: list[Pass] = []
    size = len(peers[0].panels) * tickets * 400
    for number in range(PASSES):
        found: Pass = {}
        for peer in peers:
            if count := rounds(peer.name, number, size):
                if number == 0:
                    check(crowd, peer, tickets)
                found[peer.name] = one_pass(crowd, peer, tickets, count)
        passes.append(found)
    return passes


def rounds(name: str, number: int, size: int) -> int:
    """How many a peer runs in a pass; fewer for more bytes, none for the slow ones with many."""
    if name in (GUIDE, QUERIES):
        return int(number * size < SLOW_BYTES and (name == GUIDE or size < SLOW_BYTES))
    return max(2, min(ROUNDS, BYTES // size))


def check(crowd: Crowd, peer: Peer, tickets: int) -> None:
    """The first rounds aren't counted: they show that the right thing arrives."""
    # Critical tickets that the last size left out come back, and kioskd announces them.
    crowd.round(peer.panels, lambda: peer.fire(tickets))
    crowd.settle()
    panel = peer.panels[-1]
    panel.kept = bytearray()
    crowd.round(peer.panels, lambda: peer.fire(tickets))
    if panel.kept.count(b'"assignedTo"') != tickets:
        raise ValueError(f"{peer.name} sent something else than {tickets} tickets")
    panel.kept = None


def one_pass(crowd: Crowd, peer: Peer, tickets: int, rounds: int) -> Cost:
    crowd.settle(0.02)
    before = peer.process.cpu()
    times = [crowd.round(peer.panels, lambda: peer.fire(tickets)) for _ in range(rounds)]
    crowd.settle(0.02)
    return Cost(statistics.median(times), (peer.process.cpu() - before) / rounds)


def typical(costs: Iterable[Cost]) -> Cost:
    times, cpus = zip(*costs, strict=True)
    return Cost(statistics.median(times), statistics.median(cpus))


def ratio(passes: list[Pass], name: str, to: str) -> Cost:
    """How many times as much, compared within each pass."""
    both = [(found[name], found[to]) for found in passes if name in found]
    return typical(Cost(one.time / other.time, one.cpu / other.cpu) for one, other in both)


def row(panels: int, tickets: int, passes: list[Pass], intake: float) -> Row:
    """``intake``: CPU seconds of one update that are the same at any number of panels."""
    kioskd = typical(found["kioskd"] for found in passes)
    ours, behind = ratio(passes, "kioskd", "floor"), ratio(passes, "kioskd", BROADCAST)
    guide = ratio(passes, GUIDE, "kioskd").cpu
    others = [
        f"{name} {other.time:.3g} / {other.cpu:.3g}"
        for name in passes[0]
        if name not in ("floor", "kioskd")
        for other in [ratio(passes, name, "floor")]
    ]
    said = (
        f"{span(kioskd.time)}, CPU {span(kioskd.cpu)} = "
        f"**{ours.time:.2f} / {ours.cpu:.2f}** × floor; {', '.join(others)}"
    )
    what = f"fan-out, {tickets:,} tickets to {panels} panel{'s' * (panels > 1)}"
    if tickets < SMALLEST:
        return Row(what, said)
    misses = []
    if max(ours) > GOAL:
        misses.append(f"the intake alone is {span(intake)} of CPU, which the floor hasn't")
    if max(behind) > 1:
        misses.append(f"{BROADCAST} takes nothing in and is ahead")
    if guide < PART:
        misses.append(f"only 1/{guide:.0f} of the guide's CPU")
    if misses:
        said += f"; missed: {', '.join(misses)}"
    goal = f"≤ {GOAL} / {GOAL} × floor, ahead of broadcast, CPU ≤ 1/{PART} of the guide's"
    return Row(what, said, goal, not misses)
