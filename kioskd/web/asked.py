"""What a request asks for: its JSON body, in time and of the right shape, and who asks."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.errors import ProtocolError
from kioskd.web.authorisation import GRANT
from kioskd.words import tr

T = TypeVar("T")
PATIENCE = 15.0  # seconds that a body may take
LONGEST_NAME = 60  # characters


async def asked(request: web.Request, parse: Callable[[messages.Json], T]) -> T:
    """What the body asks for; a wrong one is answered 400 with the reason, a slow one 408."""
    if request.content_type != "application/json":  # a form of a foreign page can't send this
        raise web.HTTPUnsupportedMediaType(text=tr("send Content-Type: application/json\n"))
    try:
        async with asyncio.timeout(PATIENCE):
            body = await request.read()
    except TimeoutError:
        slow = web.HTTPRequestTimeout(text=tr("the body took too long\n"))
        slow.force_close()
        raise slow from None
    except web.RequestPayloadError as error:
        raise web.HTTPBadRequest(
            text=tr("the body is torn: {name}\n", name=type(error).__name__)
        ) from None
    try:
        message = msgspec.json.decode(body, type=dict[str, Any])
        return parse({"type": "asked"} | message)
    except ProtocolError as error:
        raise web.HTTPBadRequest(text=f"{error}\n") from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        said = tr("not JSON: {error}", error=error)
        raise web.HTTPBadRequest(text=f"{said}\n") from None


def person(message: messages.Json) -> str:
    """Who says it, by the name that they gave; may be empty."""
    name = messages.text_field(message, "by")
    return "".join(c if c.isprintable() else " " for c in name).strip()[:LONGEST_NAME]


def asking_actor(request: web.Request, message: messages.Json) -> Actor:
    """The command line says so itself; whoever may ask here may say it."""
    grant = request.get(GRANT)
    name = person(message) or (grant.name if grant is not None else "")
    return Actor("cli" if message.get("via") == "cli" else "http", name)
