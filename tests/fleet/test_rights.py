"""Whoever steals a kiosk has its password: with the shipped rights it can harm itself only."""

import pytest

from kioskd.config import Mqtt
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker
from tests.support.linked import Linked, flushed, observer
from tests.support.waiting import until
from tests.support.walls import WallWithBroker

FORBIDDEN = (
    "kioskd/Kiosk-B/availability",
    "kioskd/Kiosk-B/status",
    "kioskd/Kiosk-B/alerts",
    "kioskd/Kiosk-B/instance",
    "kioskd/Kiosk-B/set/switch",
    "kioskd/Kiosk-B/result",
    "kioskd/Kiosk-B/view/tickets",
    "kioskd/all/set/switch",
    "kioskd/group/terreo/set/switch",
    "homeassistant/device/Kiosk-B/config",
    "homeassistant/status",
    "$SYS/broker/uptime",
)


async def test_a_stolen_kiosk_can_say_nothing_in_anothers_name_and_command_nobody(
    broker: Broker,
) -> None:
    other = WallWithBroker(broker.settings("Kiosk-B", groups=("terreo",)), "Kiosk-B")
    async with observer(broker.settings("operator"), "kioskd/#") as seen, other.running():
        await until(lambda: other.fleet._link is not None and other.fleet._link.proved)
        async with Linked(broker.settings()).running() as thief:
            await until(lambda: thief.link.proved)
            for topic in FORBIDDEN:
                thief.say(topic, b'{"screen": "projects"}', retain=True)
            await flushed(thief.link)
            thief.say("kioskd/Kiosk-A/result", b"last")
            await until(lambda: seen.came[-1].payload == b"last")
            assert thief.code == "mqtt_denied"
            assert set(thief.link._denied) == set(FORBIDDEN)
        assert other.switched() == []
        forged = [m.topic for m in seen.came if m.payload == b'{"screen": "projects"}']
        assert forged == []


async def test_a_stolen_kiosk_hears_nothing_of_the_others(broker: Broker) -> None:
    thief = Linked(broker.settings())
    for topic in ("kioskd/Kiosk-B/#", "kioskd/+/status", "kioskd/+/result", "$SYS/#", "#"):
        thief.link.listen(topic, thief.came.append)
    other = WallWithBroker(broker.settings("Kiosk-B"), "Kiosk-B")
    async with thief.running(), observer(broker.settings("operator"), "kioskd/#") as seen:
        await until(lambda: thief.link.proved)
        async with other.running():
            await until(lambda: any(m.topic == "kioskd/Kiosk-B/picture" for m in seen.came))
        thief.say("kioskd/Kiosk-A/result", b"last")
        await until(lambda: any(m.payload == b"last" for m in thief.came))
        heard = {m.topic.split("/")[1] for m in thief.came}
        assert heard == {"Kiosk-A"}


async def test_nobody_is_let_in_without_a_password(broker: Broker) -> None:
    settings = broker.settings()
    nobody = Mqtt(url=settings.url, ca_file=settings.ca_file)
    async with Linked(nobody).running() as here:
        await until(lambda: here.view.state == "refused")
        assert here.code == "mqtt_refused"


@pytest.mark.parametrize("name", ["Kiosk-A", "operator"])
async def test_a_message_beyond_every_measure_ends_the_senders_link_and_nobody_elses(
    broker: Broker, name: str
) -> None:
    async with Linked(broker.settings("Kiosk-B"), "Kiosk-B").running() as other:
        await until(lambda: other.link.proved)
        async with Linked(broker.settings(name), name).running() as here:
            await until(lambda: here.view.state == "connected")
            here.link.say(Outgoing("kioskd/Kiosk-A/status", b"x" * 10_000_000))
            await until(lambda: here.view.state == "offline")
        assert (other.view.state, other.ups) == ("connected", 1)
