"""What is decided about the picture, second by second."""

from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.browser.liveness import (
    FRESH,
    LONGEST_PAUSE,
    RELOAD,
    RESTART,
    START,
    STEADY,
    Liveness,
    Seen,
    Step,
)
from kioskd.browser.liveness import pause as pause_before
from kioskd.browser.liveness import seen as seen_in

NAME = "Kiosk-T"
SEEN: tuple[Seen, ...] = get_args(Seen)
histories = st.lists(st.tuples(st.sampled_from(SEEN), st.integers(1, 100)), max_size=12)
anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


def steps(*told: tuple[Seen, int], began: float = 0.0) -> list[tuple[Seen, Step]]:
    """What is decided while each thing is seen for so many seconds; it ends with a restart."""
    proof, now, found = Liveness(began), began, []
    for what, seconds in told:
        for _ in range(seconds):
            step = proof.step(now, what)
            found.append((what, step))
            if step == "restart":
                return found
            now += 1
    return found


def taken(*told: tuple[Seen, int]) -> list[tuple[int, Step]]:
    """The steps that are not ``well`` or ``wait``, with the second they were taken in."""
    return [
        (second, step)
        for second, (_, step) in enumerate(steps(*told))
        if step in ("reload", "restart")
    ]


def status(**panel: Any) -> dict[str, Any]:
    shown = {"clientId": NAME, "address": "127.0.0.1", "painted": 1.0} | panel
    return {"display": {"state": "on"}, "panels": [{"clientId": "", "address": ""}, shown]}


# What is seen


@pytest.mark.parametrize(
    ("panel", "what"),
    [
        ({}, "picture"),
        ({"address": "::1"}, "picture"),
        ({"painted": 0}, "picture"),
        ({"painted": FRESH}, "none"),
        ({"painted": None}, "none"),
        ({"clientId": "Kiosk-OTHER"}, "none"),
        ({"address": "192.0.2.7"}, "none"),  # a phone that shows a page by the same name
    ],
)
def test_only_a_fresh_frame_of_this_machines_own_page_is_a_picture(
    panel: dict[str, Any], what: Seen
) -> None:
    assert seen_in(status(**panel), NAME) == what


def test_a_display_that_is_off_on_purpose_is_no_loss_but_one_that_failed_is() -> None:
    assert seen_in(status(painted=None) | {"display": {"state": "off"}}, NAME) == "display off"
    assert seen_in(status(painted=None) | {"display": {"state": "failed"}}, NAME) == "none"


@given(anything)
def test_whatever_another_program_answers_is_no_picture(answer: Any) -> None:
    assert seen_in(answer, NAME) in ("none", "daemon away")
    for part in ("display", "panels"):
        assert seen_in(status(painted=None) | {part: answer}, NAME) != "picture"


# What is done about it


@given(histories)
def test_the_watchdog_is_fed_exactly_while_there_is_a_picture_or_none_can_be_had(
    history: list[tuple[Seen, int]],
) -> None:
    for what, step in steps(*history):
        assert (step == "well") == (what != "none")


@given(histories)
def test_a_restart_comes_only_after_a_load_that_did_not_help(
    history: list[tuple[Seen, int]],
) -> None:
    found = steps(*history)
    if not found or found[-1][1] != "restart":
        return
    since = next((n for n, (what, _) in enumerate(reversed(found)) if what != "none"), len(found))
    lost = [step for _, step in found[len(found) - since :]]
    assert lost.count("reload") == 1
    assert len(lost) - lost.index("reload") > RESTART


@given(histories, st.floats(0, 1e9))
def test_no_picture_is_never_borne_longer_than_the_watchdog_bears_it(
    history: list[tuple[Seen, int]], began: float
) -> None:
    longest = 0
    for _, step in steps(*history, ("none", 100), began=began):
        longest = 0 if step == "well" else longest + 1
    assert step == "restart"
    assert longest <= START + 2


def test_first_the_page_is_loaded_and_then_has_time_to_start() -> None:
    assert taken(("none", 200)) == [(0, "reload"), (START + 1, "restart")]


def test_a_lost_picture_is_reloaded_and_only_then_restarted() -> None:
    lost = 10
    reload = lost - 1 + RELOAD + 1
    assert taken(("none", 1), ("picture", lost - 1), ("none", 200)) == [
        (0, "reload"),
        (reload, "reload"),
        (reload + RESTART + 1, "restart"),
    ]


def test_a_reload_that_helped_is_forgotten() -> None:
    once: list[tuple[Seen, int]] = [("picture", 5), ("none", 10), ("picture", 5)]
    assert [step for _, step in taken(("none", 1), *once, *once)] == ["reload"] * 3


@pytest.mark.parametrize("excuse", ["daemon away", "display off", "no screen"])
def test_what_is_not_the_browsers_fault_is_waited_for_without_end(excuse: Seen) -> None:
    assert taken((excuse, 5000)) == []
    assert taken(("none", 1), ("picture", 5), (excuse, 5000)) == [(0, "reload")]


def test_a_page_that_was_loaded_while_the_daemon_went_away_is_loaded_again_at_once() -> None:
    assert taken(("none", 2), ("daemon away", 30), ("none", 5)) == [(0, "reload"), (32, "reload")]


def test_a_page_that_had_painted_gets_time_to_connect_again_by_itself() -> None:
    found = taken(("none", 1), ("picture", 5), ("daemon away", 30), ("none", 6), ("picture", 9))
    assert found == [(0, "reload")]


# Between the starts


def test_the_pause_grows_to_a_minute_and_no_further() -> None:
    pauses = [pause_before(failures) for failures in range(3000)]
    assert pauses[:5] == [0.0, 0.0, 2.0, 4.0, 8.0]
    assert all(before <= after for before, after in pairwise(pauses))
    assert pauses[-1] == max(pauses) == LONGEST_PAUSE


@given(st.integers(0, 10**9).map(float))
def test_failures_are_forgotten_after_a_picture_without_a_break(began: float) -> None:
    proof, now = Liveness(began), began
    for _ in range(int(STEADY)):
        proof.step(now, "picture")
        assert not proof.steady(now)
        now += 1
    proof.step(now, "none")
    assert not proof.steady(now + 1000)
    proof.step(now, "picture")
    assert not proof.steady(now + STEADY)
    assert proof.steady(now + STEADY + 1)
