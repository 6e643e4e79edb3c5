"""From an alert to every panel and the ear: the same for all of them, and none is lost."""

import json
from typing import Any

import pytest

from kioskd.config import ActionKeys, Alerts, Config, Escalate, QuietHours, Sound
from kioskd.config.scalars import Duration, TimeOfDay
from kioskd.core.actor import Actor
from kioskd.core.alerting import MOST_EVENT
from kioskd.core.messages import Alert, Resolved
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Line, Wall, ticket

BUTTON, ANA = Actor("button"), Actor("phone", "Ana")


def critical(identity: str, title: str = "Queda", **more: Any) -> Alert:
    return Alert("critical_alert", identity, title, "critical", **more)


def active(wall: Wall) -> list[str]:
    """What the panels are told last."""
    told = wall.said("active_alerts")[-1]["alerts"]
    return [alert["id"] for alert in told if alert["state"] in ("active", "snoozed")]


def newcomer(wall: Wall) -> dict[str, Any]:
    """What a panel is told that joins now."""
    line = Line()
    wall.core.greet(wall.hub.attach("127.0.0.1", line))
    (told,) = [message for message in line.said if message["type"] == "active_alerts"]
    return told


def test_whoever_joins_is_told_what_all_others_were_told() -> None:
    wall = Wall()
    wall.core.ingest(critical("1"))
    wall.core.ingest(Alert("new_ticket_alert", "2", "Mouse", "high"))
    wall.core.ingest(critical("3"))
    wall.alerting.acknowledge(wall.alerts.find(identity="3"), ANA)
    for of in (wall.said("active_alerts")[-1], newcomer(wall)):
        facts = [(a["id"], a["severity"], a["state"], a["standing"]) for a in of["alerts"]]
        assert facts == [
            ("1", "critical", "active", False),
            ("2", "high", "active", True),
            ("3", "critical", "acknowledged", False),
        ]
        assert of["total"] == 2
        assert of["alerts"][2]["by"] == {"kind": "phone", "name": "Ana", "kiosk": ""}


def test_a_hundred_alerts_at_once_are_a_hundred_events_and_one_list() -> None:
    wall = Wall()
    for number in range(100):
        wall.core.ingest(critical(str(number)))
    assert len(wall.said("critical_alert")) == 100
    assert len(wall.said("active_alerts")) <= 2
    assert len(active(wall)) == 100


def test_alerts_without_an_id_are_each_their_own() -> None:
    wall = Wall()
    wall.core.ingest(critical("", "Queda 1"))
    wall.soon()
    wall.core.perform("acknowledge", BUTTON)
    wall.passed += 3
    wall.core.ingest(critical("", "Queda 2"))
    wall.soon()
    titles = [message["data"]["title"] for message in wall.said("critical_alert")]
    assert titles == ["Queda 1", "Queda 2"]
    assert [said.split()[0] for said in wall.ear.heard] == ["critical", "hush", "critical"]
    told = {message["data"]["id"] for message in wall.said("critical_alert")}
    assert set(active(wall)) < told


@pytest.mark.parametrize("between", [[], [ticket("500", "high")]], ids=["closed", "lowered"])
def test_a_ticket_that_becomes_critical_again_is_seen_and_heard_again(
    between: list[dict[str, Any]],
) -> None:
    wall = Wall()
    wall.core.ingest(update(tickets()))
    for round_ in range(1, 4):
        wall.core.ingest(update(tickets(ticket("500"))))
        wall.soon()
        assert active(wall) == ["500"]
        assert wall.ear.heard.count("critical 500") == round_
        wall.core.ingest(update(tickets(*between)))
        assert active(wall) == []
        wall.wait(31)


@pytest.mark.parametrize("ends", ["resolved", "acknowledged"])
def test_what_ended_and_is_sent_again_alerts_again(ends: str) -> None:
    wall = Wall()
    for _ in range(2):
        wall.core.ingest(critical("500"))
        wall.soon()
        assert active(wall) == ["500"]
        if ends == "resolved":
            wall.core.ingest(Resolved(("500",)))
        else:
            wall.core.perform("acknowledge", BUTTON)
        assert active(wall) == []
        wall.wait(31)
    assert len(wall.said("critical_alert")) == 2
    assert wall.ear.heard == ["critical 500", "hush"] * 2


def test_what_flaps_is_marked_and_does_not_ring_each_time() -> None:
    wall = Wall()
    for _ in range(3):
        wall.core.ingest(critical("500"))
        wall.soon()
        wall.core.ingest(Resolved(("500",)))
        wall.wait(5)
    wall.core.ingest(critical("500"))
    assert wall.said("active_alerts")[-1]["alerts"][0]["count"] == 4
    assert wall.ear.heard.count("critical 500") == 1
    wall.wait(30)  # but it is not forgotten: it sounds when its turn comes
    assert wall.ear.heard.count("critical 500") == 2


def test_the_sources_own_alert_50_ms_after_the_derived_one_is_one_alert_with_its_sound() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets()))
    wall.core.ingest(update(tickets(ticket("7"))))
    wall.soon()
    wall.passed += 0.05
    own = critical("7", "Servidor fora", sound_url="/a.ogg", data={"description": "Rack 3"})
    wall.core.ingest(own, "wss://desk/", "central")
    (alert,) = wall.said("active_alerts")[-1]["alerts"]
    assert (alert["title"], alert["description"], alert["count"]) == ("Servidor fora", "Rack 3", 1)
    assert alert["source"] == "central"
    assert wall.ear.heard == ["critical 7", "critical 7 /a.ogg"]
    wall.core.ingest(own)
    wall.soon()
    assert len(wall.ear.heard) == 2


def test_a_new_ticket_alert_never_weakens_the_critical_one_of_its_ticket() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets()))
    wall.core.ingest(update(tickets(ticket("7"))))
    wall.core.ingest(Alert("new_ticket_alert", "7", "Queda", "critical"))
    wall.core.ingest(Alert("new_ticket_alert", "7", "Queda", "low"))
    (alert,) = wall.said("active_alerts")[-1]["alerts"]
    assert (alert["severity"], alert["kind"]) == ("critical", "critical_alert")
    assert [entry.id for entry in wall.alerts.critical()] == ["7"]


def test_a_ticket_that_became_critical_during_a_restart_is_news_and_one_seen_to_is_not() -> None:
    before = Wall()
    before.core.ingest(update(tickets()))
    before.core.ingest(update(tickets(ticket("1"), ticket("2"))))
    before.alerting.acknowledge(before.alerts.find(identity="1"), ANA)
    lines = before.alerts.everything("boot")
    after = Wall()
    after.alerts.restore(lines, "boot")
    after.state.restore(update(tickets()), age=900.0)  # the views were written before both
    after.core.ingest(update(tickets(*(ticket(identity) for identity in ("1", "2", "3")))))
    after.soon()
    assert active(after) == ["2", "3"]
    assert after.ear.heard == ["critical 3"]


def test_a_critical_alert_in_a_muted_room_ends_the_mute_after_ten_minutes_and_it_is_said() -> None:
    wall = Wall()
    wall.alerting.mute(3600, ANA)
    wall.core.ingest(critical("7"))
    wall.soon()
    assert wall.ear.heard == ["hush"]
    assert wall.said("active_alerts")[-1]["alerts"][0]["heard"] is False
    assert wall.said("kiosk_status")[-1]["sound"]["unheard"] == 1
    wall.wait(599)
    assert wall.ear.heard == ["hush"]
    wall.wait(3)
    assert wall.ear.heard == ["hush", "critical 7"]
    sound = wall.said("kiosk_status")[-1]["sound"]
    assert (sound["muted"], sound["broken"]) == (0, True)
    assert wall.said("active_alerts")[-1]["alerts"][0]["heard"] is True
    wall.core.perform("acknowledge", BUTTON)
    assert wall.said("kiosk_status")[-1]["sound"]["broken"] is False


def test_what_a_mute_kept_from_being_heard_is_counted_and_sounds_when_it_ends() -> None:
    wall = Wall()
    wall.alerting.mute(60, ANA)
    wall.core.ingest(critical("7"))
    wall.core.ingest(Alert("new_ticket_alert", "8", "Mouse", "low"))
    wall.soon()
    assert wall.said("kiosk_status")[-1]["sound"]["unheard"] == 2
    wall.wait(5)
    assert wall.reporter.kiosk_status().sound.unheard == 2
    wall.wait(57)
    assert wall.said("kiosk_status")[-1]["sound"]["unheard"] == 0
    assert wall.ear.heard == ["hush", "critical 7"]


def test_quiet_hours_show_what_they_keep_from_being_heard() -> None:
    night = QuietHours(start=TimeOfDay.parse("00:00"), end=TimeOfDay.parse("24:00"))
    wall = Wall(sound=Sound(quiet_hours=(night,), critical_in_quiet_hours=False))
    wall.core.ingest(critical("7"))
    wall.wait(1200)
    assert wall.ear.heard == []
    (alert,) = wall.said("active_alerts")[-1]["alerts"]
    assert (alert["state"], alert["heard"]) == ("active", False)
    assert wall.said("kiosk_status")[-1]["sound"]["unheard"] == 1


def test_an_alert_that_nobody_answers_escalates_once_louder_and_is_said() -> None:
    escalate = Escalate(after=Duration(120), volume=100)
    wall = Wall(alerts=Alerts(escalate=escalate, critical_timeout=Duration(0)))
    wall.core.ingest(critical("7"))
    wall.wait(119)
    assert wall.outside.escalations == []
    wall.wait(60)
    assert wall.outside.escalations == ["7"]
    assert wall.ear.heard[-1] == "critical 7 at 100"
    assert wall.said("active_alerts")[-1]["alerts"][0]["escalated"] is not None


def test_by_default_nothing_escalates() -> None:
    wall = Wall(alerts=Alerts(critical_timeout=Duration(0)))
    wall.core.ingest(critical("7"))
    wall.wait(3600)
    assert wall.outside.escalations == []
    assert all("at" not in said for said in wall.ear.heard)


def test_after_a_restart_a_call_that_was_interrupted_goes_on() -> None:
    before = Wall(alerts=Alerts(escalate=Escalate(after=Duration(60))))
    before.core.ingest(critical("7"))
    before.wait(61)
    after = Wall()
    after.alerts.restore(before.alerts.everything("boot"), "boot")
    after.alerting.resume()
    assert after.outside.escalations == ["7 again"]


def test_every_acknowledgement_is_handed_to_the_outbox_with_its_actor() -> None:
    wall = Wall()
    wall.core.ingest(critical("1"))
    wall.core.ingest(critical("2"))
    wall.alerting.acknowledge_id("1", ANA)
    wall.alerting.acknowledge_id("1", ANA)
    wall.core.perform("acknowledge", Actor("button", "Recepção"))
    assert wall.outside.acknowledgements == [("1", "phone Ana"), ("2", "button Recepção")]
    life = wall.alerts.history().alerts[0]
    assert wall.alerts.told_upstream(life.number, "sent")
    wall.noted()
    assert wall.said("active_alerts")[-1]["alerts"][-1]["upstream"] == "sent"


@pytest.mark.parametrize(
    ("action", "seconds"),
    [
        ("snooze", 1800),
        (ActionKeys(snooze=Duration(300)), 300),
        (ActionKeys(snooze_until=TimeOfDay.parse("08:00")), 23 * 3600 - 3 * 60),
    ],
)
def test_a_button_puts_off_what_has_the_screen_and_it_comes_back(action: Any, seconds: int) -> None:
    wall = Wall()
    wall.now = 1_800_014_580.0  # 09:03 in São Paulo
    wall.core.ingest(critical("front"))
    wall.core.ingest(critical("behind"))
    wall.soon()
    wall.core.perform(action, BUTTON)
    told = {a["id"]: a for a in wall.said("active_alerts")[-1]["alerts"]}
    assert (told["front"]["state"], told["behind"]["state"]) == ("snoozed", "active")
    assert told["front"]["snoozedFor"] == pytest.approx(seconds, abs=1)
    assert told["front"]["by"] == {"kind": "button", "name": "", "kiosk": ""}
    wall.core.perform("acknowledge", BUTTON)
    assert active(wall) == ["front"]
    wall.ear.heard.clear()
    wall.passed += seconds - 2
    wall.wait(1)
    assert wall.ear.heard == []
    wall.wait(3)
    assert wall.ear.heard == ["critical front"]
    assert [a["state"] for a in wall.said("active_alerts")[-1]["alerts"] if a["id"] == "front"] == [
        "active"
    ]


def test_until_tomorrow_without_a_clock_is_half_an_hour() -> None:
    wall = Wall()
    wall.now = 0.0
    wall.core.ingest(critical("1"))
    wall.core.perform(ActionKeys(snooze_until=TimeOfDay.parse("08:00")), BUTTON)
    assert wall.said("active_alerts")[-1]["alerts"][0]["snoozedFor"] == pytest.approx(1800, abs=1)


def test_an_alert_that_expired_says_so_for_a_while() -> None:
    wall = Wall(alerts=Alerts(critical_timeout=Duration(30)))
    wall.core.ingest(critical("7"))
    wall.soon()
    wall.wait(32)
    (alert,) = wall.said("active_alerts")[-1]["alerts"]
    assert alert["state"] == "expired"
    assert wall.said("active_alerts")[-1]["total"] == 0
    wall.wait(61)
    assert wall.said("active_alerts")[-1]["alerts"] == []


def test_the_tickets_of_another_source_end_the_alerts_of_the_old_one() -> None:
    wall = Wall()
    wall.core.ingest(critical("7"))
    wall.alerting.take(critical("8", space="zabbix"))
    wall.core.forget(["tickets"])
    assert active(wall) == ["8"]


def test_fifty_thousand_alerts_are_one_number_on_the_wall_and_in_the_status() -> None:
    wall = Wall()
    for number in range(5000):
        wall.core.ingest(critical(str(number)))
    assert wall.said("active_alerts")[-1]["total"] == 5000
    assert wall.reporter.status().active_alerts == 5000
    assert newcomer(wall)["total"] == 5000


def test_an_event_of_megabytes_reaches_panels_with_the_guides_fields_only() -> None:
    wall = Wall()
    wall.core.ingest(critical("7", data={"description": "x" * 7_500_000, "severity": "critical"}))
    (event,) = wall.said("critical_alert")
    assert event["data"]["title"] == "Queda"
    assert len(json.dumps(event)) < MOST_EVENT
    assert len(json.dumps(wall.said("active_alerts")[-1])) < 5000


@pytest.mark.parametrize(
    "settings",
    [Alerts(critical_timeout=Duration(1)), Alerts(again_after=Duration(0)), Alerts()],
)
def test_another_configuration_keeps_what_is_active(settings: Alerts) -> None:
    wall = Wall()
    wall.core.ingest(critical("7"))
    wall.core.configure(Config(alerts=settings))
    assert active(wall) == ["7"]


def test_a_source_may_resolve_what_is_acknowledged_already() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets(TICKET)))
    wall.core.ingest(critical("7"))
    wall.core.perform("acknowledge", BUTTON)
    wall.core.ingest(Resolved(("7",)))
    (life,) = wall.alerts.history().alerts
    assert (life.state, life.resolved is not None) == ("acknowledged", True)
