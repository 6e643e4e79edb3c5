"""Requests that aiohttp itself would stumble over."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.http_parser import RawRequestMessage
from aiohttp.http_writer import HttpVersion11
from multidict import CIMultiDict, CIMultiDictProxy

from kioskd.config import Server
from kioskd.web.serving import Serving, readable
from tests.support.served import Served


@pytest_asyncio.fixture
async def path(tmp_path: Path) -> AsyncIterator[Path]:
    (tmp_path / "index.html").write_text("<title>panel</title>")
    wall = Served(tmp_path, Server())
    serving = Serving(wall.web.application(), wall.access.connections)
    await serving.start(tmp_path / "s")
    yield tmp_path / "s"
    await serving.close()


async def said(path: Path, head: bytes) -> bytes:
    """The whole answer to a request."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(head + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /api/status HTTP/1.1\r\nExpect: \xff\xfe", b"417"),
        (b"GET /ws/dashboard_control/ HTTP/1.1\r\nUpgrade: Bearer \xff\xfe", b"400"),
        (b"GET /ws/dashboard_control/ HTTP/1.1\r\nConnection: \xe9\r\nUpgrade: websocket", b"400"),
        (b"GET /api/status HTTP/1.1\r\nReferer: caf\xe9", b"200"),
    ],
)
async def test_a_header_that_is_no_utf_8_is_answered_like_any_other(
    path: Path, head: bytes, status: bytes
) -> None:
    assert (await said(path, head))[9:12] == status


def test_a_request_that_came_without_an_address_is_a_malformed_one() -> None:
    headers: Any = CIMultiDictProxy(CIMultiDict({"Cookie": "kioskd=secret"}))
    wrong: Any = (False, None, False, False, None)
    message = RawRequestMessage("GET", "?", HttpVersion11, headers, (), *wrong)
    made = readable(lambda message, *more: message)(message, 1, 2)
    assert (str(made.url), dict(made.headers)) == ("/", {"Host": "["})
