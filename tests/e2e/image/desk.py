"""The helpdesk and a panel of the image's tests, both outside the emulated Pi."""

import json
import time
from typing import Any, Self

from aiohttp import web
from websockets.sync.client import connect

from tests.support.upstream import Upstream

HOST_FOR_A_GUEST = "10.0.2.2"  # QEMU's name for this machine's loopback


class Desk(Upstream):
    """An upstream that can go away, and come back at the same address."""

    def __init__(self) -> None:
        self._wanted = 0
        super().__init__()

    @property
    def url_for_a_guest(self) -> str:
        return self.url.replace("127.0.0.1", HOST_FOR_A_GUEST)

    def leave(self) -> None:
        """Close every connection and the port."""
        self._call(self._runner.cleanup())

    def come_back(self) -> None:
        self._wanted = self.port
        self._call(self._start())

    async def _start(self) -> int:
        app = web.Application()
        app.router.add_get("/ws/dashboard_control/", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._wanted).start()
        port: int = self._runner.addresses[0][1]
        return port


class Panel:
    """A panel on another machine, connected to the Pi; what it hears, with the time of each."""

    def __init__(self, url: str) -> None:
        self._connecting = connect(url, open_timeout=60, ping_timeout=120, proxy=None)

    def __enter__(self) -> Self:
        self._socket = self._connecting.__enter__()
        self._socket.send(json.dumps({"type": "identify", "clientId": "outside"}))
        return self

    def __exit__(self, *how: Any) -> None:
        self._connecting.__exit__(*how)

    def next(self, kind: str, seconds: float = 60) -> dict[str, Any]:
        """The next message of a kind. Raises ``TimeoutError``."""
        end = time.monotonic() + seconds
        while True:
            message = json.loads(self._socket.recv(max(0.001, end - time.monotonic())))
            if message["type"] == kind:
                found: dict[str, Any] = message
                return found

    def all(self, kind: str, seconds: float) -> list[dict[str, Any]]:
        """Every message of a kind until nothing of it came for ``seconds``."""
        found = []
        while True:
            try:
                found.append(self.next(kind, seconds))
            except TimeoutError:
                return found
