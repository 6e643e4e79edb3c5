"""``python -m benchmarks [GROUP ...]``: measure, and print the tables for docs/performance.md.

Without a name every group runs, the daemon's own first: about six minutes for those. Nothing else
should run meanwhile: the server has one core, the load client the other.
"""

import importlib
import importlib.util
import sys
import time

from benchmarks import table
from benchmarks.process import CLIENT, on_core
from benchmarks.table import Row

DAEMON = ("fanout", "stall", "poll", "glpi", "relay", "alerts", "startup", "idle")
OTHERS = ("panel", "sound", "senders", "buttons")


def main(wanted: list[str]) -> int:
    known = [name for name in (*DAEMON, *OTHERS) if importlib.util.find_spec(f"benchmarks.{name}")]
    if unknown := set(wanted) - set(known):
        print(f"no group {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    print(f"{table.machine()}\n\n{table.markdown([])}", flush=True)
    failed = False
    for name in wanted or known:
        started = time.monotonic()
        try:
            for row in measure(name):
                print(table.line(row), flush=True)
        except Exception as error:
            failed = True
            print(table.line(Row(name, f"failed: {type(error).__name__}: {error}", "", False)))
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return failed


def measure(name: str) -> list[Row]:
    rows = importlib.import_module(f"benchmarks.{name}").rows
    if name not in DAEMON:  # these share the machine out themselves
        return [Row(*row) for row in rows()]
    with on_core(CLIENT):
        found: list[Row] = rows()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
