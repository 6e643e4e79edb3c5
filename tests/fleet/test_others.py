"""The other kiosks as the page ``/fleet`` sees them, over the rights that are shipped."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from kioskd.config import Config, Demo, Mqtt, MqttFleet
from kioskd.core.fleet_status import Order, OrderName
from kioskd.errors import ProtocolError
from kioskd.fleet.others import LOOKED_AT, OtherKiosks
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker
from tests.support.linked import Linked, flushed, observer
from tests.support.waiting import until
from tests.support.walls import WallWithBroker


class Looking:
    """``now`` is its clock."""

    def __init__(self, mqtt: Mqtt | None) -> None:
        self.now = 0.0
        self.others = OtherKiosks(Config(sources=(Demo(),), mqtt=mqtt), lambda: self.now)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[OtherKiosks]:
        try:
            yield self.others
        finally:
            await asyncio.gather(*self.others.stop(), return_exceptions=True)


def with_fleet(broker: Broker, user: str = "fleet") -> Mqtt:
    return broker.settings(fleet=MqttFleet(user=user, password_file=str(broker.folder / user)))


async def test_it_sees_every_kiosk_and_commands_some_of_them(broker: Broker) -> None:
    here = WallWithBroker(broker.settings(groups=("terreo",)))
    there = WallWithBroker(broker.settings("Kiosk-B", groups=("alto",)), "Kiosk-B")
    async with here.running(), there.running(), Looking(with_fleet(broker)).running() as others:
        await until(lambda: others.look().state == "ready")
        await until(lambda: len([s for s in others.look().kiosks if s.online and s.told]) == 2)
        done = await others.order(Order("switch", group="terreo", screen="projects", by="Ana"))
        assert [(o.kiosk, o.ok, o.said) for o in done] == [("Kiosk-A", True, "shows projects")]
        assert (here.switched(), there.switched()) == (["projects"], [])
        done = await others.order(Order("notice", kiosk="Kiosk-B", text="Rede fora", seconds=60))
        assert [(o.kiosk, o.ok) for o in done] == [("Kiosk-B", True)]
        assert [n.text for n in there.notices.status()] == ["Rede fora"]
        assert here.notices.status() == []
        done = await others.order(Order("mute", seconds=60))
        assert [o.said for o in done] == ["muted for 60 s"] * 2
        done = await others.order(Order("acknowledge"))
        assert [o.said for o in done] == ["0 alerts acknowledged"] * 2
        done = await others.order(Order("switch", screen="nowhere"))
        assert [(o.ok, o.away) for o in done] == [(False, False)] * 2


@pytest.mark.parametrize(
    "order",
    [
        Order("mute", kiosk="Kiosk-B/set/volume#"),
        Order("mute", kiosk="+"),
        Order("mute", group="terreo/set/mute/#"),
        Order("mute", group="nobody"),
    ],
)
async def test_an_order_for_nobody_goes_nowhere(broker: Broker, order: Order) -> None:
    wall = WallWithBroker(broker.settings())
    async with wall.running(), Looking(with_fleet(broker)).running() as others:
        await until(lambda: others.look().state == "ready")
        with pytest.raises(ProtocolError):
            await others.order(order)


async def test_without_an_identity_for_it_a_kiosk_sees_nobody(broker: Broker) -> None:
    async with Looking(None).running() as others:
        assert others.look().state == "off"
    async with Looking(broker.settings()).running() as others:
        assert others.look().state == "blind"
        with pytest.raises(ProtocolError):
            await others.order(Order("mute"))


async def test_a_wrong_password_is_said(broker: Broker) -> None:
    (broker.folder / "fleet").write_text("guessed\n")
    async with Looking(with_fleet(broker)).running() as others:
        await until(lambda: others.look().state == "failed")
        fault = others.look().fault
        assert fault is not None
        assert fault.code == "mqtt_refused"


async def test_the_link_ends_when_nobody_looks_any_more(broker: Broker) -> None:
    looking = Looking(with_fleet(broker))
    async with looking.running() as others:
        others.look()
        task = others._task
        assert task is not None
        looking.now = LOOKED_AT
        others.tick()
        assert not task.done()
        looking.now = LOOKED_AT + 1
        others.tick()
        await asyncio.wait([task])
        assert others.look().state == "connecting"  # and begins anew


COMMANDS: tuple[OrderName, ...] = ("switch", "notice", "mute", "acknowledge")


async def test_its_identity_can_do_no_more_than_the_page(broker: Broker) -> None:
    """Whoever steals the kiosk with the page gets this password, too."""
    forbidden = [
        f"kioskd/{to}/set/{name}"
        for to in ("Kiosk-B", "all", "group/terreo")
        for name in ("volume", "display", "restart_browser", "config", "update")
    ]
    forbidden += ["kioskd/Kiosk-B/status", "kioskd/Kiosk-B/result", "homeassistant/status"]
    allowed = [f"kioskd/Kiosk-B/set/{name}" for name in COMMANDS]
    async with observer(broker.settings("operator"), "kioskd/#") as seen:
        thief = Linked(broker.settings("fleet"), "fleet")
        thief.link.listen("kioskd/Kiosk-B/alerts", thief.came.append)
        thief.link.listen("kioskd/Kiosk-B/view/+", thief.came.append)
        async with thief.running():
            await until(lambda: thief.link.proved)
            for topic in [*forbidden, *allowed]:
                thief.link.say(Outgoing(topic, b"taken"))
            await flushed(thief.link)
            thief.say("kioskd/fleet/result", b"last")
            await until(lambda: seen.came[-1].payload == b"last")
            assert [m.topic for m in seen.came if m.payload == b"taken"] == allowed
            assert set(forbidden) <= set(thief.link._denied)
