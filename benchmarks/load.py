"""What else the machine does while something is measured, from ``/proc`` (see proc(5))."""

import contextlib
import os
import resource
import time
from pathlib import Path

TICK = float(os.sysconf("SC_CLK_TCK"))
CORES = len(os.sched_getaffinity(0))


class Load:
    """From when it is made on: how much of the machine others used."""

    def __init__(self) -> None:
        self._started, self._busy, self._own = time.monotonic(), _busy(), _own()

    def others(self) -> float:
        """The part of all cores that went to none of this program's processes; 0 to 1."""
        passed = (time.monotonic() - self._started) * CORES
        used = _busy() - self._busy - (_own() - self._own)
        return min(1.0, max(0.0, used / passed))


def _busy() -> float:
    """Seconds that all cores have worked: user, nice, system, irq, softirq."""
    numbers = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(numbers[at]) for at in (0, 1, 2, 5, 6)) / TICK


def _own() -> float:
    """Seconds of this process and of everything it ever started, as far as it was waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    now = resource.getrusage(resource.RUSAGE_SELF)
    used = ended.ru_utime + ended.ru_stime + now.ru_utime + now.ru_stime
    parents: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                said = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = (int(said[1]), sum(map(int, said[11:15])) / TICK)
    for process, (parent, seconds) in parents.items():
        while parent not in (0, os.getpid()):
            parent = parents.get(parent, (0, 0.0))[0]
        used += seconds if parent == os.getpid() and process != os.getpid() else 0.0
    return used
