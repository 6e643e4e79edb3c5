"""Pictures on a disk that never answers, for both who give them out."""

import asyncio
import functools
import threading
from collections.abc import Callable

import pytest
from aiohttp import web

from kioskd.config.picture import Picture
from kioskd.web import logo_api, picture_api, reading
from kioskd.web.logo_api import LogoApi
from kioskd.web.picture_api import PictureApi
from tests.support.http_api import Aiohttp
from tests.support.waiting import until


class Disk:
    """Has every file, with its name as its content; those below /dead answer once it is back."""

    def __init__(self) -> None:
        self.back = threading.Event()
        self.asked: list[str] = []

    def read(self, file: str) -> Picture:
        self.asked.append(file)
        if file.startswith("/dead"):
            self.back.wait(60)
        return Picture(file.encode(), "image/png")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    made = Disk()
    monkeypatch.setattr(reading, "LIMIT", 0.2)
    monkeypatch.setattr(picture_api, "read_picture", made.read)
    monkeypatch.setattr(logo_api, "read_logo", made.read)
    return made


Given = Callable[[str], None]
Made = tuple[web.Application, str, Given]


def pictures() -> Made:
    app, files = web.Application(), {"map": ""}
    PictureApi(files.get).add_to(app.router)
    return app, "/screens/map", lambda file: files.update(map=file)


def logo() -> Made:
    app, files = web.Application(), {"logo": ""}
    LogoApi(lambda: files["logo"], lambda said: None).add_to(app.router)
    return app, "/logo", lambda file: files.update(logo=file)


@pytest.mark.parametrize("made", [pictures, logo])
async def test_a_file_that_never_answers_takes_one_thread_and_holds_no_other_up(
    aiohttp_client: Aiohttp, disk: Disk, monkeypatch: pytest.MonkeyPatch, made: Callable[[], Made]
) -> None:
    app, path, configure = made()
    asking = await aiohttp_client(app)
    configure("/dead/a")
    for _ in range(3):
        answer = await asking.get(path)
        assert (answer.status, await answer.text()) == (503, "it does not answer\n")
    assert disk.asked == ["/dead/a"]
    monkeypatch.setattr(reading, "LIMIT", 60)
    configure("/well")
    answer = await asking.get(path)
    assert (answer.status, await answer.read()) == (200, b"/well")
    disk.back.set()
    configure("/dead/a")
    assert await (await asking.get(path)).read() == b"/dead/a"


@pytest.mark.parametrize("made", [pictures, logo])
async def test_who_asks_for_two_files_at_once_gets_each_of_them(
    aiohttp_client: Aiohttp, disk: Disk, monkeypatch: pytest.MonkeyPatch, made: Callable[[], Made]
) -> None:
    monkeypatch.setattr(reading, "LIMIT", 60)
    app, path, configure = made()
    asking = await aiohttp_client(app)

    answers = []
    for file in ("/dead/a", "/dead/b"):
        configure(file)
        answers.append(asyncio.create_task(asking.get(path)))
        await until(functools.partial(disk.asked.__contains__, file))
    disk.back.set()
    assert [await (await each).read() for each in answers] == [b"/dead/a", b"/dead/b"]


async def test_a_logo_that_is_configured_no_more_is_not_complained_of(
    aiohttp_client: Aiohttp, disk: Disk
) -> None:
    said: list[str | None] = []
    files = {"logo": "/dead/a"}
    app = web.Application()
    LogoApi(lambda: files["logo"], said.append).add_to(app.router)
    asking = await aiohttp_client(app)
    late = asyncio.create_task(asking.get("/logo"))
    await until(lambda: disk.asked)
    files["logo"] = "/well"
    assert (await late).status == 503
    assert said == []
    assert (await asking.get("/logo")).status == 200
    files["logo"] = "/dead/b"
    assert (await asking.get("/logo")).status == 503
    assert said == [None, "the logo /dead/b can't be shown: it does not answer"]
    disk.back.set()
