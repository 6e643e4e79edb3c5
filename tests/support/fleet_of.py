"""Several kioskd processes on one real broker, and ``kioskd fleet`` for them."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.support.broker import KIOSKS, Broker
from tests.support.process import Process
from tests.support.signing import Signer

PATIENCE = 60.0  # seconds; a busy machine is slow, not wrong
QUIET = "sound: {enabled: false}\nsources: [{kind: demo}]\n"


class Pushed:
    """What a run of ``kioskd fleet`` said."""

    def __init__(self, code: int, out: str, error: str) -> None:
        self.code, self.out, self.error = code, out, error

    def __repr__(self) -> str:
        return f"{self.code}\n{self.out}\n{self.error}"


class FleetOf:
    """``names``: those that the broker knows; ``signer`` made the key that they trust."""

    def __init__(self, folder: Path, names: Sequence[str] = KIOSKS) -> None:
        self.folder = folder
        self.broker = Broker(folder, users=("operator", *names)).start()
        self.signer = Signer(folder, "fleet")
        self.kiosks: dict[str, Process] = {}

    def add(
        self,
        name: str,
        own: str = QUIET,
        trust: bool = True,
        groups: str = "x",
        inside: Sequence[str] = (),
        server: str = "",
    ) -> Process:
        """Start a kiosk with ``own`` sections in its file; the last two as ``Process`` has them."""
        folder = self.folder / f"at-{name}"
        folder.mkdir()
        more = f"  groups: [{groups}]\n"
        if trust:
            more += f"  trust: {self.signer.public}\n"
        kiosk = Process(folder, own + self.broker.section(name, more), inside, name, server)
        self.kiosks[name] = kiosk.start()
        self.until(lambda: self.status(name)["broker"]["state"] == "connected")
        return kiosk

    def status(self, name: str) -> Any:
        return self.ask(name, "/api/status")

    def settings(self, name: str) -> Any:
        """What the kiosk says of its configuration."""
        return self.status(name)["fleetFile"]

    def ask(self, name: str, path: str) -> Any:
        with urllib.request.urlopen(self.kiosks[name].url + path, timeout=10) as answer:
            return json.load(answer)

    @staticmethod
    def until(holds: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if holds():
                    return
            except (OSError, TypeError):
                pass
            time.sleep(0.1)
        raise AssertionError("it never came about")

    def command(self, *words: str, key: Path | None = None) -> list[str]:
        file = self.folder / "operator.yaml"
        file.write_text("sources: [{kind: demo}]\n" + self.broker.section())
        command = [sys.executable, "-m", "kioskd", "fleet", *words]
        command += ["--config", str(file), "--password-file", str(self.folder / "operator")]
        if {"config", "update"} & set(words):
            command += ["--key", str(key or self.signer.secret)]
        return command

    def run(self, *words: str, key: Path | None = None) -> Pushed:
        done = subprocess.run(
            self.command(*words, key=key), capture_output=True, text=True, timeout=300, check=False
        )
        return Pushed(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """As ``run``, to be ended by who asks."""
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def file(self, text: str) -> str:
        """A file to push; its name."""
        path = self.folder / "push.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def close(self) -> None:
        for kiosk in self.kiosks.values():
            kiosk.close()
        self.broker.kill()
