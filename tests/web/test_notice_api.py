"""Notices over HTTP and the panel socket."""

import datetime
from typing import Any

import pytest
from aiohttp import web

from kioskd.errors import ProtocolError
from kioskd.web.notice_api import NoticeApi
from kioskd.web.panel_messages import PanelMessages
from tests.support.http_api import Aiohttp, Api
from tests.support.kiosk import Wall


@pytest.fixture
async def api(aiohttp_client: Aiohttp) -> Api:
    wall = Wall()
    wall.now = datetime.datetime.now(datetime.UTC).timestamp()
    app = web.Application()
    NoticeApi(wall.core, wall.notices).add_to(app.router)
    return Api(await aiohttp_client(app), wall)


async def test_a_program_tells_lists_and_takes_back_a_notice(api: Api) -> None:
    posted = await api.post("/api/notice", text="ERP fora", seconds=60, look="full", by="Ana")
    (notice,) = await api.notices()
    assert notice["number"] == posted["number"]
    assert (notice["text"], notice["look"], notice["by"]["name"]) == ("ERP fora", "full", "Ana")
    assert (await api.post("/api/notice/end", number=posted["number"]))["numbers"] == [1]
    assert await api.notices() == []
    assert (await api.post("/api/notice/end"))["numbers"] == []


async def test_dates_without_a_zone_are_the_kiosks(api: Api) -> None:
    day = datetime.date.today() + datetime.timedelta(days=10)
    body = {"from": f"{day} 18:00", "until": "19:30"}
    await api.post("/api/notice", text="ERP fora", **body)
    (notice,) = await api.notices()
    assert (notice["from"], notice["until"]) == (
        f"{day}T21:00:00Z",
        f"{day}T22:30:00Z",
    )
    assert not notice["shown"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "`text` must be text"),
        ({"text": "x", "look": "loud"}, "`look` must be one of strip, full"),
        ({"text": "x", "seconds": "5m"}, "`seconds` must be a number"),
        ({"text": "x", "until": "soon"}, "`until` must be a time: 18:00, 2026-11-30 18:00"),
        ({"text": "x", "until": 5}, "`until` must be a time"),
        ({"text": "x", "from": "0001-01-01T00:00+23:59"}, "`"),
    ],
)
async def test_a_wrong_field_is_named(api: Api, body: dict[str, Any], why: str) -> None:
    answer = await api.client.post("/api/notice", json=body)
    assert answer.status == 400
    assert why in await answer.text()


def test_a_phone_tells_the_room_something_and_ends_it() -> None:
    wall = Wall()
    panel = PanelMessages(wall.core, wall.alerting, wall.reporter, wall.hub, development=False)
    wall.panel.phone = True
    panel.handle(wall.panel, {"type": "notice", "text": "Café", "seconds": 600, "by": "Rui"})
    (notice,) = wall.notices.status()
    assert (notice.text, str(notice.by)) == ("Café", "phone Rui")
    panel.handle(wall.panel, {"type": "end_notice", "number": notice.number})
    assert wall.notices.status() == []
    with pytest.raises(ProtocolError, match="text"):
        panel.handle(wall.panel, {"type": "notice", "text": 5})
