"""The sound cards by name, and what is said when there is none."""

import ctypes
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from kioskd.audio import card, player
from kioskd.audio.card import devices
from kioskd.errors import SoundError

NO_LIBRARY = "libgthread-2.0.so.0: cannot open shared object file: No such file or directory"


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


def test_a_folder_named_kioskd_where_it_is_started_is_not_run(tmp_path: Path) -> None:
    trap = tmp_path / "kioskd"
    trap.mkdir()
    (trap / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    (tmp_path / "usercustomize.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    sys.path.insert(0, "")  # as of a Python that was started by hand
    try:
        environment = card.environment() | {"PYTHONUSERBASE": str(tmp_path)}
    finally:
        sys.path.remove("")
    ran = subprocess.run(
        [*card.python("kioskd.audio.card"), "dummy"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "System audio output device\n", ran.stderr
    assert not (tmp_path / "ran").exists()
    assert player.COMMAND[1:3] == ("-P", "-s")


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


@pytest.mark.parametrize(
    ("library", "right"),
    [
        (
            "libgthread-2.0.so.0",
            "this system has no libgthread-2.0.so.0; try: sudo apt install libglib2.0-0",
        ),
        ("libother.so.7", "this system has no libother.so.7"),
    ],
)
def test_a_library_that_the_system_lacks_is_named_with_its_package(
    library: str, right: str
) -> None:
    with pytest.raises(OSError, match="cannot open shared object file") as found:
        ctypes.CDLL(f"/nowhere/{library}")  # the loader's own words
    said = str(found.value).replace("/nowhere/", "")
    assert card.reason(ImportError(said)) == right


def test_listing_says_that_the_sound_library_can_not_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygame").mkdir()
    (tmp_path / "pygame/__init__.py").write_text(f"raise ImportError({NO_LIBRARY!r})")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(SoundError) as error:
        devices("dummy")
    assert str(error.value) == (
        "driver dummy: no sound card can be listed: this system has no libgthread-2.0.so.0; "
        "try: sudo apt install libglib2.0-0"
    )


OPENED = """
import time
from kioskd.audio import card, player
from kioskd.config import Sound
def opened(**settings):
    try: mixer = card.open_card(Sound(**settings))
    except RuntimeError as error: return print(f"not {card.tried(Sound(**settings))}")
    time.sleep(0.1)
    print("opened", card.tried(Sound(**settings)), card.works())
    mixer.quit()
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
