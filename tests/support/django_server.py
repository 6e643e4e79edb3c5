"""The real Django Channels helpdesk of ``tests/upstream`` on daphne, as a process of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from tests.support.process import free_port

ROOT = Path(__file__).parents[2]


class Daphne:
    """The upstream as its own process, killed and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self.start()

    def start(self) -> None:
        environment = os.environ | {
            "DESK_DB": str(self._folder / "desk.sqlite"),
            "DJANGO_SETTINGS_MODULE": "tests.support.django_upstream.settings",
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
            "tests.support.django_upstream.asgi:application",
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
        async with ClientSession() as session:
            url = f"http://127.0.0.1:{self.port}/save"
            async with session.post(url, json=ticket) as answer:
                return int((await answer.json())["id"])
