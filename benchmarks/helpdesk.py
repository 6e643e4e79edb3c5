"""A helpdesk that is asked: 200 tickets, and another state of them whenever it is told so."""

import asyncio
import json
from typing import Self

from aiohttp import web

from benchmarks import tickets

TICKETS = 200


class Helpdesk:
    """Answers 200 tickets, and counts who asks."""

    def __init__(self) -> None:
        self.turn, self.asked, self.mark = 0, 0, b""
        self._frame = b""
        self.change()

    def change(self) -> None:
        """Another update, as a wall has not seen it yet."""
        self.turn += 1
        data = tickets.rows(TICKETS)
        for each in data:
            each["updatedAt"] = f"2025-11-18T{self.turn // 60:02}:{self.turn % 60:02}:00Z"
        self.mark = data[-1]["updatedAt"].encode()
        self._frame = json.dumps(tickets.message(data)).encode()

    async def changes(self, seconds: float) -> None:
        """Change every so many seconds, for ever."""
        while True:
            self.change()
            await asyncio.sleep(seconds)

    async def asked_in(self, seconds: float) -> int:
        """How often it is asked in so long."""
        before = self.asked
        await asyncio.sleep(seconds)
        return self.asked - before

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/tickets.json", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/tickets.json"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        return web.Response(body=self._frame, content_type="application/json")
