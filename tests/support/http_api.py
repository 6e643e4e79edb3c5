"""The HTTP API of one part of a wall, asked as a program asks it."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient

from tests.support.kiosk import Wall

Client = TestClient[web.Request, web.Application]
Aiohttp = Callable[[web.Application], Awaitable[Client]]


class Api:
    def __init__(self, client: Client, wall: Wall) -> None:
        self.client, self.wall = client, wall

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.client.post(path, json=body)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def refused(self, path: str, **body: Any) -> str:
        """What is said to a request that is wrong."""
        answer = await self.client.post(path, json=body)
        assert answer.status == 400
        return await answer.text()

    async def active(self) -> list[dict[str, Any]]:
        """The alerts that are active or snoozed."""
        found = await self._listed("alerts")
        return [alert for alert in found if alert["state"] in ("active", "snoozed")]

    async def notices(self) -> list[dict[str, Any]]:
        return await self._listed("notices")

    async def _listed(self, what: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await (await self.client.get(f"/api/{what}")).json())[what]
        return found
