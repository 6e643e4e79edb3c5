"""A call that hangs holds up no stop: neither a mute name server nor a card that is stuck."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import Process

LONGEST_STOP = 5.0  # seconds that systemd's users are promised


@pytest.fixture
def mute_name_server() -> Iterator[str]:
    """The address of a name server that hears every question and answers none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.99", 53))
        yield "127.0.0.99"


def can_mount() -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True)
    return tried.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="needs root, to give kioskd a name server of its own")
@pytest.mark.parametrize("count", [1, 3])
def test_it_stops_in_time_while_the_name_server_is_mute(
    tmp_path: Path, mute_name_server: str, count: int
) -> None:
    resolv = tmp_path / "resolv.conf"
    resolv.write_text(f"nameserver {mute_name_server}\noptions timeout:20 attempts:2\n")
    views = ("tickets", "projects", "dashboard")
    sources = "".join(
        f"  - {{kind: channels, name: s{i}, views: [{views[i]}], url: 'ws://desk{i}.example/ws/'}}\n"
        for i in range(count)
    )
    mount = f'mount --bind {resolv} /etc/resolv.conf && exec "$@"'
    inside = ["unshare", "--mount", "sh", "-c", mount, "sh"]
    process = Process(tmp_path, f"sound: {{enabled: false}}\nsources:\n{sources}", inside).start()
    asked = 0
    while asked < count:  # every source waits for its name
        asked = len(list(Path(f"/proc/{process.process.pid}/task").iterdir())) - 1
        time.sleep(0.05)
    assert stopped_in(process) < LONGEST_STOP


STUCK = """
import os, sys, time
fsync = os.fsync
def stuck(number):
    if "state.gz" in os.readlink(f"/proc/self/fd/{number}"):
        print("stuck", file=sys.stderr, flush=True)
        time.sleep(60)
    fsync(number)
os.fsync = stuck
"""


def test_it_stops_in_time_while_a_write_of_the_state_is_stuck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    process = Process(tmp_path, "sound: {enabled: false}\nsources: [{kind: demo}]\n").start()
    log = tmp_path / "log"
    while "stuck" not in log.read_text():
        time.sleep(0.05)
    assert stopped_in(process) < LONGEST_STOP


def stopped_in(process: Process) -> float:
    """Seconds from SIGTERM to exit 0."""
    began = time.monotonic()
    process.process.send_signal(signal.SIGTERM)
    assert process.process.wait(60) == 0
    process.notified.close()
    return time.monotonic() - began
