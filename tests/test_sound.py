"""What is really played: SDL's disk driver records it, and the samples are read."""

import asyncio
import os
import subprocess
import sys
import wave
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
        found: Samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    return np.interp(np.arange(0, len(found), 0.5), np.arange(len(found)), found)


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
    assert len(played) == pytest.approx(len(built_in(name)), rel=0.05)


def test_half_the_volume_is_six_decibels_less(tmp_path: Path) -> None:
    loud, soft = (record(tmp_path, "high", "high", volume) for volume in (100, 50))
    decibels = 20 * np.log10(np.abs(loud).max() / np.abs(soft).max())
    assert decibels == pytest.approx(6.02, abs=1)


async def test_without_a_card_it_says_what_was_tried_and_stops_at_once() -> None:
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
