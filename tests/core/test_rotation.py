"""The carousel, on a clock that the test turns."""

from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import VIEWS, Rotation, Turn, View
from kioskd.config.scalars import Duration
from kioskd.core.rotation import Rotation as Turns
from kioskd.core.status import RotationStatus


class Carousel:
    """A wall that shows what the rotation says; ``empty`` screens have nothing to say."""

    def __init__(self, *turns: tuple[View, float], pause: float = 120) -> None:
        self.now = 0.0
        screens = tuple(Turn(screen=view, seconds=Duration(time)) for view, time in turns)
        self.settings = Rotation(screens=screens, pause=Duration(pause))
        self.rotation = Turns(self.settings, lambda: self.now)
        self.screen: str | None = None
        self.empty: set[View] = set()

    def wait(self, seconds: int) -> list[tuple[float, str]]:
        """The turns of the coming seconds, each with its moment."""
        seen: list[tuple[float, str]] = []
        for _ in range(seconds):
            if (turned := self.rotation.turn(self.screen, self.empty.__contains__)) is not None:
                self.screen = turned
                seen.append((self.now, turned))
            self.now += 1
        return seen


def test_each_screen_stays_for_its_own_time() -> None:
    carousel = Carousel(("tickets", 30), ("projects", 10))
    assert carousel.wait(75) == [
        (0, "tickets"),
        (30, "projects"),
        (40, "tickets"),
        (70, "projects"),
    ]


def test_a_screen_may_have_several_turns() -> None:
    carousel = Carousel(("tickets", 5), ("projects", 5), ("tickets", 5), ("dashboard", 5))
    seen = [screen for _, screen in carousel.wait(25)]
    assert seen == ["tickets", "projects", "tickets", "dashboard", "tickets"]


def test_a_screen_with_nothing_to_say_is_skipped_and_one_that_is_alone_stays() -> None:
    carousel = Carousel(("tickets", 5), ("projects", 5), ("dashboard", 5))
    carousel.empty = {"projects"}
    assert [screen for _, screen in carousel.wait(12)] == ["tickets", "dashboard", "tickets"]
    carousel.empty = {"projects", "dashboard"}
    assert carousel.wait(20) == []
    carousel.empty = set(VIEWS)
    assert carousel.wait(20) == []
    carousel.empty = set()
    assert [screen for _, screen in carousel.wait(10)] == ["projects", "dashboard"]


def test_it_pauses_after_a_wish_and_goes_on_from_the_screen_that_was_wished_for() -> None:
    carousel = Carousel(("tickets", 10), ("projects", 10), ("dashboard", 10), pause=60)
    carousel.wait(3)
    carousel.screen = "projects"
    carousel.rotation.pause()
    status = carousel.rotation.status(carousel.screen, carousel.empty.__contains__)
    assert status == RotationStatus("projects", "dashboard", paused=True, seconds=60.0)
    assert carousel.wait(61) == [(63, "dashboard")]
    assert carousel.rotation.status("dashboard", carousel.empty.__contains__).paused is False


def test_from_a_screen_outside_the_rotation_it_goes_on() -> None:
    carousel = Carousel(("tickets", 10), ("projects", 10))
    carousel.wait(1)
    carousel.screen = "remote"
    assert [screen for _, screen in carousel.wait(10)] == ["projects"]


def test_without_settings_it_never_turns() -> None:
    rotation = Turns(None)
    rotation.pause()
    assert rotation.turn("tickets", lambda view: False) is None
    assert not rotation.configured


@given(
    st.lists(st.tuples(st.sampled_from(VIEWS), st.integers(1, 60)), min_size=2, max_size=6),
    st.sets(st.sampled_from(VIEWS)),
)
def test_it_only_ever_shows_configured_screens_that_have_something_to_say(
    turns: list[tuple[View, float]], empty: set[View]
) -> None:
    carousel = Carousel(*turns)
    carousel.empty = empty
    shown = {screen for _, screen in carousel.wait(200)}
    assert shown <= {view for view, _ in turns} - empty
