"""What is remembered of an alert, for how long, and how much of it at most."""

import pytest

from kioskd.config import Alerts, Escalate, Severity
from kioskd.config.scalars import Duration
from kioskd.core import alert_tickets
from kioskd.core.actor import Actor
from kioskd.core.alert_bounds import MOST_BYTES
from kioskd.core.alert_ended import HISTORY
from kioskd.core.alert_entry import LONGEST_ID, Moment, deadline
from kioskd.core.alert_status import AlertStatus
from kioskd.core.alerts import MOST_ACTIVE, ActiveAlerts
from kioskd.core.messages import Alert, AlertKind
from tests.support.clock import Clock

ANA = Actor("phone", "Ana")


class AlertedRoom:
    def __init__(self, settings: Alerts | None = None, clock: Clock | None = None) -> None:
        self.clock = clock or Clock(100.0)
        self.alerts = ActiveAlerts(settings or Alerts(), self.clock, self.clock.wall)

    def take(
        self,
        identity: str,
        severity: Severity = "critical",
        kind: AlertKind = "new_ticket_alert",
        derived: bool = False,
        lasts: float | None = None,
        **more: object,
    ) -> bool:
        alert = Alert(kind, identity, f"title {identity}", severity, data=dict(more), lasts=lasts)
        return self.alerts.take(alert, derived).news

    def seconds(self, count: int) -> None:
        for _ in range(count):
            self.clock.now += 1
            self.alerts.tick()

    def told(self) -> list[AlertStatus]:
        return self.alerts.status().alerts

    def standing(self) -> list[str]:
        return [alert.id for alert in self.told() if alert.standing]

    def active(self) -> list[str]:
        return [entry.id for entry in self.alerts.active.values()]


def test_alerts_without_an_id_are_each_their_own() -> None:
    room = AlertedRoom()
    for _ in range(2):
        assert room.take("")
    first, second = room.alerts.active.values()
    assert first.id != second.id
    room.alerts.acknowledge([first], ANA)
    assert room.take("")
    assert len(room.alerts.active) == 2


def test_a_lesser_message_never_weakens_what_stands_and_a_worse_one_is_news() -> None:
    room = AlertedRoom()
    assert room.take("7", "high")
    assert room.take("7", "critical")
    assert not room.take("7", "low")
    (alert,) = room.told()
    assert (alert.severity, alert.kind) == ("critical", "critical_alert")


def test_a_snoozed_alert_that_gets_worse_calls_at_once() -> None:
    room = AlertedRoom()
    room.take("7", "high")
    room.alerts.snooze(room.alerts.find(), 1800, ANA)
    assert room.take("7", "critical")
    assert [entry.id for entry in room.alerts.critical()] == ["7"]


def test_the_sources_own_alert_joins_the_derived_one_with_what_it_knows_more() -> None:
    room = AlertedRoom()
    room.take("7", derived=True)
    room.clock.now += 0.05
    own = Alert(
        "critical_alert",
        "7",
        "Servidor fora",
        "critical",
        "/alarm.ogg",
        {"description": "Rack 3", "entity": "Matriz", "assignedTo": "Ana"},
        origin="wss://desk/",
    )
    taken = room.alerts.take(own)
    assert (taken.news, taken.richer) == (False, True)
    (alert,) = room.told()
    assert (alert.title, alert.description, alert.count) == ("Servidor fora", "Rack 3", 1)
    assert (alert.entity, alert.assigned_to) == ("Matriz", "Ana")
    assert taken.entry.sound().sound_url == "/alarm.ogg"
    assert taken.entry.sound().origin == "wss://desk/"
    again = room.alerts.take(own)
    assert (again.news, again.richer) == (False, False)


def test_a_derived_alert_takes_nothing_from_the_sources_own() -> None:
    room = AlertedRoom()
    room.take("7", "high", description="Rack 3")
    assert room.take("7", "critical", derived=True)  # but its ticket got worse
    assert not room.take("7", "critical", derived=True)
    (alert,) = room.told()
    assert (alert.description, alert.severity) == ("Rack 3", "critical")


def test_what_ended_and_comes_again_alerts_again_and_soon_after_it_only_flaps() -> None:
    room = AlertedRoom(Alerts(again_after=Duration(30)))
    room.take("7")
    for count in (2, 3):
        room.alerts.resolve_id("", "7")
        room.seconds(10)
        assert not room.take("7")
        (alert,) = room.told()
        assert (alert.count, alert.state) == (count, "active")
    room.alerts.resolve_id("", "7")
    room.seconds(31)
    assert room.take("7")
    assert room.told()[0].count == 1


def test_what_is_acknowledged_and_sent_once_more_stays_acknowledged_for_a_moment_only() -> None:
    room = AlertedRoom()
    room.take("7")
    room.alerts.acknowledge(room.alerts.find(), ANA)
    room.seconds(10)
    assert not room.take("7")
    assert room.active() == []
    room.seconds(31)
    assert room.take("7")
    assert room.active() == ["7"]


def test_a_ticket_as_critical_as_when_it_was_seen_to_is_not_derived_again() -> None:
    room = AlertedRoom()
    room.take("7", derived=True)
    room.alerts.acknowledge(room.alerts.find(), ANA)
    room.seconds(600)
    assert not room.take("7", derived=True)
    alert_tickets.follow(room.alerts, {"7"}, set())  # it is high now
    room.seconds(31)
    assert room.take("7", derived=True)


def test_an_alert_ends_with_its_ticket_and_one_that_the_list_never_had_stays() -> None:
    room = AlertedRoom()
    for identity in ("closed", "lowered", "elsewhere", "burning"):
        room.take(identity)
    room.take("zabbix", kind="critical_alert")
    assert (
        alert_tickets.follow(room.alerts, {"closed", "lowered", "burning"}, {"lowered", "burning"})
        == []
    )
    gone = alert_tickets.follow(room.alerts, {"lowered", "burning"}, {"burning"})
    assert [entry.id for entry in gone] == ["closed", "lowered"]
    assert room.active() == ["elsewhere", "burning", "zabbix"]


def test_a_ticket_that_was_never_critical_ends_its_alert_only_when_it_is_gone() -> None:
    room = AlertedRoom()
    room.take("7")  # the source calls it critical, its ticket says high
    assert alert_tickets.follow(room.alerts, {"7"}, set()) == []
    assert alert_tickets.follow(room.alerts, {"7"}, set()) == []
    assert [entry.id for entry in alert_tickets.follow(room.alerts, set(), set())] == ["7"]


def test_a_projects_alert_is_not_the_tickets_of_the_same_id() -> None:
    room = AlertedRoom()
    room.take("7")
    assert room.take("7", "medium", "project_update_alert")
    assert len(room.active()) == 2


def test_a_project_that_moves_on_is_news_each_time_and_counted() -> None:
    room = AlertedRoom()
    for _ in range(3):
        assert room.take("p", "medium", "project_update_alert")
    (alert,) = room.told()
    assert alert.count == 3


def test_who_took_an_alert_is_told_for_a_minute_and_stays_in_the_history() -> None:
    room = AlertedRoom()
    room.take("7")
    room.alerts.acknowledge(room.alerts.find(), ANA)
    (alert,) = room.told()
    assert (alert.state, alert.by) == ("acknowledged", ANA)
    assert alert.by_at == "2026-11-18T11:06:40Z"
    assert room.alerts.status().total == 0
    room.clock.now += 59
    assert not room.alerts.tick().changed
    room.clock.now += 2
    assert room.alerts.tick().changed
    assert room.told() == []
    room.alerts.resolve_id("", "7")
    (life,) = room.alerts.history().alerts
    assert (life.state, life.by) == ("acknowledged", ANA)
    assert life.resolved is not None


def test_the_history_holds_the_last_lives_the_newest_first() -> None:
    room = AlertedRoom()
    for number in range(HISTORY + 20):
        room.take(str(number), "high")
        room.alerts.acknowledge(room.alerts.find(), ANA)
    lives = room.alerts.history().alerts
    assert [life.id for life in lives] == [str(n) for n in range(HISTORY + 19, 19, -1)]


def test_a_snooze_ends_by_itself_and_is_no_answer() -> None:
    room = AlertedRoom()
    room.take("7")
    room.alerts.heard(room.alerts.critical())
    room.alerts.snooze(room.alerts.find(), 600, ANA)
    (alert,) = room.told()
    assert (alert.state, alert.snoozed_for) == ("snoozed", 600)
    room.clock.now += 599
    assert room.alerts.tick().woken == []
    assert room.alerts.critical() == []
    room.clock.now += 2
    assert [entry.id for entry in room.alerts.tick().woken] == ["7"]
    (alert,) = room.told()
    assert (alert.state, alert.snoozed_for) == ("active", None)


def test_acknowledging_all_leaves_what_is_snoozed() -> None:
    room = AlertedRoom()
    room.take("later")
    room.alerts.snooze(room.alerts.find(), 600, ANA)
    room.take("now")
    room.alerts.acknowledge(room.alerts.find(), ANA)
    assert room.active() == ["later"]


def test_a_critical_alert_expires_only_after_it_could_be_heard() -> None:
    room = AlertedRoom(Alerts(critical_timeout=Duration(300)))
    room.take("7")
    room.seconds(1000)
    assert room.active() == ["7"]
    room.alerts.heard(room.alerts.critical())
    room.seconds(299)
    assert room.active() == ["7"]
    room.seconds(2)
    assert room.active() == []
    assert room.alerts.history().alerts[0].state == "expired"


def test_an_alert_that_is_to_escalate_does_not_expire_before() -> None:
    escalate = Escalate(after=Duration(600))
    room = AlertedRoom(Alerts(critical_timeout=Duration(300), escalate=escalate))
    room.take("7")
    room.alerts.heard(room.alerts.critical())
    room.seconds(700)
    (entry,) = room.alerts.critical()
    room.alerts.escalated(entry, "")
    room.seconds(299)
    assert room.active() == ["7"]
    room.seconds(2)
    assert room.active() == []


def test_an_alert_that_expired_unanswered_and_comes_again_is_heard_again() -> None:
    room = AlertedRoom(Alerts(critical_timeout=Duration(10)))
    room.take("7")
    room.alerts.heard(room.alerts.critical())
    room.seconds(11)
    assert room.active() == []
    assert room.take("7")
    room.seconds(60)
    assert room.active() == ["7"]


def test_an_alert_whose_sender_says_how_long_lasts_so_long_after_its_last_word() -> None:
    room = AlertedRoom(Alerts(critical_timeout=Duration(10), banner=Duration(0)))
    room.take("worst", lasts=3600)
    room.take("lesser", "low", lasts=3600)
    room.alerts.heard(room.alerts.critical())
    room.seconds(3599)
    assert room.active() == ["worst", "lesser"]
    assert not room.take("worst", lasts=3600)  # its sender is alive
    room.seconds(2)
    assert room.active() == ["worst"]
    room.seconds(3600)
    assert room.active() == []
    assert [life.state for life in room.alerts.history().alerts] == ["expired", "expired"]


def test_an_alert_that_its_sender_keeps_for_ever_stays_and_over_a_restart() -> None:
    room = AlertedRoom(Alerts(critical_timeout=Duration(10)))
    room.take("7", lasts=0)
    room.alerts.heard(room.alerts.critical())
    room.seconds(20_000)
    assert room.active() == ["7"]
    again = AlertedRoom(Alerts(critical_timeout=Duration(10)), room.clock)
    again.alerts.restore(room.alerts.everything("boot"), "boot")
    again.seconds(20_000)
    assert again.active() == ["7"]


def test_what_its_source_is_still_to_be_told_of_is_kept_however_many_end_after_it() -> None:
    room = AlertedRoom()
    room.take("7")
    (first,) = room.alerts.acknowledge(room.alerts.find(identity="7"), ANA)
    room.alerts.told_upstream(first.number, "waiting")
    room.alerts.resolve_id("", "7")
    for number in range(HISTORY + 10):
        room.take(f"later {number}")
        room.alerts.acknowledge(room.alerts.find(), ANA)
    room.seconds(200)
    assert first.number not in [life.number for life in room.alerts.history().alerts]
    again = AlertedRoom(clock=room.clock)
    again.alerts.restore(room.alerts.everything("boot"), "boot")
    (waits,) = again.alerts.ended.untold()
    assert (waits.id, waits.by, again.alerts.ended_ago(waits)) == ("7", ANA, 200.0)
    assert again.alerts.told_upstream(waits.number, "sent")
    assert again.alerts.ended.untold() == []


@pytest.mark.parametrize("severity", ["critical", "low"])
def test_what_is_acknowledged_and_only_repeated_stays_quiet_until_it_begins_anew(
    severity: Severity,
) -> None:
    room = AlertedRoom(Alerts(again_after=Duration(30)))

    def posted(since: str) -> bool:
        alert = Alert("new_ticket_alert", "7", "Disco", severity, since=since)
        return room.alerts.take(alert).news

    assert posted("10:00")
    room.alerts.acknowledge(room.alerts.find(), ANA)
    for _ in range(3):
        room.seconds(1000)
        assert not posted("10:00")
    again = AlertedRoom(clock=room.clock)
    again.alerts.restore(room.alerts.everything("boot"), "boot")
    assert again.alerts.take(Alert("new_ticket_alert", "7", "D", severity, since="11:00")).news
    room.alerts.resolve_id("", "7")
    room.seconds(100)
    assert posted("10:00")  # it was over: whatever it says, it is there again


def test_an_alert_that_flaps_no_longer_says_that_its_source_was_told() -> None:
    room = AlertedRoom()
    room.take("7")
    (entry,) = room.alerts.acknowledge(room.alerts.find(), ANA)
    room.alerts.told_upstream(entry.number, "sent")
    room.alerts.resolve_id("", "7")
    room.take("7")
    (alert,) = room.told()
    assert (alert.number, alert.state, alert.upstream) == (entry.number, "active", "")


# Banners


def test_banners_stand_in_three_places_and_each_has_its_turn() -> None:
    room = AlertedRoom()
    for number in range(7):
        room.take(str(number), "high")
    seen: set[str] = set()
    for _ in range(60):
        standing = room.standing()
        assert len(standing) <= 3
        seen.update(standing)
        room.seconds(1)
    assert seen == {str(number) for number in range(7)}
    assert room.active() == []


def test_a_banner_that_stands_keeps_its_place_when_a_worse_one_comes() -> None:
    room = AlertedRoom()
    for identity in ("a", "b", "c"):
        room.take(identity, "low")
    assert room.standing() == ["a", "b", "c"]
    room.take("worse", "high")
    room.take("milder", "low")
    assert room.standing() == ["a", "b", "c"]
    room.seconds(7)
    assert room.standing() == ["worse", "milder"]


def test_a_banner_waits_while_something_critical_covers_it() -> None:
    room = AlertedRoom(Alerts(banner=Duration(20)))
    room.take("banner", "high")
    room.seconds(15)
    room.take("critical")
    room.seconds(100)
    assert room.active() == ["banner", "critical"]
    room.alerts.acknowledge(room.alerts.find(identity="critical"), ANA)
    room.seconds(4)
    assert room.active() == ["banner"]
    room.seconds(2)
    assert room.active() == []


def test_a_banner_of_0_seconds_stays_for_ever() -> None:
    room = AlertedRoom(Alerts(banner=Duration(0)))
    room.take("1", "low")
    room.clock.now += 1e6
    room.alerts.tick()
    assert room.standing() == ["1"]


# Bounds


def test_fifty_thousand_alerts_are_one_number_and_the_worst_are_held() -> None:
    room = AlertedRoom()
    for number in range(50_000):
        room.take(str(number), "critical" if number % 1000 == 0 else "low")
    told = room.alerts.status()
    assert (told.total, len(told.alerts)) == (50_000, MOST_ACTIVE)
    assert len(room.alerts.critical()) == 50
    assert room.active()[-1] == "49999"
    assert len(room.alerts.history().alerts) == HISTORY
    room.alerts.acknowledge(room.alerts.find(), ANA)
    assert room.alerts.status().total == 0


def test_texts_of_any_length_cost_no_more_than_they_may() -> None:
    room = AlertedRoom()
    for number in range(200):
        room.take(
            f"{number}" + "x" * 100_000, "high", description="ã" * 1_000_000, entity="É" * 9999
        )
    assert len({entry.id for entry in room.alerts.active.values()}) == len(room.active()) < 200
    assert all(len(identity) <= LONGEST_ID for identity in room.active())
    assert sum(entry.size for entry in room.alerts.active.values()) <= MOST_BYTES
    room.alerts.acknowledge(room.alerts.find(), ANA)
    assert len(str(room.alerts.history().alerts)) < 3 * MOST_BYTES
    assert room.active() == []


def test_long_ids_that_begin_alike_stay_apart_and_can_be_named() -> None:
    room = AlertedRoom()
    one, other = "x" * 5000 + "1", "x" * 5000 + "2"
    room.take(one)
    room.take(other)
    assert len(room.active()) == 2
    room.alerts.acknowledge(room.alerts.find(identity=one), ANA)
    assert not room.alerts.find(identity=one)
    assert len(room.alerts.find(identity=other)) == 1


# Clocks


@pytest.mark.parametrize("years", [-57, -1, 1, 57])
def test_a_clock_that_jumps_by_years_ends_and_prolongs_nothing(years: int) -> None:
    room = AlertedRoom(Alerts(critical_timeout=Duration(300)))
    room.take("7")
    room.take("snoozed")
    room.alerts.heard(room.alerts.critical())
    room.alerts.snooze(room.alerts.find(identity="snoozed"), 300, ANA)
    room.clock.offset += years * 31_557_600
    room.seconds(290)
    assert room.active() == ["7", "snoozed"]
    room.seconds(11)
    assert room.active() == ["snoozed"]
    assert [entry.id for entry in room.alerts.critical()] == ["snoozed"]


@pytest.mark.parametrize(
    ("then", "now", "left"),
    [
        (("a", 100, 1_795_000_000), ("a", 140, 1_700_000_000), 20),  # the same boot: exact
        (("a", 100, 1_795_000_000), ("b", 5, 1_795_000_040), 20),  # off for 40 s
        (("a", 100, 1_795_000_000), ("b", 5, 1_795_400_000), 0),
        (("a", 100, 1_795_000_000), ("b", 5, 1_760_000_000), 60),  # 400 days back: what was left
        (("a", 100, 1_795_000_000), ("b", 5, 0), 60),
        (("a", 100, 0), ("b", 5, 1_795_000_000), 60),  # the clock was not set when it was written
    ],
)
def test_a_deadline_over_a_restart_is_never_further_than_it_was(
    then: tuple[str, float, float], now: tuple[str, float, float], left: float
) -> None:
    assert deadline(160.0, Moment(*then), Moment(*now)) - now[1] == left


def test_the_later_life_of_an_alert_counts_after_a_clock_that_mixed_up_their_ends() -> None:
    room = AlertedRoom()
    room.take("1")
    room.alerts.resolve(room.alerts.find())
    room.seconds(120)
    room.take("1")
    room.alerts.acknowledge(room.alerts.find(), ANA)
    first, second = room.alerts.everything("boot")
    assert first.entry
    first.entry.ended = room.clock.now + 60
    again = AlertedRoom(clock=room.clock)
    again.alerts.restore([first, second], "boot")
    assert not again.take("1", derived=True)  # Ana has seen to it


def test_what_is_told_of_a_clock_out_of_all_range_is_not_told() -> None:
    room = AlertedRoom()
    room.clock.offset = 1e18
    room.take("7")
    assert room.told()[0].raised is None


def test_only_what_is_critical_or_a_person_did_or_was_sent_out_is_worth_a_write_at_once() -> None:
    room = AlertedRoom()
    alerts = room.alerts

    def written() -> bool:
        worth = alerts.unwritten.urgent
        alerts.drain("boot")
        return worth

    room.take("1", "high")
    assert not written()
    found = alerts.find(identity="1")
    alerts.snooze(found, 60, ANA)
    assert written()
    alerts.acknowledge(found, ANA)
    assert written()
    alerts.told_upstream(found[0].number, "sent")
    assert written()
    room.take("2")
    assert written()
    for state in ("", "waiting", "sent"):
        alerts.escalated(alerts.find(identity="2")[0], state)
        assert written()
    alerts.heard(alerts.find(identity="2"))
    assert not written()
