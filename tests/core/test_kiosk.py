"""The decisions: what follows on the wall and in the ear from a message, a wish, or the time."""

from collections.abc import Callable
from typing import Any

import pytest

from kioskd.config import (
    ActionKeys,
    Alerts,
    Command,
    Config,
    Kiosk,
    PlainAction,
    Rotation,
    Sound,
    Turn,
)
from kioskd.config.scalars import Duration
from kioskd.core.actor import Actor
from kioskd.core.faults import Fault
from kioskd.core.kiosk import Kiosk as Core
from kioskd.core.messages import Alert, Failed, Switch
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall, ticket

BUTTON, PANEL = Actor("button"), Actor("panel")


def test_many_alerts_of_one_update_reach_the_panels_all_and_sound_once() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets()))
    new = [ticket(str(n), "low") for n in range(50)] + [ticket("99")]
    wall.core.ingest(update(tickets(*new)))
    wall.soon()
    assert len(wall.said("new_ticket_alert")) + len(wall.said("critical_alert")) == 51
    assert wall.ear.heard == ["critical 99"]


def test_of_a_flood_in_one_update_the_most_severe_are_taken_and_the_rest_counted() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets()))
    new = [ticket(f"c{n}") for n in range(3)] + [ticket(str(n), "low") for n in range(2000)]
    wall.core.ingest(update(tickets(*new)))
    wall.soon()
    told = wall.said("active_alerts")[-1]
    assert (told["total"], told["displaced"], len(told["alerts"])) == (2003, 1503, 500)
    ids = [alert["id"] for alert in told["alerts"]]
    assert ids[:3] == ["c0", "c1", "c2"]
    assert ids[3:] == [str(n) for n in range(1503, 2000)]
    assert len(wall.said("new_ticket_alert")) + len(wall.said("critical_alert")) == 500


def test_each_view_that_cannot_be_had_says_its_own_reason_with_its_parameters() -> None:
    wall = Wall()
    wall.links.report(wall.link(), "connected", None)
    missing = {
        "message": "tickets_update",
        "missing": "title",
        "present": "titulo",
        "fields": "{title: titulo}",
    }
    wall.core.ingest(Failed("tickets", Fault("fields_missing", missing)))
    wall.core.ingest(Failed("projects", Fault("bad_message", {"detail": "not JSON"})))
    [told] = wall.said("source_status")[-1]["sources"]
    assert (told["state"], told["reason"], told["params"]) == ("connected", None, {})
    faults = {view: fresh["fault"] for view, fresh in told["views"].items()}
    line = (
        "tickets_update: no row has title; it has titulo; "
        "write into the source's settings: fields: {title: titulo}"
    )
    assert faults["tickets"] == {"code": "fields_missing", "params": missing, "message": line}
    assert faults["projects"]["code"] == "bad_message"
    assert faults["dashboard"] is None
    assert told["error"] == line


def test_a_hundred_changes_at_once_are_told_once() -> None:
    wall = Wall()
    for seconds in range(1, 101):
        wall.alerting.mute(seconds, PANEL)
    (told,) = wall.said("kiosk_status")
    assert told["sound"]["muted"] == pytest.approx(100, abs=1)


def test_an_alert_that_comes_twice_is_told_and_sounds_once() -> None:
    wall = Wall()
    for _ in range(2):
        wall.core.ingest(Alert("critical_alert", "7", "Queda", "critical"))
        wall.soon()
    assert len(wall.said("critical_alert")) == 1
    assert wall.ear.heard == ["critical 7"]


@pytest.mark.parametrize("after", [[], [ticket("7", "low")]], ids=["closed", "lowered"])
def test_a_critical_alert_is_resolved_when_its_ticket_is_closed_or_lowered(
    after: list[dict[str, Any]],
) -> None:
    wall = Wall(sound=Sound(resolved=True))
    wall.core.ingest(Alert("critical_alert", "7", "Queda", "critical"))
    wall.core.ingest(update(tickets(TICKET | {"id": "1"})))  # not yet in the list: not resolved
    assert wall.said("alert_resolved") == []
    wall.core.ingest(update(tickets(ticket("7"))))
    wall.core.ingest(update(tickets(*after)))
    wall.soon()
    assert [message["ids"] for message in wall.said("alert_resolved")] == [["7"]]
    assert wall.ear.heard == ["critical 7", "hush", "resolved"]
    assert wall.reporter.status().alerts == []


def test_the_resolved_sound_is_off_by_default_and_waits_for_the_last_alert() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets(ticket("1"), ticket("2"))))
    for identity in ("1", "2"):
        wall.core.ingest(Alert("critical_alert", identity, "Queda", "critical"))
    wall.core.ingest(update(tickets(ticket("2"))))
    assert "hush" not in wall.ear.heard
    wall.core.ingest(update(tickets()))
    assert wall.ear.heard == ["hush"]


def test_an_acknowledge_ends_the_sound_and_is_told_to_every_panel() -> None:
    wall = Wall()
    wall.core.ingest(Alert("critical_alert", "7", "Queda", "critical"))
    wall.soon()
    wall.core.perform("acknowledge", BUTTON)
    assert wall.said("acknowledge")[0]["ids"] == ["7"]
    assert wall.ear.heard == ["critical 7", "hush"]


def test_a_second_press_on_the_mute_button_ends_the_mute() -> None:
    wall = Wall()
    for action in ("mute", ActionKeys(mute=Duration(60))):
        wall.core.perform(action, BUTTON)
        assert wall.said("kiosk_status")[-1]["sound"]["muted"] > 0
        wall.core.perform(action, BUTTON)
        assert wall.said("kiosk_status")[-1]["sound"]["muted"] == 0


@pytest.mark.parametrize(
    ("shown", "action", "follows"),
    [
        (None, "next", "tickets"),
        (None, "previous", "dashboard"),
        ("tickets", "next", "projects"),
        ("dashboard", "next", "tickets"),
        ("tickets", "previous", "dashboard"),
        ("remote", "next", "tickets"),
    ],
)
def test_next_and_previous_go_round_the_views(
    shown: str | None, action: PlainAction, follows: str
) -> None:
    wall = Wall()
    wall.state.screen = shown
    wall.core.perform(action, BUTTON)
    assert wall.switched() == [follows]


def test_a_press_on_a_dark_wall_only_wakes_it_but_movement_does_what_it_should() -> None:
    wall = Wall()
    wall.outside.dark = True
    wall.core.perform("next", BUTTON)
    wall.core.perform("next", BUTTON)
    assert wall.switched() == []
    wall.core.perform("next", Actor("motion"))
    assert wall.switched() == ["tickets"]


def test_a_critical_alert_wakes_the_wall_and_a_lesser_one_does_not() -> None:
    wall = Wall()
    wall.core.ingest(Alert("new_ticket_alert", "1", "Mouse", "high"))
    assert wall.outside.woken == 0
    wall.core.ingest(Alert("critical_alert", "2", "Queda", "critical"))
    assert wall.outside.woken == 1


def test_a_command_is_run_as_it_was_configured() -> None:
    wall = Wall()
    command = Command(argv=("reboot",))
    wall.core.perform(ActionKeys(run=command), BUTTON)
    assert wall.outside.commands == [command]


def turning(**more: Any) -> Wall:
    turns = tuple(Turn(screen=view, seconds=Duration(1000)) for view in ("tickets", "projects"))
    wall = Wall(rotation=Rotation(screens=turns, pause=Duration(60)), **more)
    wall.core.ingest(update(tickets(TICKET)))
    return wall


def test_the_rotation_turns_every_panel_and_skips_what_is_empty() -> None:
    wall = turning()
    wall.core.tick()
    assert wall.switched() == ["tickets"]
    rotation = wall.reporter.status().rotation
    assert rotation is not None
    assert (rotation.next, rotation.paused) == ("tickets", False)  # there are no projects


@pytest.mark.parametrize(
    "wish",
    [
        lambda core: core.perform("next", BUTTON),
        lambda core: core.switch("dashboard", PANEL),
        lambda core: core.ingest(Switch("dashboard")),
        lambda core: core.ingest(Alert("new_ticket_alert", "5", "Mouse", "low")),
    ],
    ids=["button", "phone", "upstream", "alert"],
)
def test_the_rotation_pauses_after_a_wish_and_after_an_alert(wish: Callable[[Core], None]) -> None:
    wall = turning()
    wall.core.tick()
    wish(wall.core)
    rotation = wall.reporter.status().rotation
    assert rotation is not None
    assert rotation.paused
    assert 59 <= rotation.seconds <= 60


def test_what_the_rotation_shows_is_no_wish_to_be_kept() -> None:
    wall = turning()
    wall.core.tick()
    assert wall.state.screen == "tickets"
    assert wall.switching.chosen is None
    wall.core.switch("projects", PANEL)
    assert wall.switching.chosen == "projects"


def test_another_configuration_changes_rules_and_keeps_what_is_active() -> None:
    wall = Wall()
    wall.core.ingest(Alert("critical_alert", "7", "Queda", "critical"))
    wall.alerting.mute(60, PANEL)
    config = Config(
        kiosk=Kiosk(id="K", name="Outra sala"), alerts=Alerts(critical_timeout=Duration(1))
    )
    wall.core.configure(config)
    wall.reporter.configure(config)
    assert wall.said("settings")[-1]["name"] == "Outra sala"
    status = wall.reporter.status()
    assert [alert.id for alert in status.alerts] == ["7"]
    assert status.sound.muted > 0


def test_a_clock_from_before_kioskd_was_made_is_shown_as_a_fault() -> None:
    wall = Wall()
    wall.now = 86400.0
    wall.core.tick()
    assert "clock" in wall.faults
    wall.now = 1_800_000_000.0
    wall.core.tick()
    assert "clock" not in wall.faults


def test_the_summary_is_one_line_with_the_faults_first() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets(ticket("1"), ticket("2", "low"))))
    wall.faults.say("configuração", "não vale\n→ veja\x1b[2J")
    line = wall.reporter.summary()
    assert line.startswith("configuração: não vale → veja\N{REPLACEMENT CHARACTER}[2J; up 0 s")
    assert "2 tickets (1 critical); 1 panel; sound off; 0 buttons" in line


def test_the_pause_of_the_rotation_is_told_when_an_alert_begins_and_ends() -> None:
    wall = turning()
    wall.core.tick()
    assert not wall.said("kiosk_status")[-1]["rotation"]["paused"]
    told = len(wall.said("kiosk_status"))
    wall.core.ingest(Alert("critical_alert", "7", "Queda", "critical"))
    assert wall.said("kiosk_status")[told]["rotation"]["paused"]
    wall.alerting.acknowledge(wall.alerts.find(), PANEL)
    assert len(wall.said("kiosk_status")) == told + 2


def test_an_alert_of_which_the_list_says_nothing_asks_for_the_list() -> None:
    wall = Wall()
    wall.core.ingest(update(tickets(ticket("1"))))
    wall.core.ingest(Alert("critical_alert", "1", "Queda", "critical"))
    assert wall.outside.asked == []
    wall.core.ingest(Alert("new_ticket_alert", "2", "Rede", "high"))
    wall.core.ingest(Alert("new_ticket_alert", "1", "Queda", "low"))
    wall.core.ingest(Alert("project_update_alert", "p", "Nuvem", "medium"))
    assert wall.outside.asked == ["tickets", "tickets"]


def test_what_is_wrong_with_a_view_is_logged_once_and_told_as_it_changes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    wall = Wall()
    wall.links.report(wall.link(), "connected", None)
    for count in (1, 2, 3):
        rows = (ticket(str(number)) | {"priority": "P7"} for number in range(count))
        wall.core.ingest(update(tickets(*rows)))
        wall.soon()
    told = [m["sources"][0]["views"]["tickets"]["remarks"] for m in wall.said("source_status")]
    counts = [r["params"]["count"] for remarks in told for r in remarks if "count" in r["params"]]
    assert counts == ["1", "2", "3"]
    assert caplog.text.count("in a word that is not known: P7") == 1


def test_the_summary_says_first_which_view_failed_and_how_many_priorities_nobody_knows() -> None:
    wall = Wall()
    wall.links.report(wall.link(), "connected", None)
    wall.core.ingest(update(tickets(ticket("1"), ticket("2") | {"priority": "P7"})))
    assert "2 tickets (1 critical, 1 of unknown priority)" in wall.reporter.summary()
    wall.core.ingest(Failed("tickets", Fault("bad_message", {"detail": "not JSON"})))
    line = wall.reporter.summary()
    assert line.startswith("tickets of central: the upstream's message is wrong: not JSON; up ")
