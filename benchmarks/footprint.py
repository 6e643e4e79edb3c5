"""Memory of the whole wall in a booted Debian 13, from the daemon to the browser.

As root, with systemd-nspawn and a package in dist/ (make deb). A page that several processes share
is counted once (Pss), the compositor draws into memory, and nothing is on a graphics card.
"""

import json
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import tickets
from benchmarks.process import ROOT
from benchmarks.table import Row, size
from tests.e2e.appliance.machine import CONFIG, Machine, booted, until
from tests.e2e.appliance.picture import BROWSER, DROP_IN, HEADLESS, confirmed
from tests.e2e.appliance.roots import root

DEBIAN = "13"
SETTLED = 120.0  # seconds after the picture
UPDATES, A_SECOND, TICKETS = 10_000, 40, 200
GOAL, GOAL_LATER = 340_000_000, 360_000_000  # bytes
LIMIT = 360 << 20  # bytes for the wall and the whole system below it
PORT = 9000
# Of each process of the two units: what it is, and its pages in kB.
LOOK = r"""
for unit in kioskd kioskd-browser; do
  group=$(systemctl show --property=ControlGroup --value $unit)
  for pid in $(find /sys/fs/cgroup$group -name cgroup.procs -exec cat {} +); do
    pages=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' /proc/$pid/smaps_rollup 2>/dev/null) || continue
    echo "$pages $(tr '\0' ' ' </proc/$pid/cmdline)"
  done
done
"""
KINDS = {
    "kioskd.browser.supervisor": "watcher",
    "kioskd.audio.process": "sound",
    "kioskd run": "daemon",
    "cage -s": "compositor",
    "sway --": "compositor",
}
# A helpdesk that says something new so many times, and prints when it has.
UPSTREAM = f"""
import asyncio, json, sys
sys.path.insert(0, "/usr/lib/kioskd/python%d.%d" % sys.version_info[:2])
from aiohttp import web
rows = json.load(open("/usr/local/share/tickets.json"))
async def serve(request):
    link = web.WebSocketResponse()
    await link.prepare(request)
    for turn in range({UPDATES}):
        for row in rows["data"][turn % 10 :: 10]:
            row["title"] = f"Impressora {{turn}} de {{row['id']}} nao responde"
        rows["data"].append(rows["data"].pop(0) | {{"id": str(20_000 + turn)}})
        await link.send_str(json.dumps(rows))
        await asyncio.sleep(1 / {A_SECOND})
    print("all said", flush=True)
    async for _ in link:
        pass
    return link
app = web.Application()
app.router.add_get("/ws", serve)
web.run_app(app, host="127.0.0.1", port={PORT}, print=None)
"""


def rows() -> list[Row]:
    found = []
    with _installed() as machine:
        for browser in ("chromium", "chromium-shell"):
            _show(machine, f"display: {{browser: {browser}}}\nsources: [{{kind: demo}}]\n")
            time.sleep(SETTLED)
            goal = GOAL if browser == "chromium-shell" else None
            found.append(_row(f"{browser}, two minutes after the picture", machine, goal))
        for browser in ("chromium", "chromium-shell"):
            _show_two(machine, browser)
            time.sleep(SETTLED)
            found.append(_row(f"{browser} with two outputs, a panel on each", machine, None))
        machine.write(DROP_IN, HEADLESS)
        machine.run("systemctl", "daemon-reload")
        _show(machine, "sources: [{kind: demo}]\n")
        _traffic(machine)
        found.append(_row(f"chromium-shell, after {UPDATES:,} updates", machine, GOAL_LATER))
    with _installed(LIMIT) as machine:
        _show(machine, "sources: [{kind: demo}]\n")
        began = time.monotonic()
        machine.run("systemctl", "restart", "kioskd", BROWSER)
        until(lambda: confirmed(machine), 60, "the picture is confirmed")
        taken = time.monotonic() - began
        what = f"both started anew until the picture, all of Debian in {LIMIT >> 20} MiB"
        found.append(Row(what, f"{taken:.1f} s", "it comes", True, {"seconds": taken}))
    return found


def _row(what: str, machine: Machine, goal: int | None) -> Row:
    parts = pages(machine)
    whole = sum(parts.values())
    said = ", ".join(f"{name} {size(of)}" for name, of in parts.most_common())
    met = None if goal is None else whole <= goal
    figures = {"bytes": whole, **parts}
    return Row(what, f"{size(whole)}: {said}", f"≤ {size(goal)}" if goal else "", met, figures)


def pages(machine: Machine) -> Counter[str]:
    """Bytes of unique pages by part; the browser's processes are one."""
    found: Counter[str] = Counter()
    for line in machine.run("sh", "-c", LOOK).splitlines():
        kilobytes, _, command = line.partition(" ")
        kinds = (name for words, name in KINDS.items() if words in command)
        found[next(kinds, "browser")] += int(kilobytes) * 1024
    return found


@contextmanager
def _installed(memory: int | None = None) -> Iterator[Machine]:
    """A Debian with the newest package, as its units start it, without a screen."""
    built = sorted((ROOT / "dist").glob("kioskd_*_amd64.deb"), key=lambda p: p.stat().st_mtime)
    if not built:
        raise FileNotFoundError("no package in dist/: make deb")
    with tempfile.TemporaryDirectory(prefix="kioskd-packages-") as folder:
        shutil.copy(built[-1], Path(folder, "kioskd.deb"))
        with booted(root(DEBIAN), Path(folder), memory) as machine:
            machine.write(DROP_IN, HEADLESS)
            machine.install("kioskd.deb")
            yield machine


def _show(machine: Machine, config: str) -> None:
    machine.write(CONFIG, config)
    machine.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: confirmed(machine), 120, "the picture is confirmed")


def _show_two(machine: Machine, browser: str) -> None:
    machine.write(DROP_IN, f"{HEADLESS}Environment=WLR_HEADLESS_OUTPUTS=2\n")
    machine.run("systemctl", "daemon-reload")
    panels = "panels: [{id: Kiosk-B, output: HEADLESS-2, screens: [dashboard]}]"
    shown = f"display: {{browser: {browser}}}\n{panels}\nsources: [{{kind: demo}}]\n"
    _show(machine, f"kiosk: {{language: en}}\n{shown}")
    said = "HEADLESS-2: picture confirmed"
    until(
        lambda: said in machine.property("StatusText", BROWSER), 120, "both pictures are confirmed"
    )


def _traffic(machine: Machine) -> None:
    """Give the wall a day's updates."""
    first = json.dumps(tickets.message(tickets.rows(TICKETS)))
    machine.write("/usr/local/share/tickets.json", first)
    machine.write("/usr/local/bin/upstream.py", UPSTREAM)
    machine.run("systemd-run", "--unit=upstream", "python3", "/usr/local/bin/upstream.py")
    source = f"{{kind: channels, url: 'ws://127.0.0.1:{PORT}/ws'}}"
    machine.write(CONFIG, f"sources: [{source}]\n")
    machine.run("systemctl", "restart", "kioskd")
    limit = 3 * UPDATES / A_SECOND
    until(lambda: "all said" in machine.journal("upstream"), limit, "all updates are said")
    until(lambda: confirmed(machine), 60, "the picture is confirmed")
