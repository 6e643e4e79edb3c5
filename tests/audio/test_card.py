"""The sound cards by name, and what is said when there is none."""

import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from kioskd.audio import card
from kioskd.audio.card import devices
from kioskd.errors import SoundError


def test_the_cards_of_a_driver_are_listed_by_name() -> None:
    assert devices("dummy") == ["System audio output device"]


def test_the_other_process_finds_the_modules_that_this_one_found(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path = {sys.path!r}; from kioskd.audio.card import devices; "
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
    monkeypatch.setattr(card, "PATIENCE", 0.01)
    with pytest.raises(SoundError, match=r"took over 0.01 s"):
        devices("dummy")


OPENED = """
import time
from kioskd.audio import card
from kioskd.config import Sound
def opened(**settings):
    try: card = card.open_card(Sound(**settings))
    except RuntimeError as error: return print(f"not {card.tried(Sound(**settings))}")
    time.sleep(0.1)
    print("opened", card.tried(Sound(**settings)), card.works())
    card.quit()
opened(driver="dummy")
opened()
opened(device="room:CARD=vc4hdmi0")
opened(device="none:CARD=vc4hdmi0")
opened(device="Room, HDMI")
opened(driver="dummy")
"""
ALSA = """
pcm.room { @args [ CARD ] @args.CARD { type string }
  type file slave.pcm { type null } file "/dev/null" format raw }
"""


@pytest.mark.skipif(find_library("asound") is None, reason="ALSA's library is not installed")
def test_a_card_opens_by_alsas_name_too_and_settings_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "alsa.conf").write_text(ALSA)
    environment = card.environment() | {
        "ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf"),
        "SDL_AUDIODRIVER": "dummy",
    }
    done = subprocess.run(
        [sys.executable, "-c", OPENED], env=environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        "opened dummy True",
        "opened dummy True",
        "opened alsa, room:CARD=vc4hdmi0 True",
        "not alsa, none:CARD=vc4hdmi0",
        "not dummy, Room, HDMI",
        "opened dummy True",
    ], done.stderr
