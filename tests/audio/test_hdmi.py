"""The sound card of the display that is plugged in, as a Raspberry Pi's kernel shows both."""

import os
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

import pytest

from kioskd.audio import card, hdmi

PI_4 = ("Headphones", "vc4hdmi0", "vc4hdmi1")


def machine(folder: Path, cards: tuple[str, ...], **sockets: str) -> tuple[Path, Path]:
    """``/proc/asound`` and ``/sys/class/drm`` of a machine with these cards and sockets."""
    for number, name in enumerate(cards):
        (folder / f"asound/card{number}").mkdir(parents=True)
        (folder / f"asound/card{number}/id").write_text(f"{name}\n")
        (folder / f"asound/{name}").symlink_to(f"card{number}")
    for name, state in sockets.items():
        place = folder / f"drm/card1-{name.replace('_', '-')}"
        place.mkdir(parents=True)
        (place / "status").write_text(f"{state}\n")
    return folder / "asound", folder / "drm"


@pytest.mark.parametrize(
    ("cards", "first", "second", "right"),
    [
        (PI_4, "connected", "disconnected", "vc4hdmi0"),
        (PI_4, "disconnected", "connected", "vc4hdmi1"),
        (PI_4, "connected", "connected", "vc4hdmi0"),
        (PI_4, "disconnected", "disconnected", None),
        (("Headphones", "vc4hdmi"), "connected", "disconnected", "vc4hdmi"),
        (("Headphones",), "connected", "disconnected", None),
        (("Device", "Headphones"), "connected", "connected", None),
    ],
)
def test_the_card_of_the_connected_display_is_found_by_name(
    tmp_path: Path, cards: tuple[str, ...], first: str, second: str, right: str | None
) -> None:
    assert hdmi.television(*machine(tmp_path, cards, HDMI_A_1=first, HDMI_A_2=second)) == right


def test_a_machine_without_cards_or_displays_has_none(tmp_path: Path) -> None:
    assert hdmi.television(tmp_path / "asound", tmp_path / "drm") is None
    cards, _ = machine(tmp_path, PI_4)
    assert hdmi.ids(cards) == dict(enumerate(PI_4))


OPENED = """
import os, sys
from pathlib import Path
from kioskd.audio import card, hdmi
from kioskd.config import Sound
hdmi.television.__defaults__ = (Path(sys.argv[1]), Path(sys.argv[2]))
def opened(**settings):
    mixer = card.open_card(Sound(**settings))
    print(os.environ.get("SDL_AUDIODRIVER"), os.environ.get("AUDIODEV"), card.playing())
    mixer.quit()
opened()
opened(device="room:CARD=Device")
opened(driver="dummy")
Path(sys.argv[2], "card1-HDMI-A-1/status").write_text("disconnected")
Path(sys.argv[2], "card1-HDMI-A-2/status").write_text("connected")
opened()
"""
# The television's card is a file here; the second one's is taken by another program.
ALSA = """
pcm.sysdefault { @args [ CARD ] @args.CARD { type string } type plug
  slave.pcm { @func concat strings [ "test_" $CARD ] } }
pcm.room { @args [ CARD ] @args.CARD { type string } type null }
pcm.test_vc4hdmi0 { type null }
pcm.!default { type null }
"""


@pytest.mark.skipif(find_library("asound") is None, reason="ALSA's library is not installed")
def test_without_a_choice_the_television_plays_and_any_card_is_better_than_none(
    tmp_path: Path,
) -> None:
    places = machine(tmp_path, PI_4, HDMI_A_1="connected", HDMI_A_2="disconnected")
    (tmp_path / "alsa.conf").write_text(ALSA)
    environment = card.environment() | {"ALSA_CONFIG_PATH": str(tmp_path / "alsa.conf")}
    done = subprocess.run(
        [sys.executable, "-c", OPENED, *map(str, places)],
        env={k: v for k, v in environment.items() if k not in ("SDL_AUDIODRIVER", "AUDIODEV")},
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [
        "alsa sysdefault:CARD=vc4hdmi0 alsa",
        "alsa room:CARD=Device alsa",
        "dummy None dummy",
        "None None alsa",
    ], done.stderr


def test_the_open_card_is_told_by_its_name_in_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards, _ = machine(tmp_path, PI_4)
    monkeypatch.setattr(hdmi.ids, "__defaults__", (cards,))
    monkeypatch.setattr(os, "readlink", lambda _: "/dev/snd/pcmC1D0p")
    assert card.playing() == "vc4hdmi0"
