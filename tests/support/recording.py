"""What SDL's disk driver recorded of kioskd's sound, as samples; and how alike two sounds are."""

import asyncio
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kioskd.audio.card import RATE, built_in
from kioskd.config import SoundName

Samples = NDArray[np.float64]
AUDIBLE = 20  # of 32767; below it are the last samples of a sound that dies away


class Recording:
    """The left channel of everything that was played, 44,100 samples a second."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def environment(self) -> dict[str, str]:
        return {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(self.path)}

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in self.environment().items():
            monkeypatch.setenv(name, value)

    def samples(self, start: int = 0) -> Samples:
        if not self.path.exists():
            return np.zeros(0)
        content = self.path.read_bytes()[4 * start :]
        return np.frombuffer(content[: len(content) // 4 * 4], "<i2")[::2].astype(float)

    async def until(self, seconds: float, deadline: float = 20) -> None:
        """Wait until so much is recorded from now on."""
        size, end = self._size() + int(seconds * RATE) * 4, time.monotonic() + deadline
        while self._size() < size:
            assert time.monotonic() < end, "nothing more is recorded"
            await asyncio.sleep(0.02)

    async def sound(self, start: int = 0, quiet: float = 0.4) -> Samples:
        """The first sound after the sample ``start``, once ``quiet`` seconds of silence follow."""
        return (await self.found(start, quiet))[1]

    async def found(self, start: int = 0, quiet: float = 0.4) -> tuple[int, Samples]:
        """As ``sound``, and the sample at which it begins."""
        end = time.monotonic() + 30
        while True:
            recorded = self.samples(start)
            heard = np.flatnonzero(np.abs(recorded) > AUDIBLE)
            if len(heard):
                breaks = np.flatnonzero(np.diff(heard) > quiet * RATE)
                last = heard[breaks[0]] if len(breaks) else heard[-1]
                if len(recorded) - last > quiet * RATE:
                    return start + int(heard[0]), recorded[heard[0] : last + 1]
            assert time.monotonic() < end, "no sound is recorded"
            await asyncio.sleep(0.05)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0


def read_wav(path: Path) -> Samples:
    """A mono file of 22,050 samples a second, as the mixer plays it."""
    with wave.open(str(path)) as file:
        found = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    doubled: Samples = np.interp(np.arange(0, len(found), 0.5), np.arange(len(found)), found)
    return doubled


def own(name: SoundName) -> Samples:
    """One of kioskd's own sounds, without the inaudible end."""
    found = read_wav(built_in(name))
    heard = np.flatnonzero(np.abs(found) > AUDIBLE)
    return found[heard[0] : heard[-1] + 1]


def likeness(one: Samples, other: Samples) -> float:
    """The highest correlation of the two at any shift: 1 is the same sound at any volume, and
    silence is like nothing."""
    loudness = np.linalg.norm(one) * np.linalg.norm(other)
    return float(np.abs(_shifts(one, other)).max() / loudness) if loudness else 0.0


def part(recorded: Samples, wanted: Samples) -> float:
    """How loud ``wanted`` is within what was recorded, other sounds aside: 1 is unchanged."""
    return float(_shifts(recorded, wanted).max() / np.dot(wanted, wanted))


def place(recorded: Samples, wanted: Samples) -> int:
    """The sample at which ``wanted`` begins in what was recorded."""
    return int(_shifts(recorded, wanted)[: len(recorded)].argmax())


def decibels(ratio: float) -> float:
    return float(20 * np.log10(ratio))


def _shifts(one: Samples, other: Samples) -> Samples:
    size = len(one) + len(other)
    product = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    shifts: Samples = np.fft.irfft(product, size)
    return shifts
