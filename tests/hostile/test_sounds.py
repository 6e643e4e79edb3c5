"""Broken sounds: each ends in a plain wav or in words, and nothing of it is left."""

import os
import wave
from io import BytesIO
from pathlib import Path

import pytest

from kioskd.audio.decoding import decoded
from kioskd.errors import SoundError
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


@pytest.mark.timeout(0)
async def test_no_broken_sound_does_more_than_be_refused() -> None:
    said: dict[str, int] = {}
    open_files = len(os.listdir("/proc/self/fd"))
    for draw in draws("sounds", share=100):  # a process each
        whole = draw.choice(WHOLE)
        cut = draw.choice([START, len(whole)])
        content = damaged(draw, whole[:cut]) + whole[cut:]
        try:
            sound = await decoded(content)
        except SoundError as error:
            words = str(error)
            assert words.isprintable()
            said[words[:40]] = said.get(words[:40], 0) + 1
            continue
        said["decoded"] = said.get("decoded", 0) + 1
        with wave.open(BytesIO(sound)) as file:
            assert file.getsampwidth() == 2
            assert file.getnchannels() in (1, 2)
            assert file.getnframes() <= 60 * file.getframerate()
            assert len(sound) == 44 + file.getnframes() * 2 * file.getnchannels()
    print(said)
    me = os.getpid()
    assert Path(f"/proc/{me}/task/{me}/children").read_text() == ""
    assert len(os.listdir("/proc/self/fd")) <= open_files + 1
