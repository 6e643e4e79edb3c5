"""Pages among the screens: what the browser says of them, and what the rotation does with it."""

import pytest

from kioskd.config import Config, DashboardScreen, PageScreen, Rotation, Turn
from kioskd.config.scalars import Duration
from kioskd.core.pages import Pages
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.rotation import Rotation as Turning
from kioskd.core.state_words import word
from kioskd.errors import ProtocolError
from kioskd.words import speak

PAGE = PageScreen(name="grafana", title="Carga", url="https://grafana.example/d/abc?kiosk")
CONFIG = Config(screens=(PAGE, DashboardScreen(name="dashboard")))


@pytest.fixture
def faults() -> PartFaults:
    return PartFaults(Changed())


@pytest.fixture
def pages(faults: PartFaults) -> Pages:
    return Pages(CONFIG, faults)


def test_what_keeps_a_page_from_being_shown_stands_in_the_status_until_it_is_well(
    pages: Pages, faults: PartFaults
) -> None:
    pages.said("grafana", "dead", "HTTP 502")
    fault = faults.all()["page grafana"]
    assert (fault.message, fault.code, fault.about) == (
        "can't be opened: HTTP 502",
        "page_dead",
        "Carga",
    )
    assert pages.failed("grafana")
    pages.said("grafana", "")
    assert not faults.all()
    assert not pages.failed("grafana")


def test_it_is_said_in_the_language_that_is_spoken(pages: Pages, faults: PartFaults) -> None:
    speak("pt-BR")
    try:
        pages.said("grafana", "login", "/login")
        said = faults.all()["page grafana"].message
        part = word("page grafana")
    finally:
        speak("en")
    assert said.startswith("pede um login, que nenhum painel pode fazer")
    assert said.endswith(": /login")
    assert part == "página grafana"


def test_a_page_that_is_configured_no_more_has_no_fault(pages: Pages, faults: PartFaults) -> None:
    pages.said("grafana", "login")
    pages.configure(Config())
    assert not faults.all()
    assert not pages.failed("grafana")


@pytest.mark.parametrize(("name", "code"), [("dashboard", "dead"), ("grafana", "sad")])
def test_what_nobody_can_say_of_a_page_is_refused(pages: Pages, name: str, code: str) -> None:
    with pytest.raises(ProtocolError):
        pages.said(name, code)


def test_a_rotation_leaves_a_page_that_failed_at_once_unless_somebody_chose_it() -> None:
    now = 0.0
    turns = tuple(Turn(screen=name, seconds=Duration(30)) for name in ("grafana", "dashboard"))
    rotation = Turning(Rotation(screens=turns, pause=Duration(120)), lambda: now)
    assert rotation.turn("dashboard", lambda name: False) == "grafana"
    now = 1.0
    assert rotation.turn("grafana", lambda name: False) is None
    rotation.hurry()
    assert rotation.turn("grafana", lambda name: name == "grafana") == "dashboard"
    rotation.pause()
    rotation.hurry()
    assert rotation.turn("grafana", lambda name: name == "grafana") is None
