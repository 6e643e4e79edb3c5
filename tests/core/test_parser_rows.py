"""An update repeats nearly all of the one before: what is remembered must never be seen."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kioskd.core import messages
from kioskd.core.parser import Parser

TICKET = {
    "title": "Impressora",
    "assignedTo": "Ana",
    "priority": "high",
    "status": "open",
    "createdAt": "2025-11-18T10:30:00Z",
}
COUNTERS = {"critical": 0, "high": 0, "medium": 0, "low": 0, "total": 0}
# The same few tickets again and again: in the guide's shape, with a number, a null, a field more.
SHAPES: list[dict[str, Any]] = [
    TICKET | {"id": "1"},
    TICKET | {"id": "1", "title": "Rede"},
    TICKET | {"id": 2},
    TICKET | {"id": "3", "assignedTo": None},
    TICKET | {"id": "4", "sla": {"hours": 4}},
]


def update(parser: Parser, *items: dict[str, Any], **more: Any) -> messages.Update:
    message = {"type": "tickets_update", "data": items, "counters": COUNTERS, "timestamp": "t"}
    found = parser.parse(json.dumps(message | more).encode())
    assert isinstance(found, messages.Update)
    return found


def right(item: dict[str, Any]) -> dict[str, Any]:
    return item | {"id": str(item["id"]), "assignedTo": item["assignedTo"] or ""}


@given(st.lists(st.lists(st.sampled_from(SHAPES), max_size=6), min_size=1, max_size=6))
def test_lists_that_repeat_shrink_and_change_their_order_arrive_as_they_are(
    lists: list[list[dict[str, Any]]],
) -> None:
    parser = Parser()
    for number, items in enumerate(lists):
        found = update(parser, *items, **({"tenant": "norte"} if number % 2 else {}))
        said = json.loads(found.frame)["data"]
        assert json.loads(found.frame)["counters"] == COUNTERS | {
            "high": len(items),
            "total": len(items),
        }
        assert [each | right(item) for each, item in zip(said, items, strict=True)] == said
        assert [row.id for row in found.rows] == [str(item["id"]) for item in items]
        assert [row.title for row in found.rows] == [item["title"] for item in items]


@given(st.lists(st.sampled_from(SHAPES), max_size=4), st.lists(st.sampled_from(SHAPES), max_size=4))
def test_two_lists_are_equal_when_their_tickets_are(
    first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> None:
    parser = Parser()
    before, after = update(parser, *first), update(parser, *second)
    assert (before.content == after.content) == (first == second)


def test_a_ticket_that_did_not_change_is_not_read_again() -> None:
    parser = Parser()
    before = update(parser, *SHAPES)
    after = update(parser, *SHAPES[:-1], TICKET | {"id": "5"})
    assert [a is b for a, b in zip(after.rows, before.rows, strict=True)] == [True] * 4 + [False]


def test_no_more_is_remembered_than_the_last_list() -> None:
    parser = Parser()
    update(parser, *(TICKET | {"id": str(number)} for number in range(500)))
    update(parser, SHAPES[0])
    kept = parser._lists._last[messages.Ticket]
    assert (len(kept.raws), len(kept.read), sum(kept.counts.values())) == (1, 1, 1)


def test_what_one_source_said_is_not_remembered_by_another() -> None:
    first, second = Parser(), Parser()
    kept = update(first, SHAPES[0]).rows[0]
    assert update(first, SHAPES[0]).rows[0] is kept
    assert update(second, SHAPES[0]).rows[0] is not kept
