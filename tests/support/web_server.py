"""Web servers of other programs, as far as kioskd asks or tells them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer:
    """A server whose answers a test sets, path by path; ``asked`` holds the requests."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self._answers: dict[str, Answer] = {}
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app)

    async def start(self) -> str:
        """Its address, without a slash at its end."""
        await self.server.start_server()
        self.origin = str(self.server.make_url("")).rstrip("/")
        return self.origin

    async def close(self) -> None:
        await self.server.close()

    def says(self, path: str, answer: Answer) -> None:
        self._answers[path] = answer

    def sends(
        self,
        path: str,
        content: bytes,
        kind: str = "application/json",
        status: int = 200,
        **headers: str,
    ) -> None:
        """Answer so; a request that has the ``ETag`` among ``headers`` already gets a 304."""

        async def answer(request: web.Request) -> web.Response:
            if headers.get("ETag") and request.headers.get("If-None-Match"):
                return web.Response(status=304)
            return web.Response(body=content, status=status, content_type=kind, headers=headers)

        self.says(path, answer)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        return await self._answers[request.path](request)


class Taker:
    """A server that takes what is posted to any path, and answers with ``statuses`` in turn; when
    they are used up, with the last of them."""

    def __init__(self) -> None:
        self.statuses = [200]
        self.answer: object = {"result": {}}
        self.taken: list[Any] = []
        """The body of each request."""
        self.authorisations: list[str | None] = []
        self.called = asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self.server = TestServer(app)

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    async def _take(self, request: web.Request) -> web.Response:
        self.taken.append(await request.json() if request.can_read_body else None)
        self.authorisations.append(request.headers.get("Authorization"))
        self.called.set()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        headers = {"Location": "/elsewhere"}
        return web.json_response(self.answer, status=status, headers=headers)
