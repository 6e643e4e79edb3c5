"""What the watching program is told of the panels' places."""

from kioskd.browser.opening import places
from kioskd.browser.start import placed
from kioskd.browser.sway import Place
from kioskd.config import Config, Display, Kiosk, OwnPanel

OWN, OTHER = "Kiosk-A", "Kiosk-B"


def of(*panels: OwnPanel, **display: object) -> tuple[Place, ...]:
    shown = Display(**display)  # type: ignore[arg-type]
    return places(placed(Config(kiosk=Kiosk(id=OWN), panels=panels, display=shown)))


def test_without_an_output_there_is_one_panel_on_all_screens() -> None:
    assert of() == ()
    assert of(OwnPanel(id=OTHER, scale=1.2)) == ()


def test_the_panel_of_this_machine_is_the_first_with_an_output_of_its_own_or_none() -> None:
    other = OwnPanel(id=OTHER, output="HDMI-A-2", rotate=90)
    assert of(other) == (Place("", "", 0, True), Place(OTHER, "HDMI-A-2", 90, True))
    own = OwnPanel(id=OWN, output="HDMI-A-1")
    assert of(other, own) == (
        Place("", "HDMI-A-1", 0, True),
        Place(OTHER, "HDMI-A-2", 90, True),
    )


def test_a_screen_without_a_turn_of_its_own_hangs_as_the_display_does() -> None:
    found = of(
        OwnPanel(id=OTHER, output="HDMI-A-2"), OwnPanel(id="C", output="DP-1", rotate=0), rotate=270
    )
    assert [place.rotate for place in found] == [270, 270, 0]


def test_the_hours_of_one_display_are_not_the_others() -> None:
    other = OwnPanel(id=OTHER, output="HDMI-A-2")
    assert [place.darkened for place in of(other, output="HDMI-A-2")] == [False, True]
    assert [place.darkened for place in of(other, output="HDMI-A-1")] == [True, False]
