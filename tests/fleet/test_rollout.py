"""What a kiosk takes up of what is pushed to it, and what it does with it, without a broker."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from kioskd.config import Config, Mqtt
from kioskd.config.fleet_file import Examined, Held
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.status import Status
from kioskd.errors import ConfigError, KioskdError, Problem
from kioskd.fleet import rollout
from kioskd.fleet.part import Fleet
from kioskd.fleet.push import AHEAD, LASTS, FileEnvelope
from kioskd.fleet.rollout import Rollout
from kioskd.fleet.wire import Incoming, Outgoing
from tests.support.kiosk import Wall

TOPIC = "kioskd/Kiosk-A/set/config"
NOW = 1_795_000_000.0
NUMBER = int(NOW * 1000)


class Files:
    """Remembers what was asked of it; ``broken`` is raised by the next ``take``."""

    def __init__(self) -> None:
        self.now = Held()
        self.taken: list[str | None] = []
        self.kept: list[Held] = []
        self.broken: Exception | None = None
        self.full = False
        self.fits = True

    def held(self) -> Held:
        return self.now

    def keep(self, new: Held) -> None:
        if self.full and new.file:
            raise OSError(28, "the disk is full")
        self.now = new
        self.kept.append(new)

    def examine(self, file: str) -> Examined:
        if "wrong" in file:
            raise ConfigError([Problem("the fleet's file", 2, 1, "alerts", "is wrong")])
        return Examined(["alerts.repeat: 30s -> 1m"], [], [])

    def take(self, trial: str | None) -> None:
        self.taken.append(trial)
        if trial is not None and self.broken is not None:
            raise self.broken


class Linkless(Fleet):
    """A link whose words are kept; ``there``: whether the broker is reached."""

    def __init__(self, mqtt: Mqtt) -> None:
        changed = Changed()
        config = Config(mqtt=mqtt)
        config = msgspec.structs.replace(
            config, kiosk=msgspec.structs.replace(config.kiosk, id="Kiosk-A")
        )
        super().__init__(config, PartFaults(changed), changed, lambda: True)
        self.said: list[Outgoing] = []
        self.there = True

    @property
    def connected(self) -> bool:
        return self.there

    def say(self, message: Outgoing) -> None:
        self.said.append(message)


class Receiver:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rollout, "LOOKING", 0.001)
        monkeypatch.setattr(rollout, "STEADY", 0.02)
        self.fleet = Linkless(
            Mqtt(url="mqtt://broker.example", groups=("terreo",), trust="/etc/kioskd/fleet.pub")
        )
        self.files = Files()
        self.wall = Wall()
        self.now = NOW
        self.signed = True
        self.rollout = Rollout(
            self.fleet, self.files, self._verify, self._status, lambda: self.now, time.monotonic
        )

    def _verify(self, content: bytes, signature: str, key: str) -> None:
        if not self.signed:
            raise KioskdError("Signature verification failed")

    def _status(self) -> Status:
        return self.wall.reporter.status()

    async def push(self, retain: bool = False, payload: bytes | None = None, **more: Any) -> Any:
        """The answer to a push; ``more`` are fields of the envelope."""
        fields = {"mode": "apply", "to": "all", "number": NUMBER, "by": "Ana", "wait": 5}
        fields |= {"file": "alerts: {repeat: 1m}"} | more
        envelope = base64.b64encode(json.dumps(fields).encode()).decode()
        body = json.dumps({"envelope": envelope, "signature": "s", "request": "r1"}).encode()
        self.rollout.take(Incoming(TOPIC, body if payload is None else payload, retain))
        task = self.rollout._task
        assert task is not None
        await task
        return json.loads(self.fleet.said[-1].payload)

    def state(self) -> Any:
        """What was told last of the file in force."""
        told = [m for m in self.fleet.said if m.topic == "kioskd/Kiosk-A/config"]
        assert all(message.retain for message in told)
        return json.loads(told[-1].payload)


@pytest.fixture
async def kiosk(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    return Receiver(monkeypatch)


async def test_a_healthy_file_is_kept(kiosk: Receiver) -> None:
    answer = await kiosk.push()
    assert (answer["ok"], answer["did"], answer["request"]) == (
        True,
        "healthy with it, and keeps it",
        "r1",
    )
    assert kiosk.files.taken == ["alerts: {repeat: 1m}", None]
    first, last = kiosk.files.kept
    assert (first.seen, first.file) == (NUMBER, "")  # before it is tried
    assert (last.seen, last.number, last.file, last.by) == (
        NUMBER,
        NUMBER,
        "alerts: {repeat: 1m}",
        "Ana",
    )
    state = kiosk.state()
    assert (state["number"], state["tried"], state["step"]) == (NUMBER, NUMBER, "kept")


async def test_a_check_says_what_would_change_and_changes_nothing(kiosk: Receiver) -> None:
    answer = await kiosk.push(mode="check")
    assert (answer["ok"], answer["changes"]) == (True, ["alerts.repeat: 30s -> 1m"])
    assert (kiosk.files.taken, kiosk.files.kept) == ([], [])
    answer = await kiosk.push(mode="check", file="wrong")
    assert (answer["ok"], answer["error"]) == (False, "its own check refuses it")
    assert answer["changes"] == ["the fleet's file:2:1: alerts: is wrong"]


async def test_with_something_newly_wrong_the_kiosk_goes_back(
    kiosk: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.wall.faults.say("soundUrl", "was wrong before")
    take = kiosk.files.take

    def ill(trial: str | None) -> None:
        take(trial)
        kiosk.wall.faults.say("display", None if trial is None else "the display doesn't obey")

    monkeypatch.setattr(kiosk.files, "take", ill)
    monkeypatch.setattr(rollout, "LOOKING", 0.5)
    kiosk.rollout._clock = iter(range(0, 10_000, 3)).__next__  # seconds pass quickly
    answer = await kiosk.push()
    assert not answer["ok"]
    assert "display: the display doesn't obey" in answer["error"]
    assert kiosk.files.taken == ["alerts: {repeat: 1m}", None]
    assert kiosk.files.now == Held(seen=NUMBER)
    assert (kiosk.state()["number"], kiosk.state()["step"]) == (0, "back")
    again = await kiosk.push()
    assert "was here already" in again["error"]


async def test_without_the_broker_it_goes_back(kiosk: Receiver) -> None:
    kiosk.fleet.there = False
    kiosk.rollout._clock = iter(range(0, 10_000, 3)).__next__
    answer = await kiosk.push()
    assert "the broker is not reached" in answer["error"]
    assert kiosk.files.taken[-1] is None


@pytest.mark.parametrize("error", [RuntimeError("a bug"), KioskdError("no")])
async def test_whatever_breaks_on_the_way_the_file_before_is_put_back(
    kiosk: Receiver, error: Exception
) -> None:
    kiosk.files.broken = error
    answer = await kiosk.push()
    assert (answer["ok"], kiosk.files.taken[-1]) == (False, None)


async def test_a_file_that_was_not_put_in_force_is_not_kept(kiosk: Receiver) -> None:
    kiosk.files.fits = False
    assert "does not fit" in (await kiosk.push())["error"]
    assert kiosk.files.now == Held(seen=NUMBER)


async def test_a_full_disk_leaves_the_file_before(kiosk: Receiver) -> None:
    kiosk.files.full = True
    answer = await kiosk.push()
    assert "the disk is full" in answer["error"]
    assert kiosk.files.now.file == ""
    assert kiosk.files.taken[-1] is None


async def test_a_stop_in_the_middle_keeps_nothing(
    kiosk: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "STEADY", 60.0)
    pushing = asyncio.create_task(kiosk.push())
    while not kiosk.files.taken:
        await asyncio.sleep(0)
    await asyncio.wait(kiosk.rollout.stop())
    pushing.cancel()
    await asyncio.gather(pushing, return_exceptions=True)
    assert kiosk.files.now == Held(seen=NUMBER)


def _older(kiosk: Receiver) -> None:
    kiosk.files.now = Held(seen=NUMBER + 1)


def _unsigned(kiosk: Receiver) -> None:
    kiosk.signed = False


def _untrusting(kiosk: Receiver) -> None:
    kiosk.fleet.settings = Mqtt(url="mqtt://broker.example")


def _late(kiosk: Receiver) -> None:
    kiosk.now = NOW + LASTS + 1


def _early(kiosk: Receiver) -> None:
    kiosk.now = NOW - AHEAD - 1


def _at_boot(kiosk: Receiver) -> None:
    kiosk.now = 3600.0


@pytest.mark.parametrize(
    ("before", "more", "why"),
    [
        (_older, {}, "was here already"),
        (_unsigned, {}, "not what the key in /etc/kioskd/fleet.pub has signed"),
        (_untrusting, {}, "has no mqtt.trust"),
        (_late, {}, "it was signed 1 h ago"),
        (_early, {}, "from now"),
        (_at_boot, {}, "clock is not set"),
        (None, {"retain": True}, "it is retained"),
        (None, {"to": "group/alto"}, "signed for group/alto"),
        (None, {"to": "Kiosk-B"}, "signed for Kiosk-B"),
        (None, {"kind": "kioskd fleet update"}, "Invalid"),
        (None, {"mode": "delete"}, "Invalid"),
        (None, {"more": 1}, "unknown field"),
        (None, {"wait": 100_000}, "<= 600"),
        (None, {"payload": b"\xff"}, ""),
        (None, {"payload": b"x" * 600_000}, "larger than"),
        (None, {"payload": b"[" * 100_000}, ""),
    ],
)
async def test_what_is_not_surely_meant_for_us_now_is_refused(
    kiosk: Receiver, before: Callable[[Receiver], None] | None, more: dict[str, Any], why: str
) -> None:
    if before is not None:
        before(kiosk)
    answer = await kiosk.push(**more)
    assert not answer["ok"]
    assert why in answer["error"]
    assert (kiosk.files.taken, kiosk.files.kept) == ([], [])


async def test_a_group_of_the_kiosk_and_its_id_are_meant(kiosk: Receiver) -> None:
    assert (await kiosk.push(to="group/terreo", mode="check"))["ok"]
    assert (await kiosk.push(to="Kiosk-A", mode="check"))["ok"]


async def test_one_push_at_a_time(kiosk: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rollout, "STEADY", 60.0)
    first = asyncio.create_task(kiosk.push())
    while not kiosk.files.taken:
        await asyncio.sleep(0)
    kiosk.rollout.take(Incoming(TOPIC, b"{}", False))
    assert "another push is under way" in json.loads(kiosk.fleet.said[-1].payload)["error"]
    await asyncio.wait(kiosk.rollout.stop())
    await asyncio.gather(first, return_exceptions=True)


def test_the_envelope_has_no_more_than_a_number_that_json_keeps() -> None:
    made = FileEnvelope(mode="check", to="all", number=NUMBER, by="Ana")
    assert json.loads(msgspec.json.encode(made))["number"] == NUMBER
