"""What is really played: SDL's disk driver records it, and the samples are read."""

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from kioskd.audio import speech
from kioskd.audio.card import RATE, built_in
from kioskd.audio.player import Player
from kioskd.config import Language, Severity, Sound, SoundName, Sounds, Volumes
from kioskd.config.scalars import Duration
from kioskd.core.status import SoundPart
from tests.support.players import settled
from tests.support.recording import Recording, decibels, likeness, own, part, place, read_wav

Start = Callable[..., Awaitable[Player]]


@pytest_asyncio.fixture
async def start(recording: Recording) -> AsyncIterator[Start]:
    players = []

    async def one(language: Language = "pt-BR", **settings: Any) -> Player:
        player = Player(Sound(**settings), language, lambda: None)
        players.append(player)
        player.start()
        await settled(player)
        return player

    yield one
    for player in players:
        await player.close()


@pytest.mark.parametrize(("name", "severity"), [("critical", "critical"), ("project", "medium")])
async def test_the_sound_that_was_ordered_is_the_one_that_plays_and_all_of_it(
    start: Start, recording: Recording, name: SoundName, severity: Severity
) -> None:
    player = await start(volume=100)
    player.play(name, severity)
    played = await recording.sound()
    assert likeness(played, own(name)) > 0.98
    assert likeness(played, own("self-test")) < 0.5
    assert len(played) == pytest.approx(len(own(name)), rel=0.01)


@pytest.mark.parametrize("volume", [100, 50, 10, 3])
async def test_the_volume_is_linear_amplitude_within_a_decibel(
    start: Start, recording: Recording, volume: int
) -> None:
    player = await start(volumes=Volumes(high=volume))
    player.play("high", "high")
    played = await recording.sound()
    assert decibels(part(played, own("high"))) == pytest.approx(decibels(volume / 100), abs=1)


@pytest.mark.parametrize(("asked", "heard"), [(100, 100), (5, 20)])
async def test_an_alert_that_escalated_is_louder_and_never_quieter_than_configured(
    start: Start, recording: Recording, asked: int, heard: int
) -> None:
    player = await start(volume=20)
    player.play("high", "high", volume=asked)
    played = await recording.sound()
    assert decibels(part(played, own("high"))) == pytest.approx(decibels(heard / 100), abs=1)


async def test_a_volume_of_zero_is_silence(start: Start, recording: Recording) -> None:
    player = await start(volume=0)
    player.play("high", "high")
    await recording.until(1)
    assert not recording.samples().any()


async def test_each_severity_has_its_own_volume_or_the_common_one(
    start: Start, recording: Recording
) -> None:
    player = await start(volume=50, volumes=Volumes(critical=100, low=20))
    position = 0
    volumes: dict[Severity, float] = {"critical": 1.0, "medium": 0.5, "low": 0.2}
    for severity, volume in volumes.items():
        player.play("notification", severity)
        first, played = await recording.found(position)
        loud = decibels(part(played, own("notification")) / volume)
        assert loud == pytest.approx(0, abs=1), severity
        position = first + len(played)


async def test_silence_leads_in_for_screens_that_swallow_the_beginning(
    start: Start, recording: Recording
) -> None:
    lead_in = 1.0
    player = await start(lead_in=Duration(lead_in))
    await recording.until(0.1)
    ordered = len(recording.samples())
    player.play("project")
    first, played = await recording.found()
    assert lead_in * RATE < first - ordered < (lead_in + 0.5) * RATE
    assert len(played) == pytest.approx(len(own("project")), rel=0.01)


async def test_the_critical_sound_is_heard_in_full_inside_a_burst_of_500_orders(
    start: Start, recording: Recording
) -> None:
    player = await start(volume=100)
    others: list[SoundName] = ["notification", "project", "high"]
    for number in range(500):
        if number == 250:
            player.play("critical", "critical")
        player.play(others[number % 3], "high" if number % 3 == 2 else "medium")
    played = await recording.sound()
    assert decibels(part(played, own("critical"))) == pytest.approx(0, abs=1)


async def test_of_orders_that_come_together_the_highest_is_the_one_that_is_heard(
    start: Start, recording: Recording
) -> None:
    player = await start(volume=100)
    for severity in ("low", "high", "medium", "low"):
        player.play("high" if severity == "high" else "notification", severity)
    assert likeness(await recording.sound(), own("high")) > 0.98


async def test_an_acknowledgement_ends_the_critical_sound_and_leaves_the_others(
    start: Start, recording: Recording
) -> None:
    player = await start(volume=100)
    player.play("critical", "critical", say="Servidor fora do ar")
    await recording.until(0.5)
    player.stop_all()
    first, played = await recording.found()
    assert len(played) < 0.9 * len(own("critical"))
    player.play("notification")
    player.stop_all()
    again = await recording.sound(first + len(played))
    assert likeness(again, own("notification")) > 0.98


async def test_an_upstreams_sound_plays_and_one_that_is_none_is_named(
    start: Start, recording: Recording, tmp_path: Path
) -> None:
    theirs, page = tmp_path / "theirs", tmp_path / "page.mp3"
    shutil.copy(built_in("self-test"), theirs)
    page.write_text("<html>login</html>")
    player = await start()
    player.play("high", "high", theirs)
    first, played = await recording.found()
    assert likeness(played, own("self-test")) > 0.98
    player.play("high", "high", page)
    again = await recording.sound(first + len(played))
    assert likeness(again, own("high")) > 0.98
    said = (await settled(player, detail=str(page))).detail
    assert "the built-in sound plays" in said
    assert "\n" not in said
    player.play("high", "high", theirs)
    await settled(player)
    assert str(page) not in player.status().detail or await gone(player, str(page))


async def gone(player: Player, words: str) -> bool:
    deadline = time.monotonic() + 10
    while words in player.status().detail:
        assert time.monotonic() < deadline, player.status()
        await asyncio.sleep(0.01)
    return True


def long_silence() -> bytes:
    """An mp3 of 2 MB that lasts over half an hour: frames of 36 ms in 36 bytes, all silent."""
    return (b"\xff\xf3\x18\xc4" + bytes(32)) * 55_000


def truncated() -> bytes:
    return built_in("high").read_bytes()[:48]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no wav"),
        (b"<!doctype html>", "is no wav"),
        (truncated(), "lasts 0."),
        (b"OggS" + bytes(100), "can't be decoded"),
        (long_silence(), ""),  # decoding it ends for lack of memory, or of time,
    ],
    ids=["empty", "a page", "truncated", "torn", "half an hour in 2 MB"],
)
async def test_a_configured_sound_that_cant_be_used_is_named_and_the_built_in_plays(
    start: Start, recording: Recording, tmp_path: Path, content: bytes, said: str
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(content)
    player = await start(sounds=Sounds(high=str(bad)))
    detail = (await settled(player, detail=str(bad))).detail
    assert said in detail
    assert "the built-in sound plays" in detail
    player.play("high", "high")
    assert likeness(await recording.sound(), own("high")) > 0.98


async def test_a_missing_file_a_folder_and_a_pipe_are_named_each(
    start: Start, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    given = Sounds(
        high=str(tmp_path / "none"), project=str(tmp_path), critical=str(tmp_path / "pipe")
    )
    detail = (await start(sounds=given)).status().detail
    assert f"{tmp_path}/none: there is no such file" in detail
    assert f"{tmp_path}: it is a folder, not a file" in detail
    assert f"{tmp_path}/pipe: it is a named pipe, not a file" in detail


async def test_a_reload_swaps_sounds_and_volumes_and_keeps_the_card_open(
    start: Start, recording: Recording, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs.wav"
    shutil.copy(built_in("self-test"), theirs)
    player = await start(volume=100)
    await recording.until(0.1)
    size = len(recording.samples())
    player.reconfigure(Sound(volume=50, sounds=Sounds(high=str(theirs))), "en")
    player.play("high", "high")
    played = await recording.sound()
    assert likeness(played, own("self-test")) > 0.98
    assert decibels(part(played, own("self-test"))) == pytest.approx(decibels(0.5), abs=1)
    assert len(recording.samples()) > size


async def test_a_reload_opens_another_card_and_the_critical_sound_goes_on_there(
    start: Start, recording: Recording
) -> None:
    player = await start(volume=100)
    player.play("critical", "critical")
    await recording.until(0.3)
    player.reconfigure(Sound(volume=100, buffer=1024), "pt-BR")
    deadline = time.monotonic() + 20
    while likeness(recording.samples(), own("critical")) < 0.9:  # SDL wrote the file anew
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def test_a_reload_switches_sound_off_and_on_again(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = await start()
    player.reconfigure(Sound(enabled=False), "en")
    assert player.status() == SoundPart("off")
    player.play("critical", "critical")
    again = Recording(tmp_path / "again")  # the process that ends still writes to the other
    again.use(monkeypatch)
    player.reconfigure(Sound(), "en")
    await settled(player)
    player.play("project")
    assert likeness(await again.sound(), own("project")) > 0.98


async def test_sound_that_is_switched_off_is_off_and_closes() -> None:
    player = Player(Sound(enabled=False), "en", lambda: None)
    player.start()
    player.play("critical", "critical")
    assert player.status() == SoundPart("off")
    await player.close()


@pytest.mark.skipif(shutil.which(speech.PROGRAM) is None, reason="espeak-ng is not installed")
async def test_the_title_is_spoken_after_the_sound_in_the_panels_language_at_its_volume(
    start: Start, recording: Recording, tmp_path: Path
) -> None:
    title = "Servidor de arquivos fora do ar"
    player = await start(volume=50)
    player.play("high", "high", say=title)
    played = await recording.sound(quiet=0.8)
    said = tmp_path / "said.wav"
    said.write_bytes(speech.speak(title, "pt-BR"))
    for wanted in (own("high"), read_wav(said)):
        assert decibels(part(played, wanted)) == pytest.approx(decibels(0.5), abs=1)
    after = place(played, read_wav(said)) - place(played, own("high")) - len(own("high"))
    assert 0 < after < 0.5 * RATE


async def test_without_espeak_ng_the_sound_plays_and_the_status_says_why_nothing_is_said(
    start: Start, recording: Recording, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    player = await start()
    player.play("high", "high", say="Servidor")
    await settled(player, detail="espeak-ng is not installed")
    assert likeness(await recording.sound(), own("high")) > 0.98
