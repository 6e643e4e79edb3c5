"""Row 5, first part: from exec to READY=1, beside what importing aiohttp.web alone takes."""

import statistics
import subprocess
import time
from pathlib import Path

from benchmarks import servers
from benchmarks.process import ROOT, SERVER, Ready, compiled, free_port, on_core, python
from benchmarks.table import Row, span

TURNS = 11
GOAL = 1.5


def rows() -> list[Row]:
    starts, imports = [], []
    ready_once(), import_once()  # the first ones read the disk
    for _ in range(TURNS):
        starts.append(ready_once())
        imports.append(import_once())
    ours, floor = statistics.median(starts), statistics.median(imports)
    return [
        Row(
            "exec to READY=1",
            f"{span(ours)} = {ours / floor:.2f} × `import aiohttp.web` ({span(floor)})",
            f"≤ {GOAL} ×",
            ours / floor <= GOAL,
            {"seconds": ours, "ratio": ours / floor},
        )
    ]


def ready_once(code: Path = ROOT) -> float:
    with servers.folder() as place:
        ready = Ready(place)
        started = time.perf_counter()
        process = servers.launch(place, free_port(), servers.channels(free_port()), ready, code)
        ready.wait(process)
        taken = time.perf_counter() - started
        ready.close()
        process.stop()
        return taken


def import_once() -> float:
    with on_core(SERVER):
        started = time.perf_counter()
        subprocess.run(python("-c", "import aiohttp.web"), check=True, env=compiled())
        return time.perf_counter() - started
