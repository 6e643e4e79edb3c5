"""A real Django Channels helpdesk of ``tests/support`` on daphne, as a process of its own."""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.process import free_port

ROOT = Path(__file__).parents[2]


class Daphne:
    """The upstream as its own process, killed and started again on the same port.

    ``project`` is the package of ``tests/support`` that is served; ``environment`` is for it.
    """

    def __init__(self, folder: Path, project: str = "django_upstream", **environment: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._project = f"tests.support.{project}"
        self._environment = environment
        self.start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/dashboard_control/"

    def start(self) -> None:
        environment = os.environ | self._environment
        environment |= {
            "DESK_DB": str(self._folder / "desk.sqlite"),
            "DJANGO_SETTINGS_MODULE": f"{self._project}.settings",
            "PYTHONPATH": str(ROOT),
        }
        command = [
            sys.executable,
            "-m",
            "daphne",
            "-b",
            "127.0.0.1",
            "-p",
            str(self.port),
            f"{self._project}.asgi:application",
        ]
        with (self._folder / "daphne.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, (self._folder / "daphne.log").read_text()
            assert time.monotonic() < deadline

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/none", timeout=1).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    async def save(self, **ticket: Any) -> int:
        """Save a ticket in the server's database; its id."""
        return await asyncio.to_thread(self.save_now, **ticket)

    def save_now(self, **ticket: Any) -> int:
        """``save`` for a test that has no loop."""
        return int(self._ask("save", ticket)["id"])

    async def acknowledged(self) -> list[dict[str, str]]:
        """Every ``acknowledge`` that came, in order: ticket, by, at, client."""
        found: list[dict[str, str]] = (await asyncio.to_thread(self._ask, "acknowledged", {}))[
            "rows"
        ]
        return found

    async def login(self) -> str:
        """The key of a session of somebody who is logged in."""
        return str((await asyncio.to_thread(self._ask, "login", {}))["sessionid"])

    def _ask(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/{what}"
        with urllib.request.urlopen(url, json.dumps(body).encode(), timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
