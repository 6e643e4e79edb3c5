"""What a wall tells of itself over a real broker: on change, on return, and never too much."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, Literal

import pytest

from kioskd.core.actor import Actor
from kioskd.core.messages import Alert
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker
from tests.support.frames import TICKET, tickets, update
from tests.support.linked import observer
from tests.support.process import Process
from tests.support.waiting import until
from tests.support.walls import Mailbox, WallWithBroker

MINE = "kioskd/Kiosk-A/#"


async def test_each_part_has_a_retained_topic_of_its_own_and_is_told_when_it_changes(
    broker: Broker,
) -> None:
    wall = WallWithBroker(broker.settings(groups=("terreo",)))
    async with observer(broker.settings("operator"), MINE) as seen, wall.running():
        box = Mailbox(seen.came)
        await until(lambda: box.last("kioskd/Kiosk-A/picture"))
        status = box.last("kioskd/Kiosk-A/status")
        assert status["format"] == 1
        assert (status["kioskId"], status["name"]) == ("Kiosk-A", "Recepção")
        assert status["groups"] == ["terreo"]
        wall.core.switch("dashboard", state_actor())
        await until(lambda: box.last("kioskd/Kiosk-A/screen")["screen"] == "dashboard")
        wall.faults.say("state", "the disk is full")
        await until(
            lambda: [f["code"] for f in box.last("kioskd/Kiosk-A/status")["faults"]] == ["state"]
        )
    async with observer(broker.settings("operator"), MINE) as later:
        await until(lambda: len(later.came) >= 6)
        kept = {m.topic.rpartition("/")[2] for m in later.came if m.retain}
        assert kept == {"availability", "status", "alerts", "screen", "picture", "instance"}


async def test_nothing_is_told_twice_while_nothing_changes(broker: Broker) -> None:
    wall = WallWithBroker(broker.settings())
    async with observer(broker.settings("operator"), MINE) as seen, wall.running():
        await until(lambda: wall.fleet._link is not None and wall.fleet._link.proved)
        await until(lambda: Mailbox(seen.came).last("kioskd/Kiosk-A/picture"))
        before = len(seen.came)
        for _ in range(5):
            wall.changed()
            wall.on_broker.tick()
            wall.on_broker._state._publish()
        wall.fleet.say(Outgoing("kioskd/Kiosk-A/result", b"{}"))  # comes after all of them
        await until(lambda: seen.came[-1].topic.endswith("result"))
        assert len(seen.came) == before + 1


@pytest.mark.parametrize("share", [(), ("tickets",)])
async def test_a_tickets_words_go_out_only_where_they_are_shared(
    broker: Broker, share: tuple[Literal["tickets"], ...]
) -> None:
    secret = "Salário da diretoria"
    wall = WallWithBroker(broker.settings(share=share))
    async with observer(broker.settings("operator"), MINE) as seen, wall.running():
        row = TICKET | {"title": secret, "entity": secret, "priority": "critical"}
        wall.core.ingest(update(tickets(row)))
        wall.core.ingest(Alert("critical_alert", "7", secret, "critical"))
        box = Mailbox(seen.came)
        await until(lambda: (box.last("kioskd/Kiosk-A/alerts") or {}).get("total"))
        told = b" ".join(m.payload for m in seen.came if "view" not in m.topic).decode()
        assert (secret in told) is bool(share)
        assert box.last("kioskd/Kiosk-A/alerts")["alerts"][0]["severity"] == "critical"


async def test_what_changed_while_the_broker_was_away_is_told_on_return(broker: Broker) -> None:
    wall = WallWithBroker(broker.settings())
    async with wall.running():
        await until(lambda: wall.fleet.connected)
        broker.kill()
        await until(lambda: not wall.fleet.connected)
        wall.core.switch("projects", state_actor())
        broker.start()
        wall.fleet.hurry()
        async with observer(broker.settings("operator"), MINE) as seen:
            box = Mailbox(seen.came)
            await until(
                lambda: (box.last("kioskd/Kiosk-A/screen") or {}).get("screen") == "projects"
            )


async def test_a_daemon_joins_the_broker_shows_the_link_and_says_goodbye(
    broker: Broker, tmp_path: Path
) -> None:
    sections = SOUNDLESS + broker.section("Kiosk-B")
    daemon = Process(_below(tmp_path), sections, name="Kiosk-B")
    async with observer(broker.settings("operator"), "kioskd/Kiosk-B/#") as seen:
        daemon.start()
        try:
            box = Mailbox(seen.came)
            await until(lambda: (box.last("kioskd/Kiosk-B/status") or {}).get("tickets"))
            await until(lambda: asked(daemon)["broker"]["state"] == "connected")
            assert asked(daemon)["broker"]["fault"] is None
            broker.kill()
            await until(lambda: asked(daemon)["broker"]["state"] == "offline")
            assert [f["code"] for f in asked(daemon)["faults"]] == [
                asked(daemon)["broker"]["fault"]["code"]
            ]
            broker.start()
            daemon.process.send_signal(1)  # a reload tries at once
            await until(lambda: asked(daemon)["broker"]["state"] == "connected")
            seen.link.hurry.set()
            await until(lambda: seen.view.state == "connected")
            assert daemon.stop() == 0
            await until(
                lambda: [m.payload for m in seen.came if "availab" in m.topic][-1:] == [b"offline"]
            )
        finally:
            daemon.close()


def test_without_a_broker_no_mqtt_library_is_loaded(tmp_path: Path) -> None:
    daemon = Process(tmp_path).start()
    try:
        assert asked(daemon)["broker"] is None
    finally:
        daemon.close()
    code = (
        "import sys, kioskd.daemon, kioskd.lifecycle, kioskd.config as c, asyncio\n"
        "async def main():\n"
        "    parts = kioskd.lifecycle.Daemon(c.Config(sources=(c.Demo(),))).parts\n"
        "    parts.fleet.start(); parts.on_broker.tick()\n"
        "asyncio.run(main())\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('aiomqtt', 'paho')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SOUNDLESS = "sound: {enabled: false}\nsources: [{kind: demo}]\n"


def asked(daemon: Process) -> Any:
    with urllib.request.urlopen(f"{daemon.url}/api/status", timeout=30) as answer:
        return json.load(answer)


def state_actor() -> Actor:
    return Actor("button", "a test")


def _below(folder: Path) -> Path:
    made = folder / "daemon"
    made.mkdir()
    return made
