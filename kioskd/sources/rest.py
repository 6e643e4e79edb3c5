"""A server that answers the guide's JSON over HTTP, polled: one address a view, or one for all."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from functools import partial

import aiohttp
import msgspec
from msgspec import Struct, field

from kioskd.config import Rest, View
from kioskd.core.conditional import Validators, bounded, validators
from kioskd.core.faults import Fault
from kioskd.core.messages import Confirmed, Failed, Message, Update
from kioskd.core.parser import Parser
from kioskd.errors import ProtocolError
from kioskd.sources import READ_AT_ONCE, Context
from kioskd.sources.diagnosis import diagnose, refusal, web_page
from kioskd.sources.link import Way, credentials, way
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr


class Page(Struct):
    """One address: the views it answers, and what a conditional request needs."""

    way: Way
    views: tuple[View, ...]
    known: Validators = Validators()
    failure: Outage | Refusal | None = None


class Poll(Struct, frozen=True):
    """What every request of one run needs."""

    session: aiohttp.ClientSession
    settings: Rest
    context: Context
    parser: Parser
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


async def messages(settings: Rest, context: Context) -> AsyncIterator[Message]:
    pages, parser = _pages(settings, context), Parser(settings.fields, settings.words)
    timeout = aiohttp.ClientTimeout(total=settings.timeout)
    due: set[View] = set(settings.views)
    async with aiohttp.ClientSession(
        timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:
        poll = Poll(session, settings, context, parser)
        while True:
            asked = [page for page in pages if due & set(page.views)]
            async with aclosing(_round(poll, asked)) as found:
                async for message in found:
                    yield message
            # Only when no address answers is the source away; else the broken view is named.
            failures = [page.failure for page in pages if page.failure is not None]
            if len(failures) == len(pages):
                raise failures[0]
            for page in asked:
                if page.failure is not None:
                    for view in page.views:
                        yield Failed(view, page.failure.fault)
            due = await context.asks.wait(settings.interval) or set(settings.views)


def _pages(settings: Rest, context: Context) -> list[Page]:
    views: dict[str, list[View]] = {}
    for view, url in settings.addresses().items():
        views.setdefault(url, []).append(view)
    return [Page(way(url, settings, context), tuple(of_it)) for url, of_it in views.items()]


async def _round(poll: Poll, pages: list[Page]) -> AsyncGenerator[Message, None]:
    """What the addresses say, each as soon as it answers: a mute one delays no other."""
    tasks = [asyncio.create_task(_told(poll, page)) for page in pages]
    try:
        for task in asyncio.as_completed(tasks):
            for message in await task:
                yield message
    finally:
        for left in tasks:
            left.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _told(poll: Poll, page: Page) -> list[Message]:
    """What one address says; ``page.failure`` keeps why it said nothing."""
    try:
        found = await _fetch(poll, page)
    except (Outage, Refusal) as error:
        page.known = Validators()
        page.failure = error
        return []
    page.failure = None
    return found


async def _fetch(poll: Poll, page: Page) -> list[Message]:
    secret, most = credentials(poll.settings.auth), poll.settings.max_message
    headers = secret.headers | {"Accept": "application/json"} | page.known.headers()
    try:
        async with poll.session.get(
            page.way.url.update_query(secret.query),
            headers=headers,
            ssl=page.way.tls,
            proxy=page.way.proxy,
            allow_redirects=False,
        ) as answer:
            if answer.status == 304:
                if not page.known:
                    raise Outage(
                        "http_error", place=page.way.place, status=tr("304 to a first request")
                    )
                return [Confirmed(view) for view in page.views]
            location = answer.headers.get("Location", "")
            if wrong := refusal(answer.status, page.way, location):
                raise wrong
            body = await bounded(answer.content, most)
            if body is None:
                said = tr("more than {most} bytes at {path}", most=most, path=page.way.url.path)
                raise Outage("too_large", place=page.way.place, detail=said)
            read = partial(_parse, body, answer.content_type, page, poll.parser)
            async with poll.reading:
                large = len(body) > READ_AT_ONCE
                found = await asyncio.to_thread(read) if large else read()
            # What could not be shown is asked for in full again: unchanged, it is no better.
            whole = not any(isinstance(message, Failed) for message in found)
            page.known = validators(answer.headers) if whole else Validators()
            return found
    except (aiohttp.ClientError, TimeoutError) as error:
        raise await diagnose(error, page.way, poll.context) from None


def _parse(body: bytes, content_type: str, page: Page, parser: Parser) -> list[Message]:
    if content_type == "text/html":
        raise web_page(page.way)
    body = body.removeprefix(b"\xef\xbb\xbf")  # some servers mark their UTF-8
    try:
        whole = (
            msgspec.json.decode(body, type=list[msgspec.Raw])
            if body.lstrip()[:1] == b"["
            else [body]
        )
        found: list[Message] = []
        for part in whole:
            message = parser.parse(bytes(part))
            if isinstance(message, Update | Failed) and message.view in page.views:
                found.append(message)
    except (ProtocolError, msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        said = tr(
            "doesn't answer the guide's JSON at {path}: {error}",
            path=page.way.url.path,
            error=error,
        )
        raise Outage("not_a_helpdesk", place=page.way.place, detail=said) from None
    told = {message.view for message in found if isinstance(message, Update | Failed)}
    missing = [view for view in page.views if view not in told]
    return found + [
        Failed(v, Fault("no_update", {"place": page.way.url.path, "message": f"{v}_update"}))
        for v in missing
    ]
