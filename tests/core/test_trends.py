"""What panels are told of the past."""

import datetime

import msgspec
import pytest

from kioskd.config import Kiosk
from kioskd.config.scalars import TimeZone
from kioskd.core.history import HOUR, STEP, STEPS
from kioskd.core.samples import Sample
from kioskd.core.trends import DAYS, POINTS
from tests.support.kiosk import Wall

DAY = 86400
NOW = 1_795_780_800  # 2026-11-27 12:00 UTC, 09:00 in São Paulo


def wall(zone: str = "America/Sao_Paulo") -> Wall:
    found = Wall(kiosk=Kiosk(id="Kiosk-T", time_zone=TimeZone(zone)))
    found.now = float(NOW)
    return found


def fill(kiosk: Wall, since: int, until: int = NOW, every: int = STEP, **fields: int) -> None:
    tags = kiosk.recorder.tags()
    known = {"opened": 1, "closed": 2, "covers": 1, "medium": 30, "open": 30} | fields
    for at in range(since + every, until + 1, every):
        kiosk.history.add(Sample(at=at, tickets=tags.tickets, dashboard=tags.dashboard, **known))


def test_a_day_is_the_kiosks_own_and_today_is_as_long_as_it_is() -> None:
    kiosk = wall()
    fill(kiosk, NOW - 2 * DAY)
    days = kiosk.trends.status().days
    assert len(days) == DAYS
    assert [(day.day, day.opened, day.closed, day.whole) for day in days[-3:]] == [
        ("2026-11-25", 15 * STEPS, 30 * STEPS, False),
        ("2026-11-26", 24 * STEPS, 48 * STEPS, True),
        ("2026-11-27", 9 * STEPS, 18 * STEPS, True),
    ]
    assert (days[0].opened, days[0].closed, days[0].whole) == (None, None, False)


def test_the_backlog_has_gaps_where_kioskd_did_not_know() -> None:
    kiosk = wall()
    fill(kiosk, NOW - 2 * DAY, NOW - DAY - HOUR)
    fill(kiosk, NOW - 2 * HOUR, medium=31, open=29)
    backlog = kiosk.trends.status().backlog
    assert len(backlog) == 13 * 24 + 9
    assert backlog[-2:] == [29, 29]
    assert set(backlog[-25:-2]) == {None}
    assert backlog[-26] == 30


def test_the_change_is_against_this_hour_yesterday_and_unknown_without_it() -> None:
    kiosk = wall()
    fill(kiosk, NOW - HOUR, medium=12, high=4)
    high = kiosk.trends.status().figures.high
    assert high
    assert high.yesterday is None
    other = wall()
    fill(other, NOW - DAY - HOUR, NOW - DAY + HOUR, medium=7)
    fill(other, NOW - HOUR, medium=12)
    total = other.trends.status().figures.total
    assert total
    assert (total.yesterday, total.latest) == (7, 12)
    assert len(total.points) == POINTS
    assert total.points[-3:] == [None, 12, 12]


def test_what_was_an_hour_away_from_this_hour_yesterday_is_no_comparison() -> None:
    kiosk = wall()
    fill(kiosk, NOW - 2 * DAY, NOW - DAY - HOUR)
    fill(kiosk, NOW - HOUR)
    total = kiosk.trends.status().figures.total
    assert total
    assert total.yesterday is None


def test_the_hours_of_the_day_are_means_of_whole_hours_of_other_days() -> None:
    kiosk = wall()
    fill(kiosk, NOW - 2 * DAY - 9 * HOUR)
    hours = kiosk.trends.status().hours
    assert {(hour.opened, hour.days) for hour in hours} == {(12.0, 2)}
    kiosk = wall()
    fill(kiosk, NOW - DAY, NOW - DAY + HOUR // 2)
    assert {(hour.opened, hour.days) for hour in kiosk.trends.status().hours} == {(None, 0)}


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Europe/Lisbon", "Asia/Kolkata", "UTC"])
def test_a_day_is_whole_in_any_zone(zone: str) -> None:
    kiosk = wall(zone)
    now = int(datetime.datetime(2026, 10, 26, 12, tzinfo=datetime.UTC).timestamp())
    kiosk.now = float(now)  # the day before had 25 hours in Lisbon
    fill(kiosk, now - 4 * DAY, now)
    days = kiosk.trends.status().days
    assert [day.whole for day in days[-4:]] == [True] * 4
    hours = 25 if zone == "Europe/Lisbon" else 24
    assert days[-2].opened == hours * STEPS


def test_panels_are_told_when_they_come_and_after_each_sample_and_no_more() -> None:
    kiosk = wall()
    kiosk.reporter.greet(kiosk.panel)
    assert kiosk.said("trends") == []  # not even the first second has passed
    kiosk.trends.tick()
    kiosk.reporter.greet(kiosk.panel)
    first, second = kiosk.said("trends")
    assert first == second
    for _ in range(STEP + 1):
        kiosk.now += 1
        kiosk.trends.tick()
    assert len(kiosk.said("trends")) == 3  # and one after the step
    kiosk.clock_is_right = False
    kiosk.trends.tick()
    told = kiosk.said("trends")[-1]
    assert (told["recording"], set(told["figures"].values()), told["days"]) == (False, {None}, [])


def test_a_whole_history_is_a_small_message_and_soon_made() -> None:
    kiosk = wall()
    fill(kiosk, NOW - 91 * DAY, every=STEP)
    said = msgspec.json.encode(kiosk.trends.status())
    assert len(said) < 12_000
