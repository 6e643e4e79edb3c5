"""Row 5: what kioskd weighs and costs while nothing happens."""

import time
from contextlib import ExitStack

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.servers import Kioskd
from benchmarks.table import Row, size

PANELS = 5
TICKETS = 20
MEMORY_GOAL = 45_000_000  # bytes
IDLE_SECONDS = 30


def rows() -> list[Row]:
    weights = []
    with Crowd() as crowd, ExitStack() as stack:
        for peer in (servers.bare(stack), servers.guide(crowd, stack)[0]):
            peer.panels = crowd.open(peer.port, PANELS)
            crowd.settle()
            weights.append(f"{peer.name} {size(peer.process.memory())}")
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        panels = crowd.open(daemon.port, PANELS)
        crowd.round(panels, lambda: daemon.send(TICKETS))
        crowd.settle()
        weight = daemon.process.memory()
        return [
            Row(
                f"resident memory, idle, {PANELS} panels, no sound",
                f"{size(weight)}; {', '.join(weights)}",
                f"≤ {size(MEMORY_GOAL)}",
                weight <= MEMORY_GOAL,
                {"bytes": weight},
            ),
            idle(crowd, daemon),
        ]


def idle(crowd: Crowd, daemon: Kioskd) -> Row:
    before, started = daemon.process.cpu(), time.monotonic()
    crowd.pump(IDLE_SECONDS)
    share = (daemon.process.cpu() - before) / (time.monotonic() - started)
    return Row(
        f"CPU over {IDLE_SECONDS} s idle, {PANELS} panels",
        f"{share:.2%} of a core",
        figures={"cores": share},
    )
