"""The picture of the screen over HTTP."""

from aiohttp import web

from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.web.screenshot_api import ScreenshotApi
from tests.support.http_api import Aiohttp, Client


async def client(aiohttp_client: Aiohttp, found: Screenshot | Unseen) -> Client:
    async def take() -> Screenshot:
        if isinstance(found, Unseen):
            raise found
        return found

    app = web.Application()
    ScreenshotApi(take).add_to(app.router)
    return await aiohttp_client(app)


async def test_a_picture_says_when_it_was_taken_and_of_what(aiohttp_client: Aiohttp) -> None:
    taken = Screenshot(b"picture", "image/png", "screen", 1_796_000_000.25)
    answer = await (await client(aiohttp_client, taken)).get("/api/screenshot")
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert await answer.read() == b"picture"
    assert answer.headers["X-Taken"] == "2026-11-30T00:53:20.250Z"
    assert answer.headers["X-Picture-Of"] == "screen"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_without_a_picture_the_reason_is_there_for_people_and_for_programs(
    aiohttp_client: Aiohttp,
) -> None:
    refused = Unseen("no screen is connected to this machine", "no_screen")
    answer = await (await client(aiohttp_client, refused)).get("/api/screenshot")
    assert (answer.status, answer.headers["X-Reason"]) == (503, "no_screen")
    assert await answer.text() == "no screen is connected to this machine\n"
