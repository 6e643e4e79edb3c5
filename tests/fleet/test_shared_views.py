"""Walls fed by a wall, as real processes at a real broker: the same views, and their true age."""

import asyncio
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.broker import Broker
from tests.support.frames import TICKET
from tests.support.linked import observer
from tests.support.shared import CENTRAL, FED, VIEWS, FedHouse, Shown, same
from tests.support.upstream import Upstream
from tests.support.waiting import until

ALERT = {"id": "70", "title": "Impressora", "severity": "critical"}


@pytest.fixture
def house(broker: Broker, tmp_path: Path) -> Iterator[FedHouse]:
    folder = tmp_path / "walls"
    folder.mkdir()
    made = FedHouse(folder, broker, Upstream())
    yield made
    made.close()


def tickets(*titles: str, **more: Any) -> dict[str, Any]:
    data = [TICKET | {"id": str(at), "title": title} | more for at, title in enumerate(titles, 1)]
    counters = {"critical": 0, "high": len(data), "medium": 0, "low": 0, "total": len(data)}
    return {"type": "tickets_update", "data": data, "counters": counters, "timestamp": ""}


def state(panel: Shown) -> tuple[str, str | None]:
    source = panel.source()
    return source.get("state", ""), source.get("reason")


async def test_every_wall_shows_what_one_has_and_asks_the_helpdesk_nothing(house: FedHouse) -> None:
    house.upstream.hold(tickets("Impressora", "Rede"))
    house.central()
    for name in FED:
        house.fed(name)
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora", "Rede"])
        house.upstream.say(tickets("Rede"))
        await same(panels.values(), ["Rede"])
        assert {asked.get("clientId") for asked in house.upstream.asked} <= {CENTRAL, None}
        told = [asked for asked in house.upstream.asked if asked["type"] == "identify"]
        assert [asked["clientId"] for asked in told] == [CENTRAL]
        await until(lambda: all(state(panels[name]) == ("connected", None) for name in FED))


async def test_only_what_is_shared_goes_out_and_the_lack_of_it_is_said(house: FedHouse) -> None:
    house.upstream.hold(tickets("Impressora"))
    house.central(share="projects")
    house.fed("Kiosk-B", views="tickets, projects")
    async with (
        observer(house.broker.settings("operator"), f"kioskd/{CENTRAL}/shared/+") as seen,
        house.panels() as panels,
    ):
        await until(lambda: panels["Kiosk-B"].fault().get("code") == "shared_not")
        assert panels["Kiosk-B"].fault()["params"] == {"kiosk": CENTRAL, "view": "tickets"}
        assert panels["Kiosk-B"].titles() == []
        house.upstream.say({"type": "critical_alert", "data": ALERT, "timestamp": ""})
        await until(lambda: panels[CENTRAL].alerts())
        went = {m.topic.rpartition("/")[2]: m.payload for m in seen.came if m.payload}
        assert set(went) == {"fresh", "alerts"}
        assert b"Impressora" not in went["fresh"] + zlib.decompress(went["alerts"], wbits=31)


async def test_what_is_shared_no_more_is_taken_from_the_broker(house: FedHouse) -> None:
    house.upstream.hold(tickets("Impressora"))
    central = house.central()
    async with house.panels():
        topics = f"kioskd/{CENTRAL}/shared/+"
        async with observer(house.broker.settings("operator"), topics) as seen:
            await until(lambda: any(m.topic.endswith("/tickets") and m.payload for m in seen.came))
            text = central.config.read_text().replace(f"share: [{VIEWS}]", "share: []")
            central.config.write_text(text)
            central.process.send_signal(1)
            last = {}
            await until(
                lambda: (
                    last.update({m.topic: m.payload for m in seen.came}) or not any(last.values())
                )
            )
        async with observer(house.broker.settings("operator"), f"kioskd/{CENTRAL}/#") as later:
            await until(lambda: any(m.topic.endswith("/status") for m in later.came))
            assert not [m for m in later.came if "/shared/" in m.topic]


async def test_the_sharers_failure_is_told_on_the_fed_wall_as_it_is(house: FedHouse) -> None:
    house.upstream.hold(tickets("Impressora"))
    house.central()
    house.fed("Kiosk-B")
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        await asyncio.to_thread(house.upstream.close)
        await until(lambda: state(panels["Kiosk-B"]) == ("offline", "shared_source"))
        told = panels["Kiosk-B"].source()
        assert told["params"]["kiosk"] == CENTRAL
        assert told["params"]["source"] == "central"
        there = panels[CENTRAL].source()
        assert told["params"]["reason"] == there["reason"]
        assert abs(told["seconds"] - there["seconds"]) < 5
        assert panels["Kiosk-B"].titles() == ["Impressora"]


async def test_a_sharer_that_is_gone_is_its_own_reason_and_its_return_is_noticed(
    house: FedHouse,
) -> None:
    house.upstream.hold(tickets("Impressora"))
    central = house.central()
    house.fed("Kiosk-B")
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        central.process.kill()
        central.process.wait()
        await until(lambda: state(panels["Kiosk-B"]) == ("offline", "shared_away"))
        house.upstream.hold(tickets("Rede"))
        await asyncio.to_thread(central.start)
        await until(lambda: state(panels["Kiosk-B"]) == ("connected", None))
        await same([panels["Kiosk-B"]], ["Rede"])


async def test_a_broker_that_was_killed_comes_back_and_all_walls_agree_again(
    house: FedHouse,
) -> None:
    house.upstream.hold(tickets("Impressora"))
    house.central()
    for name in FED:
        house.fed(name)
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        house.broker.kill()
        await until(lambda: all(state(panels[name])[0] == "offline" for name in FED))
        assert all(str(state(panels[name])[1]).startswith("mqtt_") for name in FED)
        house.upstream.say(tickets("Rede"))
        await same([panels[CENTRAL]], ["Rede"])
        house.broker.start()
        for wall in house.walls.values():
            wall.process.send_signal(1)
        await same(panels.values(), ["Rede"])


async def test_a_wall_that_comes_later_has_the_view_and_its_age_at_once(house: FedHouse) -> None:
    house.upstream.hold(tickets("Impressora"))
    house.central()
    house.fed("Kiosk-B")
    async with house.panels([CENTRAL]) as first:
        await same(first.values(), ["Impressora"])
        async with house.panels(["Kiosk-B"]) as later:
            await same(later.values(), ["Impressora"])
            await until(lambda: state(later["Kiosk-B"]) == ("connected", None))
            there = first[CENTRAL].source()["views"]["tickets"]["age"]
            here = later["Kiosk-B"].source()["views"]["tickets"]
            assert (here["stale"], here["restored"]) == (False, False)
            assert here["age"] >= 0 <= there


async def test_a_circle_is_refused_on_both_walls(house: FedHouse) -> None:
    for name, other in (("Kiosk-B", "Kiosk-C"), ("Kiosk-C", "Kiosk-B")):
        mqtt = house.broker.section(name, "  share: [tickets]\n")
        source = f"{{kind: mqtt, from: {other}, views: [tickets]}}"
        house.wall(name, f"{mqtt}sources: [{source}]\n")
    async with house.panels() as panels:
        seen = list(panels.values())
        await until(lambda: all(panel.fault().get("code") == "shared_circle" for panel in seen))


async def test_who_shares_nothing_is_named(house: FedHouse) -> None:
    house.fed("Kiosk-B", sharer="Kiosk-NADA")
    async with house.panels() as panels:
        await until(lambda: state(panels["Kiosk-B"]) == ("offline", "shared_nothing"))
        assert "Kiosk-NADA" in panels["Kiosk-B"].source()["error"]


@pytest.mark.parametrize("years", [-9, 9])
async def test_clocks_years_apart_make_nothing_younger_or_older(
    house: FedHouse, years: int
) -> None:
    house.upstream.hold(tickets("Impressora"))
    house.central(shift=years * 365 * 86400)
    house.fed("Kiosk-B")
    async with house.panels() as panels:
        await same(panels.values(), ["Impressora"])
        there = panels[CENTRAL].last("source_status")["timestamp"]
        here = panels["Kiosk-B"].last("source_status")["timestamp"]
        assert abs(int(there[:4]) - int(here[:4])) >= 8
        house.upstream.say({"type": "critical_alert", "data": ALERT, "timestamp": ""})
        await until(lambda: panels["Kiosk-B"].alerts() == panels[CENTRAL].alerts() != [])
        await asyncio.to_thread(house.upstream.close)
        await until(lambda: state(panels["Kiosk-B"]) == ("offline", "shared_source"))
        ages = [p.source()["views"]["tickets"]["age"] for p in panels.values()]
        assert abs(ages[0] - ages[1]) < 10
        raised = [p.last("active_alerts")["alerts"][0]["age"] for p in panels.values()]
        assert abs(raised[0] - raised[1]) < 10
