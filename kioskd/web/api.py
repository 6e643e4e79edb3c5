"""Health, status and control over HTTP: what the command line, a phone and a monitor ask."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.core.alerting import Alerting
from kioskd.core.kiosk import Kiosk
from kioskd.core.status import Status
from kioskd.web.asked import asked
from kioskd.words import tr

HTTP = Actor("http")
WatchButtons = Callable[[Callable[[Any], None]], Callable[[], None]]
"""Calls back for each event of a button until the returned function is called."""
MOST_LINES = 1000  # button events that may wait for a slow reader
MOST_WATCHERS = 20  # readers of them at a time


class WholeStatus(Protocol):
    """Makes the whole status."""

    def __call__(self, scripts: bool = False) -> Status: ...


class HttpApi:
    """``alive`` says whether the core tasks live; ``status`` makes the whole status."""

    def __init__(
        self,
        kiosk: Kiosk,
        alerting: Alerting,
        status: WholeStatus,
        watch_buttons: WatchButtons,
        alive: Callable[[], bool],
    ) -> None:
        self._kiosk = kiosk
        self._alerting = alerting
        self._status_of_all = status
        self._watch_buttons = watch_buttons
        self._alive = alive
        self._watchers = 0

    def add_to(self, router: web.UrlDispatcher) -> None:
        router.add_get("/healthz", self._health)
        router.add_get("/metrics", self._metrics)
        router.add_get("/api/status", self._status)
        router.add_get("/api/buttons", self._buttons)
        router.add_post("/api/switch", self._switch)
        router.add_post("/api/mute", self._mute)
        router.add_post("/api/sound", self._sound)

    async def _health(self, request: web.Request) -> web.Response:
        alive = self._alive()
        return web.json_response({"alive": alive}, status=200 if alive else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        from kioskd.web import metrics  # late: most walls are never asked

        text = metrics.exposition(self._status_of_all())
        return web.Response(body=text, headers={"Content-Type": metrics.CONTENT_TYPE})

    async def _status(self, request: web.Request) -> web.Response:
        return web.Response(
            body=messages.encode(self._status_of_all(scripts=True)), content_type="application/json"
        )

    async def _buttons(self, request: web.Request) -> web.StreamResponse:
        """What the buttons do, live: one JSON object a line, until the reader goes."""
        if self._watchers >= MOST_WATCHERS:
            raise web.HTTPServiceUnavailable(text=tr("too many watch the buttons already\n"))
        self._watchers += 1
        try:
            return await self._watched(request)
        finally:
            self._watchers -= 1

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        events: asyncio.Queue[Any] = asyncio.Queue(MOST_LINES)
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})

        def take(event: Any) -> None:
            if not events.full():
                events.put_nowait(event)

        stop = self._watch_buttons(take)
        try:
            await response.prepare(request)
            while True:
                await response.write(messages.encode(await events.get()) + b"\n")
        except ConnectionError:
            return response  # the reader went
        finally:
            stop()

    async def _switch(self, request: web.Request) -> web.Response:
        def switch(message: messages.Json) -> messages.Switch:
            wish = messages.parse_switch(message)
            self._kiosk.switch(wish.target, HTTP, wish.client_id)
            return wish

        wish = await asked(request, switch)
        return web.json_response({"target": wish.target})

    async def _mute(self, request: web.Request) -> web.Response:
        seconds = await asked(request, lambda m: messages.seconds_field(m, "seconds"))
        self._alerting.mute(seconds, HTTP)
        return web.json_response({"muted": seconds})

    async def _sound(self, request: web.Request) -> web.Response:
        name = await asked(request, messages.sound_field)
        self._kiosk.test_sound(name)
        return web.json_response({"name": name})
