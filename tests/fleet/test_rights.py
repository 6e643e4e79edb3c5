"""Whoever steals a kiosk has its password: with the shipped rights it can harm itself only."""

from pathlib import Path

import msgspec
import pytest

from kioskd.config import Mqtt
from kioskd.core.actor import Actor
from kioskd.core.messages import Alert
from kioskd.core.shared import FORMAT, Ask, Asks
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker
from tests.support.frames import TICKET, tickets, update
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
    "kioskd/Kiosk-B/shared/tickets",
    "kioskd/Kiosk-B/shared/fresh",
    "kioskd/Kiosk-B/shared/alerts",
    "kioskd/Kiosk-C/asks/Kiosk-B",
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
        others = {m.topic for m in thief.came if m.topic.split("/")[1] != "Kiosk-A"}
        assert others == {"kioskd/Kiosk-B/availability"}


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


async def test_a_stolen_wall_acknowledges_in_its_own_name_what_is_shared_and_nothing_else(
    broker: Broker,
) -> None:
    sharing = WallWithBroker(broker.settings("Kiosk-B", share=("tickets",)), "Kiosk-B")
    closed = WallWithBroker(broker.settings("Kiosk-C"), "Kiosk-C")
    for wall in (sharing, closed):
        wall.core.ingest(Alert("critical_alert", "70", "Servidor", "critical"))
        wall.core.ingest(Alert("project_update_alert", "9", "Obra", "medium"))
    ticket, project = sharing.alerts.active.values()
    (alone, _) = closed.alerts.active.values()
    async with sharing.running(), closed.running(), Linked(broker.settings()).running() as thief:
        await until(lambda: thief.link.proved)
        await until(lambda: all(w.fleet._link and w.fleet._link.proved for w in (sharing, closed)))
        for name, found in (("Kiosk-C", alone), ("Kiosk-B", project), ("Kiosk-B", ticket)):
            ask = Ask(str(found.number), found.number, "upstream", "Ana (Kiosk-C)\n")
            payload = msgspec.json.encode(Asks(FORMAT, (ask,)))
            thief.say(f"kioskd/Kiosk-A/asks/{name}", payload)
            thief.say(f"kioskd/Kiosk-A/asks/{name}", b"{")
            thief.say("kioskd/Kiosk-A/set/acknowledge", b"{}")
        await until(lambda: ticket.state == "acknowledged")
        assert ticket.by == Actor("mqtt", "Ana (Kiosk-C)", "Kiosk-A")
        assert (project.state, alone.state) == ("active", "active")


async def test_a_stolen_wall_that_asks_too_often_is_not_heard(broker: Broker) -> None:
    sharing = WallWithBroker(broker.settings("Kiosk-B", share=("tickets",)), "Kiosk-B")
    for number in range(60):
        sharing.core.ingest(Alert("critical_alert", str(number), "Servidor", "critical"))
    async with sharing.running(), Linked(broker.settings()).running() as thief:
        await until(lambda: thief.link.proved)
        await until(lambda: sharing.fleet._link and sharing.fleet._link.proved)
        for found in list(sharing.alerts.active.values()):
            ask = Ask(str(found.number), found.number, "button")
            thief.say("kioskd/Kiosk-A/asks/Kiosk-B", msgspec.json.encode(Asks(FORMAT, (ask,))))
        await flushed(thief.link)
        await until(lambda: len(sharing.alerts.active) <= 30)
        assert len(sharing.alerts.active) > 15


NAMED = """
user Kiosk-A
topic read kioskd/Kiosk-B/shared/+
topic read kioskd/Kiosk-B/availability
user Kiosk-B
topic read kioskd/Kiosk-A/asks/Kiosk-B
"""


async def test_where_the_walls_are_named_no_other_kiosk_reads_or_acknowledges(
    tmp_path: Path,
) -> None:
    broker = Broker(tmp_path)
    acl = (tmp_path / "acl").read_text()
    for line in ("kioskd/+/shared/+", "kioskd/+/availability", "kioskd/+/asks/%u"):
        assert f"\npattern read {line}\n" in acl
        acl = acl.replace(f"\npattern read {line}\n", "\n")
    (tmp_path / "acl").write_text(acl + NAMED)
    broker.start()
    sharing = WallWithBroker(broker.settings("Kiosk-B", share=("tickets",)), "Kiosk-B")
    sharing.core.ingest(update(tickets(TICKET)))
    sharing.core.ingest(Alert("critical_alert", "70", "Servidor", "critical"))
    sharing.core.ingest(Alert("critical_alert", "71", "Servidor", "critical"))
    first, second = sharing.alerts.active.values()
    fed, thief = Linked(broker.settings()), Linked(broker.settings("Kiosk-C"), "Kiosk-C")
    for each in (fed, thief):
        each.link.listen("kioskd/Kiosk-B/#", each.came.append)
    try:
        async with sharing.running(), fed.running(), thief.running():
            await until(lambda: sharing.fleet._link and sharing.fleet._link.proved)
            await until(lambda: fed.link.proved and thief.link.proved)
            for link, found in ((thief, first), (fed, second)):
                ask = Asks(FORMAT, (Ask("1", found.number, "button"),))
                topic = f"{link.link.topics.of('asks')}/Kiosk-B"
                link.say(topic, msgspec.json.encode(ask))
                await flushed(link.link)
            await until(lambda: second.state == "acknowledged")
            assert first.state == "active"
            await until(lambda: any(m.topic.endswith("/tickets") for m in fed.came))
            assert thief.came == []
    finally:
        broker.kill()
