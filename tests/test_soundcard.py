"""The sound cards by name, and what is said when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd import soundcard
from kioskd.config import Sound
from kioskd.errors import SoundError
from kioskd.soundcard import devices


def test_the_cards_of_a_driver_are_listed_by_name() -> None:
    assert devices("dummy") == ["System audio output device"]


def test_the_other_process_finds_the_modules_that_this_one_found(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path = {sys.path!r}; from kioskd.soundcard import devices; "
        "print(devices('dummy'))"
    )
    done = subprocess.run(
        [sys.executable, "-IS", "-c", program], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.stdout == "['System audio output device']\n", done.stderr


def test_a_driver_that_does_not_exist_is_named() -> None:
    with pytest.raises(SoundError, match=r"driver none: .*'none'"):
        devices("none")


def test_without_a_card_it_says_what_to_look_at() -> None:
    with pytest.raises(SoundError) as error:
        print(devices("alsa"))
    assert str(error.value).startswith("driver alsa: no sound card")
    assert "\n" not in str(error.value)


def test_listing_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundcard, "PATIENCE", 0.01)
    with pytest.raises(SoundError, match=r"took over 0.01 s"):
        devices("dummy")


def test_a_driver_that_is_no_longer_configured_leaves_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")
    monkeypatch.setattr(soundcard, "_DRIVER", "alsa")
    soundcard.choose_driver("dummy")
    assert os.environ["SDL_AUDIODRIVER"] == "dummy"
    soundcard.choose_driver(None)
    assert os.environ["SDL_AUDIODRIVER"] == "alsa"
    assert soundcard.tried(Sound(device="HDMI")) == "alsa, HDMI"
