"""Row 5: what kioskd weighs and costs while nothing happens, and after very much has happened."""

import time
from contextlib import ExitStack

from benchmarks import servers
from benchmarks.crowd import Crowd, Panel
from benchmarks.servers import Kioskd
from benchmarks.table import Row, size

PANELS = 5
TICKETS = 20
MEMORY_GOAL = 45_000_000  # bytes
IDLE_SECONDS = 60
UPDATES, BATCH = 100_000, 50
WARM = 40_000  # by then the memory of ids is as full as it gets, and its table has been renewed
FLAT = 0.02


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
            growth(crowd, daemon, panels),
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


def growth(crowd: Crowd, daemon: Kioskd, panels: list[Panel]) -> Row:
    """Every update brings a new ticket, and with it an alert: ids and alerts must not pile up."""
    start = warm = daemon.process.memory()
    for number in range(1, UPDATES + 1):
        daemon.send_new(TICKETS, number)
        if number % BATCH == 0:
            crowd.wait_until_read(daemon.upstream)
        if number == WARM:
            warm = daemon.process.memory()
    crowd.settle()
    grown = daemon.process.memory() - warm
    return Row(
        f"growth over {UPDATES:,} updates, each with a new ticket and an alert",
        f"{size(grown)} ({grown / warm:+.1%}) after update {WARM:,}; {size(warm - start)} before, "
        "which is the bounded memory of ids",
        f"flat: within {FLAT:.0%}",
        abs(grown) <= FLAT * warm,
    )
