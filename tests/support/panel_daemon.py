"""A kioskd process for tests: started, killed and started again on the same port."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.process import free_port

COMMAND = (sys.executable, "-m", "kioskd")


class Daemon:
    """``sections`` is YAML that follows the sections server, kiosk and sound.

    ``package_folder`` holds the kioskd package to run, when it is not the tested one itself;
    ``command`` starts another program than ``python -m kioskd``; ``server`` is more of that
    section.
    """

    def __init__(
        self,
        folder: Path,
        sections: str,
        kiosk: str = "development: true",
        package_folder: Path | None = None,
        sound: str = "enabled: false",
        command: Sequence[str] = COMMAND,
        server: str = "",
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "kioskd.log"
        self.config = folder / "kioskd.yaml"
        self.config.write_text(
            f"kiosk: {{{kiosk}, state_directory: {folder}/state, "
            f"cache_directory: {folder}/cache}}\n"
            f"server: {{port: {self.port}, {server}}}\n"
            f"sound: {{{sound}}}\n{sections}",
            encoding="utf-8",
        )
        self._environment = os.environ | {"HOME": str(folder), "SDL_AUDIODRIVER": "dummy"}
        self._folder = package_folder or Path(__file__).parents[2]
        self._environment["PYTHONPATH"] = str(self._folder)
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self.ended = False
        """Whether a test ended it, at whatever it was answering."""

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "run", "--config", str(self.config)],
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._folder,
            )
        deadline = time.monotonic() + 20
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"kioskd did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """What it answers to GET, or to POST with a body."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def freeze(self) -> None:
        """Stops it without closing anything: its sockets are half open from now on."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def reload(self) -> None:
        """Let it read its file anew."""
        self._signal(signal.SIGHUP)

    def kill(self) -> None:
        self.ended = True
        self._signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        if self._process is None:
            return
        self.ended = True
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        self.wait()

    def wait(self) -> None:
        if self._process is not None:
            self._process.wait(15)
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
