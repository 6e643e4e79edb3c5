"""What changed in a list is found whatever changed, and however much of it stayed."""

import operator

from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import SEVERITIES
from kioskd.core.actor import Actor
from kioskd.core.difference import between
from kioskd.core.messages import Alert, Update
from kioskd.core.parser import Parser
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall, ticket

lists = st.lists(st.sampled_from("abc"), max_size=8)
desks = st.lists(
    st.tuples(st.sampled_from("123456"), st.sampled_from(SEVERITIES), st.sampled_from(("", "x"))),
    unique_by=lambda row: row[0],
    max_size=6,
)
steps = st.lists(
    desks
    | st.sampled_from("123456").map(lambda i: Alert("critical_alert", i, "Queda", "critical")),
    max_size=12,
)


@given(lists, lists)
def test_what_is_outside_of_the_parts_is_alike_and_they_differ_at_both_ends(
    before: list[str], now: list[str]
) -> None:
    old, new = between(before, now)
    assert before[: old.start] == now[: new.start]
    assert before[old.stop :] == now[new.stop :]
    for end in (0, -1):
        if before[old] and now[new]:
            assert before[old][end] != now[new][end]


def test_equal_lists_differ_nowhere_and_what_is_alike_is_the_callers_to_say() -> None:
    assert between("abc", "abc") == (slice(3, 3), slice(3, 3))
    assert between([1, 2], [1.0, 2.0], operator.is_) == (slice(0, 2), slice(0, 2))


@given(steps)
def test_alerts_follow_what_changed_in_the_tickets_as_if_every_ticket_were_looked_at(
    steps: list[list[tuple[str, str, str]] | Alert],
) -> None:
    kept, anew = Wall(), Wall()
    parser = Parser()
    for step in steps:
        for wall, reads in ((kept, parser), (anew, Parser())):
            if isinstance(step, Alert):
                wall.core.ingest(step)
                wall.alerting.acknowledge(wall.alerts.find(identity=step.id), Actor("button"))
                continue
            rows = [TICKET | ticket(i, level) | {"entity": whose} for i, level, whose in step]
            found = reads.parse(tickets(*rows))
            assert isinstance(found, Update)
            wall.core.ingest(found)
            if wall is anew:
                wall.alerting.follow_tickets(found, "123456")
        assert lives(kept) == lives(anew)
        for kind in ("critical_alert", "new_ticket_alert", "alert_resolved"):
            assert len(kept.said(kind)) == len(anew.said(kind))


def lives(wall: Wall) -> list[tuple[str, str, str, bool]]:
    """Every alert that ever was: its id, severity and state, and whether it is over."""
    known = [line.entry for line in wall.alerts.everything("boot") if line.entry]
    return [(e.id, e.severity, e.state, e.resolved is not None) for e in known]


def test_an_alert_of_which_the_kept_tickets_know_nothing_ends_with_the_first_list() -> None:
    before = Wall()
    before.core.ingest(update(tickets()))
    before.core.ingest(update(tickets(ticket("7"))))
    after = Wall()
    after.alerts.restore(before.alerts.everything("boot"), "boot")
    after.state.restore(update(tickets()), age=60.0)  # written before the alert was
    assert [entry.id for entry in after.alerts.critical()] == ["7"]
    after.core.ingest(update(tickets()))
    assert after.alerts.critical() == []
