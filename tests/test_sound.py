"""What is really played: SDL's disk driver records it, and the samples are read."""

import asyncio
import os
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kioskd.config import Sound, Volumes
from kioskd.sound import BUILT_IN, Player, Status

PLAY = """
import asyncio, sys
from kioskd.config import Sound, Volumes
from kioskd.sound import Player
async def main():
    turned = asyncio.Event()
    player = Player(Sound(volume=int(sys.argv[3]), buffer=1024), turned.set)
    player.start()
    await asyncio.wait_for(turned.wait(), 20)
    assert player.status().state == "ok", player.status()
    player.play(sys.argv[1], sys.argv[2])
    await asyncio.sleep(3)  # the length of what is recorded
    await player.close()
asyncio.run(main())
"""
Samples = NDArray[np.float64]


def record(folder: Path, name: str, severity: str, volume: int) -> Samples:
    raw = folder / f"{name}-{volume}.raw"
    environment = os.environ | {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(raw)}
    subprocess.run(
        [sys.executable, "-c", PLAY, name, severity, str(volume)],
        env=environment,
        check=True,
        timeout=60,
    )
    left: Samples = np.frombuffer(raw.read_bytes(), "<i2")[::2].astype(float)
    heard = np.flatnonzero(np.abs(left) > 20)
    return left[heard[0] : heard[-1] + 1]


def built_in(name: str) -> Samples:
    with wave.open(str(BUILT_IN / f"{name}.wav")) as file:
        found = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    doubled: Samples = np.interp(np.arange(0, len(found), 0.5), np.arange(len(found)), found)
    return doubled


def likeness(one: Samples, other: Samples) -> float:
    size = min(len(one), len(other))
    spectra = [np.abs(np.fft.rfft(x[:size])) for x in (one, other)]
    return float(np.corrcoef(spectra[0], spectra[1])[0, 1])


@pytest.mark.parametrize(("name", "severity"), [("critical", "critical"), ("project", "medium")])
def test_the_sound_that_was_ordered_is_the_one_that_plays(
    tmp_path: Path, name: str, severity: str
) -> None:
    played = record(tmp_path, name, severity, 100)
    assert likeness(played, built_in(name)) > 0.9
    assert likeness(played, built_in("self-test")) < 0.5
    assert len(played) == pytest.approx(len(built_in(name)), rel=0.01)


@pytest.mark.parametrize("volume", [50, 10])
def test_the_volume_is_linear_amplitude_within_a_decibel(tmp_path: Path, volume: int) -> None:
    loud, soft = (record(tmp_path, "high", "high", x) for x in (100, volume))
    decibels = 20 * np.log10(np.abs(loud).max() / np.abs(soft).max())
    assert decibels == pytest.approx(20 * np.log10(100 / volume), abs=1)


async def test_without_a_card_it_says_what_was_tried_and_stops_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")  # as the player sets it; this puts it back
    turned = asyncio.Event()
    player = Player(Sound(driver="alsa"), turned.set)
    player.start()
    await asyncio.wait_for(turned.wait(), 20)
    if player.status().state != "failed":
        pytest.skip("this machine has a sound card")
    assert "no sound card (alsa)" in player.status().detail
    player.play("critical", "critical")
    async with asyncio.timeout(2):
        await player.close()


async def test_sound_that_is_switched_off_is_off_and_closes() -> None:
    player = Player(Sound(enabled=False, volumes=Volumes(critical=100)), lambda: None)
    player.start()
    player.play("critical", "critical")
    assert player.status() == Status("off")
    await player.close()


LATE = """
import asyncio, pathlib, sys
from kioskd.config import Sound, Sounds
from kioskd.sound import Player
async def main():
    turned = asyncio.Event()
    player = Player(Sound(buffer=1024, lead_in=1.0, sounds=Sounds(high=sys.argv[2])), turned.set)
    player.start()
    await asyncio.wait_for(turned.wait(), 20)
    assert player.status().state == "failed", player.status()
    player.play("critical", "critical")
    turned.clear()
    pathlib.Path(sys.argv[1]).mkdir()  # now SDL can open its file: the card is there
    await asyncio.wait_for(turned.wait(), 20)
    status = player.status()
    assert status.state == "ok" and sys.argv[2] in status.detail, status
    await asyncio.sleep(4)  # the length of what is recorded
    await player.close()
asyncio.run(main())
"""


def test_a_card_that_comes_later_plays_the_critical_sound_that_waited(tmp_path: Path) -> None:
    page = tmp_path / "page.wav"
    page.write_text("<html>not found</html>")
    raw = tmp_path / "later" / "card.raw"
    environment = os.environ | {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(raw)}
    subprocess.run(
        [sys.executable, "-c", LATE, str(raw.parent), str(page)],
        env=environment,
        check=True,
        timeout=60,
    )
    left = np.frombuffer(raw.read_bytes(), "<i2")[::2].astype(float)
    heard = np.flatnonzero(np.abs(left) > 20)
    assert heard[0] >= 44100  # the lead-in of a second
    assert likeness(left[heard[0] : heard[-1] + 1], built_in("critical")) > 0.9


class FakeClip:
    def get_length(self) -> float:
        return 0.1

    def set_volume(self, volume: float) -> None:
        pass


class FakeChannel:
    """Of a dead card: what was once played is played for ever."""

    def __init__(self, dead: bool, played: Callable[[], None]) -> None:
        self.dead, self.played, self.busy = dead, played, False

    def play(self, sound: FakeClip) -> None:
        self.busy = self.dead
        self.played()

    def get_busy(self) -> bool:
        return self.busy


class FakeMixer:
    """``hang`` is where a call waits until the test lets it go."""

    def __init__(self, dead: bool = False, hang: threading.Event | None = None) -> None:
        self.dead, self.hang = dead, hang
        self.played = threading.Event()
        self.closed = threading.Event()

    def Sound(self, file: str) -> FakeClip:
        if self.hang is not None:
            self.hang.wait()
        return FakeClip()

    def Channel(self, number: int) -> FakeChannel:
        return FakeChannel(self.dead, self.played.set)

    def quit(self) -> None:
        self.closed.set()


async def test_a_card_that_never_finishes_is_opened_again_and_plays_the_critical_sound() -> None:
    dead, live = FakeMixer(dead=True), FakeMixer()
    cards = iter([dead, live])
    opened = asyncio.Event()
    player = Player(Sound(), opened.set, lambda settings: next(cards))
    player.start()
    await asyncio.wait_for(opened.wait(), 5)
    player.play("critical", "critical")
    assert await asyncio.to_thread(live.played.wait, 10)
    assert dead.closed.is_set()
    assert player.status().state == "ok"
    await player.close()
    assert live.closed.is_set()


async def test_a_mixer_that_hangs_is_shown_and_does_not_hold_the_stop_up() -> None:
    let_go = threading.Event()
    mixer, turned = FakeMixer(hang=let_go), asyncio.Event()
    player = Player(Sound(), turned.set, lambda settings: mixer, patience=0.2)
    player.start()
    try:
        await asyncio.wait_for(turned.wait(), 5)
        assert player.status().state == "failed"
        assert "does not answer" in player.status().detail
        before = time.monotonic()
        await player.close(0.3)
        assert 0.25 < time.monotonic() - before < 1
    finally:
        let_go.set()
    assert await asyncio.to_thread(mixer.closed.wait, 5)
