"""kioskd's own sounds: made by their script, alike in loudness, unlike by ear."""

import itertools
import runpy
import wave
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from kioskd.audio.card import built_in
from kioskd.config import SoundName
from tests.support.recording import decibels, likeness, own

NAMES: tuple[SoundName, ...] = get_args(SoundName)
SCRIPT = Path(__file__).parents[2] / "sounds" / "make_sounds.py"


def test_the_script_makes_the_very_files_that_are_shipped() -> None:
    made = runpy.run_path(str(SCRIPT))
    assert set(made["SOUNDS"]) == set(NAMES)
    for name, notes in made["SOUNDS"].items():
        with wave.open(str(built_in(name))) as file:
            assert file.readframes(file.getnframes()) == made["level"](made["samples"](notes))


def test_all_are_as_loud_as_each_other_within_a_decibel_and_none_is_clipped() -> None:
    levels = [float(np.sqrt((own(name) ** 2).mean())) for name in NAMES]
    assert decibels(max(levels) / min(levels)) < 1
    assert max(np.abs(own(name)).max() for name in NAMES) < 32767


@pytest.mark.parametrize("name", NAMES)
def test_each_lasts_a_second_or_two_and_is_small(name: SoundName) -> None:
    with wave.open(str(built_in(name))) as file:
        assert 0.8 <= file.getnframes() / file.getframerate() <= 2
    assert built_in(name).stat().st_size < 100_000


def test_no_two_are_alike() -> None:
    for one, other in itertools.combinations(NAMES, 2):
        assert likeness(own(one), own(other)) < 0.6, (one, other)
