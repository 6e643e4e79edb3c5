"""What a kiosk does with a package that is pushed to it, up to where root takes over."""

import base64
import json
import time
from typing import Any

import pytest

from kioskd.config import Config, Kiosk, Mqtt
from kioskd.config.fleet_file import Held
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.errors import KioskdError
from kioskd.fleet.part import Fleet
from kioskd.fleet.updates import Updates
from kioskd.fleet.wire import Incoming, Outgoing

TOPIC = "kioskd/Kiosk-A/set/update"


class Box:
    """What would be root's."""

    def __init__(self) -> None:
        self.allowed, self.broken = True, False
        self.fetched: list[tuple[str, int, str, str | None]] = []
        self.given: list[tuple[int, str]] = []
        self.said: tuple[bool, str] | None = None

    def enabled(self) -> bool:
        return self.allowed

    def fetch(self, url: str, size: int, sha256: str, ca_file: str | None) -> None:
        self.fetched.append((url, size, sha256, ca_file))
        if self.broken:
            raise KioskdError("it is not the package that was signed for")

    def give(self, number: int, version: str) -> None:
        self.given.append((number, version))

    def handed(self) -> int:
        return self.given[-1][0] if self.given else 0

    def result(self) -> tuple[bool, str] | None:
        return self.said


class Seen:
    def __init__(self) -> None:
        self.now = Held()

    def held(self) -> Held:
        return self.now

    def keep(self, new: Held) -> None:
        self.now = new


class Talking(Fleet):
    """A link whose words are kept."""

    def __init__(self) -> None:
        changed = Changed()
        mqtt = Mqtt(
            url="mqtts://broker.example",
            ca_file="/etc/kioskd/ca.pem",
            trust="/etc/kioskd/fleet.pub",
        )
        config = Config(kiosk=Kiosk(id="Kiosk-A"), mqtt=mqtt)
        super().__init__(config, PartFaults(changed), changed, lambda: True)
        self.said: list[Outgoing] = []

    @property
    def connected(self) -> bool:
        return True

    def say(self, message: Outgoing) -> None:
        self.said.append(message)

    def of(self, part: str) -> list[Any]:
        """What was said on a topic."""
        topic = f"kioskd/Kiosk-A/{part}"
        return [json.loads(m.payload) for m in self.said if m.topic == topic]


class Updated:
    def __init__(self) -> None:
        self.fleet, self.files, self.box = Talking(), Seen(), Box()
        self.signed = True
        self.updates = Updates(
            self.fleet, self.files, self.box, self._verify, version=lambda: "1.0"
        )

    def _verify(self, content: bytes, signature: str, key: str) -> None:
        if not self.signed:
            raise KioskdError("Signature verification failed")

    async def push(self, **more: Any) -> None:
        fields: dict[str, Any] = {
            "kind": "kioskd fleet update",
            "mode": "apply",
            "to": "all",
            "number": int(time.time() * 1000),
            "by": "Ana",
            "url": "https://pacotes.example/kioskd_2.0.deb",
            "size": 1000,
            "sha256": "0" * 64,
            "version": "2.0",
        }
        envelope = base64.b64encode(json.dumps(fields | more).encode()).decode()
        body = json.dumps({"envelope": envelope, "signature": "s", "request": "r1"}).encode()
        self.updates.take(Incoming(TOPIC, body, False))
        assert self.updates._task is not None
        await self.updates._task

    def error(self) -> str:
        """Why the last one was refused."""
        answer = self.fleet.of("result")[-1]
        assert not answer["ok"]
        assert answer["request"] == "r1"
        return str(answer["error"])


@pytest.fixture
async def updated() -> Updated:
    return Updated()


async def test_it_is_fetched_handed_over_and_what_root_says_is_told(updated: Updated) -> None:
    number = int(time.time() * 1000)
    await updated.push(number=number)
    assert updated.box.fetched == [
        ("https://pacotes.example/kioskd_2.0.deb", 1000, "0" * 64, "/etc/kioskd/ca.pem")
    ]
    assert updated.box.given == [(number, "2.0")]
    assert updated.files.now.seen == number
    state = updated.fleet.of("update")[-1]
    assert (state["tried"], state["step"], state["version"]) == (number, "trying", "1.0")
    updated.box.said = (False, "2.0 did not become healthy; 1.0 is back and healthy")
    updated.updates.tick()
    state = updated.fleet.of("update")[-1]
    assert (state["tried"], state["step"]) == (number, "back")
    assert "1.0 is back" in state["said"]
    updated.box.said = (True, "2.0 runs and is healthy")
    updated.updates.tick()
    assert updated.fleet.of("update")[-1]["step"] == "kept"
    told = len(updated.fleet.said)
    updated.updates.tick()
    assert len(updated.fleet.said) == told


async def test_a_check_fetches_nothing(updated: Updated) -> None:
    await updated.push(mode="check")
    assert updated.fleet.of("result")[-1]["did"] == "has 1.0, and would get 2.0"
    assert (updated.box.fetched, updated.files.now.seen) == ([], 0)


async def test_a_package_that_can_not_be_had_is_said_and_not_handed_over(updated: Updated) -> None:
    updated.box.broken = True
    await updated.push()
    assert "not the package" in updated.error()
    assert updated.box.given == []
    assert updated.fleet.of("update")[-1]["step"] == "back"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"version": "1.0"}, "1.0 runs here already"),
        ({"to": "Kiosk-B"}, "was signed for Kiosk-B"),
        ({"url": "http://pacotes.example/k.deb"}, "regex"),
        ({"url": "https://u:p@pacotes.example/k.deb"}, "regex"),
        ({"url": "file:///etc/shadow"}, "regex"),
        ({"version": "2.0; reboot"}, "regex"),
        ({"size": 10_000_000_000}, "<= 500000000"),
        ({"kind": "kioskd fleet config"}, "Invalid"),
        ({"number": 1_700_000_000_000}, "ago"),
    ],
)
async def test_what_can_not_be_meant_is_refused(
    updated: Updated, more: dict[str, Any], why: str
) -> None:
    await updated.push(**more)
    assert why in updated.error()
    assert (updated.box.fetched, updated.box.given) == ([], [])


async def test_without_an_administrators_word_or_a_trusted_key_nothing_is_fetched(
    updated: Updated,
) -> None:
    updated.box.allowed = False
    await updated.push()
    assert "sudo systemctl enable --now kioskd-fleet-update.path" in updated.error()
    updated.box.allowed, updated.signed = True, False
    await updated.push()
    assert "is not what the key in /etc/kioskd/fleet.pub has signed" in updated.error()
    assert updated.box.fetched == []


async def test_a_push_that_was_here_is_not_taken_again(updated: Updated) -> None:
    number = int(time.time() * 1000)
    await updated.push(number=number)
    await updated.push(number=number)
    assert "was here already" in updated.error()
    assert len(updated.box.given) == 1
