"""An alert is the same on every wall of a house, and who acknowledges it does so on all of them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.broker import Broker
from tests.support.frames import TICKET
from tests.support.shared import CENTRAL, FED, FedHouse, Shown, agree, same
from tests.support.upstream import Upstream
from tests.support.waiting import until

ALL = (CENTRAL, *FED)


@pytest.fixture
def house(broker: Broker, tmp_path: Path) -> Iterator[FedHouse]:
    folder = tmp_path / "walls"
    folder.mkdir()
    made = FedHouse(folder, broker, Upstream())
    made.upstream.hold(tickets())
    made.central(more=", acknowledge: true")
    for name in FED:
        made.fed(name)
    yield made
    made.close()


def tickets(*critical: str) -> dict[str, Any]:
    rows = [TICKET | {"id": "1", "title": "Rede"}]
    rows += [TICKET | {"id": each, "title": each, "priority": "critical"} for each in critical]
    count = {"critical": len(critical), "high": 1, "medium": 0, "low": 0, "total": len(rows)}
    return {"type": "tickets_update", "data": rows, "counters": count, "timestamp": ""}


def critical(identity: str, title: str = "Servidor parado") -> dict[str, Any]:
    data = {"id": identity, "title": title, "severity": "critical"}
    return {"type": "critical_alert", "data": data, "timestamp": ""}


def number(panel: Shown, identity: str) -> int:
    told = panel.last("active_alerts")["alerts"]
    return int(next(a["number"] for a in told if a["id"] == identity))


def told_upstream(house: FedHouse) -> list[tuple[str, str, str]]:
    """What the helpdesk was told: which alert, by whom, from which kiosk."""
    asked = [asked for asked in house.upstream.asked if asked["type"] == "acknowledge"]
    return [(a["id"], a["by"], a["clientId"]) for a in asked]


async def acknowledge(panel: Shown, identity: str) -> None:
    await panel.say({"type": "acknowledge", "number": number(panel, identity)})


async def test_an_alert_that_somebody_acknowledges_at_one_wall_ends_on_all_and_goes_up_once(
    house: FedHouse,
) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(critical("70"))
        await agree(panels.values(), [("70", "critical", "active", "")])
        await acknowledge(panels["Kiosk-B"], "70")
        by = "panel panel Kiosk-B"
        await agree(panels.values(), [("70", "critical", "acknowledged", by)])
        await until(lambda: told_upstream(house))
        assert told_upstream(house) == [("70", "panel (Kiosk-B)", CENTRAL)]
        await acknowledge(panels["Kiosk-C"], "70")
        await acknowledge(panels[CENTRAL], "70")
        house.upstream.say(critical("71"))
        await agree(
            panels.values(),
            [("70", "critical", "acknowledged", by), ("71", "critical", "active", "")],
        )
        assert len(told_upstream(house)) == 1


async def test_what_ends_by_itself_ends_on_all_walls(house: FedHouse) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(tickets("70"))
        await agree(panels.values(), [("70", "critical", "active", "")])
        house.upstream.say(tickets())
        await agree(panels.values(), [])
        states = [s["type"] for s in panels["Kiosk-B"].told.get("alert_resolved", [])]
        assert states == ["alert_resolved"]


async def test_a_snooze_at_a_fed_wall_holds_on_all(house: FedHouse) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(critical("70"))
        await agree(panels.values(), [("70", "critical", "active", "")])
        await panels["Kiosk-C"].say(
            {"type": "snooze", "number": number(panels["Kiosk-C"], "70"), "seconds": 3}
        )
        by = "panel panel Kiosk-C"
        await until(
            lambda: all(p.alerts()[0][:3] == ("70", "critical", "snoozed") for p in panels.values())
        )
        assert panels[CENTRAL].alerts() == [("70", "critical", "snoozed", by)]
        await agree(panels.values(), [("70", "critical", "active", by)])


async def test_an_acknowledgement_without_a_broker_waits_survives_a_restart_and_goes_out(
    house: FedHouse,
) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(critical("70"))
        await agree(panels.values(), [("70", "critical", "active", "")])
        house.broker.kill()
        await acknowledge(panels["Kiosk-B"], "70")
        await until(lambda: panels["Kiosk-B"].alerts()[0][2] == "acknowledged")
        await house.kept("Kiosk-B", "acknowledged")
        await house.power_cut("Kiosk-B")
        await asyncio.to_thread(house.walls["Kiosk-B"].start)
        house.broker.start()
        for wall in house.walls.values():
            wall.process.send_signal(1)
        await agree(panels.values(), [("70", "critical", "acknowledged", "panel panel Kiosk-B")])
        await until(lambda: told_upstream(house))
        assert told_upstream(house) == [("70", "panel (Kiosk-B)", CENTRAL)]


async def test_a_wall_that_was_away_learns_what_became_of_an_alert(house: FedHouse) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(critical("70"))
        house.upstream.say(tickets("71"))
        await until(lambda: all(len(p.alerts()) == 2 for p in panels.values()))
        await house.kept("Kiosk-B", '"70"')
        await house.kept("Kiosk-B", '"71"')
        await house.power_cut("Kiosk-B")
        await acknowledge(panels["Kiosk-C"], "70")
        house.upstream.say(tickets())
        wanted = [("70", "critical", "acknowledged", "panel panel Kiosk-C")]
        await agree([panels[CENTRAL], panels["Kiosk-C"]], wanted)
        await asyncio.to_thread(house.walls["Kiosk-B"].start)
        await agree(panels.values(), wanted)


async def test_the_sharer_restarts_and_no_wall_calls_again(house: FedHouse) -> None:
    async with house.panels() as panels:
        await same(panels.values(), ["Rede"])
        house.upstream.say(critical("70"))
        await agree(panels.values(), [("70", "critical", "active", "")])
        before = {name: number(panels[name], "70") for name in FED}
        await house.kept(CENTRAL, '"70"')
        await house.power_cut(CENTRAL)
        await until(lambda: panels["Kiosk-B"].source().get("reason") == "shared_away")
        await asyncio.to_thread(house.walls[CENTRAL].start)
        await until(lambda: panels["Kiosk-B"].source().get("state") == "connected")
        await agree(panels.values(), [("70", "critical", "active", "")])
        assert {name: number(panels[name], "70") for name in FED} == before
        for name in FED:
            assert len(panels[name].told["critical_alert"]) == 1
