"""A rotary encoder, by itself and on pins that a plain thread turns."""

import random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import Button, Config, Rotary
from kioskd.core.actor import Actor
from kioskd.gpio.buttons import Event
from kioskd.gpio.encoder import Encoder
from tests.support.board import MOCK, Asked, Board, apart, tap, wired
from tests.support.waiting import until

A, B = 5, 6
KNOB = Config(gpio=MOCK, rotary=Rotary(pins=(A, B)), buttons=(Button(pin=17, press="refresh"),))
# The lines that change on the way around, from one detent to the next.
WAYS = {"next": [(0, True), (1, True), (0, False), (1, False)]}
WAYS["previous"] = [(1, True), (0, True), (1, False), (0, False)]


# A knob that clicks half way around, too: one click from each of its two rests.
HALF = {way: (edges[:2], edges[2:]) for way, edges in WAYS.items()}


def bouncing(line: int, down: bool) -> list[tuple[int, bool]]:
    return [(line, down), (line, not down)] * 3 + [(line, down)]


def decided(
    edges: list[tuple[int, bool]], gap: float = 0.01, half_steps: bool = False
) -> list[str]:
    did: list[str] = []
    turning = Encoder((False, False), did.append, half_steps)
    for i, (line, down) in enumerate(edges):
        turning.edge(line, down, i * gap)
    return did


@pytest.mark.parametrize("way", ["next", "previous"])
def test_each_detent_is_one_step_however_it_bounces(way: str) -> None:
    assert decided(WAYS[way] * 3) == [way] * 3
    assert decided([e for edge in WAYS[way] for e in bouncing(*edge)] * 3, 0.001) == [way] * 3


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("a spike on one line", [(0, True), (0, False)]),
        ("half a step and back", [(0, True), (1, True), (1, False), (0, False)]),
        ("one line that is loose", [(1, True), (1, False)] * 20),
    ],
)
def test_what_goes_back_is_no_step(name: str, edges: list[tuple[int, bool]]) -> None:
    assert decided(edges) == [], name


@pytest.mark.parametrize("lost", [1, 2])
@pytest.mark.parametrize("way", ["next", "previous"])
def test_a_lost_edge_inside_a_step_loses_no_step(way: str, lost: int) -> None:
    # The level is right again with the next edge of that line, since each tells the level.
    edges = [edge for i, edge in enumerate(WAYS[way]) if i != lost]
    assert decided([*WAYS[way], *edges, *WAYS[way]]).count(way) >= 2


@given(st.lists(st.sampled_from(["next", "previous"]), max_size=30), st.integers())
def test_every_turn_is_told_once_and_in_its_direction(turns: list[str], seed: int) -> None:
    dice = random.Random(seed)
    edges = [
        e
        for turn in turns
        for edge in WAYS[turn]
        for e in (bouncing(*edge) if dice.random() < 0.5 else [edge])
    ]
    assert decided(edges, 0.05) == turns


@given(st.lists(st.sampled_from(["next", "previous"]), max_size=30), st.integers())
def test_of_a_knob_that_rests_at_half_steps_too_every_click_is_one_turn(
    clicks: list[str], seed: int
) -> None:
    dice, at = random.Random(seed), 0
    edges = []
    for way in clicks:
        # Back from where it went forward is the same two lines in the other order.
        click = HALF[way][at]
        edges += [e for edge in click for e in (bouncing(*edge) if dice.random() < 0.5 else [edge])]
        at = 1 - at
    assert decided(edges, 0.05, half_steps=True) == clicks


def test_twenty_clicks_of_a_half_step_knob_are_twenty_turns_only_when_told_so() -> None:
    edges = WAYS["next"] * 10
    assert decided(edges, half_steps=True) == ["next"] * 20
    assert decided(edges) == ["next"] * 10


@pytest.mark.parametrize("levels", [(False, False), (True, True)])
def test_a_half_step_knob_counts_from_the_rest_at_which_it_stands(
    levels: tuple[bool, bool],
) -> None:
    did: list[str] = []
    turning = Encoder(levels, did.append, half_steps=True)
    assert turning.unrested == (False, False)
    for line, down in HALF["next"][int(levels[0])]:
        turning.edge(line, down, 1.0)
    assert did == ["next"]


def test_a_knob_that_stands_between_two_steps_at_boot_begins_at_the_next_rest() -> None:
    did: list[str] = []
    turning = Encoder((True, False), did.append)
    assert turning.unrested == (True, False)
    for line, down in WAYS["next"][1:]:
        turning.edge(line, down, 1.0)
    assert (did, turning.unrested) == ([], (False, False))
    for line, down in WAYS["next"]:
        turning.edge(line, down, 2.0)
    assert did == ["next"]


def test_a_storm_turns_nothing_until_the_lines_have_rested() -> None:
    did: list[str] = []
    turning = Encoder((False, False), did.append)
    for i in range(4000):
        line, down = WAYS["next"][i % 4]
        turning.edge(line, down, i / 4000)
    assert turning.noisy
    assert len(did) <= 60
    did.clear()
    turning.due(1.5)
    assert turning.noisy
    turning.due(2.1)
    assert not turning.noisy
    for line, down in WAYS["previous"]:
        turning.edge(line, down, 3.0)
    assert did == ["previous"]


def turn(board: Board, *ways: str) -> None:
    """What a hand does, bouncing, in the driver's thread."""
    pins = (board.pin(A), board.pin(B))
    for way in ways:
        for edge in WAYS[way]:
            for line, down in bouncing(*edge):
                (pins[line].drive_low if down else pins[line].drive_high)()


async def test_a_half_step_knob_on_pins_turns_twice_on_the_way_around() -> None:
    asked, board = Asked(), Board()
    knob = Rotary(pins=(A, B), half_steps=True)
    found = wired(asked, board, msgspec.structs.replace(KNOB, rotary=knob))
    await apart(lambda: turn(board, "next", "previous"))
    assert [await asked.next() for _ in range(4)] == ["next", "next", "previous", "previous"]
    found.close()


async def test_a_turned_knob_switches_forward_and_back() -> None:
    asked, board = Asked(), Board()
    found = wired(asked, board, KNOB)
    ways = ["next", "next", "previous", "next", "previous", "previous"]
    await apart(lambda: turn(board, *ways))
    assert [await asked.next() for _ in ways] == ways
    assert asked.by == [Actor("button", "rotary")] * 6
    steps = [event for event in asked.events if event.gesture]
    assert steps[0] == Event(A, "rotary", "up", "turn", "next")
    assert {event.pin for event in asked.events} == {A, B}
    assert (found.status().state, found.status().count) == ("ok", 2)
    found.close()


async def test_a_shorted_line_of_the_knob_is_named_and_the_button_works() -> None:
    asked, board = Asked(), Board()
    shorted = board.pin(B)
    shorted.drive_low()
    shorted._set_pull = lambda value: setattr(shorted, "_pull", value)
    found = wired(asked, board, KNOB)
    assert found.status().detail == (
        f"GPIO{A}+GPIO{B} (rotary): GPIO{B} down since the start: shorted? turn the knob once"
    )
    assert found.status().count == 1
    await tap(board.pin(17))
    assert await asked.next() == "refresh"
    found.close()


async def test_a_busy_line_gives_the_other_line_of_the_knob_back() -> None:
    class Other:
        def _conflicts_with(self, other: object) -> bool:
            return True

    asked, board, other = Asked(), Board(), Other()
    board.factory.reserve_pins(other, f"GPIO{B}")
    found = wired(asked, board, KNOB, retry=0.05)
    assert found.status().detail.startswith(f"GPIO{A}+GPIO{B} (rotary): another program or part")
    board.factory.release_pins(other, f"GPIO{B}")
    await until(lambda: found.status().state == "ok")
    await apart(lambda: turn(board, "previous"))
    assert await asked.next() == "previous"
    found.close()
