"""A Django Channels server as the guide describes it: kioskd connects as a panel would.

On every connect it identifies and asks for all views, and asks again now and then, because a
channel layer may lose a message and never says so. What the room acknowledged goes up the same
link, where the server wants to know it.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Mapping
from typing import Literal

import aiohttp

from kioskd.config import VIEWS, Channels, View
from kioskd.core.faults import Fault
from kioskd.core.messages import Connected, Failed, Message, encode
from kioskd.core.outgoing import Identify, RequestData
from kioskd.core.parser import Parser
from kioskd.errors import ProtocolError
from kioskd.sources import Context, parsed
from kioskd.sources.diagnosis import diagnose, sent_elsewhere
from kioskd.sources.link import Way, credentials, way
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr

log = logging.getLogger(__name__)
GOODBYE = aiohttp.ClientWSTimeout(ws_close=1.0)  # seconds for a dead peer's last word
WELCOME = 3.0  # seconds without data after which a link that holds is said to be silent
# By name once: looking up a member of an Enum costs half a microsecond in Python 3.11.
PING, PONG, ERROR = aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG, aiohttp.WSMsgType.ERROR
CLOSED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED)
# Policy violation, unauthorized and forbidden of IANA's list; 4000 and more are the application's.
NOT_LET_IN = (aiohttp.WSCloseCode.POLICY_VIOLATION, 3000, 3003, *range(4000, 5000))
RESTARTS = (
    aiohttp.WSCloseCode.GOING_AWAY,
    aiohttp.WSCloseCode.SERVICE_RESTART,
    aiohttp.WSCloseCode.TRY_AGAIN_LATER,
)
LOG_EVERY = 60.0  # seconds: an upstream that talks nonsense must not fill the card
Link = aiohttp.ClientWebSocketResponse[Literal[False]]
_UPDATE = re.compile(rb'"type"\s*:\s*"(\w+)_update"')


async def messages(settings: Channels, context: Context) -> AsyncIterator[Message]:
    there, secret = way(settings.url, settings, context), credentials(settings.auth)
    async with aiohttp.ClientSession(headers=secret.headers, trace_configs=[_STAY]) as session:
        ws = await _opened(session, there, settings, context, secret.query)
        tasks: list[asyncio.Task[object]] = [asyncio.create_task(_ask(ws, settings, context))]
        clock, logged = asyncio.get_running_loop().time, float("-inf")
        parser = Parser(settings.fields, settings.words)
        patience = clock() + WELCOME
        broken: object = None
        heard = told = False
        try:
            while True:
                if heard or told:
                    received = await ws.receive()  # no task: it costs a third of a small update
                else:
                    receiving = asyncio.create_task(ws.receive())
                    tasks.append(receiving)
                    await asyncio.wait({receiving}, timeout=max(0, patience - clock()))
                    if told := not receiving.done():
                        yield Connected()
                    received = await receiving
                if received.type in CLOSED:
                    break
                if received.type is PING:
                    await ws.pong(received.data)
                    continue
                if received.type is PONG:
                    context.uplink.pong(received.data)
                    continue
                if received.type is ERROR:
                    broken = received.data
                    break
                try:
                    message: Message | None = await parsed(parser, received.data)
                except (ProtocolError, UnicodeError) as error:
                    if clock() - logged > LOG_EVERY:
                        logged = clock()
                        log.warning(
                            tr(
                                "source {title}: a message is ignored: {error}",
                                title=settings.title,
                                error=error,
                            )
                        )
                    message = _failed(received.data, str(error))
                if message is not None:
                    heard = True
                    yield message
                else:
                    context.uplink.hear(received.data)
        finally:
            context.uplink.fell(ws)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await ws.close()
    raise _parting(ws, there.place, broken, heard)


async def _opened(
    session: aiohttp.ClientSession,
    there: Way,
    settings: Channels,
    context: Context,
    query: Mapping[str, str],
) -> Link:
    """The WebSocket, open; raises ``Outage`` or ``Refusal`` that says why it is not."""
    http = there.url.with_scheme("https" if there.secure else "http")
    origin = settings.origin or str(http.origin())
    try:
        # The session's own time-out doesn't bound a handshake that is never answered.
        async with asyncio.timeout(settings.timeout):
            return await session.ws_connect(
                there.url.update_query(query),
                origin=origin,
                ssl=there.tls,
                proxy=there.proxy,
                heartbeat=settings.heartbeat,
                max_msg_size=settings.max_message,
                decode_text=False,
                autoping=False,
                timeout=GOODBYE,
            )
    except (aiohttp.ClientError, TimeoutError) as error:
        known = bool(settings.auth or there.url.query)
        raise await diagnose(error, there, context, origin, known) from None


def _failed(frame: object, reason: str) -> Failed | None:
    """The view that a wrong frame was for, as far as its first bytes say so."""
    found = _UPDATE.search(frame[:200]) if isinstance(frame, bytes) else None
    view = next((v for v in VIEWS if found and found[1] == v.encode()), None)
    return Failed(view, Fault("bad_message", {"detail": reason[:200]})) if view else None


async def _refuse_redirect(
    session: object, context: object, parameters: aiohttp.TraceRequestRedirectParams
) -> None:
    answer = parameters.response
    location = answer.headers.get("Location", "")
    raise sent_elsewhere(answer.status, Way(answer.url), location)


_STAY = aiohttp.TraceConfig()  # a secret never follows a redirect to another host
_STAY.on_request_redirect.append(_refuse_redirect)


async def _ask(ws: Link, settings: Channels, context: Context) -> None:
    await ws.send_str(encode(Identify(context.kiosk_id)).decode())
    context.uplink.stands(ws)
    wanted: set[View] = set(settings.views)
    while not ws.closed:
        for view in sorted(wanted):
            await ws.send_str(encode(RequestData(view)).decode())
        wanted = await context.asks.wait(settings.refresh or context.refresh) or set(settings.views)


def _parting(ws: Link, place: str, broken: object, heard: bool) -> Outage | Refusal:
    """Why a link ended; ``heard`` says whether anything of use had come."""
    error, code = broken if broken is not None else ws.exception(), ws.close_code
    if isinstance(error, aiohttp.WebSocketError):
        if error.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
            return Outage("too_large", place=place, detail=str(error))
        return Outage("lost", place=place, detail=tr("broke the protocol: {error}", error=error))
    if isinstance(error, aiohttp.ServerTimeoutError):
        return Outage("went_silent", place=place)
    if not heard and code in NOT_LET_IN:
        return Refusal(
            "refused_token", place=place, detail=tr("let in, then closed: code {code}", code=code)
        )
    if not heard and code == aiohttp.WSCloseCode.OK:
        said = tr("closed before it said anything: code {code}", code=code)
        return Outage("refused_token", place=place, detail=said)
    match code:
        case aiohttp.WSCloseCode.ABNORMAL_CLOSURE:
            return Outage("hung_up", place=place)
        case aiohttp.WSCloseCode.INTERNAL_ERROR:
            return Outage("server_failed", place=place, status=str(code))
        case code if code in RESTARTS:
            return Outage("restarting", place=place, status=str(code))
    return Outage("lost", place=place, detail=tr("closed the connection (code {code})", code=code))
