"""Who holds the open tickets: the cheaper of two ways to ask a GLPI for it."""

from collections.abc import Mapping, Sequence

from kioskd.sources.glpi.answers import RightMissing
from kioskd.sources.glpi.search import OPEN, Criterion, Row, many, number, pages, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer

TECHNICIAN = 5
PAGE = 2000  # assignments
DEAR = 100  # assignments of all time per open ticket, above which column 5 is the cheaper way


class _TooDear(Exception):
    """The list of all assignments is too long for the few tickets that are open."""


class Assignments:
    """The list of all assignments there ever were costs GLPI 10 µs each, column 5 1.1 ms a row.

    Both were measured on a 10.0.19.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_column = False

    async def of(
        self, rows: Mapping[int, Row], filters: Sequence[Criterion | list[Criterion]]
    ) -> dict[int, tuple[int, ...]]:
        """The technicians of each of these tickets, which ``filters`` give."""
        if all(str(TECHNICIAN) in row for row in rows.values()):
            return {identity: tuple(sorted(users_of(row))) for identity, row in rows.items()}
        if not self._by_column:
            try:
                return await self._listed(rows)
            except (RightMissing, _TooDear):
                self._by_column = True
        query = search([OPEN, *filters], (2, TECHNICIAN))

        async def fetch(first: int, last: int) -> Answer:
            return await self._session.get("search/Ticket", [*query, ("range", f"{first}-{last}")])

        found: dict[int, tuple[int, ...]] = {}
        async for page in pages(fetch, self._session.page, "2"):
            for row in page:
                if identity := number(row.get("2")):
                    found[identity] = tuple(sorted(users_of(row)))
        return found

    async def _listed(self, rows: Mapping[int, Row]) -> dict[int, tuple[int, ...]]:
        query = [
            ("get_hateoas", "false"),
            ("searchText[type]", "^2$"),
            ("sort", "id"),
            ("order", "DESC"),
        ]

        async def fetch(first: int, last: int) -> Answer:
            page = await self._session.get("Ticket_User", [*query, ("range", f"{first}-{last}")])
            if page.total > max(PAGE, DEAR * len(rows)):
                raise _TooDear
            return page

        found: dict[int, set[int]] = {}
        async for page in pages(fetch, PAGE, "id", descending=True):
            for row in page:
                ticket, user = number(row.get("tickets_id")), number(row.get("users_id"))
                if ticket and ticket in rows and user and number(row.get("type")) == 2:
                    found.setdefault(ticket, set()).add(user)
        return {identity: tuple(sorted(users)) for identity, users in found.items()}


def users_of(row: Row) -> list[int]:
    """The technicians in column 5."""
    return [user for cell in many(row.get(str(TECHNICIAN))) if (user := number(cell))]
