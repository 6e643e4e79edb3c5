"""Alerts over HTTP and the panel socket: raise, resolve, acknowledge, snooze, list."""

from typing import Any

import pytest
from aiohttp import web

from kioskd.core import alert_tickets
from kioskd.core.actor import Actor
from kioskd.errors import ProtocolError
from kioskd.web.alert_api import AlertApi
from kioskd.web.panel_messages import PanelMessages
from tests.support.http_api import Aiohttp, Api
from tests.support.kiosk import Line, Wall


@pytest.fixture
async def api(aiohttp_client: Aiohttp) -> Api:
    wall, app = Wall(), web.Application()
    AlertApi(wall.alerting, wall.kept).add_to(app.router)
    return Api(await aiohttp_client(app), wall)


async def test_a_program_raises_renews_and_resolves_its_alert_by_its_id(api: Api) -> None:
    fields = {"entity": "Matriz", "link": "http://zabbix/7", "description": "Rack 3"}
    raised = await api.post("/api/alerts", id="7", severity="high", title="Disco", **fields)
    assert raised["kept"]
    again = await api.post("/api/alerts", id="7", severity="critical", title="Disco cheio")
    assert again["number"] == raised["number"]
    (alert,) = await api.active()
    assert (alert["title"], alert["severity"], alert["kind"]) == (
        "Disco cheio",
        "critical",
        "critical_alert",
    )
    assert fields.items() <= alert.items()
    assert (await api.post("/api/alerts", id="7", state="resolved"))["ids"] == ["7"]
    assert await api.active() == []
    assert (await api.post("/api/alerts", id="7", state="resolved"))["ids"] == []


async def test_a_programs_alert_is_not_the_ticket_of_the_same_id(api: Api) -> None:
    await api.post("/api/alerts", id="7", severity="critical", title="Disco")
    alert_tickets.follow(api.wall.alerts, set(), set())
    assert len(await api.active()) == 1


async def test_one_or_all_are_acknowledged_by_somebody_with_a_name(api: Api) -> None:
    for identity in ("1", "2", "3"):
        await api.post("/api/alerts", id=identity, severity="critical", title="Queda")
    number = (await api.active())[2]["number"]
    assert (await api.post("/api/acknowledge", id="1", by="Ana"))["ids"] == ["1"]
    assert (await api.post("/api/acknowledge", number=number, via="cli"))["ids"] == ["3"]
    assert (await api.post("/api/acknowledge", id="1"))["ids"] == []
    assert (await api.post("/api/acknowledge"))["ids"] == ["2"]
    lives = (await (await api.client.get("/api/alerts/history")).json())["alerts"]
    assert [(life["id"], life["by"]) for life in lives] == [
        ("2", {"kind": "http", "name": "", "kiosk": ""}),
        ("3", {"kind": "cli", "name": "", "kiosk": ""}),
        ("1", {"kind": "http", "name": "Ana", "kiosk": ""}),
    ]


async def test_a_snooze_is_for_seconds_or_until_a_time_of_tomorrow(api: Api) -> None:
    api.wall.now = 1_800_014_580.0  # 09:03 in São Paulo
    await api.post("/api/alerts", id="1", severity="critical", title="Queda")
    assert (await api.post("/api/snooze", id="1", seconds=300))["seconds"] == 300
    assert (await api.active())[0]["state"] == "snoozed"
    later = await api.post("/api/snooze", id="1", tomorrow="08:00")
    assert later["seconds"] == 23 * 3600 - 3 * 60
    assert (await api.post("/api/snooze", id="nobody", seconds=300))["ids"] == []
    api.wall.now = 0.0
    assert "the kiosk's clock is not set" in await api.refused("/api/snooze", tomorrow="08:00")


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/api/alerts", {"severity": "severe", "title": "x"}, "`severity` must be one of"),
        ("/api/alerts", {"severity": "high", "title": " "}, "`title` must not be empty"),
        ("/api/alerts", {"severity": "high", "title": ["x"]}, "`title` must be text"),
        ("/api/alerts", {"state": "gone", "id": "1"}, "`state` must be open or resolved"),
        ("/api/alerts", {"state": "resolved"}, "`id` says which alert is resolved"),
        ("/api/acknowledge", {"id": ""}, "`id` must not be empty"),  # not all of them
        ("/api/snooze", {"id": "", "seconds": 60}, "`id` must not be empty"),
        ("/api/acknowledge", {"number": "7"}, "`number` must be a whole number"),
        ("/api/acknowledge", {"number": True}, "`number` must be a whole number"),
        ("/api/snooze", {}, "`seconds` must be a number over 0"),
        ("/api/snooze", {"seconds": 0}, "`seconds` must be a number over 0"),
        ("/api/snooze", {"seconds": 1e9}, "`seconds` must be a number over 0"),
        ("/api/snooze", {"seconds": True}, "`seconds` must be a number over 0"),
        ("/api/snooze", {"tomorrow": "soon"}, "`tomorrow` must be a time of day"),
        ("/api/snooze", {"tomorrow": 8}, "`tomorrow` must be a time of day"),
    ],
)
async def test_a_wrong_field_is_named_and_changes_nothing(
    api: Api, path: str, body: dict[str, Any], said: str
) -> None:
    await api.post("/api/alerts", id="1", severity="critical", title="Queda")
    assert said in await api.refused(path, **body)
    assert [alert["state"] for alert in await api.active()] == ["active"]


async def test_what_the_card_can_not_take_is_raised_and_said(api: Api) -> None:
    api.wall.card_works = False
    raised = await api.post("/api/alerts", severity="critical", title="Queda")
    assert raised["kept"] is False
    assert len(await api.active()) == 1


class PanelSocket:
    """A panel's messages, without a server."""

    def __init__(self) -> None:
        self.wall = Wall()
        self.messages = PanelMessages(
            self.wall.core, self.wall.alerting, self.wall.reporter, self.wall.hub, False
        )

    def say(self, **message: Any) -> None:
        self.messages.handle(self.wall.panel, message)

    def by(self) -> list[dict[str, str]]:
        told = self.wall.said("active_alerts")[-1]["alerts"]
        return [alert["by"] for alert in told if alert["by"]]


def test_a_panel_is_called_by_its_name_and_a_phone_by_its_persons() -> None:
    for controller, by, said in (
        (False, "", {"kind": "panel", "name": "Kiosk-1", "kiosk": ""}),
        (True, "", {"kind": "phone", "name": "", "kiosk": ""}),
        (True, "  Ana\n", {"kind": "phone", "name": "Ana", "kiosk": ""}),
        (True, "x" * 400, {"kind": "phone", "name": "x" * 60, "kiosk": ""}),
    ):
        socket = PanelSocket()
        socket.say(type="identify", clientId="Kiosk-1", controller=controller)
        socket.wall.core.alert("critical", "Queda")
        socket.say(type="acknowledge", by=by)
        assert socket.by() == [said]


def test_a_paired_phone_is_called_as_it_was_paired() -> None:
    socket = PanelSocket()
    socket.wall.panel.person = "Bia"
    socket.say(type="identify", clientId="Phone-1", controller=True)
    socket.wall.core.alert("critical", "Queda")
    socket.say(type="acknowledge")
    assert socket.by() == [{"kind": "phone", "name": "Bia", "kiosk": ""}]


def test_a_panel_names_the_life_that_it_means_and_no_later_one() -> None:
    socket = PanelSocket()
    first = socket.wall.core.alert("critical", "Queda")
    socket.wall.alerting.acknowledge([first], Actor("button"))
    second = socket.wall.core.alert("critical", "Queda")
    socket.say(type="acknowledge", number=first.number)
    assert [entry.number for entry in socket.wall.alerts.find()] == [second.number]
    socket.say(type="snooze", number=second.number, seconds=300)
    assert socket.wall.alerts.find() == []
    assert len(socket.wall.alerts.active) == 1


def test_a_panel_may_ask_for_the_history_and_only_it_is_told() -> None:
    socket = PanelSocket()
    other = Line()
    socket.wall.hub.attach("127.0.0.1", other)
    socket.wall.core.alert("critical", "Queda")
    socket.say(type="acknowledge")
    socket.say(type="request_alert_history")
    (history,) = socket.wall.said("alert_history")
    assert [life["title"] for life in history["alerts"]] == ["Queda"]
    assert all(message["type"] != "alert_history" for message in other.said)


def test_an_acknowledgement_of_what_is_over_still_reaches_panels_of_other_make() -> None:
    socket = PanelSocket()
    socket.say(type="acknowledge", id="124")
    assert socket.wall.said("acknowledge")[0]["ids"] == ["124"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "acknowledge", "number": "x"},
        {"type": "acknowledge", "id": {"a": 1}},
        {"type": "acknowledge", "by": ["Ana"]},
        {"type": "snooze"},
        {"type": "snooze", "seconds": "soon"},
    ],
)
def test_a_wrong_field_of_a_panel_changes_nothing(message: dict[str, Any]) -> None:
    socket = PanelSocket()
    socket.wall.core.alert("critical", "Queda")
    with pytest.raises(ProtocolError):
        socket.say(**message)
    assert len(socket.wall.alerts.critical()) == 1
