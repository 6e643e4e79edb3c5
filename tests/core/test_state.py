from typing import Any

import pytest

from kioskd.config.freshness import STALE
from kioskd.core.faults import Fault
from kioskd.core.messages import Alert, encode
from kioskd.core.state import REMEMBERED, State
from tests.support.clock import Clock
from tests.support.frames import TICKET, tickets, update


def state(clock: Clock | None = None) -> State:
    return State(STALE, derive=True, clock=clock or Clock())


def ticket(identity: str, priority: str) -> dict[str, Any]:
    return TICKET | {"id": identity, "priority": priority}


def told(alerts: list[Alert]) -> list[tuple[str, str, str]]:
    return [(alert.kind, alert.id, alert.severity) for alert in alerts]


def test_the_first_snapshot_only_primes() -> None:
    assert state().apply(update(tickets(ticket("1", "critical")))).alerts == []


def test_a_ticket_not_seen_before_is_an_alert_of_its_priority() -> None:
    held = state()
    held.apply(update(tickets()))
    found = held.apply(update(tickets(ticket("1", "high"), ticket("2", "critical")))).alerts
    assert told(found) == [("new_ticket_alert", "1", "high"), ("critical_alert", "2", "critical")]


def test_a_ticket_raised_to_critical_is_a_critical_alert_once() -> None:
    held = state()
    held.apply(update(tickets(ticket("1", "low"))))
    raised = update(tickets(ticket("1", "critical")))
    assert told(held.apply(raised).alerts) == [("critical_alert", "1", "critical")]
    assert held.apply(update(tickets(ticket("1", "critical"), timestamp="x"))).alerts == []


def test_a_ticket_that_vanishes_and_returns_is_not_new() -> None:
    held = state()
    held.apply(update(tickets(ticket("1", "low"))))
    held.apply(update(tickets()))
    assert held.apply(update(tickets(ticket("1", "low")))).alerts == []


def test_a_ticket_that_its_source_announced_itself_is_no_news_when_it_comes() -> None:
    held = state()
    held.apply(update(tickets()))
    held.announced(Alert("new_ticket_alert", "5", "Rede", "high"))
    assert held.apply(update(tickets(ticket("5", "high")))).alerts == []


@pytest.mark.parametrize("between", [[], [ticket("1", "high")]], ids=["closed", "lowered"])
def test_a_ticket_that_becomes_critical_again_is_told_again(between: list[dict[str, Any]]) -> None:
    held = state()
    held.apply(update(tickets()))
    for _ in range(3):
        found = held.apply(update(tickets(ticket("1", "critical")))).alerts
        assert told(found) == [("critical_alert", "1", "critical")]
        assert held.apply(update(tickets(*between))).alerts == []


def test_what_became_critical_while_kioskd_was_away_is_news_and_lesser_tickets_are_not() -> None:
    held = state()
    held.restore(update(tickets(ticket("1", "critical"), ticket("2", "low"))), age=900.0)
    now = update(tickets(*(ticket(i, "critical") for i in ("1", "2", "3")), ticket("4", "high")))
    assert told(held.apply(now).alerts) == [
        ("critical_alert", "2", "critical"),
        ("critical_alert", "3", "critical"),
    ]


def test_a_derived_alert_says_whose_the_ticket_is() -> None:
    held = state()
    held.apply(update(tickets()))
    burning = ticket("1", "critical") | {"entity": "Matriz", "assignedTo": "Ana"}
    (found,) = held.apply(update(tickets(burning))).alerts
    assert found.data == {"entity": "Matriz", "assignedTo": "Ana"}


def test_an_equal_update_changes_nothing_but_confirms() -> None:
    clock = Clock()
    held = state(clock)
    assert held.apply(update(tickets(ticket("1", "low")))).changed
    clock.now += 200
    assert held.stale("tickets")
    assert not held.apply(update(tickets(ticket("1", "low"), timestamp="later"))).changed
    assert not held.stale("tickets")
    assert held.age("tickets") == 0


def test_a_restored_view_is_stale_and_keeps_its_age_until_confirmed() -> None:
    held = state()
    held.restore(update(tickets(ticket("1", "low"))), age=30.0)
    assert (held.age("tickets"), held.stale("tickets")) == (30.0, True)
    assert held.apply(update(tickets(ticket("1", "low")))).alerts == []
    assert not held.stale("tickets")


def test_a_project_whose_progress_moved_is_an_alert() -> None:
    project = {
        "id": "p",
        "name": "Nuvem",
        "responsible": "Ana",
        "status": "in_progress",
        "completed": 1,
        "inProgress": 1,
        "pending": 1,
        "progress": 40,
        "dueDate": "2026-01-01",
    }
    held = state()
    held.apply(update(encode({"type": "projects_update", "data": [project]})))
    moved = encode({"type": "projects_update", "data": [project | {"progress": 45}]})
    assert told(held.apply(update(moved)).alerts) == [("project_update_alert", "p", "medium")]


def test_an_open_ticket_is_no_news_when_it_changes_after_many_others() -> None:
    held = state()
    held.apply(update(tickets(ticket("old", "high"))))
    for number in range(0, REMEMBERED, 500):
        others = (ticket(str(number + n), "low") for n in range(500))
        held.apply(update(tickets(ticket("old", "high"), *others)))
    assert held.apply(update(tickets(ticket("old", "low")))).alerts == []
    raised = held.apply(update(tickets(ticket("old", "critical")))).alerts
    assert told(raised) == [("critical_alert", "old", "critical")]


def test_a_view_that_failed_is_stale_at_once_and_keeps_what_it_holds() -> None:
    held = state()
    held.apply(update(tickets(ticket("1", "low"))))
    held.unavailable["tickets"] = Fault("bad_message", {"detail": "x"})
    assert held.stale("tickets")
    assert [row.id for row in held.held["tickets"].update.rows] == ["1"]
    held.apply(update(tickets(ticket("1", "low"), timestamp="later")))
    assert not held.stale("tickets")


def test_a_priority_that_nobody_knows_alerts_in_its_own_word() -> None:
    held = state()
    held.apply(update(tickets()))
    (alert,) = held.apply(update(tickets(ticket("1", "P7")))).alerts
    assert (alert.severity, alert.word) == ("medium", "P7")


def test_the_remarks_are_those_of_the_last_update_also_when_it_changed_nothing() -> None:
    held = state()
    wrong = {"critical": 7, "high": 1, "medium": 0, "low": 0, "total": 1}
    held.apply(update(tickets(ticket("1", "high"), counters=wrong)))
    assert [remark.code for remark in held.held["tickets"].remarks] == ["counters_differ"]
    assert not held.apply(update(tickets(ticket("1", "high")))).changed
    assert held.held["tickets"].remarks == ()


def test_long_ids_are_told_apart_and_do_not_fill_the_memory() -> None:
    import tracemalloc

    held = state()
    held.apply(update(tickets()))
    tracemalloc.start()
    for number in range(100):
        rows = [ticket(f"{number}-" + "x" * 100_000 + end, "high") for end in "ab"]
        assert len(held.apply(update(tickets(*rows))).alerts) == 2
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert grown < 3_000_000
