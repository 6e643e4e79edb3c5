"""The live view of the buttons over HTTP; the rest of the control is tested in test_web."""

import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.gpio.buttons import Event
from kioskd.web.api import MOST_LINES, HttpApi
from tests.support.kiosk import Wall

Client = TestClient[web.Request, web.Application]
Aiohttp = Callable[[web.Application], Awaitable[Client]]


async def test_each_button_event_is_one_line_until_the_reader_goes(
    aiohttp_client: Aiohttp,
) -> None:
    wall, watchers = Wall(), []

    def watch(callback: Callable[[Event], None]) -> Callable[[], None]:
        watchers.append(callback)
        return lambda: watchers.remove(callback)

    app = web.Application()
    HttpApi(wall.core, wall.alerting, wall.reporter.status, watch, lambda: True).add_to(app.router)
    client = await aiohttp_client(app)
    answer = await client.get("/api/buttons")
    for _ in range(MOST_LINES * 2):  # a storm that nobody reads: bounded, and no exception
        watchers[0](Event(17, "", "down"))
    watchers[0](Event(17, "Recepção", "down", "press", "next"))
    line = json.loads(await answer.content.readline())
    named = {"pin": 17, "name": "", "key": "", "device": ""}
    assert line == {**named, "level": "down", "gesture": "", "action": ""}
    answer.close()
    deadline = time.monotonic() + 10
    while watchers and time.monotonic() < deadline:
        for watcher in list(watchers):  # the reader's absence shows at the next line
            watcher(Event(17, "", "up"))
        await client.get("/healthz")
    assert watchers == []
