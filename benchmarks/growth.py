"""What kioskd weighs after very much has happened; some minutes."""

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.servers import Kioskd
from benchmarks.table import Row, size

PANELS = 5
TICKETS = 20
UPDATES, BATCH = 100_000, 50
WARM = 60_000  # by then the memory of ids is as full as it gets, and its table has been renewed
FLAT = 0.02


def rows() -> list[Row]:
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        panels = crowd.open(daemon.port, PANELS)
        crowd.round(panels, lambda: daemon.send(TICKETS))
        crowd.settle()
        return [growth(crowd, daemon)]


def growth(crowd: Crowd, daemon: Kioskd) -> Row:
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
