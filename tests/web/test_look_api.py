"""The look of the room's pages, for whoever stands before them."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from kioskd.config import Config, Display, Kiosk, Server
from kioskd.config.scalars import TimeZone
from tests.support.served import Served

Client = TestClient[web.Request, web.Application]


async def test_a_stranger_gets_the_colours_and_the_logo_and_nothing_else(
    tmp_path: Path,
    aiohttp_client: Callable[[web.Application], Awaitable[Client]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "index.html").write_text("<title>panel</title>")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    (tmp_path / "token").write_text("Longa-palavra-de-acesso-9371")
    wall = Served(tmp_path, Server(token_file=str(tmp_path / "token")))
    config = Config(
        server=wall.config.server,
        kiosk=Kiosk(name="Sala do cofre", time_zone=TimeZone("America/Manaus")),
        display=Display(theme="auto", accent="#2f7d5b", logo=str(tmp_path / "logo.png")),
    )
    wall.reporter.configure(config)
    wall.core.configure(config)
    client = await aiohttp_client(wall.web.application())
    monkeypatch.setattr("kioskd.web.authorisation.is_loopback", lambda address: False)
    assert (await client.get("/api/status")).status == 401
    answer = await client.get("/api/look")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert msgspec.json.decode(await answer.read()) == {
        "theme": "auto",
        "lightFrom": "07:00",
        "lightTo": "18:00",
        "timeZone": "America/Manaus",
        "accent": "#2f7d5b",
        "logo": True,
    }
    assert (await client.get("/logo")).status == 200
