import random

import pytest

from kioskd.config import Button
from kioskd.press import Press

PLAIN = Button(pin=4, press="next")
WITH_HOLD = Button(pin=4, press="next", hold="acknowledge")
WITH_DOUBLE = Button(pin=4, press="next", double="mute")


def play(button: Button, *edges: tuple[float, bool], until: float = 60.0) -> list[str]:
    """What a trace of (seconds, down) does, with time passing between the edges."""
    did: list[str] = []
    press = Press(button, False, did.append)
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
    ],
)
def test_a_trace_does_what_a_finger_meant(
    name: str, button: Button, trace: list[tuple[float, bool]], did: list[str]
) -> None:
    assert play(button, *trace) == did, name


def test_a_button_that_is_down_at_boot_does_nothing_until_released() -> None:
    did: list[str] = []
    press = Press(PLAIN, True, did.append)
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
