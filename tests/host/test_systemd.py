"""What systemd is told, and that nobody who doesn't listen can hold kioskd up."""

import os
import socket
import subprocess
import sys
from pathlib import Path

FLOOD = """
from kioskd.host import systemd
for number in range(10_000):
    systemd.status(f"{number} " + "x" * 500)
print("done")
"""


def test_a_reader_that_never_reads_does_not_hold_kioskd_up(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "notify"))
        done = subprocess.run(
            [sys.executable, "-c", FLOOD],
            env=os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify")},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.stdout.strip(), done.stderr) == ("done", "")
        assert deaf.recv(1000).startswith(b"STATUS=0 x")


def test_outside_systemd_nothing_is_said_and_nothing_fails() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", FLOOD],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == ("done", "")


# The loop is a function of its own: CPython 3.13 leaves the jump back out of a ``try`` around it.
INTERRUPTED = """
import signal, sys, time
from kioskd.host import systemd

def stop(*_):
    sys.exit("stop")

def tell_until_stopped():
    end = time.monotonic() + 10
    signal.setitimer(signal.ITIMER_REAL, 0.002)
    while time.monotonic() < end:
        systemd.status("up")

signal.signal(signal.SIGALRM, stop)
for _ in range(100):
    try:
        tell_until_stopped()
        print("the signal was lost")
        break
    except SystemExit:
        pass
"""


def test_a_signal_that_ends_the_program_is_not_lost_while_systemd_is_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(tmp_path / "notify"))
        done = subprocess.run(
            [sys.executable, "-c", INTERRUPTED],
            env=os.environ | {"NOTIFY_SOCKET": str(tmp_path / "notify")},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.stdout, done.stderr) == ("", "")
