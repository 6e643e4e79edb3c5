"""A sound card is chosen by ear: the test sound comes out of the one that is tried."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from kioskd.audio import cards as room
from kioskd.audio.cards import Cards
from kioskd.audio.player import Player
from kioskd.config import Sound
from kioskd.errors import ProtocolError
from tests.support.alsa_cards import DEFAULT, PROGRAM, AlsaCards
from tests.support.players import settled
from tests.support.recording import Samples, likeness, own

needs_alsa = pytest.mark.skipif(
    find_library("asound") is None, reason="ALSA's library is not installed"
)
NAMES = ("Headphones", "vc4hdmi0", "Device")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlsaCards]:
    found = AlsaCards(tmp_path, NAMES)
    found.use(monkeypatch)
    yield found
    found.close()


def player_of(machine: AlsaCards, settings: Sound) -> Player:
    command = (sys.executable, "-c", PROGRAM, str(machine.listed))
    return Player(settings, "en", lambda: None, command)


@pytest.fixture
async def player(machine: AlsaCards) -> AsyncIterator[Player]:
    found = player_of(machine, Sound())
    found.start()
    await settled(found)
    yield found
    await found.close()


@pytest.fixture
def cards(machine: AlsaCards, player: Player) -> Cards:
    return Cards(Sound(), player, lambda: None, machine.listed)


async def sound_of(machine: AlsaCards, name: str) -> Samples:
    """The next sound that comes out of a card, to its end."""
    end = time.monotonic() + 60
    while (heard := machine.sound(name)) is None:
        assert time.monotonic() < end, f"nothing comes out of {name}"
        await asyncio.sleep(0.05)
    return heard


@needs_alsa
async def test_the_test_sound_comes_out_of_the_card_that_is_tried_and_of_no_other(
    machine: AlsaCards, player: Player, cards: Cards
) -> None:
    for name in ("Device", "vc4hdmi0", "Headphones"):
        cards.try_out(name)
        assert likeness(await sound_of(machine, name), own("self-test")) > 0.9
        assert machine.loud() == []


@needs_alsa
async def test_the_card_that_is_kept_plays_from_then_on_and_after_a_restart(
    machine: AlsaCards, player: Player, cards: Cards
) -> None:
    cards.try_out("Device")
    await sound_of(machine, "Device")
    assert player.status().chosen == ""
    cards.use("Device")
    player.play("notification")
    assert likeness(await sound_of(machine, "Device"), own("notification")) > 0.9
    assert (cards.chosen, player.status().chosen) == ("Device", "Device")
    await player.close()
    again = player_of(machine, Sound())
    Cards(Sound(), again, lambda: None, machine.listed).restore("Device")
    again.start()
    await settled(again)
    again.play("critical", "critical")
    assert likeness(await sound_of(machine, "Device"), own("critical")) > 0.9
    assert machine.loud() == []
    await again.close()


@needs_alsa
async def test_a_card_that_nobody_heard_is_given_up_after_a_while(
    machine: AlsaCards, player: Player, cards: Cards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "TRIAL", 3.0)
    cards.try_out("Device")
    assert [each.id for each in cards.status().cards if each.trying] == ["Device"]
    await sound_of(machine, "Device")
    while any(each.trying for each in cards.status().cards):
        await asyncio.sleep(0.05)
    player.play("critical", "critical")
    assert likeness(await sound_of(machine, DEFAULT), own("critical")) > 0.9
    assert machine.loud() == []


@needs_alsa
async def test_a_chosen_card_that_is_pulled_out_is_stood_in_for_until_it_is_back(
    machine: AlsaCards, player: Player, cards: Cards
) -> None:
    cards.use("Device")
    player.play("critical", "critical")
    await sound_of(machine, "Device")
    machine.pull_out(2)
    player.play("notification")
    await settled(player, detail="the chosen card Device can't be had; another one plays")
    player.play("critical", "critical")
    await sound_of(machine, DEFAULT)
    machine.plug_in(2, "Device")
    player.play("notification")
    while player.status().detail:
        await asyncio.sleep(0.05)
    player.play("critical", "critical")
    await sound_of(machine, "Device")


def room_of(tmp_path: Path, settings: Sound) -> Cards:
    for number, name in enumerate(NAMES):
        (tmp_path / f"card{number}").mkdir()
        (tmp_path / f"card{number}/id").write_text(f"{name}\n")
    (tmp_path / "cards").write_text(
        " 0 [Headphones     ]: bcm2835_headpho - bcm2835 Headphones\n"
        "                      bcm2835 Headphones\n"
        " 2 [Device         ]: USB-Audio - USB Audio Device\n"
    )
    return Cards(settings, Player(settings, "en", lambda: None), lambda: None, tmp_path)


def test_the_cards_are_called_as_a_person_calls_them(tmp_path: Path) -> None:
    told = room_of(tmp_path, Sound()).status()
    assert [(each.id, each.name) for each in told.cards] == [
        ("Headphones", "headphone jack"),
        ("vc4hdmi0", "HDMI 1"),
        ("Device", "USB Audio Device"),
    ]
    assert told.hear == "I hear it"


@pytest.mark.parametrize(
    "settings", [Sound(device="sysdefault:CARD=Device"), Sound(driver="pulseaudio")]
)
def test_what_the_file_chooses_goes_before_what_the_room_chooses(
    settings: Sound, tmp_path: Path
) -> None:
    found = room_of(tmp_path, settings)
    told = found.status()
    assert told.cards == []
    assert told.note.startswith("sound.d")
    assert "of the configuration chooses the card" in told.note
    for ask in (found.try_out, found.use):
        with pytest.raises(ProtocolError, match="of the configuration chooses the card"):
            ask("Device")


def test_a_card_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    found = room_of(tmp_path, Sound())
    with pytest.raises(ProtocolError, match="no card 'hdmi'; there are: Headphones, vc4hdmi0, Dev"):
        found.use("hdmi")
    found.use("Device")
    assert found.chosen == "Device"
    found.use("")  # none again
    assert found.chosen == ""
