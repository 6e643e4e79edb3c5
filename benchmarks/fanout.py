"""Row 1: what one changed update costs: to take it in, and to write it to many panels.

The floor does what any server of this kind must: it decodes the update into types, compares it with
the one before, and writes it. What taking in costs is measured without a panel, and stands in rows
of its own; a fan-out's row has the whole, and the CPU without the intake.
"""

import statistics
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from typing import NamedTuple

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.load import Load
from benchmarks.servers import Peer
from benchmarks.table import Row, span
from benchmarks.tickets import COUNTS

PANELS = (1, 10, 100, 500)
PASSES = 5
BYTES = 60_000_000  # what one peer sends in one pass of a cell, at most
SLOW_BYTES = 10_000_000  # the same of the guide's consumer, over all passes
ROUNDS = 20
INTAKES = 40  # updates a pass, of which the last is waited for
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
    with Crowd() as crowd, ExitStack() as stack:
        daemon = stack.enter_context(servers.kioskd(crowd))
        daemon.prime(crowd)
        floor, relay = servers.floor(crowd, stack)
        ours = daemon.peer(crowd)
        others = [relay, servers.broadcast(crowd, stack), *servers.guide(crowd, stack)]
        intakes = {tickets: intake(crowd, [floor, ours], tickets) for tickets in COUNTS}
        table = [intake_row(tickets, *intakes[tickets]) for tickets in COUNTS]
        peers = [floor, ours, *others]
        for panels in PANELS:
            for peer in peers:
                more = panels - len(peer.panels)
                peer.panels += crowd.open(peer.port, more)
            crowd.settle()
            for tickets in COUNTS:
                load = Load()
                passes = measure(crowd, peers, tickets)
                found = row(panels, tickets, passes, intakes[tickets][0])
                table.append(found._replace(others=load.others()))
    return table


def intake(crowd: Crowd, peers: list[Peer], tickets: int) -> tuple[Mapping[str, float], float]:
    """CPU seconds of one changed update while nobody looks, by peer; and what others used."""
    load = Load()
    costs: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for number in range(PASSES + 1):
        for peer in peers:
            cost = intake_pass(peer, tickets)
            if number:  # the first pass only warms up
                costs[peer.name].append(cost)
    return {name: statistics.median(found) for name, found in costs.items()}, load.others()


def intake_pass(peer: Peer, tickets: int) -> float:
    """CPU seconds of one changed update, less those of the ping by which its end is known."""
    start = peer.process.cpu()
    for _ in range(INTAKES):
        peer.read()
    pinged = peer.process.cpu()
    for _ in range(INTAKES):
        peer.fire(tickets)
        peer.read()  # else two that come together might be read as one
    return (peer.process.cpu() - pinged - (pinged - start)) / INTAKES


def intake_row(tickets: int, costs: Mapping[str, float], others: float) -> Row:
    ours, floor = costs["kioskd"], costs["floor"]
    return Row(
        f"intake of a changed update, {tickets:,} tickets: CPU",
        f"{span(ours)} = **{ours / floor:.2f}** × a typed decoding and a comparison",
        figures={"tickets": tickets, "cpu": ours, "ratio": ours / floor},
        others=others,
    )


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


def row(panels: int, tickets: int, passes: list[Pass], intake: Mapping[str, float]) -> Row:
    """``intake``: CPU seconds of one update that are the same at any number of panels."""
    kioskd = typical(found["kioskd"] for found in passes)
    ours, behind = ratio(passes, "kioskd", "floor"), ratio(passes, "kioskd", BROADCAST)
    guide = ratio(passes, GUIDE, "kioskd").cpu
    peers = {
        name: ratio(passes, name, "floor") for name in passes[0] if name not in ("floor", "kioskd")
    }
    others = [f"{name} {other.time:.3g} / {other.cpu:.3g}" for name, other in peers.items()]
    writing = max(0.0, kioskd.cpu - intake["kioskd"])
    said = (
        f"{span(kioskd.time)}, CPU {span(kioskd.cpu)} ({span(writing)} without the intake) = "
        f"**{ours.time:.2f} / {ours.cpu:.2f}** × floor; {', '.join(others)}"
    )
    figures = {
        "tickets": tickets,
        "panels": panels,
        "time": kioskd.time,
        "cpu": kioskd.cpu,
        "writing": writing,
        "time ratio": ours.time,
        "cpu ratio": ours.cpu,
    }
    figures |= {f"{name} time": other.time for name, other in peers.items()}
    figures |= {f"{name} cpu": other.cpu for name, other in peers.items()}
    what = f"fan-out, {tickets:,} tickets to {panels} panel{'s' * (panels > 1)}"
    if tickets < SMALLEST:
        return Row(what, said, figures=figures)
    misses = []
    if max(ours) > GOAL:
        misses.append(f"more than {GOAL} × the floor")
    if max(behind) > 1:
        misses.append(f"{BROADCAST} takes nothing in and is ahead")
    if guide < PART:
        misses.append(f"only 1/{guide:.0f} of the guide's CPU")
    if misses:
        said += f"; missed: {', '.join(misses)}"
    goal = f"≤ {GOAL} / {GOAL} × floor, ahead of broadcast, CPU ≤ 1/{PART} of the guide's"
    return Row(what, said, goal, not misses, figures)
