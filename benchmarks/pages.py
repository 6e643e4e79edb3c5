"""What a web page among the screens costs: memory, and the time until it is before the panel.

A real ``kioskd browser`` with Chromium, headless in place of a compositor, and a plain page of a
server in the house. Seen is what a screenshot shows, which takes its time too.
"""

import json
import os
import socket
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks import servers
from benchmarks.process import Process, Ready, free_port, python
from benchmarks.table import Row, size, span
from kioskd.host.network import addresses
from tests.support.intranet import site
from tests.support.watching import HEADLESS, Browser

SETTLED = 12.0  # seconds until the memory of a start is given back
ROUNDS = 8
LARGE = 15_000  # bytes of a screenshot of the panel; the page's, of few colours, has less
LIMIT = 60.0  # seconds
HEAD = "display: {browser: chromium}\nsound: {enabled: false}\n"
HEAD += "sources: [{kind: demo, tempo: 0.01}]\nscreens:\n"
PANEL = "- {name: fila, kind: tickets}\n"


def rows() -> list[Row]:
    what = "a plain web page among the screens: Chromium's own memory"
    if not addresses():
        return [Row(what, "not measured: this machine has no network card with an address")]
    with site() as page:
        with shown(PANEL) as (_, browser):
            without = memory(browser)
        entry = f"- {{name: carga, kind: page, url: '{page.url}/d/load'}}\n"
        with shown(PANEL + entry) as (url, browser):
            until(lambda: page.asked, "the page is opened")
            more = memory(browser) - without
            there, back = taken(url, browser)
    return [
        Row(what, f"{size(more)} more than {size(without)}", figures={"bytes": more}),
        _seen("the page is before the panel", there),
        _seen("the panel is back", back),
    ]


def _seen(what: str, times: list[float]) -> Row:
    half = statistics.median(times)
    said = f"p50 {span(half)}, the slowest of {len(times)} {span(max(times))}"
    figures = {"p50": half, "slowest": max(times)}
    return Row(f"`POST /api/switch` → a screenshot in which {what}", said, figures=figures)


@contextmanager
def shown(screens: str) -> Iterator[tuple[str, Browser]]:
    """The address of a wall with these screens whose picture is confirmed, and its browser."""
    with servers.folder() as place:
        port, ready, run = free_port(), Ready(place), place / "run"
        run.mkdir()
        file = place / "kioskd.yaml"
        kiosk = f"{{id: Kiosk-BENCH, language: en, state_directory: {place}/state}}"
        file.write_text(f"kiosk: {kiosk}\nserver: {{port: {port}}}\n{HEAD}{screens}")
        notify = {"NOTIFY_SOCKET": str(ready.path), "HOME": str(place)}
        command = python("-m", "kioskd", "run", "--config", str(file))
        kioskd = Process(command, place, notify | {"RUNTIME_DIRECTORY": str(run)})
        browser = Browser(place / "browser", file, HEADLESS)
        try:
            ready.wait(kioskd)
            ready.close()
            browser.start()
            until(
                lambda: "picture confirmed" in browser.notified.until("="), "the picture is there"
            )
            yield f"http://127.0.0.1:{port}", browser
        finally:
            browser.close()
            kioskd.stop()


def memory(browser: Browser) -> int:
    """Bytes that belong to its processes alone, whatever other browsers the machine runs."""
    time.sleep(SETTLED)
    found = 0
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if os.getsid(int(entry.name)) == browser.process.pid:
                lines = (entry / "smaps_rollup").read_text().splitlines()
                found += sum(int(x.split()[1]) for x in lines if x.startswith("Private_"))
    return found * 1024


def taken(url: str, browser: Browser) -> tuple[list[float], list[float]]:
    """Seconds to the page, and back."""
    there: list[float] = []
    back: list[float] = []
    for _ in range(ROUNDS):
        for times, to, page in ((there, "carga", True), (back, "fila", False)):
            began = time.monotonic()
            switch(url, to)
            until(lambda page=page: shows_page(browser) == page, f"{to} is shown")  # type: ignore[misc]
            times.append(time.monotonic() - began)
            time.sleep(1.0)
    return there, back


def switch(url: str, to: str) -> None:
    body = json.dumps({"target": to}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/api/switch", body, headers)
    urllib.request.urlopen(request, timeout=10).close()


def shows_page(browser: Browser) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(10)
        asking.connect(str(browser.folder / "photographer"))
        found = 0
        while got := asking.recv(65536):
            found += len(got)
    return 0 < found < LARGE


def until(true: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it never came that {what}")
        time.sleep(0.01)
