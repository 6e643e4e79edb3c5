"""The queries of the legacy API, and its pages.

Recorded of 10.0.19: an unknown word in a criterion's value, an unknown search type or column is
not refused but ignored, and then every row comes. So only what was seen to work is written here,
and whoever asks looks at the rows again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kioskd.sources.glpi.answers import PastTheEnd
from kioskd.sources.outage import Outage

Query = list[tuple[str, str]]
Row = Mapping[str, Any]
OVERLAP = 20  # rows that a page repeats of the one before, to see that none was skipped
MOST_TRIES = 4
MOST_PAGES = 2000


@dataclass(frozen=True)
class Criterion:
    """``field`` is a search option's number; ``kind`` one of GLPI's search types."""

    field: int
    kind: str
    value: str


OPEN = Criterion(12, "equals", "notold")  # neither solved nor closed


def search(
    criteria: Iterable[Criterion | Sequence[Criterion]],
    columns: Iterable[int],
    sort: int = 2,
    order: str = "ASC",
) -> Query:
    """A search: all of ``criteria``, of which a sequence means any of its own."""
    query: Query = []
    for at, each in enumerate(criteria):
        here = f"criteria[{at}]"
        if at:
            query.append((f"{here}[link]", "AND"))
        if isinstance(each, Criterion):
            query += _criterion(here, each)
            continue
        for inner, one in enumerate(each):
            below = f"{here}[criteria][{inner}]"
            if inner:
                query.append((f"{below}[link]", "OR"))
            query += _criterion(below, one)
    query += [(f"forcedisplay[{at}]", str(column)) for at, column in enumerate(columns)]
    return [*query, ("sort", str(sort)), ("order", order)]


def _criterion(here: str, each: Criterion) -> Query:
    parts = (("field", str(each.field)), ("searchtype", each.kind), ("value", each.value))
    return [(f"{here}[{name}]", value) for name, value in parts]


def rows_of(answer: object) -> list[Row]:
    """The rows of a search or of a list; an empty search has no ``data`` at all."""
    found = answer.get("data", []) if isinstance(answer, dict) else answer
    if isinstance(found, dict):  # as ``withindexes`` would have it
        found = list(found.values())
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def many(cell: object) -> list[Any]:
    """A cell with several values is a list, with one a value, with none null or empty."""
    if isinstance(cell, list):
        return [value for value in cell if value not in (None, "")]
    return [] if cell in (None, "") else [cell]


def number(cell: object) -> int | None:
    """A number that may come as text."""
    try:
        return int(cell) if isinstance(cell, str | int) else None
    except ValueError:
        return None


class Page(Protocol):
    """One answer, with how many rows there are in all."""

    @property
    def rows(self) -> list[Row]: ...
    @property
    def total(self) -> int: ...


Fetch = Callable[[int, int], Awaitable[Page]]
"""Asks for the rows from the first to the last of these places."""


async def pages(
    fetch: Fetch, size: int, key: str, descending: bool = False
) -> AsyncIterator[list[Row]]:
    """Every row of a list that is sorted by ``key``, in pages, whatever moves meanwhile.

    Each page begins with the last rows of the one before: when the list became shorter under
    way, what moved up is in there. Were even those skipped, the page is asked for again from
    further ahead. Rows may come twice; none is left out that was there from beginning to end.
    """
    start, last, tries = 0, None, 0
    for _ in range(MOST_PAGES):
        try:
            page = await fetch(start, start + size - 1)
            rows, total = page.rows, page.total
        except PastTheEnd:
            rows, total = [], 0
        first = number(rows[0].get(key)) if rows else None
        skipped = last is not None and (
            first is None or (first < last if descending else first > last)
        )
        if skipped and start > 0:
            tries += 1
            if tries > MOST_TRIES:
                raise Outage("glpi_moving", tries=str(tries))
            start = max(0, start - size // 2 * tries)
            continue
        yield rows
        if not rows or start + len(rows) >= total:
            return
        last = number(rows[-1].get(key))
        start += max(1, len(rows) - OVERLAP)
    raise Outage("glpi_moving", tries=str(MOST_PAGES))
