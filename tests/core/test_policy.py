"""What sounds, when and how often, on clocks that the test turns."""

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import DAYS, SEVERITIES, Alerts, Day, QuietHours, Severity, Sound
from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.core.messages import Alert, AlertKind
from kioskd.core.policy import KEPT, Policy, sound_of
from kioskd.core.schedule import covers

SAO_PAULO = zoneinfo.ZoneInfo("America/Sao_Paulo")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
MONDAY = datetime.datetime(2026, 11, 23, 12, tzinfo=SAO_PAULO)


class Clock:
    """Both clocks: they run together until one of them is set."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.start = MONDAY.timestamp() - self.now

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return self.start + self.now

    def set(self, moment: datetime.datetime) -> None:
        self.start = moment.timestamp() - self.now


def policy(clock: Clock, alerts: Alerts | None = None, sound: Sound | None = None) -> Policy:
    return Policy(alerts or Alerts(), sound or Sound(), SAO_PAULO, clock.monotonic, clock.wall)


def alert(level: Severity, identity: str = "1", kind: AlertKind = "new_ticket_alert") -> Alert:
    return Alert(kind, identity, "Sem rede", level)


def hours(start: str, end: str, days: tuple[Day, ...] = DAYS) -> QuietHours:
    return QuietHours(start=TimeOfDay.parse(start), end=TimeOfDay.parse(end), days=days)


def test_a_burst_is_one_sound_the_highest() -> None:
    clock = Clock()
    rules = policy(clock)
    levels: tuple[Severity, ...] = ("low", "high", "critical", "medium")
    burst = [alert(level, level) for level in levels]
    heard = rules.loudest(burst)
    assert heard is not None
    assert heard.id == "critical"
    assert rules.loudest([alert("critical", "2")]) is None
    clock.now += 2.0
    assert rules.loudest([alert("low", "3")]) is not None


def test_a_higher_alert_is_heard_inside_a_burst_of_lower_ones() -> None:
    rules = policy(Clock())
    assert rules.loudest([alert("low")]) is not None
    assert rules.loudest([alert("low", "2")]) is None
    assert rules.loudest([alert("critical", "3")]) is not None


@given(st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=500))
def test_whatever_comes_together_the_highest_is_the_one_that_sounds(levels: list[Severity]) -> None:
    heard = policy(Clock()).loudest([alert(level) for level in levels])
    assert heard is not None
    assert heard.severity == min(levels, key=SEVERITIES.index)


def test_a_critical_alert_repeats_on_time_until_it_is_seen_to_or_was_repeated_enough() -> None:
    clock = Clock()
    rules = policy(clock, Alerts(repeat=Duration(30), max_repeats=2))
    rules.raised(alert("critical"))
    heard = []
    for _ in range(200):
        clock.now += 1
        if rules.repeated() is not None:
            heard.append(clock.now - 1000)
    assert heard == [30, 60]
    rules.raised(alert("critical", "2"))
    clock.now += 31
    rules.end(["2"])
    assert rules.repeated() is None


def test_several_critical_alerts_that_are_due_are_one_sound() -> None:
    clock = Clock()
    rules = policy(clock)
    for identity in ("1", "2", "3"):
        rules.raised(alert("critical", identity))
    clock.now += 31
    heard = rules.repeated()
    assert heard is not None
    assert heard.id == "3"
    assert rules.repeated() is None


def test_a_mute_silences_everything_counts_down_and_only_puts_repeats_off() -> None:
    clock = Clock()
    rules = policy(clock, Alerts(repeat=Duration(30), max_repeats=1))
    rules.raised(alert("critical"))
    rules.mute(100)
    assert rules.loudest([alert("critical")]) is None
    clock.now += 60
    assert rules.muted() == 40
    assert rules.repeated() is None
    clock.now += 41
    assert rules.muted() == 0
    assert rules.repeated() is not None
    rules.mute(100)
    rules.mute(0)
    assert rules.muted() == 0


def test_quiet_hours_keep_all_but_critical_alerts_silent() -> None:
    clock = Clock()
    rules = policy(clock, sound=Sound(quiet_hours=(hours("11:00", "13:00"),)))
    assert rules.quiet()
    assert rules.loudest([alert("high")]) is None
    assert rules.loudest([alert("critical")]) is not None
    strict = Sound(quiet_hours=(hours("11:00", "13:00"),), critical_in_quiet_hours=False)
    assert policy(clock, sound=strict).loudest([alert("critical")]) is None


@pytest.mark.parametrize(
    ("start", "end", "days", "at", "quiet"),
    [
        ("22:00", "07:00", DAYS, "2026-11-23 22:00", True),
        ("22:00", "07:00", DAYS, "2026-11-24 06:59", True),
        ("22:00", "07:00", DAYS, "2026-11-24 07:00", False),
        ("22:00", "07:00", DAYS, "2026-11-23 21:59", False),
        ("22:00", "07:00", ("fri",), "2026-11-28 03:00", True),  # Saturday belongs to Friday
        ("22:00", "07:00", ("fri",), "2026-11-27 03:00", False),  # Friday's night is not yet here
        ("22:00", "07:00", ("sun",), "2026-11-23 03:00", True),  # over the week's end
        ("00:00", "24:00", ("sat",), "2026-11-28 23:59", True),
        ("00:00", "24:00", ("sat",), "2026-11-29 00:00", False),
        ("18:00", "24:00", ("mon",), "2026-11-23 23:59", True),
        ("18:00", "24:00", ("mon",), "2026-11-24 00:00", False),
        ("09:00", "10:00", ("mon",), "2026-11-23 09:30", True),
        ("09:00", "10:00", ("mon",), "2026-11-24 09:30", False),
    ],
)
def test_quiet_hours_by_weekday_and_over_midnight(
    start: str, end: str, days: tuple[Day, ...], at: str, quiet: bool
) -> None:
    moment = datetime.datetime.fromisoformat(at).replace(tzinfo=SAO_PAULO)
    assert covers(hours(start, end, days), moment) is quiet


def test_quiet_hours_follow_the_wall_clock_over_a_change_to_summer_time_and_back() -> None:
    night = hours("22:00", "07:00")
    for day in (datetime.date(2026, 3, 8), datetime.date(2026, 11, 1)):  # New York's two changes
        midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        for minute in range(0, 36 * 60, 10):
            local = (midnight + datetime.timedelta(minutes=minute)).astimezone(NEW_YORK)
            wanted = local.hour >= 22 or local.hour < 7
            assert covers(night, local) is wanted, local


def test_a_critical_alert_ends_by_itself_after_its_time_but_never_when_that_is_0() -> None:
    clock = Clock()
    rules, patient = policy(clock), policy(clock, Alerts(critical_timeout=Duration(0)))
    rules.raised(alert("critical"))
    patient.raised(alert("critical"))
    clock.now += 301
    assert rules.end(rules.expired()) == ["1"]
    assert patient.expired() == []


def test_a_flood_of_critical_alerts_keeps_the_newest_and_no_more_than_it_may() -> None:
    rules = policy(Clock())
    for number in range(KEPT + 10):
        rules.raised(alert("critical", str(number)))
    assert len(rules.active) == KEPT
    assert str(KEPT + 9) in rules.active


def test_mute_and_active_alerts_survive_a_restart() -> None:
    clock = Clock()
    rules = policy(clock)
    rules.raised(alert("critical", "7"))
    rules.mute(600)
    kept = rules.keep()
    later = Clock()
    later.now = 5.0  # the monotonic clock started anew; the wall clock went on for a minute
    later.set(MONDAY + datetime.timedelta(seconds=60))
    restarted = policy(later)
    restarted.restore(kept)
    assert restarted.muted() == pytest.approx(540, abs=1)
    assert list(restarted.active) == ["7"]
    later.now += 241
    assert restarted.expired() == ["7"]


def test_a_clock_that_went_back_makes_no_mute_longer_than_a_day() -> None:
    clock = Clock()
    rules = policy(clock)
    rules.mute(600)
    kept = rules.keep()
    clock.set(datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC))
    restarted = policy(clock)
    restarted.restore(kept)
    assert 0 < restarted.muted() <= 86400


def test_what_did_not_change_looks_unchanged_when_it_is_kept() -> None:
    clock = Clock()
    rules = policy(clock)
    rules.raised(alert("critical"))
    rules.mute(600)
    first = rules.keep()
    clock.now += 5.3
    assert rules.keep() == first


@pytest.mark.parametrize(
    ("level", "kind", "name"),
    [
        ("critical", "critical_alert", "critical"),
        ("high", "new_ticket_alert", "high"),
        ("high", "project_update_alert", "high"),
        ("medium", "new_ticket_alert", "notification"),
        ("low", "project_update_alert", "project"),
    ],
)
def test_the_sound_follows_the_severity_and_then_the_kind(
    level: Severity, kind: AlertKind, name: str
) -> None:
    assert sound_of(alert(level, kind=kind)) == name
