"""Commands over a real broker: for one kiosk, a group, all; done or refused, and answered."""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import OwnPanel
from kioskd.errors import ProtocolError
from kioskd.fleet import commands
from kioskd.fleet.link import Link
from kioskd.fleet.wire import Incoming, Outgoing
from tests.support.broker import Broker
from tests.support.linked import flushed, observer
from tests.support.waiting import until
from tests.support.walls import Mailbox, WallWithBroker

RESULT = "kioskd/Kiosk-A/result"


class Operator:
    """Whoever commands, and reads the answers."""

    def __init__(self, link: Link, box: Mailbox) -> None:
        self._link = link
        self._box = box
        self._number = 0

    async def asks(self, name: str, to: str = "Kiosk-A", **fields: Any) -> dict[str, Any]:
        """The answer to a command."""
        self._number += 1
        payload = json.dumps({"request": str(self._number), "by": "Ana", **fields}).encode()
        return await self.sends(name, payload, to, str(self._number))

    async def sends(
        self, name: str, payload: bytes, to: str = "Kiosk-A", request: str = ""
    ) -> dict[str, Any]:
        """The answer to any payload."""
        known = len(self._box.of(RESULT))
        self._link.say(Outgoing(f"kioskd/{to}/set/{name}", payload))

        def answered() -> bool:
            return any(a.get("request", "") == request for a in self._box.of(RESULT)[known:])

        await until(answered, f"an answer to {name}")
        found = [a for a in self._box.of(RESULT)[known:] if a.get("request", "") == request]
        answer: dict[str, Any] = found[0]
        return answer


async def everything(broker: Broker, does: Any) -> None:
    """``does(wall, operator)`` with a wall and an operator on the broker."""
    wall = WallWithBroker(broker.settings(groups=("terreo",)))
    async with observer(broker.settings("operator"), "kioskd/+/result") as seen, wall.running():
        await until(lambda: wall.fleet._link is not None and wall.fleet._link.proved)
        await does(wall, Operator(seen.link, Mailbox(seen.came)))


async def test_a_switch_of_one_panel_is_done_or_answered_with_what_that_panel_shows(
    broker: Broker,
) -> None:
    async def does(wall: WallWithBroker, operator: Operator) -> None:
        wall.panel.client_id = "Hall"
        hall = OwnPanel(id="Hall", screens=("projects",))
        wall.core.configure(msgspec.structs.replace(wall.config, panels=(hall,)))
        answer = await operator.asks("switch", "Kiosk-A", screen="projects", panel="Hall")
        assert (answer["ok"], answer["did"]) == (True, "Hall shows projects")
        for only in ({}, {"panel": "Hall"}):
            answer = await operator.asks("switch", "Kiosk-A", screen="tickets", **only)
            assert not answer["ok"]
            assert "Hall shows only projects" in answer["error"]
        assert wall.switched() == ["projects"]

    await everything(broker, does)


@pytest.mark.parametrize("to", ["Kiosk-A", "group/terreo", "all"])
async def test_a_switch_reaches_one_kiosk_a_group_and_all(broker: Broker, to: str) -> None:
    async def does(wall: WallWithBroker, operator: Operator) -> None:
        answer = await operator.asks("switch", to, screen="projects")
        assert (answer["ok"], answer["did"], answer["kiosk"]) == (True, "shows projects", "Kiosk-A")
        assert wall.switched() == ["projects"]

    await everything(broker, does)


async def test_every_command_does_what_it_says(
    broker: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    async def does(wall: WallWithBroker, operator: Operator) -> None:
        assert (await operator.asks("volume", percent=35))["did"] == "volume 35 %"
        assert wall.ear.heard == ["volume 35"]
        assert (await operator.asks("test_sound"))["ok"]
        assert wall.ear.heard[-1] == "self-test"
        assert (await operator.asks("display", on=False))["did"] == "display off"
        assert wall.outside.held is False
        wall.outside.obeys = False  # as while a critical alert waits
        answer = await operator.asks("display", on=False)
        assert answer["did"] == "display off once no critical alert waits"
        assert (await operator.asks("restart_browser"))["ok"]
        assert wall.outside.restarts == 1
        assert (await operator.asks("refresh"))["ok"]
        assert wall.outside.asked == ["tickets", "projects", "dashboard"]
        assert (await operator.asks("next"))["ok"]
        assert wall.switched()[-1] == "tickets"
        assert (await operator.asks("notice", text="Rede às 18h", seconds=60))["ok"]
        assert [notice.text for notice in wall.reporter.status().notices] == ["Rede às 18h"]
        assert (await operator.asks("end_notice"))["did"] == "1 notice ended"
        caplog.set_level("INFO")
        entry = wall.core.alert("critical", "Servidor parado")
        assert (await operator.asks("snooze", seconds=60))["did"] == "1 alert snoozed"
        assert (await operator.asks("acknowledge", number=entry.number))["ok"]
        assert entry.state == "acknowledged"
        assert str(entry.by) == "mqtt Ana"
        assert (await operator.asks("mute", seconds=600))["did"] == "muted for 600 s"
        assert wall.sounding.muted() > 0

    await everything(broker, does)


@pytest.mark.parametrize(
    ("name", "payload", "why"),
    [
        ("switch", b'{"screen": "kitchen"}', "kitchen"),
        ("switch", b"{", "truncated"),
        ("volume", b'{"percent": 101}', "<= 100"),
        ("volume", b'{"percent": 50, "run": "reboot"}', "unknown field `run`"),
        ("run", b'{"argv": ["reboot"]}', "no such command"),
        ("notice", b'{"text": ""}', "must not be empty"),
        ("notice", b'{"text": "' + b"x" * 5000 + b'"}', "larger than 4096 bytes"),
        ("switch", b'{"screen": "tickets", "expires": "2026-01-01T00:00:00Z"}', "expired"),
        ("switch", b'{"screen": "tickets", "expires": "2026-01-01T00:00:00"}', "time zone"),
        ("switch", b"[" * 4000, ""),
        ("switch", b"\xff\xfe", ""),
    ],
)
async def test_what_is_wrong_is_refused_and_the_answer_says_why(
    broker: Broker, name: str, payload: bytes, why: str
) -> None:
    async def does(wall: WallWithBroker, operator: Operator) -> None:
        answer = await operator.sends(name, payload)
        assert answer["ok"] is False
        assert why in answer["error"]
        assert wall.switched() == []

    await everything(broker, does)


async def test_a_retained_command_is_refused_each_time_the_link_stands_anew(broker: Broker) -> None:
    async with observer(broker.settings("operator"), "kioskd/+/result") as seen:
        payload = b'{"screen": "projects"}'
        seen.link.say(Outgoing("kioskd/Kiosk-A/set/switch", payload, retain=True))
        await flushed(seen.link)
        wall = WallWithBroker(broker.settings())
        async with wall.running():
            await until(lambda: Mailbox(seen.came).of(RESULT))
            assert "retained" in Mailbox(seen.came).last(RESULT)["error"]
            assert wall.switched() == []


async def test_an_answer_goes_to_the_asked_topic_only_below_the_kiosks_own_results(
    broker: Broker,
) -> None:
    async with observer(
        broker.settings("operator"), "kioskd/Kiosk-A/result/#", "kioskd/Kiosk-A/availability"
    ) as seen:
        wall = WallWithBroker(broker.settings())
        async with wall.running():
            await until(lambda: wall.fleet.connected)

            def ask(answer: str) -> None:
                topic = "kioskd/Kiosk-A/set/refresh"
                seen.link.say(Outgoing(topic, b"", answer=answer, correlation=b"c1"))

            def answers() -> list[Incoming]:
                return [message for message in seen.came if message.topic.startswith(RESULT)]

            ask(f"{RESULT}/one")
            ask("kioskd/Kiosk-A/availability")
            await until(lambda: len(answers()) == 2)
            ask(f"{RESULT}/#")  # a newer Mosquitto hangs up on whoever asks for that
            await until(lambda: len(answers()) == 3 or seen.view.state == "offline")
            assert [m.topic for m in answers()] in (
                [f"{RESULT}/one", RESULT],
                [f"{RESULT}/one", RESULT, RESULT],
            )
            assert {m.correlation for m in answers()} == {b"c1"}
            told = [m.payload for m in seen.came if m.topic.endswith("availability")]
            assert set(told) <= {b"online", b"offline"}


async def test_a_flood_of_commands_is_refused_and_the_wall_stays_with_us(broker: Broker) -> None:
    async def does(wall: WallWithBroker, operator: Operator) -> None:
        for number in range(300):
            operator._link.say(
                Outgoing("kioskd/Kiosk-A/set/switch", b'{"screen": "tickets"}', correlation=b"f")
            )
            if number % 50 == 0:
                await asyncio.sleep(0)
        await until(lambda: any("a second" in a.get("error", "") for a in operator._box.of(RESULT)))
        assert len(wall.switched()) <= commands.BURST + 60

    await everything(broker, does)


@given(
    st.sampled_from(sorted(commands.KINDS)),
    st.binary(max_size=200) | st.text().map(lambda text: text.encode()),
)
def test_hostile_payloads_raise_nothing_but_a_protocol_error_in_one_line(
    name: str, payload: bytes
) -> None:
    try:
        said = str(commands.read(name, payload).request)
    except ProtocolError as error:
        said = str(error).replace("\n", "TWO LINES")
    assert "TWO LINES" not in said
