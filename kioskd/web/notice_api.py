"""Notices over HTTP and from panels: tell the room something, list, take back."""

import datetime
from typing import cast, get_args

from aiohttp import web

from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.core.kiosk import Kiosk
from kioskd.core.messages import Json
from kioskd.core.notices import Notice, Notices
from kioskd.core.schedule import moment
from kioskd.core.status import Look
from kioskd.errors import ProtocolError
from kioskd.web.asked import asked, asking_actor
from kioskd.words import tr


class NoticeApi:
    def __init__(self, kiosk: Kiosk, notices: Notices) -> None:
        self._kiosk = kiosk
        self._notices = notices

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/notices", self._list)
        router.add_post("/api/notice", self._post)
        router.add_post("/api/notice/end", self._end)

    async def _list(self, request: web.Request) -> web.Response:
        return web.Response(
            body=messages.encode({"notices": self._notices.status()}),
            content_type="application/json",
        )

    async def _post(self, request: web.Request) -> web.Response:
        notice = await asked(request, lambda m: post(self._kiosk, m, asking_actor(request, m)))
        return web.json_response({"number": notice.number})

    async def _end(self, request: web.Request) -> web.Response:
        ended = await asked(request, lambda m: end(self._kiosk, m, asking_actor(request, m)))
        return web.json_response({"numbers": [notice.number for notice in ended]})


def post(kiosk: Kiosk, message: Json, by: Actor) -> Notice:
    """Tell what ``message`` asks for; raises ``ProtocolError`` for a wrong field."""
    look = message.get("look", "strip")
    if look not in get_args(Look):
        raise ProtocolError(tr("`look` must be one of {names}", names=", ".join(get_args(Look))))
    seconds = message.get("seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | None):
        raise ProtocolError(tr("`seconds` must be a number"))
    text = message.get("text")
    if not isinstance(text, str):
        raise ProtocolError(tr("`text` must be text"))
    now = datetime.datetime.now(kiosk.zone)
    starts = _moment(message, "from", now)
    until = _moment(message, "until", starts or now)
    return kiosk.notice(
        text,
        by,
        cast(Look, look),
        None if seconds is None else float(seconds),
        None if starts is None else starts.timestamp(),
        None if until is None else until.timestamp(),
    )


def end(kiosk: Kiosk, message: Json, by: Actor) -> list[Notice]:
    """Take back the notice of ``number``; all of them without one."""
    return kiosk.end_notice(by, messages.number_field(message))


def _moment(message: Json, name: str, after: datetime.datetime) -> datetime.datetime | None:
    if (text := message.get(name)) is None:
        return None
    try:
        return moment(text, after)
    except (ValueError, TypeError, AttributeError, OverflowError):
        said = tr("18:00, 2026-11-30 18:00, or such a date with its zone")
        raise ProtocolError(tr("`{name}` must be a time: {said}", name=name, said=said)) from None
