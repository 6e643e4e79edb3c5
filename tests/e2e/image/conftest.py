"""These tests boot the built image in an emulated Pi: only ``make test-image`` runs them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.image.card import Card, Image
from tests.e2e.image.desk import Desk
from tests.e2e.image.pi import Pi, missing
from tests.support import stories

ROOT = Path(__file__).parents[3]
CACHE = Path(__file__).parent / ".cache"
BUTTONS = {4: "tickets", 5: "projects", 6: "dashboard"}  # a switch on each
CONFIG = """\
kiosk: {{id: Kiosk-PI}}
server: {{host: 0.0.0.0, open_without_token: true}}
sources: [{{kind: channels, url: "{upstream}"}}]
sound: {{volume: 100}}
buttons:
  - {{pin: 4, press: {{switch: tickets}}, hold: {{switch: remote}}}}
  - {{pin: 5, press: {{switch: projects}}}}
  - {{pin: 6, press: {{switch: dashboard}}}}
  - {{pin: 7, press: next, double: previous}}
"""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if any("image" in argument for argument in config.args) else True


@pytest.fixture(scope="session")
def image() -> Image:
    """The newest image in dist/, packed or not."""
    if lacking := missing():
        lacks = " ".join(lacking)
        pytest.exit(f"the emulated Pi needs packages: sudo apt install {lacks}", returncode=1)
    found = [*(ROOT / "dist").glob("kioskd-*.img"), *(ROOT / "dist").glob("kioskd-*.img.xz")]
    built = sorted(found, key=lambda path: path.stat().st_mtime)
    if not built:
        pytest.exit("no image in dist/: sudo make image", returncode=1)
    return Image(built[-1], CACHE)


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """The helpdesk that the Pi is connected to."""
    desk = Desk()
    desk.hold(stories.tickets(5), stories.projects(stories.project(1, 5)), stories.dashboard())
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def config(desk: Desk) -> str:
    """What the tests put on the boot partition."""
    return CONFIG.format(upstream=desk.url_for_a_guest)


@pytest.fixture(scope="session")
def make_card(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Card]:
    """A fresh card of the image, in a folder of its own."""
    return lambda: Card(image, tmp_path_factory.mktemp("card"))


@pytest.fixture(scope="session")
def make_pi(make_card: Callable[[], Card]) -> Iterator[Callable[[], Pi]]:
    """A Pi with a fresh card in it, not yet on; unplugged at the end of the session."""
    made: list[Pi] = []

    def make() -> Pi:
        card = make_card()
        made.append(Pi(card.file.parent, card))
        return made[-1]

    yield make
    for pi in made:
        pi.cut_power()


@pytest.fixture(scope="session")
def started(make_pi: Callable[[], Pi], config: str) -> Pi:
    """One Pi for all tests that change nothing on it: booted once, connected to the desk."""
    pi = make_pi()
    pi.card.configure(config)
    seconds = pi.power_on().wait_until_ready()
    print(f"\nkioskd answers {seconds:.0f} s after power on")
    pi.rest()
    return pi


@pytest.fixture(scope="session")
def without(make_pi: Callable[[], Pi], config: str) -> Pi:
    """One Pi without a sound card, and without a key on its boot partition."""
    pi = make_pi()
    pi.card.configure(config)
    pi.card.remove("authorized_keys")
    pi.power_on(sound=False).wait_until_ready()
    pi.rest()
    return pi


@pytest.fixture
def pi(started: Pi) -> Iterator[Pi]:
    yield from _awake(started)


@pytest.fixture
def bare(without: Pi) -> Iterator[Pi]:
    """A Pi without a sound card, and without a key on its boot partition."""
    yield from _awake(without)


def _awake(pi: Pi) -> Iterator[Pi]:
    assert pi.alive()
    pi.wake()
    yield pi
    if pi.alive():
        pi.rest()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Minutes pass between two dots: say when each was."""
    if report.when == "call":
        print(f" [{time.strftime('%H:%M:%S')} {report.duration:.0f} s]", end="")
