"""What counts as opened and closed, and when nothing is recorded."""

import datetime
import json
from typing import Any

import pytest

from kioskd.config.freshness import STALE
from kioskd.core.faults import Fault
from kioskd.core.history import STEP
from kioskd.core.messages import encode
from kioskd.core.recorder import REACH, seconds
from kioskd.core.samples import Sample
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall

KPIS = {"openTickets": 12, "avgResponseTime": "2h 30m", "resolutionRate": 92.5, "surveyCount": 47}


def wall() -> Wall:
    found = Wall()
    found.now = 1_800_000_000.0 // STEP * STEP
    found.trends.tick()
    return found


def row(identity: str, minutes_ago: float | None = None, at: float = 0.0, **more: Any) -> Any:
    created = ""
    if minutes_ago is not None:
        moment = datetime.datetime.fromtimestamp(at - 60 * minutes_ago, datetime.UTC)
        created = moment.isoformat().replace("+00:00", "Z")
    return TICKET | {"id": identity, "createdAt": created} | more


def step(kiosk: Wall, *rows: Any, seconds: float = STEP) -> Sample | None:
    """The next sample, of these tickets."""
    kiosk.now += seconds
    kiosk.passed += seconds
    if rows or kiosk.state.held:
        kiosk.core.ingest(update(tickets(*rows)))
    kiosk.trends.tick()
    found = list(kiosk.history.fine(int(kiosk.now) - STEP, int(kiosk.now)))
    return found[0] if found else None


def counted(sample: Sample | None) -> tuple[int | None, int | None]:
    assert sample is not None
    return sample.opened, sample.closed


def test_opened_is_what_came_and_closed_what_went_or_was_solved() -> None:
    kiosk = wall()
    step(kiosk, row("1"), row("2"), row("3"))
    found = step(kiosk, row("2"), row("3", status="solved"), row("4"), row("5"))
    assert counted(found) == (2, 1)
    assert found
    assert (found.high, found.total, found.open, found.covers) == (4, 4, 3, 1)
    assert counted(step(kiosk, row("2"), row("4"), row("5"))) == (0, 1)  # it is gone for good


def test_a_list_that_leaves_tickets_out_now_and_then_closes_and_opens_none() -> None:
    kiosk = wall()
    rows = [row(str(number), 6000, kiosk.now) for number in range(50)]
    step(kiosk, *rows)
    found = [counted(step(kiosk, *(rows if turn % 2 else rows[:1]))) for turn in range(6)]
    assert found == [(0, 0)] * 6


def test_what_a_source_has_not_confirmed_since_the_last_look_counts_nothing() -> None:
    kiosk = wall()
    kiosk.state.configure({**STALE, "tickets": 7200.0}, derive=True)
    step(kiosk, row("1"))
    kiosk.now += STEP
    kiosk.passed += STEP
    kiosk.state.held["tickets"].confirmed -= STEP
    kiosk.trends.tick()
    (silent,) = kiosk.history.fine(int(kiosk.now) - STEP, int(kiosk.now))
    assert (silent.total, counted(silent), silent.covers) == (1, (None, None), 0)
    found = step(kiosk, row("1"), row("2", 9, kiosk.now), row("3", 90, kiosk.now))
    assert found
    assert (counted(found), found.covers) == ((1, 0), 2)


@pytest.mark.parametrize("back", [3.0, 20.0])
def test_a_clock_that_is_put_right_by_seconds_loses_no_sample(back: float) -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    assert counted(step(kiosk, row("1"), row("2"))) == (1, 0)
    kiosk.now -= back
    kiosk.trends.tick()
    kiosk.now += back
    kiosk.trends.tick()
    (kept,) = kiosk.history.fine(int(kiosk.now) - STEP, int(kiosk.now))
    assert counted(kept) == (1, 0)


@pytest.mark.parametrize(
    "odd",
    [
        {"createdAt": "2026-11-27T10:00:00+25:00"},
        {"createdAt": "2026-11-27T10:00:00-23:60"},
        {"createdAt": "9999-12-31T23:59:59-23:59"},
        {"createdAt": "1970-01-01"},
    ],
)
def test_no_time_of_a_ticket_ends_the_look(odd: dict[str, str]) -> None:
    kiosk = wall()
    found = step(kiosk, row("1") | odd)
    assert found
    assert found.total == 1


@pytest.mark.parametrize("odd", ["9" * 400 + "h", "9" * 5000 + "h", 10**400, float("1e300"), True])
def test_no_figure_of_a_dashboard_ends_the_look(odd: Any) -> None:
    kiosk = wall()
    name = "avgResponseTime" if isinstance(odd, str) else "openTickets"
    kpis = KPIS | {name: odd}
    frame = json.dumps({"type": "dashboard_update", "kpis": kpis}).encode()
    kiosk.core.ingest(update(frame))
    found = step(kiosk, row("1"))
    assert found
    assert (found.response is None) == (name == "avgResponseTime")


def test_nothing_is_recorded_beyond_the_last_second_that_a_sample_can_hold() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    kiosk.now = 2.0**32
    assert step(kiosk, row("1")) is None


def test_the_first_picture_after_a_start_counts_nothing() -> None:
    kiosk = wall()
    first = step(kiosk, row("1"), row("2"))
    assert counted(first) == (None, None)
    assert first
    assert (first.total, first.covers) == (2, 0)


def test_a_ticket_that_was_only_moved_here_is_not_opened() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    now = kiosk.now
    fresh, late, old = (row(name, ago, now) for name, ago in (("a", 2), ("b", 50), ("c", 3000)))
    assert counted(step(kiosk, row("1"), fresh, late, old)) == (2, 0)


def test_after_a_failed_view_nothing_is_counted_and_after_a_short_one_all_of_it() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    kiosk.now += STEP
    kiosk.passed += STEP
    kiosk.state.unavailable["tickets"] = Fault("bad_message", {"detail": "x"})
    kiosk.trends.tick()
    assert list(kiosk.history.fine(int(kiosk.now) - STEP, int(kiosk.now))) == []
    found = step(kiosk, row("2"))
    assert counted(found) == (1, 0)
    assert found
    assert found.covers == 2
    kiosk.passed += REACH
    assert counted(step(kiosk, row("3"))) == (None, None)
    assert counted(step(kiosk, row("4"))) == (1, 0)
    assert counted(step(kiosk, row("4"))) == (0, 1)


def test_stale_tickets_are_not_recorded() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    kiosk.now += 2 * STEP
    kiosk.passed += 2 * STEP
    kiosk.state.held["tickets"].confirmed -= 2 * STEP
    kiosk.trends.tick()
    assert list(kiosk.history.fine(int(kiosk.now) - STEP, int(kiosk.now))) == []


def test_nothing_is_recorded_while_the_clock_is_not_known_to_be_right() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    kiosk.clock_is_right = False
    assert step(kiosk, row("1"), row("2")) is None
    assert kiosk.trends.status().recording is False
    kiosk.clock_is_right = True
    assert step(kiosk, row("1"), row("2")) is None  # the span has begun at nobody knows when
    found = step(kiosk, row("2"))
    assert counted(found) == (None, None)


@pytest.mark.parametrize("jump", [-7200.0, 7200.0])
def test_a_clock_that_is_set_counts_what_happened_once_and_at_the_new_time(jump: float) -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    step(kiosk, row("1"), row("2"))
    kiosk.now += jump
    assert counted(step(kiosk, row("1"), row("2"), row("3"))) == (1, 0)
    later = list(kiosk.history.fine(int(kiosk.now), int(kiosk.now) + 10 * 3600))
    assert later == []


def test_another_helpdesk_is_another_history() -> None:
    kiosk = wall()
    step(kiosk, row("1"))
    kiosk.origins = {"tickets": "another"}
    found = step(kiosk, row("8"), row("9"))
    assert counted(found) == (None, None)
    before = kiosk.history.first(kiosk.recorder.tags())
    assert found
    assert before == found.at


def test_the_age_of_the_oldest_and_the_figures_of_the_dashboard_are_recorded() -> None:
    kiosk = wall()
    kiosk.core.ingest(update(encode({"type": "dashboard_update", "kpis": KPIS})))
    found = step(kiosk, row("1", 90, kiosk.now + STEP), row("2"))
    assert found
    assert (found.oldest, found.open_tickets, found.response) == (5400, 12, 9000)
    assert (found.resolution, found.satisfaction, found.surveys) == (92.5, None, 47)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2h 30m", 9000),
        ("45m", 2700),
        ("3d 4h", 273_600),
        ("1h05min", 3900),
        ("12 minutos", 720),
        ("2 días 3 horas", 183_600),
        ("30s", 30),
        ("", None),
        ("—", None),
        ("2:30", None),
        ("3 meses", None),
        (150, None),
        (None, None),
    ],
)
def test_a_time_span_is_read_or_not_known(written: Any, found: float | None) -> None:
    assert seconds(written) == found
