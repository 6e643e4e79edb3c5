"""``kind: mqtt``: takes the views that another kiosk shares over the broker.

The link to the broker is not this source's: ``fleet`` has it, and tries again by itself. So this
one never ends; it says when it is cut off.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import cast, get_args

from kioskd.config import Neighbour, View
from kioskd.core.messages import Message, Update
from kioskd.core.parser import Parser
from kioskd.core.ports import Heard
from kioskd.core.shared import FORMAT, LARGE, SharedAlerts, SharedView, unpack
from kioskd.errors import ProtocolError
from kioskd.sources import Context, parsed
from kioskd.sources.feed import Feed
from kioskd.words import tr

EVERY = 1.0  # seconds between two looks at the link, when nothing comes


async def messages(settings: Neighbour, context: Context) -> AsyncIterator[Message]:
    neighbours, parser = context.neighbours, Parser()
    clock = asyncio.get_running_loop().time
    feed = Feed(settings.sharer, context.kiosk_id, settings.views, neighbours.place, clock)
    hearing = neighbours.hear(settings.sharer)
    try:
        while True:
            heard = await hearing.next(EVERY)
            if heard is not None:
                try:
                    await _take(heard, feed, parser)
                except ProtocolError as error:
                    feed.unreadable(str(error))
            if not neighbours.connected:
                feed.cut_off()
            for message in feed.news(neighbours.fault):
                yield message
    finally:
        hearing.close()


async def _take(heard: Heard, feed: Feed, parser: Parser) -> None:
    match heard.part:
        case "availability":
            feed.is_there(heard.payload == b"online")
        case "fresh":
            feed.take_fresh(heard)
        case "alerts":
            alerts = unpack(heard.payload, SharedAlerts) if heard.payload else None
            feed.take_alerts(heard, alerts)
        case part if part in get_args(View):
            view = cast(View, part)
            if not heard.payload:
                feed.take_view(view, "", None)
                return
            shared = await _unpacked(heard.payload)
            if shared.format > FORMAT:
                raise ProtocolError(
                    tr(
                        "its format is {format}, known is {known}",
                        format=shared.format,
                        known=FORMAT,
                    )
                )
            update = await parsed(parser, bytes(shared.frame))
            if not isinstance(update, Update) or update.view != view:
                raise ProtocolError(
                    tr("{view} is none of what the sharer's panels are told", view=view)
                )
            feed.take_view(view, shared.mark, update)


async def _unpacked(payload: bytes) -> SharedView:
    """A large one in a thread, so that no panel waits for it."""
    if len(payload) <= LARGE // 10:
        return unpack(payload, SharedView)
    return await asyncio.to_thread(unpack, payload, SharedView)
