"""A picture of the screen over a real broker: for who may ask, now and then, and kept by nobody."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.fleet import home_assistant, pictures
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker
from tests.support.linked import Linked, flushed, observer
from tests.support.waiting import until
from tests.support.walls import Mailbox, WallWithBroker

PICTURE, RESULT = "kioskd/Kiosk-A/screenshot", "kioskd/Kiosk-A/result"
CONFIG = "homeassistant/device/Kiosk-A/config"
OF_SCREEN = Screenshot(b"\x89PNG and so on" * 20_000, "image/png", "screen", 1_796_000_000.0)
OF_PAGE = Screenshot(b"\xff\xd8 and so on", "image/jpeg", "page", 1_796_000_060.0)


class Asking:
    """Somebody at the broker who asks for pictures, and hears what comes."""

    def __init__(self, seen: Linked, wall: WallWithBroker) -> None:
        self._seen = seen
        self.wall = wall
        self._number = 0

    def came(self) -> list[bytes]:
        return [each.payload for each in self._seen.came if each.topic == PICTURE]

    async def asks(self, to: str = "Kiosk-A", retain: bool = False) -> dict[str, Any]:
        """The answer."""
        self._number += 1
        request = f"{self._number}"
        payload = json.dumps({"by": "Ana", "request": request}).encode()
        self._seen.link.say(Outgoing(f"kioskd/{to}/set/screenshot", payload, retain))
        box, found = Mailbox(self._seen.came), list[dict[str, Any]]()

        def answered() -> bool:
            found[:] = [each for each in box.of(RESULT) if each.get("request", "") == request]
            return bool(found)

        await until(answered, "an answer")
        self._seen.came[:] = [each for each in self._seen.came if each.topic != RESULT]
        return found[0]


@asynccontextmanager
async def asking(broker: Broker, user: str = "homeassistant", **more: Any) -> AsyncIterator[Asking]:
    made = broker.settings(groups=("terreo",))
    settings = msgspec.structs.replace(made, **{"screenshots": True} | more)
    wall = WallWithBroker(settings)
    wall.screenshot = OF_SCREEN
    async with observer(broker.settings(user), "kioskd/#", CONFIG) as seen, wall.running():
        await until(lambda: wall.fleet._link is not None and wall.fleet._link.proved)
        yield Asking(seen, wall)


async def test_who_may_command_gets_a_picture_with_its_time_and_the_broker_keeps_none(
    broker: Broker,
) -> None:
    async with asking(broker) as somebody:
        answer = await somebody.asks()
        assert answer["ok"], answer
        assert answer["did"] == (
            "a picture (the whole screen), taken 2026-11-30T00:53:20Z, "
            "281 kB, is on kioskd/Kiosk-A/screenshot"
        )
        await until(somebody.came)
        assert somebody.came() == [OF_SCREEN.image]
    async with observer(broker.settings("operator"), "kioskd/#") as later:
        await until(lambda: any(m.topic == "kioskd/Kiosk-A/availability" for m in later.came))
        assert not [m for m in later.came if m.topic == PICTURE]


async def test_it_is_refused_where_the_file_does_not_allow_it(broker: Broker) -> None:
    async with asking(broker, screenshots=False) as somebody:
        answer = await somebody.asks()
        assert (answer["ok"], somebody.came()) == (False, [])
        assert answer["error"] == "mqtt.screenshots is not true in the kiosk's own file"


@pytest.mark.parametrize("to", ["all", "group/terreo"])
async def test_many_are_not_asked_at_once(broker: Broker, to: str) -> None:
    async with asking(broker, "operator") as somebody:
        answer = await somebody.asks(to)
        assert (answer["ok"], somebody.came()) == (False, [])
        assert "one kiosk only" in answer["error"]


async def test_a_retained_order_is_refused_as_every_command_is(broker: Broker) -> None:
    async with asking(broker) as somebody:
        somebody._seen.link.say(Outgoing("kioskd/Kiosk-A/set/screenshot", b"{}", retain=True))
        await flushed(somebody._seen.link)
        await until(somebody.came)  # it was no retained one for who listened already
    async with asking(broker) as later:
        await until(lambda: Mailbox(later._seen.came).of(RESULT))
        assert "it is retained" in Mailbox(later._seen.came).last(RESULT)["error"]
        assert later.came() == []


async def test_there_is_one_in_a_few_seconds(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking(broker) as somebody:
        assert (await somebody.asks())["ok"]
        answer = await somebody.asks()
        assert answer["error"] == "there is at most one picture in 5 s; ask again"
        monkeypatch.setattr(pictures, "APART", 0.0)
        assert (await somebody.asks())["ok"]
        await until(lambda: len(somebody.came()) == 2)


async def test_why_there_is_none_is_answered(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "APART", 0.0)
    async with asking(broker) as somebody:
        somebody.wall.screenshot = Unseen("the display is off: it shows nothing", "display_off")
        assert (await somebody.asks())["error"] == "the display is off: it shows nothing"
        huge = Screenshot(bytes(pictures.LARGEST + 1), "image/png", "screen", 0.0)
        somebody.wall.screenshot = huge
        said = (await somebody.asks())["error"]
        assert said.startswith("the picture has 900 kB, and 900 go over the broker; kioskd screen")
        largest = Screenshot(bytes(pictures.LARGEST), "image/png", "screen", 0.0)
        somebody.wall.screenshot = largest
        assert (await somebody.asks())["ok"]  # and the shipped Mosquitto takes it
        await until(somebody.came)
        assert somebody.came() == [largest.image]


async def test_no_picture_waits_for_a_broker_that_is_away(broker: Broker) -> None:
    async with asking(broker) as somebody:
        link = somebody.wall.fleet._link
        assert link is not None
        broker.kill()
        await until(lambda: not somebody.wall.fleet.connected)
        for each in (b"1", b"2"):
            link.say(Outgoing(PICTURE, each, fleeting=True))
        assert [m.payload for m in link._waiting.values() if m.fleeting] == [b"2"]
        broker.start()
        link.hurry.set()
        await until(lambda: somebody.wall.fleet.connected)
        await flushed(link)
        await asyncio.sleep(0)
        assert somebody.came() == []


async def test_home_assistant_gets_a_button_and_an_image_of_the_right_format(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home_assistant, "APART", 0.2)
    monkeypatch.setattr(pictures, "APART", 0.0)
    async with asking(broker, home_assistant=True) as somebody:
        box = Mailbox(somebody._seen.came)
        await until(lambda: box.of(CONFIG))
        found = box.last(CONFIG)["cmps"]
        assert found["image"] == {
            "p": "image",
            "image_topic": PICTURE,
            "content_type": "image/png",
            "unique_id": "kioskd_Kiosk-A_image",
            "name": "Foto da tela",
        }
        button = found["screenshot"]
        assert button["p"] == "button"
        somebody._seen.link.say(Outgoing(button["command_topic"], button["payload_press"].encode()))
        await until(somebody.came)
        assert somebody.came() == [OF_SCREEN.image]
        somebody.wall.screenshot = OF_PAGE  # a compositor that gives no picture any more
        assert (await somebody.asks())["did"].startswith("a picture (the page alone)")
        await until(lambda: box.last(CONFIG)["cmps"]["image"]["content_type"] == "image/jpeg")


@pytest.mark.parametrize("user", ["fleet", "Kiosk-B"])
async def test_neither_a_stolen_kiosk_nor_the_page_of_all_kiosks_gets_one(
    broker: Broker, user: str
) -> None:
    thief = Linked(broker.settings(user), user, name="test-thief", observer=True)
    thief.link.listen(PICTURE, thief.came.append)
    order = "kioskd/Kiosk-A/set/screenshot"
    async with asking(broker) as somebody, thief.running():
        thief.say(order, b"{}")
        await until(lambda: order in thief.link._denied and PICTURE in thief.link._asked)
        assert (await somebody.asks())["ok"]  # nobody has asked before
        await until(somebody.came)
        assert thief.came == []
