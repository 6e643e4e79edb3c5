"""Another kiosk's alerts live here as they do there, whatever order the messages come in."""

from typing import Any

import pytest

from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.messages import Life, LifeOver, Lives
from tests.support.kiosk import Wall

SHARER = "Kiosk-CENTRAL"
ANA = Actor("phone", "Ana", "Kiosk-C")
HERE = Actor("button", "verde")


class FedWall(Wall):
    """A wall that is told of the alerts of ``SHARER``."""

    def tell(
        self, *active: Life, over: tuple[LifeOver, ...] = (), done: tuple[str, ...] = ()
    ) -> None:
        self.core.ingest(Lives(SHARER, active, over, done), source="mqtt")

    def only(self) -> Entry:
        (found,) = self.alerts.active.values()
        return found

    def ended(self) -> list[tuple[str, str]]:
        return [(entry.id, entry.state) for entry in self.alerts.ended]


def life(number: int = 5, **more: Any) -> Life:
    plain = {"id": "70", "kind": "critical_alert", "severity": "critical", "title": "Servidor"}
    return Life(number=number, age=90.0, **(plain | more))


@pytest.fixture
def wall() -> FedWall:
    return FedWall()


def test_one_that_is_raised_there_calls_here_once_however_often_it_is_told(wall: FedWall) -> None:
    for _ in range(3):
        wall.tell(life())
    found = wall.only()
    assert (found.id, found.kiosk, found.life) == ("70", SHARER, 5)
    assert round(wall.alerts.status().alerts[0].age) == 90
    wall.soon()
    assert [heard for heard in wall.ear.heard if "70" in heard] == ["critical 70"]
    assert len(wall.said("critical_alert")) == 1


def test_an_acknowledgement_there_ends_it_here_with_who_and_where(wall: FedWall) -> None:
    wall.tell(life())
    wall.tell(over=(LifeOver(5, "acknowledged", 3.0, ANA),))
    assert wall.ended() == [("70", "acknowledged")]
    assert next(iter(wall.alerts.ended)).by == ANA
    assert wall.said("acknowledge")[-1]["ids"] == ["70"]
    assert wall.outside.acknowledgements == []


@pytest.mark.parametrize("how", ["resolved", "expired", "displaced"])
def test_how_it_ended_there_is_how_it_ends_here(wall: FedWall, how: Any) -> None:
    wall.tell(life())
    wall.tell(over=(LifeOver(5, how, 3.0),))
    assert wall.ended() == [("70", how)]


def test_what_nobody_remembers_the_end_of_is_over(wall: FedWall) -> None:
    wall.tell(life())
    wall.tell()
    assert wall.ended() == [("70", "resolved")]


def test_what_was_over_before_it_was_heard_of_is_no_news(wall: FedWall) -> None:
    wall.tell(over=(LifeOver(5, "acknowledged", 3.0, ANA),))
    assert (wall.alerts.active, wall.ended(), wall.ear.heard) == ({}, [], [])


def test_what_is_acknowledged_here_stays_so_until_the_other_kiosk_has_heard_of_it(
    wall: FedWall,
) -> None:
    wall.tell(life())
    found = wall.only()
    wall.alerting.acknowledge([found], HERE)
    wall.alerts.told_upstream(found.number, "waiting")
    wall.tell(life())
    assert (found.state, found.upstream) == ("acknowledged", "waiting")
    wall.tell()  # a broker that lost its power told of a time before the alert
    wall.tell(life())
    assert (found.state, found.upstream) == ("acknowledged", "waiting")
    wall.tell(over=(LifeOver(5, "acknowledged", 0.1, HERE),), done=(found.request,))
    assert (found.state, found.upstream) == ("acknowledged", "sent")


def test_of_two_who_acknowledge_at_once_all_walls_name_the_one_that_came_first(
    wall: FedWall,
) -> None:
    wall.tell(life())
    found = wall.only()
    wall.alerting.acknowledge([found], HERE)
    wall.alerts.told_upstream(found.number, "waiting")
    wall.tell(over=(LifeOver(5, "acknowledged", 0.1, ANA),), done=(found.request,))
    assert (found.by, found.upstream) == (ANA, "sent")


def test_one_that_comes_again_after_it_was_acknowledged_here_calls_again(wall: FedWall) -> None:
    wall.tell(life())
    wall.soon()
    found = wall.only()
    wall.alerting.acknowledge([found], HERE)
    wall.alerts.told_upstream(found.number, "waiting")
    wall.passed += 10  # beyond what counts as one burst of sound
    wall.tell(life(count=2), done=(found.request,))
    assert (found.state, found.count) == ("active", 2)
    wall.soon()
    assert [heard for heard in wall.ear.heard if "70" in heard] == ["critical 70"] * 2


def test_a_snooze_there_holds_here_and_ends_with_it(wall: FedWall) -> None:
    wall.tell(life())
    wall.tell(life(snoozed_for=60.0, by=ANA))
    found = wall.only()
    assert (found.state, found.by) == ("snoozed", ANA)
    wall.tell(life(by=ANA))
    assert (found.state, found.by) == ("active", ANA)


def test_one_that_was_put_off_elsewhere_does_not_call_here(wall: FedWall) -> None:
    wall.tell(life(snoozed_for=60.0, by=ANA))
    wall.soon()
    assert wall.only().state == "snoozed"
    assert [heard for heard in wall.ear.heard if "70" in heard] == []


def test_no_rule_of_this_wall_ends_it_while_the_other_kiosk_speaks(wall: FedWall) -> None:
    banner = life(6, id="8", kind="new_ticket_alert", severity="high")
    for _ in range(30):
        wall.tell(life(), banner)
        wall.wait(30)
    assert len(wall.alerts.active) == 2
    wall.wait(600)
    assert wall.alerts.active == {}
    wall.tell(life())
    assert wall.only().id == "70"


def test_it_is_none_of_this_walls_own_alerts_of_the_same_id(wall: FedWall) -> None:
    wall.core.alert("critical", "Da casa")
    wall.tell(life())
    wall.tell()
    assert wall.only().title == "Da casa"


def test_it_survives_a_restart_and_is_known_again(wall: FedWall) -> None:
    wall.tell(life())
    number = wall.only().number
    again = FedWall()
    again.alerts.restore(wall.alerts.everything("boot"), "boot")
    again.tell(life())
    assert again.only().number == number
    again.tell(over=(LifeOver(5, "acknowledged", 3.0, ANA),))
    assert again.ended() == [("70", "acknowledged")]


def test_when_the_tickets_come_from_elsewhere_it_is_over(wall: FedWall) -> None:
    wall.tell(life())
    wall.core.forget(["tickets"])
    assert wall.alerts.active == {}


def test_it_rises_here_when_it_rises_there(wall: FedWall) -> None:
    wall.tell(life(kind="new_ticket_alert", severity="high"))
    wall.tell(life())
    assert (wall.only().severity, wall.only().kind) == ("critical", "critical_alert")
