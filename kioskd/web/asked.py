"""The JSON body of a request, in time and of the right shape."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from kioskd.core import messages
from kioskd.errors import ProtocolError

T = TypeVar("T")
PATIENCE = 15.0  # seconds that a body may take


async def asked(request: web.Request, parse: Callable[[messages.Json], T]) -> T:
    """What the body asks for; a wrong one is answered 400 with the reason, a slow one 408."""
    if request.content_type != "application/json":  # a form of a foreign page can't send this
        raise web.HTTPUnsupportedMediaType(text="send Content-Type: application/json\n")
    try:
        async with asyncio.timeout(PATIENCE):
            body = await request.read()
    except TimeoutError:
        slow = web.HTTPRequestTimeout(text="the body took too long\n")
        slow.force_close()
        raise slow from None
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest(text=f"the body is torn: {type(error).__name__}\n") from None
    try:
        message = msgspec.json.decode(body, type=dict[str, Any])
        return parse({"type": "asked"} | message)
    except (ProtocolError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from None
