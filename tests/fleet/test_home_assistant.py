"""The device for Home Assistant over a real broker: announced, announced again, and taken back.

That every template gives what its entity takes is tried with Jinja, which Home Assistant uses.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest

from kioskd.config import Button, Config, Display, Kiosk, Language, NoticeScreen
from kioskd.core import messages
from kioskd.fleet import entities, home_assistant, state
from kioskd.fleet.commands import KINDS, read
from kioskd.fleet.topics import Topics
from kioskd.fleet.wire import Outgoing
from kioskd.gpio.buttons import Event
from kioskd.lifecycle import Daemon
from tests.support.broker import Broker
from tests.support.kiosk import Wall
from tests.support.linked import flushed, observer
from tests.support.waiting import until
from tests.support.walls import Mailbox, WallWithBroker

CONFIG = "homeassistant/device/Kiosk-A/config"


async def test_a_device_is_announced_when_the_link_stands_and_again_when_home_assistant_starts(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_assistant, "APART", 0.2)
    monkeypatch.setattr(home_assistant, "SPREAD", 0.01)
    wall = WallWithBroker(broker.settings(home_assistant=True))
    async with observer(broker.settings("homeassistant"), CONFIG) as seen, wall.running():
        box = Mailbox(seen.came)
        await until(lambda: len(box.of(CONFIG)) == 1)
        await until(lambda: wall.fleet._link is not None and wall.fleet._link.proved)
        for _ in range(3):  # as it does when it is restarted and restarted
            seen.link.say(Outgoing("homeassistant/status", b"online"))
        await until(lambda: len(box.of(CONFIG)) == 2)
        assert wall.fleet._link is not None
        assert wall.fleet._link.view.fault is None
        device = box.last(CONFIG)
        assert device["dev"]["ids"] == ["kioskd_Kiosk-A"]
        assert len(device["cmps"]) == 28
        assert [k for k, entity in device["cmps"].items() if len(entity) == 1] == [
            *("display", "screenshot", "button", "image")
        ]
        assert device["cmps"]["screen"]["name"] == "Tela"


async def test_a_device_is_taken_back_by_a_later_run_that_does_not_want_it(broker: Broker) -> None:
    async with WallWithBroker(broker.settings(home_assistant=True)).running() as first:
        await until(lambda: first.fleet._link is not None and first.fleet._link.proved)
        await until(lambda: first.on_broker._home._at > 0)
        assert first.fleet._link is not None
        await flushed(first.fleet._link)
    async with WallWithBroker(broker.settings()).running() as second:
        await until(lambda: second.fleet._link is not None and second.fleet._link.proved)
        async with observer(broker.settings("homeassistant"), CONFIG, "kioskd/#") as seen:
            await until(lambda: any(m.topic == "kioskd/Kiosk-A/picture" for m in seen.came))
            assert second.fleet._link is not None
            await flushed(second.fleet._link)
        async with observer(broker.settings("homeassistant"), CONFIG, "kioskd/#") as after:
            await until(lambda: any(m.topic == "kioskd/Kiosk-A/picture" for m in after.came))
            assert not [m for m in after.came if m.topic == CONFIG and m.payload]


async def test_a_screen_of_the_rooms_own_can_be_chosen_after_a_reload(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_assistant, "APART", 0.2)
    wall = WallWithBroker(broker.settings(home_assistant=True))
    async with observer(broker.settings("homeassistant"), CONFIG) as seen, wall.running():
        box = Mailbox(seen.came)
        await until(lambda: len(box.of(CONFIG)) == 1)
        assert "visita" not in box.last(CONFIG)["cmps"]["screen"]["options"]
        visit = NoticeScreen(name="visita", text="Bem-vindos")
        wall.on_broker.configure(msgspec.structs.replace(wall.config, screens=(visit,)))
        await until(lambda: len(box.of(CONFIG)) == 2)
        assert "visita" in box.last(CONFIG)["cmps"]["screen"]["options"]


def test_a_display_that_kioskd_does_not_switch_has_no_switch_and_is_removed_where_it_had() -> None:
    topics, config = Topics("Kiosk-A"), Wall().config
    assert config.display.backend == "none"
    assert home_assistant.device(topics, config)["cmps"]["display"] == {"p": "switch"}
    switched = msgspec.structs.replace(config, display=Display(backend="cec"))
    found = home_assistant.device(topics, switched)["cmps"]["display"]
    assert found["command_topic"] == "kioskd/Kiosk-A/set/display"


def test_a_room_without_buttons_has_no_event_for_them() -> None:
    topics, config = Topics("Kiosk-A"), Wall().config
    assert home_assistant.device(topics, config)["cmps"]["button"] == {"p": "event"}
    green = Button(pin=17, name="verde", press="acknowledge")
    found = home_assistant.device(topics, msgspec.structs.replace(config, buttons=(green,)))
    assert found["cmps"]["button"]["state_topic"] == "kioskd/Kiosk-A/button"


async def test_a_press_is_told_now_or_never(broker: Broker) -> None:
    wall = WallWithBroker(broker.settings(home_assistant=True))
    wall.on_broker.pressed("verde", "press")  # no link stands yet
    hears = observer(broker.settings("homeassistant"), "kioskd/+/button")
    async with hears as seen, wall.running():
        await until(lambda: wall.fleet.connected)
        wall.on_broker.pressed("verde", "")  # the line changed only
        wall.on_broker.pressed("azul", "hold")
        await until(lambda: seen.came)
        assert json.loads(seen.came[0].payload) == {
            "format": 1,
            "event_type": "hold",
            "button": "azul",
        }
        assert wall.fleet._link is not None
        await flushed(wall.fleet._link)
    async with observer(broker.settings("homeassistant"), "kioskd/Kiosk-A/+") as later:
        await until(lambda: any(m.topic == "kioskd/Kiosk-A/picture" for m in later.came))
        assert not [m for m in later.came if m.topic == "kioskd/Kiosk-A/button"]


async def test_the_daemon_tells_of_the_buttons_on_its_lines(broker: Broker, tmp_path: Path) -> None:
    kiosk = Kiosk(id="Kiosk-A", state_directory=str(tmp_path))
    parts = Daemon(Config(kiosk=kiosk, mqtt=broker.settings()), None).parts
    async with observer(broker.settings("homeassistant"), "kioskd/+/button") as seen:
        parts.fleet.start()
        await until(lambda: parts.fleet.connected)
        parts.buttons._tell(Event(17, "", "down", "double"))
        parts.buttons._tell(Event(27, "verde", "down", "press"))
        await until(lambda: len(seen.came) == 2)
        told = [json.loads(each.payload) for each in seen.came]
        assert [(t["button"], t["event_type"]) for t in told] == [
            ("GPIO17", "double"),
            ("verde", "press"),
        ]
        await asyncio.gather(*parts.fleet.stop(), return_exceptions=True)


def test_the_device_links_to_the_remote_page_where_others_reach_it() -> None:
    topics, config = Topics("Kiosk-A"), Wall().config
    assert "cu" not in home_assistant.device(topics, config, [])["dev"]
    urls = ["http://kiosk-a.local:8080/remote", "http://10.0.0.7:8080/remote"]
    assert home_assistant.device(topics, config, urls)["dev"]["cu"] == urls[0]


@pytest.mark.parametrize("language", ["pt-BR", "en", "es"])
def test_ids_stay_the_same_in_every_language_and_under_every_name(language: Language) -> None:
    topics = Topics("Kiosk-A")
    here, there = entities.entities(topics, language), entities.entities(topics, "en")
    assert {k: e["unique_id"] for k, e in here.items()} == {
        k: e["unique_id"] for k, e in there.items()
    }
    assert len({entity["unique_id"] for entity in here.values()}) == 28
    assert len({entity["name"] for entity in here.values()}) == 28


def test_what_every_entity_commands_is_a_command_that_a_kiosk_takes() -> None:
    for key, entity in entities.entities(Topics("Kiosk-A"), "en").items():
        if "command_topic" not in entity:
            continue
        name = entity["command_topic"].rpartition("/")[2]
        assert name in KINDS
        value: Any = {"screen": "tickets", "notice": 'a "quote" {{ 1 }}', "volume": 40.0}.get(key)
        sent = [v for k, v in entity.items() if k in ("payload_on", "payload_off", "payload_press")]
        if "command_template" in entity:
            sent.append(rendered(entity["command_template"], value=value))
        assert sent
        for payload in sent:
            assert read(name, payload.encode()).by == "Home Assistant"


def test_every_state_template_reads_what_the_kiosk_really_tells() -> None:
    wall = Wall(kiosk=Kiosk(id="Kiosk-A"))
    status = wall.reporter.status()
    told = {
        "status": state.wall(status, wall.config),
        "alerts": state.active(wall.alerts.status(), False),
        "screen": state.ScreenState(1, "tickets"),
        "picture": state.picture(status),
        "button": state.ButtonPress(1, "hold", "verde"),
    }
    for key, entity in entities.entities(Topics("Kiosk-A"), "en").items():
        if "state_topic" not in entity:
            continue
        part = entity["state_topic"].rpartition("/")[2]
        if entity["p"] == "event":  # Home Assistant reads its JSON by itself
            assert json.loads(messages.encode(told[part]))["event_type"] in entity["event_types"]
            continue
        value = rendered(
            entity["value_template"], value_json=json.loads(messages.encode(told[part]))
        )
        match entity["p"]:
            case "select":
                assert value in entity["options"]
            case "switch":
                assert value in ("ON", "OFF")
            case "binary_sensor":
                assert value in ("ON", "OFF", "None")
            case "number":
                assert value == "80"
            case _ if key != "version":
                assert value == "None" or float(value) >= 0


def rendered(template: str, **values: Any) -> str:
    made = jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(template)
    return str(made.render(**values))
