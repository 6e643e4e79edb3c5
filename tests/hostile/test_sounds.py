"""Broken sounds: each ends in a plain wav or in words, and nothing of it is left."""

import os
import random
import wave
from io import BytesIO
from pathlib import Path

import pytest

from kioskd.audio.decoding import decoded, finished, kind
from kioskd.errors import SoundError
from tests.support.decoder_forks import forks
from tests.support.fuzz import damaged, draws
from tests.support.sounds import encoded

WHOLE = [
    encoded(form, subtype, seconds=0.2, rate=16000, channels=1)
    for form, subtype in (
        *(("WAV", each) for each in ("PCM_16", "PCM_24", "FLOAT", "IMA_ADPCM", "MS_ADPCM")),
        *(("WAVEX", "PCM_16"), ("FLAC", None), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", None)),
    )
]
START = 300  # bytes: what describes a sound
pytestmark = pytest.mark.timeout(0)


class Ends:
    """How many ended in which way."""

    def __init__(self) -> None:
        self.counted: dict[str, int] = {}

    def refused(self, error: SoundError) -> None:
        words = str(error)
        assert words.isprintable()
        self._count(words[:40])

    def decoded(self, sound: bytes) -> None:
        self._count("decoded")
        with wave.open(BytesIO(sound)) as file:
            assert file.getsampwidth() == 2
            assert file.getnchannels() in (1, 2)
            assert file.getnframes() <= 60 * file.getframerate()
            assert len(sound) == 44 + file.getnframes() * 2 * file.getnchannels()

    def _count(self, words: str) -> None:
        self.counted[words] = self.counted.get(words, 0) + 1


def broken(draw: random.Random) -> bytes:
    whole = draw.choice(WHOLE)
    cut = draw.choice([START, len(whole)])
    return damaged(draw, whole[:cut]) + whole[cut:]


def test_no_broken_sound_does_more_than_be_refused() -> None:
    ends = Ends()
    with forks() as decoder:
        for draw in draws("sounds"):
            content = broken(draw)
            if kind(content[:16]) is None:  # never gets to the decoder
                ends._count("no sound")
                continue
            try:
                ends.decoded(finished(*decoder.decode(content)))
            except SoundError as error:
                ends.refused(error)
    print(ends.counted)
    assert ends.counted["decoded"] > 0


async def test_nothing_of_a_broken_sound_is_left() -> None:
    ends, open_files = Ends(), len(os.listdir("/proc/self/fd"))
    for draw in draws("sounds, each by a Python of its own", share=100):
        try:
            ends.decoded(await decoded(broken(draw)))
        except SoundError as error:
            ends.refused(error)
    print(ends.counted)
    me = os.getpid()
    assert Path(f"/proc/{me}/task/{me}/children").read_text() == ""
    assert len(os.listdir("/proc/self/fd")) <= open_files + 1
