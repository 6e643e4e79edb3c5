"""What sounds, when and how often, on clocks that the test turns."""

import datetime
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import DAYS, SEVERITIES, Alerts, Day, Escalate, QuietHours, Severity, Sound
from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert, AlertKind
from kioskd.core.schedule import covers
from kioskd.core.sounding import Sounding, sound_of
from tests.support.clock import Clock

SAO_PAULO = zoneinfo.ZoneInfo("America/Sao_Paulo")
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
MONDAY = datetime.datetime(2026, 11, 23, 12, tzinfo=SAO_PAULO)


class SoundingRoom:
    """The alerts and what sounds of them, as the kiosk joins them."""

    def __init__(
        self,
        alerts: Alerts | None = None,
        sound: Sound | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.clock = clock or Clock(wall=MONDAY.timestamp())
        settings = alerts or Alerts()
        self.alerts = ActiveAlerts(settings, self.clock, self.clock.wall)
        self.sounding = Sounding(settings, sound or Sound(), SAO_PAULO, self.clock, self.clock.wall)

    def come(self, *levels: Severity, identity: str = "") -> Entry | None:
        """Alerts that come together; the one that sounds."""
        came = [
            self.alerts.take(Alert("new_ticket_alert", identity, "Sem rede", level)).entry
            for level in levels
        ]
        found, heard = self.sounding.loudest(came)
        self.alerts.heard(heard)
        return found

    def second(self) -> Entry | None:
        """A second passes; the alert that sounds again."""
        self.clock.now += 1
        self.alerts.tick()
        found, heard = self.sounding.repeated(self.alerts.critical())
        self.alerts.heard(heard)
        return found

    def heard_in(self, seconds: int) -> list[int]:
        """In which of the next seconds something sounds again."""
        return [second for second in range(1, seconds + 1) if self.second() is not None]


def hours(start: str, end: str, days: tuple[Day, ...] = DAYS) -> QuietHours:
    return QuietHours(start=TimeOfDay.parse(start), end=TimeOfDay.parse(end), days=days)


def test_a_burst_is_one_sound_the_highest() -> None:
    room = SoundingRoom()
    heard = room.come("low", "high", "critical", "medium")
    assert heard is not None
    assert heard.severity == "critical"
    assert room.come("critical") is None
    room.clock.now += 2.0
    assert room.come("low") is not None


def test_a_higher_alert_is_heard_inside_a_burst_of_lower_ones() -> None:
    room = SoundingRoom()
    assert room.come("low") is not None
    assert room.come("low") is None
    assert room.come("critical") is not None


@given(st.lists(st.sampled_from(SEVERITIES), min_size=1, max_size=100))
def test_whatever_comes_together_the_highest_is_the_one_that_sounds(levels: list[Severity]) -> None:
    heard = SoundingRoom().come(*levels)
    assert heard is not None
    assert heard.severity == min(levels, key=SEVERITIES.index)


def test_a_critical_alert_repeats_on_time_until_it_is_seen_to_or_was_repeated_enough() -> None:
    room = SoundingRoom(Alerts(repeat=Duration(30), max_repeats=2))
    room.come("critical")
    assert room.heard_in(200) == [30, 60]
    room.come("critical", identity="2")
    room.alerts.acknowledge(room.alerts.find(identity="2"), Actor("button"))
    assert room.heard_in(100) == []


def test_several_critical_alerts_that_are_due_are_one_sound() -> None:
    room = SoundingRoom()
    for identity in ("1", "2", "3"):
        room.come("critical", identity=identity)
    room.clock.now += 30
    heard = room.second()
    assert heard is not None
    assert heard.id == "3"
    assert room.second() is None


def test_a_mute_silences_everything_counts_down_and_only_puts_sounds_off() -> None:
    room = SoundingRoom(Alerts(repeat=Duration(30), max_repeats=1))
    room.sounding.mute(100)
    assert room.come("critical", "high") is None
    assert room.sounding.unheard == 2
    room.clock.now += 60
    assert room.sounding.muted() == 40
    assert room.heard_in(39) == []
    assert room.heard_in(100) == [1, 31]  # at its end, and its one repeat
    room.sounding.mute(100)
    room.sounding.mute(0)
    assert room.sounding.muted() == 0


def test_what_came_into_a_muted_room_does_not_expire_before_it_was_heard() -> None:
    room = SoundingRoom(Alerts(critical_timeout=Duration(300), break_mute=Duration(0)))
    room.sounding.mute(1000)
    room.come("critical")
    assert room.heard_in(999) == []
    assert len(room.alerts.critical()) == 1
    assert room.heard_in(1) == [1]
    room.heard_in(301)
    assert room.alerts.critical() == []


def test_a_critical_alert_that_calls_in_vain_for_ten_minutes_ends_a_mute() -> None:
    room = SoundingRoom()
    room.sounding.mute(1800)
    room.clock.now += 300
    room.come("critical")
    room.clock.now += 599
    assert room.sounding.breaks_mute(room.alerts.critical()) is None
    room.clock.now += 2
    breaker = room.sounding.breaks_mute(room.alerts.critical())
    assert breaker is not None
    assert room.sounding.muted() == 0
    assert room.sounding.broken is not None
    assert room.second() is breaker
    room.sounding.mute(60)
    assert room.sounding.broken is None


def test_a_mute_that_came_after_the_alert_has_its_own_ten_minutes() -> None:
    room = SoundingRoom(Alerts(critical_timeout=Duration(0)))
    room.come("critical")
    room.clock.now += 500
    room.sounding.mute(1800)
    room.clock.now += 599
    assert room.sounding.breaks_mute(room.alerts.critical()) is None
    room.clock.now += 2
    assert room.sounding.breaks_mute(room.alerts.critical()) is not None


def test_a_mute_of_a_room_that_wants_it_so_holds_whatever_comes() -> None:
    room = SoundingRoom(Alerts(break_mute=Duration(0)))
    room.sounding.mute(86400)
    room.come("critical")
    room.clock.now += 80_000
    assert room.sounding.breaks_mute(room.alerts.critical()) is None


def test_quiet_hours_keep_all_but_critical_alerts_silent() -> None:
    quiet = (hours("11:00", "13:00"),)
    room = SoundingRoom(sound=Sound(quiet_hours=quiet))
    assert room.sounding.quiet()
    assert room.come("high") is None
    assert room.come("critical") is not None
    strict = SoundingRoom(sound=Sound(quiet_hours=quiet, critical_in_quiet_hours=False))
    assert strict.come("critical") is None
    assert strict.sounding.unheard == 1


@pytest.mark.parametrize(
    ("break_mute", "break_quiet", "heard"),
    [(True, False, False), (False, True, False), (True, True, True)],
)
def test_an_alert_that_escalates_is_heard_through_what_it_may_break(
    break_mute: bool, break_quiet: bool, heard: bool
) -> None:
    escalate = Escalate(
        after=Duration(120), volume=95, break_mute=break_mute, break_quiet_hours=break_quiet
    )
    room = SoundingRoom(
        Alerts(escalate=escalate),
        Sound(quiet_hours=(hours("11:00", "13:00"),), critical_in_quiet_hours=False),
    )
    room.sounding.mute(3600)
    assert room.come("critical") is None
    room.heard_in(119)
    assert room.sounding.escalates(room.alerts.critical()) == []
    room.heard_in(1)
    (entry,) = room.sounding.escalates(room.alerts.critical())
    assert room.sounding.volume(entry) is None
    room.alerts.escalated(entry, "")
    assert room.sounding.volume(entry) == 95
    assert (room.second() is entry) is heard
    assert room.sounding.escalates(room.alerts.critical()) == []


def test_nothing_escalates_unless_it_is_configured_or_while_it_is_snoozed() -> None:
    room = SoundingRoom(Alerts(critical_timeout=Duration(0)))
    room.come("critical")
    room.clock.now += 1e6
    assert room.sounding.escalates(room.alerts.critical()) == []
    room = SoundingRoom(Alerts(escalate=Escalate(after=Duration(60))))
    room.come("critical")
    room.alerts.snooze(room.alerts.find(), 3600, Actor("panel"))
    room.clock.now += 600
    assert room.sounding.escalates(room.alerts.critical()) == []


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


def test_a_mute_over_a_restart_is_at_most_what_was_left_of_it() -> None:
    room = SoundingRoom()
    room.sounding.mute(60)
    until, then = room.sounding.muted_until, room.alerts.moment("boot 1")
    later = Clock(wall=MONDAY.timestamp())
    later.now = 5.0
    later.set(MONDAY - datetime.timedelta(days=400))  # a Pi without a battery for its clock
    restarted = SoundingRoom(clock=later)
    restarted.sounding.restore(until, then, restarted.alerts.moment("boot 2"))
    assert restarted.sounding.muted() == 60
    later.set(MONDAY + datetime.timedelta(seconds=45))  # the time server has answered
    assert restarted.sounding.muted() == 60
    trusted = SoundingRoom(clock=later)
    trusted.sounding.restore(until, then, trusted.alerts.moment("boot 2"))
    assert trusted.sounding.muted() == pytest.approx(15, abs=1)


def test_what_is_to_be_written_down_of_a_mute_is_its_beginning_and_its_end() -> None:
    room = SoundingRoom()
    assert not room.sounding.unkept
    room.sounding.mute(60)
    assert room.sounding.unkept
    room.sounding.unkept = False
    room.clock.now += 61
    assert not room.sounding.unkept
    assert room.sounding.muted_until == 0


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
    assert sound_of(Alert(kind, "1", "Sem rede", level)) == name
