"""Servers as processes of their own, held to one core, with what they cost as the kernel counts."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORES = sorted(os.sched_getaffinity(0))
SERVER, CLIENT = CORES[0], CORES[-1]
"""The server under test has a core of its own where there are two; the load has another."""
START_LIMIT = 60.0  # seconds


@contextlib.contextmanager
def on_core(number: int) -> Iterator[None]:
    """This process, and what it starts meanwhile, on that core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {number})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def compiled() -> dict[str, str]:
    """The environment in which Python keeps what it compiled, as an installed kioskd has it.

    Where it may not, every start compiles 200 files: twice the time.
    """
    return {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def cpu(pid: int) -> float:
    """Seconds of processor time that all threads of a process have used so far."""
    # The clock of another process: see clock_getcpuclockid(3) and the kernel's posix-timers.
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid: int) -> int:
    """Bytes that a process has resident now."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


class Process:
    """A started server. Its output goes to ``folder``/log."""

    def __init__(
        self, command: list[str], folder: Path, environment: dict[str, str], code: Path = ROOT
    ) -> None:
        self._log = folder / "log"
        with self._log.open("ab") as log, on_core(SERVER):
            self._process = subprocess.Popen(
                command, cwd=code, env=compiled() | environment, stdout=log, stderr=log
            )

    def cpu(self) -> float:
        return cpu(self._process.pid)

    def memory(self) -> int:
        return memory(self._process.pid)

    def wait_for_port(self, port: int) -> None:
        deadline = time.monotonic() + START_LIMIT
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port)).close()
                return
            self.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"no server listens on port {port}")
            time.sleep(0.02)

    def check(self) -> None:
        """Raise ``ConnectionError`` with its last words when it has ended."""
        if (code := self._process.poll()) is not None:
            raise ConnectionError(f"a server ended with {code}: {self._log.read_text()[-500:]}")

    def stop(self) -> None:
        """End it and wait for it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Ready:
    """The other end of systemd's notify socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.settimeout(0.5)

    def wait(self, process: Process | None = None) -> None:
        """Return at READY=1. Raises ``ConnectionError`` when the process ends before it."""
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in self._socket.recv(65536):
                    return
            if process is not None:
                process.check()
        raise TimeoutError("kioskd never said READY=1")

    def close(self) -> None:
        self._socket.close()


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]
