"""Two buttons together: by traces of edges, and on pins that plain threads drive."""

import time

import pytest

from kioskd.config import Button, Chord, Config
from kioskd.core.actor import Actor
from kioskd.gpio.buttons import Event
from kioskd.gpio.chords import TOGETHER, Chords
from kioskd.gpio.gestures import Gestures
from tests.support.board import MOCK, Asked, Board, apart, tap, wired
from tests.support.clock import Clock
from tests.support.waiting import until

A, B = 17, 27
PLAIN = (Button(pin=A, press="next"), Button(pin=B, press="previous"))
HOLDS = (
    Button(pin=A, press="next", hold="mute"),
    Button(pin=B, press="previous", double="snooze"),
)
BOTH = Chord(pins=(A, B), press="pair")
Edge = tuple[float, int, bool]


def play(buttons: tuple[Button, ...], *edges: Edge, until: float = 60.0) -> list[tuple[float, str]]:
    """What edges of (seconds, pin, down) do, and when, with time passing between them."""
    did: list[tuple[float, str]] = []
    now = 0.0
    presses: dict[int, Gestures] = {}

    def catch_up(pin: int, at: float) -> None:
        presses[pin].due(at)

    chords = Chords((BOTH,), lambda chord: did.append((now, str(chord.press))))
    for button in buttons:
        presses[button.pin] = Gestures(
            button,
            False,
            lambda gesture, button=button: did.append((now, getattr(button, gesture))),  # type: ignore[misc]
            member=chords.member(button.pin, lambda at, pin=button.pin: catch_up(pin, at)),  # type: ignore[misc]
        )
    for at, pin, down in [*edges, (until, A, False), (until, B, False)]:
        while True:
            due = min(((t, p) for p, g in presses.items() if (t := g.next_due())), default=None)
            if due is None or due[0] > at:
                break
            now = due[0]
            presses[due[1]].due(now)
        now = at
        presses[pin].edge(down, at)
    return did


def spoken(did: list[tuple[float, str]]) -> list[str]:
    return [action for _, action in did]


@pytest.mark.parametrize("buttons", [PLAIN, HOLDS], ids=["plain", "with hold and double"])
@pytest.mark.parametrize("apart_by", [0.0, 0.05, 0.13])
@pytest.mark.parametrize("first", [A, B])
def test_both_within_a_moment_are_one_action_and_none_of_their_own(
    buttons: tuple[Button, ...], apart_by: float, first: int
) -> None:
    second = A + B - first
    down = [(1.0, first, True), (1.0 + apart_by, second, True)]
    for up in ([(1.3, A, False), (1.4, B, False)], [(9.0, B, False), (9.5, A, False)]):
        assert spoken(play(buttons, *down, *up)) == ["pair"]


def test_fingers_that_are_further_apart_mean_two_presses() -> None:
    edges = [(1.0, A, True), (1.2, B, True), (1.5, A, False), (1.6, B, False)]
    assert spoken(play(PLAIN, *edges)) == ["next", "previous"]
    edges = [(1.0, A, True), (1.05, A, False), (1.08, B, True), (1.2, B, False)]
    assert spoken(play(PLAIN, *edges)) == ["next", "previous"]  # one after the other


def test_a_press_alone_waits_for_its_end_or_a_moment_and_no_longer() -> None:
    ((at, action),) = play(PLAIN, (1.0, A, True), (5.0, A, False))
    assert (at, action) == (1.0 + TOGETHER, "next")
    ((at, action),) = play(PLAIN, (1.0, A, True), (1.06, A, False))
    assert action == "next"
    assert at == pytest.approx(1.06 + PLAIN[0].bounce)
    ((at, action),) = play(HOLDS, (1.0, A, True), (5.0, A, False))
    assert (at, action) == (2.0, "mute")


def test_a_button_that_is_in_no_chord_waits_for_nothing() -> None:
    other = Button(pin=5, press="refresh")
    assert Chords((BOTH,), lambda chord: None).member(5, lambda at: None) is None
    did: list[str] = []
    press = Gestures(other, False, did.append)
    press.edge(True, 1.0)
    press.due(1.0 + other.least_press)
    assert did == ["press"]


def test_a_tap_before_the_two_keeps_its_own_action() -> None:
    tapped = [(1.0, B, True), (1.1, B, False)]
    edges = [*tapped, (1.3, A, True), (1.35, B, True), (1.6, A, False), (1.6, B, False)]
    assert spoken(play(HOLDS, *edges)) == ["previous", "pair"]


def test_a_stuck_button_makes_no_chord_of_the_other_one() -> None:
    edges = [(1.0, A, True), (30.0, B, True), (30.4, B, False)]
    assert spoken(play(PLAIN, *edges)) == ["next", "previous"]


CONFIG = Config(
    gpio=MOCK,
    buttons=(
        Button(pin=A, name="verde", press="next"),
        Button(pin=B, press="previous"),
        Button(pin=5, press="refresh"),
    ),
    chords=(BOTH,),
)


async def test_two_fingers_on_real_pins_are_one_action_that_is_told() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, CONFIG)

    def fingers() -> None:
        board.pin(A).drive_low()
        time.sleep(0.03)
        board.pin(B).drive_low()
        time.sleep(0.1)
        board.pin(B).drive_high()
        board.pin(A).drive_high()

    for _ in range(3):
        await apart(fingers)
        assert await asked.next() == "pair"
        await until(lambda: [event.level for event in asked.events[-2:]] == ["up", "up"])
    for pin, action in ((A, "next"), (B, "previous"), (5, "refresh")):
        await tap(board.pin(pin))
        assert await asked.next() == action
    assert asked.taken() == []
    told = [event for event in asked.events if event.gesture]
    assert told[0] == Event(A, "verde + GPIO27", "down", "press", "pair")
    assert asked.by[0] == Actor("button", "verde + GPIO27")
    found.close()


@pytest.mark.parametrize("first", [A, B])
async def test_a_loop_that_was_late_still_sees_that_they_were_together(first: int) -> None:
    asked, clock = Asked(), Clock()
    board = Board(clock)
    found = wired(asked, board, CONFIG)
    second, began = A + B - first, clock.now
    # While the loop hangs the driver tells all of it: the first one's release before the second's
    # press, since each line has edges of its own.
    for pin, down, after in (
        (first, True, 0.0),
        (first, False, 0.3),
        (second, True, 0.1),
        (second, False, 0.32),
    ):
        clock.now = began + 0.4
        board.pin(pin).tell(down, began + after)
    assert await asked.next() == "pair"
    await until(lambda: [event.level for event in asked.events].count("up") == 2)
    assert asked.taken() == []
    found.close()
