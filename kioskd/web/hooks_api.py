"""Where other programs post their alerts: ``POST /hooks/NAME``."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Protocol

from aiohttp import web

from kioskd.core.conditional import bounded
from kioskd.web.asked import PATIENCE
from kioskd.web.authorisation import Authorisation
from kioskd.words import tr

LARGEST = 1_000_000  # bytes of a payload


class Taken(Protocol):
    """What is answered; ``retry`` in seconds, 0: not again."""

    @property
    def status(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def retry(self) -> int: ...


class Receiver(Protocol):
    """The webhooks of the configuration."""

    def knows(self, name: str) -> bool: ...
    def authorised(self, name: str, headers: Mapping[str, str], body: bytes) -> bool: ...
    def receive(self, name: str, headers: Mapping[str, str], body: bytes) -> Awaitable[Taken]: ...
    def refused(self, name: str, status: int, text: str) -> None: ...


class HooksApi:
    """A hook has a secret of its own, which has 80 bits at least."""

    def __init__(self, hooks: Receiver, authorisation: Authorisation) -> None:
        self._hooks = hooks
        self._authorisation = authorisation

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_post("/hooks/{name}", self._post)

    async def _post(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        try:
            return await self._taken(request, name)
        except web.HTTPException as refusal:
            if self._hooks.knows(name):
                self._hooks.refused(name, refusal.status, (refusal.text or "").strip())
            raise

    async def _taken(self, request: web.Request, name: str) -> web.Response:
        if not self._hooks.knows(name):
            text = tr("there is no such hook in the configuration\n")
            raise await self._wrong(request, web.HTTPNotFound(text=text))
        body = await _body(request)
        if not self._hooks.authorised(name, request.headers, body):
            text = tr("this needs the hook's own secret: Authorization: Bearer ...\n")
            headers = {"WWW-Authenticate": "Bearer"}
            raise await self._wrong(request, web.HTTPUnauthorized(text=text, headers=headers))
        answer = await self._hooks.receive(name, request.headers, body)
        headers = {"Retry-After": str(answer.retry)} if answer.retry else {}
        return web.Response(status=answer.status, text=f"{answer.text}\n", headers=headers)

    async def _wrong(self, request: web.Request, answer: web.HTTPException) -> web.HTTPException:
        """``answer``, or that its address has to wait.

        Only who is wrong waits: a hook's secret can't be guessed however often one tries, and no
        alarm may be lost because others at its address, or everywhere, know none.
        """
        address = self._authorisation.address(request)
        if self._authorisation.must_wait(address):
            text = tr("too many wrong secrets; wait\n")
            return web.HTTPTooManyRequests(text=text, headers={"Retry-After": "60"})
        await self._authorisation.failed(address)
        return answer


async def _body(request: web.Request) -> bytes:
    """The body, in time and of a bounded length."""
    try:
        async with asyncio.timeout(PATIENCE):
            content = await bounded(request.content, LARGEST)
    except TimeoutError:
        slow = web.HTTPRequestTimeout(text=tr("the body took too long\n"))
        slow.force_close()
        raise slow from None
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(
            text=tr("the body is torn, or is not packed as it says\n")
        ) from None
    if content is None:
        raise web.HTTPRequestEntityTooLarge(
            LARGEST, text=tr("over {largest:,} bytes\n", largest=LARGEST)
        )
    return content
