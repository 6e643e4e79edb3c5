"""What the history writes to the card in an hour, and how long a look at it takes."""

import os
import tempfile
import time
from pathlib import Path

from benchmarks.table import Row, size, span
from kioskd.core.history import STEP, History
from kioskd.core.samples import Sample
from kioskd.host.history_file import HistoryFile
from kioskd.host.history_keeper import EVERY
from tests.support.kiosk import Wall

DAY = 24 * 3600
GOAL = 50_000  # bytes an hour
START = 1_800_000_000 // DAY * DAY
TAG = 7


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # /tmp may be in memory
        history, file = History(), HistoryFile(Path(folder) / "history")
        fill(history, START - 90 * DAY, START)
        file.write({}, history.whole)
        as_after_a_start(Path(folder) / "history")
        history.unkept = set()
        before = written()
        for at in range(START, START + DAY, int(EVERY)):
            fill(history, at, at + int(EVERY))
            file.write({place: history.kept(place) for place in history.unkept}, history.whole)
            history.unkept = set()
        hourly = (written() - before) / 24
    return [
        Row(
            "the history: written an hour, in pages of its file",
            size(hourly),
            f"≤ {size(GOAL)}",
            hourly <= GOAL,
            {"bytes": hourly},
        ),
        told(history),
    ]


def as_after_a_start(file: Path) -> None:
    """Forget what is held of it: a file just written is held, and counted, in larger pieces."""
    number = os.open(file, os.O_RDONLY)
    os.fsync(number)
    os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(number)


def fill(history: History, since: int, until: int) -> None:
    for at in range(since + STEP, until + 1, STEP):
        figures = Sample(at=at, tickets=TAG, high=at // STEP % 50, opened=1, closed=1, covers=1)
        history.add(figures)


def told(history: History) -> Row:
    """What panels are told after each look, made of ninety days."""
    wall = Wall()
    wall.now = float(START + DAY)
    wall.history.restore(history.whole())
    started = time.process_time()
    for _ in range(20):
        wall.trends.status()
    spent = (time.process_time() - started) / 20
    return Row("the history: made into what panels draw", span(spent), figures={"seconds": spent})


def written() -> int:
    """Bytes of pages that this process wrote so far."""
    said = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in said if line.startswith("write_bytes"))
