"""The room's logo, over HTTP."""

import os
from pathlib import Path

import pytest
from aiohttp import web

from kioskd.web.logo_api import LogoApi
from tests.support.http_api import Aiohttp, Client

PNG = b"\x89PNG\r\n\x1a\n and so on"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
DRAWN = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/svg11.dtd">'


class LogoRoom:
    """One that has a logo, and is told what is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "logo"
        self.said: list[str | None] = []

    async def asked_by(self, aiohttp_client: Aiohttp) -> Client:
        app = web.Application()
        LogoApi(lambda: str(self.file), self.said.append).add_to(app.router)
        return await aiohttp_client(app)


@pytest.fixture
def room(tmp_path: Path) -> LogoRoom:
    return LogoRoom(tmp_path)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf\n" + SVG, "image/svg+xml"),
        (SVG.replace(b"/>", b"><user/><!-- <use/> --></svg>"), "image/svg+xml"),
        (b"<?xml version='1.0' encoding='windows-1252'?>" + SVG, "image/svg+xml"),
        (b'<?xml version="1.0"?>\n<!-- Generator: x -->\n' + DRAWN + SVG, "image/svg+xml"),
    ],
)
async def test_a_logo_is_given_out_so_that_it_can_do_nothing(
    aiohttp_client: Aiohttp, room: LogoRoom, content: bytes, kind: str
) -> None:
    room.file.write_bytes(content)
    asking = await room.asked_by(aiohttp_client)
    answer = await asking.get("/logo")
    assert (answer.status, answer.content_type, await answer.read()) == (200, kind, content)
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert room.said == [None]
    known = {"If-None-Match": answer.headers["ETag"]}
    assert (await asking.get("/logo", headers=known)).status == 304


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><svg/></html>", "no SVG, PNG"),
        (SVG.replace(b"svg ", b"svgx "), "no SVG, PNG"),
        (b"<svg/>", "no SVG, PNG"),  # without its namespace no browser draws it
        (b"<?xml version='1.0' encoding='nonsense'?>" + SVG, "no SVG, PNG"),
        (SVG.replace(b"/>", b">\n<g></svg>"), "its SVG is broken in line 2"),
        (SVG.replace(b"/>", b"><use href='#a'/></svg>"), "repeats parts with <use>"),
        (SVG.replace(b"/>", b"><use\n/></svg>"), "repeats parts with <use>"),
        (
            b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:use/></s:svg>',
            "repeats parts with <use>",
        ),
        (
            SVG.replace(b"/>", b"><use/></svg>").decode().encode("utf-16"),
            "repeats parts with <use>",
        ),
        (b"token-of-an-account", "no SVG, PNG"),
        (b"<!--" + SVG, "no SVG, PNG"),
        (b" " * 400_000, "no SVG, PNG"),
        (b"<?" * 200_000, "no SVG, PNG"),
        (b"", "no SVG, PNG"),
        (b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG, "has entities"),
        (SVG + b" " * 500_000, "larger than 500,000 bytes"),
    ],
)
async def test_what_is_no_logo_is_not_given_out_and_the_room_is_told(
    aiohttp_client: Aiohttp, room: LogoRoom, content: bytes, why: str
) -> None:
    room.file.write_bytes(content)
    answer = await (await room.asked_by(aiohttp_client)).get("/logo")
    assert answer.status == 503
    assert why in await answer.text()
    (said,) = room.said
    assert said is not None
    assert str(room.file) in said


async def test_a_file_that_is_gone_or_never_answers_is_said_too(
    aiohttp_client: Aiohttp, room: LogoRoom
) -> None:
    asking = await room.asked_by(aiohttp_client)
    assert (await asking.get("/logo")).status == 503
    os.mkfifo(room.file)
    assert (await asking.get("/logo")).status == 503
    room.file.unlink()
    room.file.write_bytes(PNG)
    assert (await asking.get("/logo")).status == 200
    assert [said is None for said in room.said] == [False, False, True]
