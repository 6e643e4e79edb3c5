"""A sound card is chosen on the phone, by ear: from the touch to what comes out of the card."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest
from playwright.sync_api import expect

from kioskd.host import state_file
from tests.support import stories
from tests.support.alsa_cards import DAEMON, AlsaCards
from tests.support.house import House
from tests.support.recording import Samples, likeness, own

NAMES = ("Headphones", "vc4hdmi0")
pytestmark = pytest.mark.skipif(
    find_library("asound") is None, reason="ALSA's library is not installed"
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AlsaCards]:
    (tmp_path / "cards").mkdir()
    found = AlsaCards(tmp_path / "cards", NAMES)
    found.use(monkeypatch)
    yield found
    found.close()


def sound_of(machine: AlsaCards, name: str) -> Samples:
    end = time.monotonic() + 60
    while (heard := machine.sound(name)) is None:
        assert time.monotonic() < end, f"nothing comes out of {name}"
        time.sleep(0.05)
    return heard


def test_a_card_is_tried_on_the_phone_and_kept_by_who_hears_it(
    build_house: Callable[..., House], machine: AlsaCards, tmp_path: Path
) -> None:
    command = (sys.executable, "-c", DAEMON, str(machine.listed))
    house = build_house(stories.tickets(3), sound="volume: 80", command=command)
    phone = house.open("/remote", 390, 844)
    card = phone.page.locator(".sound")
    hear = card.get_by_role("button", name="Estou ouvindo")
    jack = card.get_by_role("button", name="saída de fone")
    expect(card).to_contain_text("Qual placa se ouve?")
    expect(hear).to_have_count(0)
    for button, name in ((card.get_by_role("button", name="HDMI 1"), "vc4hdmi0"), (jack, NAMES[0])):
        button.click()
        expect(hear).to_have_count(1)
        assert likeness(sound_of(machine, name), own("self-test")) > 0.9
        assert machine.loud() == []
    phone.page.screenshot(path=tmp_path / "trying.png", full_page=True)
    hear.click()
    expect(jack).to_have_attribute("aria-pressed", "true")
    expect(hear).to_have_count(0)
    phone.page.screenshot(path=tmp_path / "chosen.png", full_page=True)
    end = time.monotonic() + 60
    while (kept := state_file.load(tmp_path / "state/state.gz")) is None or kept.card != NAMES[0]:
        assert time.monotonic() < end, "the choice is not kept"
        time.sleep(0.1)
    house.daemon.kill()  # as a power cut
    house.daemon.start()
    while house.daemon.ask("/api/status")["sound"]["state"] != "ok":
        assert time.monotonic() < end + 60, "no card is opened"
        time.sleep(0.1)
    expect(jack).to_have_attribute("aria-pressed", "true")
    card.get_by_role("button", name="Testar som").click()
    assert likeness(sound_of(machine, NAMES[0]), own("self-test")) > 0.9
    assert machine.loud() == []
    assert command_line(house, "cards").splitlines() == [
        "Headphones          saída de fone                   chosen",
        "vc4hdmi0            HDMI 1",
    ]
    command_line(house, "try", "vc4hdmi0")
    assert likeness(sound_of(machine, "vc4hdmi0"), own("self-test")) > 0.9
    assert "chosen" not in command_line(house, "use", "auto")
    assert "there is no" not in command_line(house, "use", "vc4hdmi0")
    end = time.monotonic() + 60
    while house.daemon.ask("/api/status")["sound"]["chosen"] != "vc4hdmi0":  # once it is open
        assert time.monotonic() < end, "the choice is not shown"
        time.sleep(0.1)


def command_line(house: House, *arguments: str) -> str:
    """What ``kioskd sound`` says, in English: no file is named to it."""
    port = ("--port", str(house.daemon.port))
    command = [sys.executable, "-m", "kioskd", "sound", *arguments, *port]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
