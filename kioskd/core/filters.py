"""Which tickets a screen shows. The panel does the same with the same cases:
``frontend/test/filters.json``.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from kioskd.config import Filter
from kioskd.core.messages import Ticket

FIELDS = ("groups", "entities", "priorities", "statuses", "assignees")


def fold(text: str) -> str:
    """A name as it is compared: without case, accents and double blanks."""
    apart = unicodedata.normalize("NFD", " ".join(text.split()))
    return "".join(c for c in apart if not unicodedata.combining(c)).lower()


def matches(wanted: Filter, ticket: Ticket) -> bool:
    """Whether a ticket fits every key of the filter that is given."""
    return all(
        any(_fits(field, word, has) for word in words for has in _words(field, ticket))
        for field in FIELDS
        if (words := getattr(wanted, field))
    )


def lacking(wanted: Filter, tickets: Sequence[Ticket]) -> list[str]:
    """The keys of the filter that no ticket has anything for: nobody knows what they would keep."""
    given = [field for field in FIELDS if getattr(wanted, field)]
    return [
        field for field in given if tickets and not any(_words(field, each) for each in tickets)
    ]


def _words(field: str, ticket: Ticket) -> Iterable[str]:
    match field:
        case "groups":
            return ticket.groups
        case "entities":
            return [ticket.entity] if ticket.entity else []
        case "priorities":
            return [ticket.priority]
        case "statuses":
            return [ticket.status]
    found = ticket.assignedTo
    return [found, *found.split(",")] if found else []


def _fits(field: str, word: str, has: str) -> bool:
    """Whether ``has`` is what was asked for; a group or entity may stand anywhere in its path."""
    if field in ("priorities", "statuses"):
        return word == has
    word, has = fold(word), fold(has)
    if field == "assignees":
        return word == has
    return f" > {word} > " in f" > {has} > "
