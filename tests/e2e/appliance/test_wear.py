"""Cards wear out: what an hour of normal work writes."""

import os
import time

import pytest

from kioskd.host.state_keeper import VIEWS_EVERY
from tests.e2e.appliance.machine import CONFIG, Machine, until

# Seconds, scaled to an hour; KIOSKD_WEAR=3600 measures a whole one.
MEASURED = float(os.environ.get("KIOSKD_WEAR", "120"))
pytestmark = pytest.mark.timeout(MEASURED + 280)
EACH = 5 * 4096  # bytes of one write of the state: the file, its folder, their tables
# A busy desk: a ticket comes or goes twice a minute, a critical one about twice an hour.
BUSY = "sources: [{kind: demo, tempo: 0.2}]\n"
GOAL = 200_000  # bytes an hour


def written(machine: Machine) -> int:
    """Bytes that the daemon and its children sent to the disk so far."""
    group = machine.property("ControlGroup")
    pids = machine.run("cat", f"/sys/fs/cgroup{group}/cgroup.procs").split()
    said = machine.run("cat", *(f"/proc/{pid}/io" for pid in pids))
    return sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("write_bytes"))


def test_an_hour_writes_less_than_200_kilobytes(machine: Machine) -> None:
    machine.write(CONFIG, BUSY)
    machine.run("systemctl", "restart", "kioskd")
    until(lambda: "chamados (" in machine.property("StatusText"), 20, "the source has answered")
    time.sleep(15)  # what a start writes is written
    before, journal = written(machine), len(machine.journal().splitlines())
    time.sleep(MEASURED)
    lines = len(machine.journal().splitlines()) - journal
    hourly = (written(machine) - before) / MEASURED * 3600
    machine.run("systemctl", "stop", "kioskd")
    if MEASURED < 2 * VIEWS_EVERY:
        # The state is kept more seldom than we wait.
        hourly += EACH * 3600 / VIEWS_EVERY
    print(f"{hourly / 1000:.0f} KB an hour, {lines} lines in the journal in {MEASURED:.0f} s")
    assert hourly <= GOAL
    assert lines <= 5 * max(1.0, MEASURED / 120)
