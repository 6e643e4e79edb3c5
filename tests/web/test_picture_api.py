"""The pictures of a room's own screens, over HTTP."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from kioskd.web.picture_api import PictureApi
from tests.support.http_api import Aiohttp, Client

PNG = b"\x89PNG\r\n\x1a\n and so on"
KINDS = {
    PNG: "image/png",
    b"\xff\xd8\xff\xe0 and so on": "image/jpeg",
    b"GIF89a and so on": "image/gif",
    b"RIFF\x00\x00\x00\x00WEBPVP8 and so on": "image/webp",
}


async def client(aiohttp_client: Aiohttp, file: Callable[[str], str | None]) -> Client:
    app = web.Application()
    PictureApi(file).add_to(app.router)
    return await aiohttp_client(app)


@pytest.mark.parametrize("content", KINDS)
async def test_a_picture_is_what_it_begins_with_whatever_its_name_says(
    aiohttp_client: Aiohttp, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "map.txt").write_bytes(content)
    asking = await client(aiohttp_client, lambda _: str(tmp_path / "map.txt"))
    answer = await asking.get("/screens/map")
    assert (answer.status, answer.content_type) == (200, KINDS[content])
    assert await answer.read() == content
    again = await asking.get("/screens/map", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304
    (tmp_path / "map.txt").write_bytes(content + b" and more")
    newer = await asking.get("/screens/map", headers={"If-None-Match": answer.headers["ETag"]})
    assert await newer.read() == content + b" and more"


async def test_what_is_no_picture_is_never_given_out(
    aiohttp_client: Aiohttp, tmp_path: Path
) -> None:
    (tmp_path / "page.png").write_bytes(b"<svg onload=alert(1)>")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "large.png").write_bytes(PNG)
    os.truncate(tmp_path / "large.png", 20_000_001)
    asking = await client(aiohttp_client, lambda name: str(tmp_path / name))
    for name, why in {
        "page.png": "no PNG, JPEG, WebP or GIF",
        "pipe.png": "a named pipe",
        "large.png": "larger than 20,000,000 bytes",
        "absent.png": "no such file",
    }.items():
        answer = await asking.get(f"/screens/{name}")
        assert answer.status == 503
        assert why in await answer.text()


async def test_no_file_but_a_screens_own_can_be_asked_for(aiohttp_client: Aiohttp) -> None:
    asking = await client(aiohttp_client, {"map": "/etc/map.png"}.get)
    for name in ("passwd", "..%2f..%2fetc%2fpasswd", "map.png", "%00"):
        assert (await asking.get(f"/screens/{name}")).status == 404
