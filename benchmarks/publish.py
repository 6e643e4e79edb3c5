"""``python -m benchmarks.publish FILE``: put a run's tables into docs/performance.md.

FILE is what ``--json`` wrote. The tables of some groups stand between ``<!-- bench: GROUP ... -->``
and ``<!-- end -->``; where one of them did not run, or failed, the old table stays. The machine is
told again by a run of all that run without a name.
"""

import json
import re
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.__main__ import USUAL
from benchmarks.process import ROOT
from benchmarks.table import span

DOCUMENT = ROOT / "docs/performance.md"
PLACE = re.compile(r"(<!-- bench: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
WIDTH = 100
PEERS = ("relay", "websockets.broadcast", "guide", "guide with its queries")
MET = {True: "yes", False: "**no**", None: ""}
Told = dict[str, Any]
"""A row as ``table.Row`` has it, with its group."""


def main() -> int:
    run = json.loads(Path(sys.argv[1]).read_text())
    DOCUMENT.write_text(published(DOCUMENT.read_text(), run))
    return 0


def published(document: str, run: dict[str, Any]) -> str:
    """The document with what a run found."""
    failed = {row["group"] for row in run["rows"] if row["measured"].startswith("failed: ")}
    ran = {row["group"] for row in run["rows"]} - failed

    def place(found: re.Match[str]) -> str:
        shape, groups = SHAPES.get(found[2], (plain, found[2].split()))
        if not ran.issuperset(groups):
            print(f"{found[2]}: left as it was", file=sys.stderr)
            return found[0]
        rows = [row for group in groups for row in run["rows"] if row["group"] == group]
        said = machine(run) if found[2] == "machine" else shape(rows)
        return f"{found[1]}{said}\n{found[3]}"

    return PLACE.sub(place, document)


def machine(run: dict[str, Any]) -> str:
    others = [row["others"] for row in run["rows"] if row["others"] is not None]
    said = f"**The machine.** {run['machine']}. Other programs used {min(others):.0%} to "
    return textwrap.fill(f"{said}{max(others):.0%} of it meanwhile.", WIDTH)


def plain(rows: list[Told]) -> str:
    goals = any(row["goal"] for row in rows)
    head = ["what", "measured", *(["goal", "met"] if goals else [])]
    lines = [
        [row["what"], row["measured"], *([row["goal"], MET[row["met"]]] if goals else [])]
        for row in rows
    ]
    return table(head, lines)


def intake(rows: list[Told]) -> str:
    found = [row["figures"] for row in rows if row["what"].startswith("intake")]
    lines = [
        [f"{figures['tickets']:,}", span(figures["cpu"]), f"{figures['ratio']:.2f}"]
        for figures in found
    ]
    return table(["tickets", "CPU", "ratio"], lines)


def fan_out(rows: list[Told]) -> str:
    head = ["tickets", "panels", "time", "CPU", "kioskd", "relay", "broadcast", "guide"]
    lines = []
    for row in rows:
        if row["what"].startswith("intake"):
            continue
        of = row["figures"]
        lines.append(
            [
                f"{of['tickets']:,}",
                f"{of['panels']:,}",
                span(of["time"]),
                span(of["cpu"]),
                f"{of['time ratio']:.2f} / {of['cpu ratio']:.2f}",
                *(
                    f"{of[f'{peer} time']:.3g} / {of[f'{peer} cpu']:.3g}"
                    if f"{peer} time" in of
                    else "–"
                    for peer in PEERS
                ),
                MET[row["met"]],
            ]
        )
    return table([*head, "with queries", "met"], lines)


def table(head: list[str], lines: list[list[str]]) -> str:
    both = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in both)


SHAPES: dict[str, tuple[Callable[[list[Told]], str], Sequence[str]]] = {
    "machine": (plain, USUAL),
    "intake": (intake, ["fanout"]),
    "fan-out": (fan_out, ["fanout"]),
}

if __name__ == "__main__":
    sys.exit(main())
