"""Row 3: an update that is what it was before. Nothing may be sent; what it costs is stated."""

from functools import partial

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.table import Row, span

PANELS = 5
POLLS = 300


def rows() -> list[Row]:
    said, frames = [], 0
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        panels = crowd.open(daemon.port, PANELS)
        for count in (20, 200, 2000):
            crowd.round(panels, partial(daemon.send, count))
            crowd.settle()
            told, before = sum(panel.texts for panel in panels), daemon.process.cpu()
            for _ in range(POLLS):
                daemon.repeat(count)
            daemon.upstream.wait_until_read(crowd)
            cost = (daemon.process.cpu() - before) / POLLS
            crowd.settle()
            frames += sum(panel.texts for panel in panels) - told
            said.append(f"{span(cost)} ({count:,})")
    return [
        Row(
            f"frames to {PANELS} panels after {3 * POLLS} unchanged polls",
            str(frames),
            "0",
            frames == 0,
        ),
        Row("CPU per unchanged poll, by tickets", ", ".join(said)),
    ]
