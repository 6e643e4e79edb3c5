"""What the program that watches the browser costs while all is well, which is nearly always."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.process import Process
from tests.support.watching import HEADLESS, Browser, needs_chromium

LARGEST = 12_000  # kB that no other process shares
BUSIEST = 0.004  # of a core; 0.001 measured on a quiet machine
HEAVY = ("kioskd.config", "msgspec", "yaml", "aiohttp", "asyncio", "ssl", "urllib.request", "http")


def test_it_loads_nothing_that_is_large() -> None:
    program = "import sys, kioskd.browser.supervisor; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-S", "-c", program], text=True, env=_path())
    assert [name for name in HEAVY if name in loaded.split()] == []


@needs_chromium
@pytest.mark.timeout(240)
def test_it_takes_little_memory_and_hardly_any_time(kioskd: Process, tmp_path: Path) -> None:
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    try:
        browser.start()
        browser.notified.until(f"STATUS=picture confirmed; {kioskd.url}/")
        pid = browser.process.pid
        used, began = _seconds(pid), time.monotonic()
        for _ in range(20):  # looks, one a second
            browser.notified.until("WATCHDOG=1")
        share = (_seconds(pid) - used) / (time.monotonic() - began)
        print(f"{_private(pid)} kB, {share:.4f} of a core")
        assert _private(pid) <= LARGEST
        assert share <= BUSIEST
    finally:
        browser.close()


def _path() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def _private(pid: int) -> int:
    """kB of memory that are this process' alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
