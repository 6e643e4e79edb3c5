"""Which file sounds for an alert: configured, the source's own, or built in."""

import asyncio
from pathlib import Path

import pytest

from kioskd.audio.alert_sounds import MOST_FETCHES, AlertSounds
from kioskd.config import Severity, Sound, SoundName, Sounds
from kioskd.core.messages import Alert
from kioskd.errors import SoundError, UnplayableError

FETCHED = Path("/cache/abc")


class Speaker:
    def __init__(self) -> None:
        self.heard: list[tuple[str, Path | None, str]] = []
        self.volumes: list[int | None] = []
        self.played = asyncio.Event()

    def play(
        self,
        name: SoundName,
        severity: Severity = "medium",
        file: Path | None = None,
        say: str = "",
        volume: int | None = None,
    ) -> None:
        self.volumes.append(volume)
        self.heard.append((name, file, say))
        self.played.set()

    def set_volume(self, percent: int) -> None: ...

    def stop_all(self) -> None:
        self.heard.append(("hush", None, ""))


class SoundShelf:
    """A cache that answers when the test lets it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, tuple[str, ...]]] = []
        self.may = asyncio.Event()
        self.error: str | None = None
        self.fails = SoundError
        self.ca_file: str | None = None
        self.closed = False

    async def close(self) -> None:
        self.closed = True

    async def get(
        self, url: str, base: str, allowed: tuple[str, ...], ca_file: str | None = None
    ) -> Path:
        self.asked.append((url, base, allowed))
        self.ca_file = ca_file
        await self.may.wait()
        if self.error:
            raise self.fails(self.error)
        return FETCHED


def alert(url: str | None = "/media/a.ogg") -> Alert:
    return Alert("new_ticket_alert", "7", "Sem rede", "high", url, {}, "wss://central.example/ws")


async def test_the_sources_sound_is_fetched_from_its_own_address_and_played() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    shelf.may.set()
    AlertSounds(Sound(allowed_origins=("https://cdn.example",)), speaker, shelf, print).ring(
        "high", alert()
    )
    await speaker.played.wait()
    assert shelf.asked == [("/media/a.ogg", "wss://central.example/ws", ("https://cdn.example",))]
    assert speaker.heard == [("high", FETCHED, "")]


@pytest.mark.parametrize("url", [None, "/media/a.ogg"])
async def test_an_alert_that_escalated_is_played_at_the_volume_that_is_asked(
    url: str | None,
) -> None:
    speaker, shelf = Speaker(), SoundShelf()
    shelf.may.set()
    alert_sounds = AlertSounds(Sound(), speaker, shelf, print)
    alert_sounds.ring("high", alert(url), 95)
    await asyncio.wait_for(speaker.played.wait(), 20)
    speaker.played.clear()
    alert_sounds.ring("high", alert(url))
    await asyncio.wait_for(speaker.played.wait(), 20)
    assert speaker.volumes == [95, None]


async def test_the_sources_own_authority_vouches_for_its_sounds() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    shelf.may.set()
    alert_sounds = AlertSounds(Sound(), speaker, shelf, print)
    alert_sounds.trust("wss://central.example/ws", "/etc/kioskd/ca.pem")
    alert_sounds.ring("high", alert())
    await speaker.played.wait()
    assert shelf.ca_file == "/etc/kioskd/ca.pem"


async def test_a_sound_that_does_not_come_soon_leaves_the_moment_to_the_built_in_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kioskd.audio.alert_sounds.PATIENCE", 0.01)
    speaker = Speaker()
    said: list[str | None] = []
    AlertSounds(Sound(), speaker, SoundShelf(), lambda fault, code: said.append(fault)).ring(
        "critical", alert()
    )
    await speaker.played.wait()
    assert speaker.heard == [("critical", None, "")]
    assert said == ["/media/a.ogg does not come in 0 s; the built-in sound plays"]


async def test_a_configured_sound_comes_before_the_sources() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    AlertSounds(Sound(sounds=Sounds(high="/own.ogg")), speaker, shelf, print).ring("high", alert())
    assert (speaker.heard, shelf.asked) == ([("high", None, "")], [])


async def test_a_sound_that_cannot_be_had_is_shown_until_one_can_and_the_built_in_one_plays() -> (
    None
):
    speaker, shelf = Speaker(), SoundShelf()
    shelf.may.set()
    said: list[tuple[str | None, str]] = []
    alert_sounds = AlertSounds(Sound(), speaker, shelf, lambda *told: said.append(told))
    shelf.error = "the sound of evil.example is not from an allowed origin"
    alert_sounds.ring("high", alert())
    await speaker.played.wait()
    assert speaker.heard == [("high", None, "")]
    shelf.error, shelf.fails = "that of central.example lasts over 60 s", UnplayableError
    speaker.played.clear()
    alert_sounds.ring("high", alert())
    await speaker.played.wait()
    shelf.error = None
    speaker.played.clear()
    alert_sounds.ring("high", alert())
    await speaker.played.wait()
    assert said == [
        (
            "the sound of evil.example is not from an allowed origin; the built-in sound plays",
            "soundUrl",
        ),
        ("that of central.example lasts over 60 s; the built-in sound plays", "soundUnplayable"),
        (None, ""),
    ]


async def test_an_acknowledge_ends_what_was_still_being_fetched() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    alert_sounds = AlertSounds(Sound(), speaker, shelf, print)
    alert_sounds.ring("high", alert())
    await asyncio.sleep(0)
    alert_sounds.hush()
    shelf.may.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert speaker.heard == [("hush", None, "")]


async def test_a_flood_fetches_no_more_than_it_may_at_once() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    alert_sounds = AlertSounds(Sound(), speaker, shelf, print)
    for _ in range(MOST_FETCHES + 5):
        alert_sounds.ring("high", alert())
    assert len(speaker.heard) == 5
    await alert_sounds.close()
    assert shelf.closed


async def test_the_title_is_spoken_when_that_is_configured() -> None:
    speaker = Speaker()
    AlertSounds(Sound(speak=True), speaker, SoundShelf(), print).ring("high", alert(None))
    assert speaker.heard == [("high", None, "Sem rede")]


async def test_while_sound_is_off_nothing_is_fetched_and_nothing_is_complained_of() -> None:
    speaker, shelf = Speaker(), SoundShelf()
    said: list[str | None] = []
    shelf.error = "the sound of evil.example is not from an allowed origin"
    alert_sounds = AlertSounds(
        Sound(enabled=False), speaker, shelf, lambda fault, code: said.append(fault)
    )
    alert_sounds.ring("high", alert())
    await asyncio.sleep(0)
    assert (shelf.asked, speaker.heard, said) == ([], [], [])
    alert_sounds.configure(Sound())
    alert_sounds.ring("high", alert())
    alert_sounds.configure(Sound(enabled=False))  # switched off while one is on its way
    shelf.may.set()
    await speaker.played.wait()
    assert set(said) == {None}
