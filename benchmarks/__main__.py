"""``python -m benchmarks [--json FILE] [GROUP ...]``: measure, and print the tables for
docs/performance.md.

Without a name those run that take ten minutes together, the daemon's own first. Nothing else should
run meanwhile: the server has one core, the load client the other. The last column of the table is
what other programs used of the machine all the same.
"""

import argparse
import importlib
import json
import logging
import sys
import time
from pathlib import Path

from benchmarks import table
from benchmarks.load import Load
from benchmarks.process import CLIENT, on_core
from benchmarks.table import Row

DAEMON = ("fanout", "stall", "poll", "relay", "alerts", "startup", "idle", "glpi", "growth")
WALL = ("panel", "glass", "pages", "sound", "senders", "buttons", "history")
OTHERS = (*WALL, "fleet", "shared", "thousand", "footprint")
GROUPS = (*DAEMON, *OTHERS)
BY_NAME = ("glpi", "growth", "fleet", "shared", "thousand", "footprint")
"""Minutes each; the last needs root, and boots a Debian."""
USUAL = tuple(name for name in GROUPS if name not in BY_NAME)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure kioskd.")
    parser.add_argument(
        "groups",
        nargs="*",
        type=group,
        metavar="GROUP",
        default=USUAL,
        help=f"{', '.join(USUAL)}, which run when none is named; {', '.join(BY_NAME)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="the rows for programs, too")
    arguments = parser.parse_args()
    # Of kioskd's parts in this process, such as 1,000 whose broker ends, as it is meant to.
    logging.getLogger().addHandler(logging.NullHandler())
    print(f"{table.machine()}\n\n{table.markdown([])}", flush=True)
    found: list[dict[str, object]] = []
    seconds: dict[str, float] = {}
    for name in arguments.groups:
        started = time.monotonic()
        for row in measure(name):
            print(table.line(row), flush=True)
            found.append(row._asdict() | {"group": name})
        seconds[name] = time.monotonic() - started
        print(f"{name}: {seconds[name]:.0f} s", file=sys.stderr)
    print(f"all: {sum(seconds.values()):.0f} s", file=sys.stderr)
    if arguments.json:
        told = {"machine": table.machine(), "seconds": seconds, "rows": found}
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return int(any(str(row["measured"]).startswith("failed: ") for row in found))


def group(name: str) -> str:
    if name not in GROUPS:
        raise argparse.ArgumentTypeError(f"there are {', '.join(GROUPS)}")
    return name


def measure(name: str) -> list[Row]:
    """The rows of a group, each with what others used of the machine; one row when it failed."""
    load = Load()
    try:
        rows = importlib.import_module(f"benchmarks.{name}").rows
        if name in DAEMON:
            with on_core(CLIENT):
                found = rows()
        else:  # these share the machine out themselves
            found = [Row(*row) for row in rows()]
    except Exception as error:
        found = [Row(name, f"failed: {type(error).__name__}: {error}", "", False)]
    others = load.others()
    return [row if row.others is not None else row._replace(others=others) for row in found]


if __name__ == "__main__":
    sys.exit(main())
