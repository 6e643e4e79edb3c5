"""``python -m benchmarks.compare COMMIT``: this checkout beside an older one, in one run.

Both daemons run at the same time, and are measured in turn, so that what else the machine does hits
both. The order changes from pass to pass. The libraries are this checkout's for both.
"""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks import servers, startup, table
from benchmarks.crowd import Crowd
from benchmarks.fanout import intake_pass, one_pass
from benchmarks.load import Load
from benchmarks.process import CLIENT, ROOT, on_core
from benchmarks.servers import Peer
from benchmarks.table import Row, size, span
from benchmarks.tickets import COUNTS

PASSES = 7
ROUNDS = 15
CELLS = tuple((panels, tickets) for panels in (1, 100) for tickets in COUNTS)
Sides = tuple[list[float], list[float]]  # of the older one, and of this


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare")
    parser.add_argument("commit", help="what to compare this checkout with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the rows for programs, too")
    arguments = parser.parse_args()
    print(f"{table.machine()}\n\n{table.markdown([])}", flush=True)
    found = []
    with checkout(arguments.commit) as base, on_core(CLIENT):
        for row in rows(base):
            print(table.line(row), flush=True)
            found.append(row._asdict())
    if arguments.json:
        told = {"machine": table.machine(), "base": arguments.commit, "rows": found}
        arguments.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return 0


@contextlib.contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """The tree of a commit in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kioskd-base-") as folder:
        archive = subprocess.Popen(
            ["git", "archive", commit, "kioskd"], cwd=ROOT, stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
        if archive.wait():
            sys.exit(f"git has no commit {commit}")
        yield Path(folder)


def rows(base: Path) -> Iterator[Row]:
    trees = (base, ROOT)
    for tree in trees:
        startup.ready_once(tree)  # the first one compiles, and reads the disk
    yield both("exec to READY=1", span, lambda side: startup.ready_once(trees[side]))
    with Crowd() as crowd, ExitStack() as stack:
        daemons = [stack.enter_context(servers.kioskd(crowd, tree)) for tree in trees]
        for daemon in daemons:
            daemon.prime(crowd)
        peers = [daemon.peer(crowd) for daemon in daemons]
        for tickets in COUNTS:
            what = f"intake of a changed update, {tickets:,} tickets: CPU"
            yield both(what, span, partial(intake_of, peers, tickets))
        for panels, tickets in CELLS:
            for peer in peers:
                peer.panels += crowd.open(peer.port, panels - len(peer.panels))
            crowd.settle()
            yield from fan_out(crowd, peers, panels, tickets)
        memory: Sides = ([], [])
        for found, daemon in zip(memory, daemons, strict=True):
            found.append(daemon.process.memory())
        yield compared("resident memory after all this", size, memory, None)


def intake_of(peers: list[Peer], tickets: int, side: int) -> float:
    return intake_pass(peers[side], tickets)


def both(what: str, said: Callable[[float], str], measure: Callable[[int], float]) -> Row:
    load = Load()
    found: Sides = ([], [])
    for number in range(PASSES):
        for side in order(number):
            found[side].append(measure(side))
    return compared(what, said, found, load.others())


def fan_out(crowd: Crowd, peers: list[Peer], panels: int, tickets: int) -> Iterator[Row]:
    load = Load()
    times: Sides = ([], [])
    cpus: Sides = ([], [])
    for number in range(PASSES + 1):
        for side in order(number):
            cost = one_pass(crowd, peers[side], tickets, ROUNDS)
            if number:  # the first pass only warms up
                times[side].append(cost.time)
                cpus[side].append(cost.cpu)
    what = f"fan-out, {tickets:,} tickets to {panels} panel{'s' * (panels > 1)}"
    others = load.others()
    yield compared(f"{what}: time", span, times, others)
    yield compared(f"{what}: CPU", span, cpus, others)


def order(number: int) -> tuple[int, int]:
    return (0, 1) if number % 2 else (1, 0)


def compared(what: str, said: Callable[[float], str], found: Sides, others: float | None) -> Row:
    """The ratio is the median of those of each pass, and its range is that of the middle half."""
    base, now = (statistics.median(side) for side in found)
    ratios = [new / old for old, new in zip(*found, strict=True)]
    ratio = statistics.median(ratios)
    spread = ""
    if len(ratios) > 3:
        low, _, high = statistics.quantiles(ratios, n=4)
        spread = f" ({low:.2f} to {high:.2f})"
    return Row(
        what,
        f"{said(base)} before, {said(now)} now: **{ratio:.2f}** ×{spread}",
        figures={"base": base, "now": now, "ratio": ratio},
        others=others,
    )


if __name__ == "__main__":
    sys.exit(main())
