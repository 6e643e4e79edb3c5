"""When the panels on the other screens get their windows."""

from kioskd.browser.beside import PATIENCE, Beside
from kioskd.browser.sway import Output, Place, Sway
from tests.support.pretended_tabs import PretendedTabs

PLACES = (
    Place("", "", 0, True),
    Place("Kiosk-B", "HDMI-A-2", 0, True),
    Place("Kiosk-C", "HDMI-A-3", 0, True),
)
SCREENS = [Output(f"HDMI-A-{number}", True, "normal", 1920, 1080) for number in (1, 2, 3)]


class ThreeScreens(Sway):
    def __init__(self, first: bool = True) -> None:
        self.connected = [screen.name for screen in SCREENS]
        self.first = first
        self.expected: list[str] = []

    def arrange(self) -> list[Output | None]:
        return [SCREENS[0] if self.first else None, *SCREENS[1:]]

    def expect(self, number: int, output: Output) -> None:
        self.expected.append(output.name)


def opened_at(sway: ThreeScreens, well_from: float, steps: int) -> dict[str, int]:
    """In which of ``steps``, one a second, each window opens."""
    beside = Beside(PretendedTabs({}), PLACES, sway, "", False, "kioskd")
    found: dict[str, int] = {}
    for second in range(steps):
        beside.arrange()
        beside.step(100.0 + second, "http://127.0.0.1:8080", "", {}, second >= well_from)
        for name in sway.expected:
            found.setdefault(name, second)
    return found


LATE = int(PATIENCE) + 1


def test_each_once_the_panels_before_have_their_picture() -> None:
    assert opened_at(ThreeScreens(), 3, 11) == {"HDMI-A-2": 3}


def test_a_panel_that_never_comes_up_holds_up_no_other_for_more_than_ten_seconds() -> None:
    assert opened_at(ThreeScreens(), 3, 12) == {"HDMI-A-2": 3, "HDMI-A-3": LATE}
    never = opened_at(ThreeScreens(), float("inf"), 15)
    assert never == {"HDMI-A-2": LATE, "HDMI-A-3": LATE + 1}


def test_a_first_panel_that_has_no_screen_holds_up_nobody() -> None:
    assert opened_at(ThreeScreens(first=False), float("inf"), 3) == {"HDMI-A-2": 0, "HDMI-A-3": 1}
