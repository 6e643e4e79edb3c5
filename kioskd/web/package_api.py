"""A package that this kiosk offers to others, for ``kioskd fleet update``.

Who knows its SHA-256 gets it without a token: other kiosks have none here, and what the release
signed is no secret. Whoever fetches it believes signatures, not this kiosk.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from kioskd.words import tr

MOST = 4  # downloads at a time: a rollout goes from kiosk to kiosk
LONGEST = 900.0  # seconds for one of them
CHUNK = 1 << 18  # bytes


class PackageApi:
    """``find`` gives the file of a digest and a name; None: nothing is offered so."""

    def __init__(self, find: Callable[[str, str], Path | None]) -> None:
        self._find = find
        self._running = 0

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/packages/{digest}/{name}", self._package, allow_head=False)

    async def _package(self, request: web.Request) -> web.StreamResponse:
        digest, name = request.match_info["digest"], request.match_info["name"]
        if self._running >= MOST:
            raise web.HTTPServiceUnavailable(
                text=tr("others fetch it just now\n"), headers={"Retry-After": "60"}
            )
        self._running += 1
        try:
            found = await asyncio.to_thread(self._opened, digest, name)
            if found is None:
                raise web.HTTPNotFound(text=tr("no such package is offered\n"))
            with found:
                return await self._give(request, found, os.fstat(found.fileno()).st_size)
        finally:
            self._running -= 1

    def _opened(self, digest: str, name: str) -> BinaryIO | None:
        try:
            file = self._find(digest, name)
            return None if file is None else file.open("rb")
        except OSError:
            return None

    async def _give(self, request: web.Request, opened: BinaryIO, size: int) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Cache-Control": "no-store"})
        answer.content_type, answer.content_length = "application/octet-stream", size
        try:
            async with asyncio.timeout(LONGEST):
                await answer.prepare(request)
                while chunk := await asyncio.to_thread(opened.read, CHUNK):
                    await answer.write(chunk)
                await answer.write_eof()
        except (TimeoutError, ConnectionError):  # too slow, or gone: what it got is no package
            if request.transport is not None:
                request.transport.abort()
        return answer
