"""What is held of the past, and when it makes room."""

from kioskd.core.history import FINE, HOUR, HOURS, PLACES, STEP, History, Tags
from kioskd.core.samples import Sample, right

NOON = 1_795_780_800  # 2026-11-27 12:00 UTC


def sample(at: int, total: int = 5, opened: int | None = 1, **more: int) -> Sample:
    known = {"opened": opened, "closed": 0, "covers": 1 if opened is not None else 0}
    return Sample(at=at, **({"tickets": 7, "medium": total} | known | more))  # type: ignore[arg-type]


def test_an_hour_has_its_last_figures_and_the_sums_of_what_happened_in_it() -> None:
    history = History()
    for step in range(1, 13):
        history.add(sample(NOON + step * STEP, total=step, opened=step % 2))
    (hour,) = history.hourly(NOON, NOON + STEP)
    assert (hour.at, hour.total, hour.opened, hour.covers) == (NOON + HOUR, 12, 6, 12)


def test_the_hour_that_runs_is_told_as_far_as_it_is_known() -> None:
    history = History()
    for step in (1, 2):
        history.add(sample(NOON + step * STEP))
    (hour,) = history.hourly(NOON, NOON + 2 * STEP)
    assert (hour.at, hour.opened, hour.covers) == (NOON + HOUR, 2, 2)
    assert not any(place >= FINE for place in history.unkept)


def test_how_an_hour_ended_is_not_known_when_its_last_looks_failed() -> None:
    history = History()
    for step in (1, 2):
        history.add(sample(NOON + step * STEP, opened=3))
    history.add(sample(NOON + HOUR + 11 * STEP))
    first, second = history.hourly(NOON, NOON + HOUR + 11 * STEP)
    assert (first.total, first.opened, first.covers) == (None, 6, 2)
    assert (second.total, second.opened, second.covers) == (5, 1, 1)


def test_an_hour_in_which_kioskd_ended_is_made_when_it_is_back() -> None:
    history = History()
    history.add(sample(NOON + STEP))
    history.add(sample(NOON + 5 * HOUR + STEP))
    (hour,) = history.hourly(NOON, NOON + STEP)
    assert (hour.opened, hour.covers) == (1, 1)
    assert list(history.hourly(NOON + HOUR, NOON + 5 * HOUR)) == []


def test_what_was_not_counted_is_not_known_and_not_zero() -> None:
    history = History()
    history.add(sample(NOON + STEP, opened=None))
    (hour,) = history.hourly(NOON, NOON + STEP)
    assert (hour.total, hour.opened, hour.closed, hour.covers) == (5, None, None, 0)


def test_two_sources_are_never_summed_up() -> None:
    history = History()
    history.add(sample(NOON + STEP, tickets=1, opened=9))
    history.add(sample(NOON + 2 * STEP, tickets=2, opened=3))
    (hour,) = history.hourly(NOON, NOON + STEP)
    assert (hour.tickets, hour.opened) == (2, 3)
    assert history.first(Tags(2, 0)) == NOON + 2 * STEP
    assert history.first(Tags(3, 0)) is None


def test_it_holds_two_days_of_steps_and_ninety_of_hours_and_no_more() -> None:
    history = History()
    last = NOON + 100 * 24 * HOUR
    for at in range(NOON, last + 1, STEP):
        history.add(sample(at))
    assert all(right(history.kept(place)) for place in range(PLACES))
    assert History().restore(history.whole()) == 0
    assert len(list(history.fine(NOON, last))) == FINE
    assert len(list(history.hourly(NOON, last))) == HOURS


def test_a_clock_that_was_ahead_leaves_nothing_in_the_future() -> None:
    history = History()
    for step in range(1, 30):
        history.add(sample(NOON + step * STEP))
    history.unkept = set()
    history.add(sample(NOON + 3 * STEP, total=9))
    assert [each.total for each in history.fine(NOON, NOON + 9 * HOUR)] == [5, 5, 9]
    assert [hour.covers for hour in history.hourly(NOON, NOON + 9 * HOUR)] == [3]
    assert len(history.unkept) == 26 + 2 + 1


def test_a_gap_stays_one() -> None:
    history = History()
    for step in (1, 2, 20):
        history.add(sample(NOON + step * STEP))
    times = [(each.at - NOON) // STEP for each in history.fine(NOON, NOON + 30 * STEP)]
    assert times == [1, 2, 20]
