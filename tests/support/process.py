"""A kioskd as its own process, for tests: started, asked, signalled, and its exit code read."""

import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

UNGIVEN = range(20_000, 32_768)
"""Ports that Linux gives to nobody by itself: below the default of ``ip_local_port_range``."""


def free_port() -> int:
    """A port for whoever listens in a moment; no connection that begins meanwhile takes it."""
    while True:
        port = random.SystemRandom().choice(UNGIVEN)  # hypothesis seeds the common generator
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Notified:
    """The other end of systemd's notify socket."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.settimeout(20)

    def until(self, word: str) -> str:
        """The next message that holds ``word``."""
        while word not in (said := self._socket.recv(65536).decode()):
            pass
        return said

    def close(self) -> None:
        self._socket.close()


class Process:
    """``kioskd run`` with ``sections`` as its configuration, on a free port of the loopback.

    ``inside`` is the beginning of a command under which it runs, ``server`` more of that section.
    """

    def __init__(
        self,
        folder: Path,
        sections: str = "",
        inside: Sequence[str] = (),
        name: str = "Kiosk-T",
        server: str = "",
        language: str = "en",
    ) -> None:
        self.folder, self.name, self._server = folder, name, server
        self.inside, self.language = inside, language
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = folder / "kioskd.yaml"
        self.configure(sections)
        self.notified = Notified(folder / "notify")

    def configure(self, sections: str, port: int | None = None) -> None:
        if "sources:" not in sections:
            # A slow demo: at its own pace a busy machine meets its next critical ticket.
            demo = "sources: [{kind: demo, tempo: 0.1}]\n"
            sections = (sections or "sound: {enabled: false}\n") + demo
        self.config.write_text(
            f"kiosk: {{id: {self.name}, language: {self.language}, development: true, "
            f"state_directory: {self.folder}/state}}\n"
            f"server: {{port: {port or self.port}{self._server}}}\n" + sections
        )

    def start(self) -> Self:
        """Start it; returns once it said READY=1."""
        environment = os.environ | {
            "NOTIFY_SOCKET": str(self.notified.path),
            "HOME": str(self.folder),
            "WATCHDOG_USEC": "2000000",
        }
        command = [
            *self.inside,
            sys.executable,
            "-m",
            "kioskd",
            "run",
            "--config",
            str(self.config),
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stderr=log)
        self.notified.until("READY=1")
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it; returns its exit code. ``TimeoutExpired`` when it takes 5 s."""
        self.process.send_signal(number)
        return self.process.wait(timeout=5)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.notified.close()
