"""Row 1: one update to many panels, until the last one has the last byte."""

import statistics
from contextlib import ExitStack

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.servers import Peer
from benchmarks.table import Row, span

PANELS = (1, 10, 100, 500)
TICKETS = (20, 200, 2000)
PASSES = 5
BYTES = 60_000_000  # what one peer sends in one pass of a cell, at most
ROUNDS = 20
GOAL = 1.3  # of the floor's time and CPU
GUIDE = 25  # the goal is this part of the guide's CPU
SMALLEST = 200  # tickets from which the goals hold


class Cost:
    """What the rounds of one peer cost in one cell, in seconds."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.cpus: list[float] = []

    @property
    def time(self) -> float:
        return statistics.median(self.times)

    @property
    def cpu(self) -> float:
        return statistics.median(self.cpus)


Cell = dict[str, Cost]


def rows() -> list[Row]:
    found: list[Row] = []
    intake: dict[int, float] = {}
    with Crowd() as crowd, ExitStack() as stack:
        daemon = stack.enter_context(servers.kioskd(crowd))
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
            for tickets in TICKETS:
                cell = measure(crowd, peers, tickets)
                if panels == 1:
                    intake[tickets] = cell["kioskd"].cpu - cell["floor"].cpu
                found.append(row(panels, tickets, cell, intake[tickets]))
    return found


def measure(crowd: Crowd, peers: list[Peer], tickets: int) -> Cell:
    """Every peer in turn, several times over, so that what else the machine does hits all."""
    cell: Cell = {}
    size = len(peers[0].panels) * tickets * 400
    for number in range(PASSES):
        for peer in peers:
            slow = peer.name.startswith("guide")
            if slow and (number and size > 1_000_000):
                continue
            if peer.name == "guide, queries" and size > 10_000_000:
                continue
            rounds = 1 if slow else max(2, min(ROUNDS, BYTES // size))
            if number == 0:
                check(crowd, peer, tickets)
            one_pass(crowd, peer, tickets, rounds, cell.setdefault(peer.name, Cost()))
    return cell


def check(crowd: Crowd, peer: Peer, tickets: int) -> None:
    """The first round isn't counted: it shows that the right thing arrives."""
    panel = peer.panels[-1]
    panel.kept = bytearray()
    crowd.round(peer.panels, lambda: peer.fire(tickets))
    if panel.kept.count(b'"assignedTo"') != tickets:
        raise ValueError(f"{peer.name} sent something else than {tickets} tickets")
    panel.kept = None


def one_pass(crowd: Crowd, peer: Peer, tickets: int, rounds: int, cost: Cost) -> None:
    crowd.settle(0.02)
    before = peer.process.cpu()
    for _ in range(rounds):
        cost.times.append(crowd.round(peer.panels, lambda: peer.fire(tickets)))
    crowd.settle(0.02)
    cost.cpus.append((peer.process.cpu() - before) / rounds)


def row(panels: int, tickets: int, cell: Cell, intake: float) -> Row:
    """``intake``: CPU seconds of one update that are the same at any number of panels."""
    floor, kioskd, guide = cell["floor"], cell["kioskd"], cell["guide"]
    broadcast = cell["websockets.broadcast"]
    times = {name: cost.time / floor.time for name, cost in cell.items()}
    cpus = {name: cost.cpu / floor.cpu for name, cost in cell.items()}
    others = ", ".join(
        f"{name} {times[name]:.3g} / {cpus[name]:.3g}"
        for name in cell
        if name not in ("floor", "kioskd")
    )
    said = (
        f"{span(kioskd.time)}, CPU {span(kioskd.cpu)} = "
        f"**{times['kioskd']:.2f} / {cpus['kioskd']:.2f}** × floor; {others}"
    )
    what = f"fan-out, {tickets:,} tickets to {panels} panels"
    if tickets < SMALLEST:
        return Row(what, said)
    misses = []
    if max(times["kioskd"], cpus["kioskd"]) > GOAL:
        misses.append(f"over {GOAL} × floor, as the intake alone is {span(intake)} of CPU")
    if kioskd.time > broadcast.time or kioskd.cpu > broadcast.cpu:
        misses.append("behind websockets.broadcast, which takes nothing in")
    if kioskd.cpu * GUIDE > guide.cpu:
        misses.append(f"1/{guide.cpu / kioskd.cpu:.0f} of the guide's CPU")
    goal = f"≤ {GOAL} / {GOAL} × floor, ahead of broadcast, CPU ≤ 1/{GUIDE} of the guide's"
    return Row(
        what, "; missed: ".join([said, ", ".join(misses)] if misses else [said]), goal, not misses
    )
