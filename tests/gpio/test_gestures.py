import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import Button
from kioskd.gpio.gestures import Gestures

PLAIN = Button(pin=4, press="next")
WITH_HOLD = Button(pin=4, press="next", hold="acknowledge")
WITH_DOUBLE = Button(pin=4, press="next", double="mute")
WITH_BOTH = Button(pin=4, press="next", hold="acknowledge", double="mute")


def play(button: Button, *edges: tuple[float, bool], until: float = 60.0) -> list[str]:
    """What a trace of (seconds, down) does, with time passing between the edges."""
    did: list[str] = []
    press = Gestures(button, False, did.append)
    for at, down in [*edges, (until, False)]:
        while (due := press.next_due()) is not None and due <= at:
            press.due(due)
        press.edge(down, at)
    return did


def chatter(at: float, ends: bool) -> list[tuple[float, bool]]:
    """A contact that bounces every millisecond for 5 ms and then rests."""
    return [(at + i / 1000, (i % 2 == 0) == ends) for i in range(5)]


@pytest.mark.parametrize(
    ("name", "button", "trace", "did"),
    [
        ("a tap of 20 ms", PLAIN, [(1.0, True), (1.02, False)], ["press"]),
        ("a bouncing press", PLAIN, [*chatter(1, True), *chatter(1.2, False)], ["press"]),
        ("a spike of 2 ms", PLAIN, [(1.0, True), (1.002, False)], []),
        ("a hold of 5 s", WITH_HOLD, [(1.0, True), (6.0, False)], ["hold"]),
        ("a tap on a button with a hold", WITH_HOLD, [(1.0, True), (1.2, False)], ["press"]),
        (
            "two quick taps",
            WITH_DOUBLE,
            [(1.0, True), (1.1, False), (1.2, True), (1.3, False)],
            ["double"],
        ),
        (
            "two slow taps",
            WITH_DOUBLE,
            [(1.0, True), (1.1, False), (3.0, True), (3.1, False)],
            ["press", "press"],
        ),
        (
            "a second tap that begins in time and ends late",
            WITH_DOUBLE,
            [(1.0, True), (1.1, False), (1.45, True), (1.7, False)],
            ["double"],
        ),
        (
            "a second tap that begins in time and settles late",
            WITH_DOUBLE,
            [(1.0, True), (1.1, False), (1.495, True), (1.7, False)],
            ["double"],
        ),
        (
            "a tap, then a spike where the second tap would be",
            WITH_DOUBLE,
            [(1.0, True), (1.1, False), (1.495, True), (1.498, False)],
            ["press"],
        ),
        (
            "a tap and then a hold",
            WITH_BOTH,
            [(1.0, True), (1.1, False), (1.2, True), (4.0, False)],
            ["press", "hold"],
        ),
        ("a hold of a plain button", PLAIN, [(1.0, True), (6.0, False)], ["press"]),
        (
            "a bouncing hold",
            WITH_HOLD,
            [*chatter(1, True), *chatter(6, False)],
            ["hold"],
        ),
        ("a release just before hold_time", WITH_HOLD, [(1.0, True), (1.995, False)], ["press"]),
        (
            "a contact that breaks for 2 ms in a hold",
            WITH_HOLD,
            [(1.0, True), (1.999, False), (2.001, True), (3.0, False)],
            ["hold"],
        ),
    ],
)
def test_a_trace_does_what_a_finger_meant(
    name: str, button: Button, trace: list[tuple[float, bool]], did: list[str]
) -> None:
    assert play(button, *trace) == did, name


def test_a_button_that_is_down_at_boot_does_nothing_until_released() -> None:
    did: list[str] = []
    press = Gestures(PLAIN, True, did.append)
    for at, down in ((1.0, False), (1.5, True), (1.7, False)):
        press.due(at - 0.001)
        press.edge(down, at)
    press.due(2.0)
    assert did == ["press"]


def test_of_ten_thousand_bouncing_presses_none_is_missed_and_none_doubled() -> None:
    dice = random.Random(1)
    trace: list[tuple[float, bool]] = []
    at = 1.0
    for _ in range(10_000):
        trace += chatter(at, True)
        at += dice.uniform(0.04, 0.5)
        trace += chatter(at, False)
        at += dice.uniform(0.04, 0.5)
    assert play(PLAIN, *trace, until=at + 1) == ["press"] * 10_000


@pytest.mark.parametrize("gap", [0.0005, 0.04])
def test_an_edge_storm_is_ignored_until_the_line_has_rested(gap: float) -> None:
    did: list[str] = []
    press = Gestures(PLAIN, False, did.append)
    at = 0.0
    for i in range(10_000):
        at = i * gap
        press.edge(i % 2 == 0, at)
    assert press.noisy
    assert len(did) <= 12
    did.clear()
    press.due(at + 0.9)
    assert press.noisy
    press.due(at + 1.1)
    assert not press.noisy
    press.edge(True, at + 2)
    press.edge(False, at + 2.1)
    assert did == ["press"]


def test_a_line_that_sticks_down_after_a_storm_stays_ignored() -> None:
    press = Gestures(PLAIN, False, lambda gesture: None)
    for i in range(1001):
        press.edge(i % 2 == 0, i / 1000)
    assert press.next_due() is None
    press.due(1e6)
    assert press.noisy


Gaps = st.lists(st.floats(0.0001, 3), max_size=60)
Buttons = st.sampled_from([PLAIN, WITH_HOLD, WITH_DOUBLE, WITH_BOTH])


def edges(gaps: list[float]) -> list[tuple[float, bool]]:
    at, trace = 1.0, []
    for i, gap in enumerate(gaps):
        at += gap
        trace.append((at, i % 2 == 0))
    return trace


@given(Buttons, Gaps, st.booleans())
def test_a_loop_that_is_late_decides_the_same(
    button: Button, gaps: list[float], down: bool
) -> None:
    trace = [*edges(gaps), (1000.0, False)]
    punctual: list[str] = []
    late: list[str] = []
    press = Gestures(button, down, punctual.append)
    for at, level in trace:
        while (due := press.next_due()) is not None and due <= at:
            press.due(due)
        press.edge(level, at)
    press.due(2000.0)
    press = Gestures(button, down, late.append)
    for at, level in trace:
        press.edge(level, at)
    press.due(2000.0)
    assert punctual == late


@given(Buttons, Gaps)
def test_no_trace_does_more_than_its_presses_could_mean(button: Button, gaps: list[float]) -> None:
    did = play(button, *edges(gaps), until=1000.0)
    assert len(did) <= (len(gaps) + 1) // 2
    assert button.hold is not None or "hold" not in did
    assert button.double is not None or "double" not in did


Taps = st.lists(st.tuples(st.floats(0.02, 5), st.floats(0.5, 5)), max_size=20)


@given(Taps)
def test_every_clean_tap_and_hold_is_heard_once(taps: list[tuple[float, float]]) -> None:
    at, trace, meant = 1.0, [], []
    for down, up in taps:
        trace += [(at, True), (at + down, False)]
        meant.append("hold" if at + down >= at + WITH_HOLD.hold_time else "press")
        at += down + up
    assert play(WITH_HOLD, *trace, until=1000.0) == meant
