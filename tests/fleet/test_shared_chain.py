"""What goes from wall to wall, and a sharer that is called otherwise, as real processes."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.broker import Broker
from tests.support.frames import TICKET
from tests.support.shared import CENTRAL, FedHouse, same
from tests.support.upstream import Upstream
from tests.support.waiting import until

BETWEEN, LAST = "Kiosk-B", "Kiosk-C"
OLD = 12.0  # seconds that the data is old when the last wall comes
ALERT = {"id": "70", "title": "Servidor", "severity": "critical"}
VIEWS = "views: [tickets]"
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def house(broker: Broker, tmp_path: Path) -> Iterator[FedHouse]:
    folder = tmp_path / "walls"
    folder.mkdir()
    made = FedHouse(folder, broker, Upstream())
    made.upstream.hold(tickets("Impressora"))
    made.central(share="tickets", more=", acknowledge: true")
    yield made
    made.close()


def tickets(title: str) -> dict[str, Any]:
    counters = {"critical": 0, "high": 1, "medium": 0, "low": 0, "total": 1}
    data = [TICKET | {"title": title}]
    return {"type": "tickets_update", "data": data, "counters": counters, "timestamp": ""}


async def age(house: FedHouse, name: str) -> float:
    """Seconds since the tickets were confirmed, as that wall has it now."""
    return await asyncio.to_thread(_age, house.walls[name].url)


def _age(url: str) -> float:
    with urllib.request.urlopen(f"{url}/api/status", timeout=30) as answer:
        return float(json.load(answer)["sources"][0]["views"]["tickets"]["age"])


def passing_on(house: FedHouse) -> None:
    """A wall that takes the tickets from the first one, and shares them itself."""
    mqtt = house.broker.section(BETWEEN, "  share: [tickets]\n")
    house.wall(BETWEEN, f"{mqtt}sources: [{{kind: mqtt, from: {CENTRAL}, {VIEWS}}}]\n")


async def test_a_view_that_went_through_two_walls_is_as_old_as_at_the_first(
    house: FedHouse,
) -> None:
    passing_on(house)
    house.fed(LAST, views="tickets", sharer=BETWEEN)
    async with house.panels([CENTRAL, BETWEEN]) as first:
        await same(first.values(), ["Impressora"])
        await asyncio.to_thread(house.upstream.close)
        while await age(house, CENTRAL) < OLD:
            await asyncio.sleep(0.2)
        async with house.panels([LAST]) as later:
            await same(later.values(), ["Impressora"])
            last = later[LAST]
            await until(lambda: last.source().get("reason") == "shared_source")
            assert await age(house, LAST) >= OLD - 2
            assert last.source()["params"]["kiosk"] == CENTRAL  # where it went wrong
            assert last.source()["params"]["source"] == "central"
            apart = await age(house, LAST) - await age(house, CENTRAL)
            assert abs(apart) < 8


async def test_who_acknowledges_at_the_end_of_the_chain_ends_it_at_its_beginning(
    house: FedHouse,
) -> None:
    passing_on(house)
    house.fed(LAST, views="tickets", sharer=BETWEEN)
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        house.upstream.say({"type": "critical_alert", "data": ALERT, "timestamp": ""})
        await until(lambda: all(len(panel.alerts()) == 1 for panel in panels.values()))
        number = panels[LAST].last("active_alerts")["alerts"][0]["number"]
        await panels[LAST].say({"type": "acknowledge", "number": number})
        await until(lambda: all(p.alerts()[0][2] == "acknowledged" for p in panels.values()))
        await until(lambda: [e for e in house.upstream.asked if e["type"] == "acknowledge"])
        asked = [each for each in house.upstream.asked if each["type"] == "acknowledge"]
        assert [(each["id"], each["clientId"]) for each in asked] == [("70", CENTRAL)]
        assert LAST in asked[0]["by"]


async def test_a_sharer_that_is_called_otherwise_is_gone_until_the_fed_wall_names_it(
    house: FedHouse,
) -> None:
    fed = house.fed(BETWEEN, views="tickets")
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        central = house.walls[CENTRAL]
        mqtt = house.broker.section(LAST, "  share: [tickets]\n")
        source = f"{{kind: channels, name: central, url: '{house.upstream.url}'}}"
        central.name = LAST
        central.configure(f"sound: {{enabled: false}}\n{mqtt}sources: [{source}]\n")
        central.process.send_signal(1)
        panel = panels[BETWEEN]
        await until(lambda: panel.source().get("reason") == "shared_away", "its old name is gone")
        assert panel.titles() == ["Impressora"]
        house.upstream.hold(tickets("Rede"))
        house.upstream.say(tickets("Rede"))
        await same([panels[CENTRAL]], ["Rede"])
        assert panel.titles() == ["Impressora"]
        takes = f"sources: [{{kind: mqtt, from: {LAST}, {VIEWS}}}]\n"
        fed.configure(f"sound: {{enabled: false}}\n{house.broker.section(BETWEEN)}{takes}")
        fed.process.send_signal(1)
        await same(panels.values(), ["Rede"])
        await until(lambda: panel.source().get("state") == "connected")
