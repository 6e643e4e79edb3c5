"""The open tickets: a cheap look at what changed, and all of them again where that isn't enough.

One look asks for what was modified since the last one, and for how many are open. What changed is
merged; when the number then isn't the one that GLPI counts (a ticket went to the trash, or left
the account's sight), every ticket is read again. What a look didn't finish changes nothing.
"""

import asyncio
import datetime
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from msgspec import Raw

from kioskd.config import Glpi, Language, Severity
from kioskd.core.messages import encode, timestamp
from kioskd.core.words import Words
from kioskd.sources.glpi.assignments import TECHNICIAN, Assignments, users_of
from kioskd.sources.glpi.highlevel_rows import GROUPS
from kioskd.sources.glpi.people import People
from kioskd.sources.glpi.search import OPEN, Criterion, Row, many, number, pages, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import (
    described,
    earliest,
    instant,
    last_part,
    stamp,
    typed,
)
from kioskd.sources.glpi.words import urgency

# Title, id, priority, group, urgency, status, opened, due, changed, description, entity. Column 5,
# the technicians, is dear: only a look has it, see assignments.py.
COLUMNS = (1, 2, 3, 8, 10, 12, 15, 18, 19, 21, 80)
LOOK = 50  # changed tickets that a look takes; more are a sweep
BACK = 5  # seconds that a look goes back: a slow transaction shows up late
REMEMBERED = 20_000  # tickets that left
PENDING, SOLVED, CLOSED = 4, 5, 6
_STATUSES: Mapping[int, str] = {
    1: "new",
    2: "assigned",
    3: "planned",
    PENDING: "pending",
    SOLVED: "solved",
    CLOSED: "closed",
    10: "pending",
}


@dataclass
class Ticket:
    """An open ticket as GLPI has it."""

    id: int
    row: Row
    title: str
    status: int | None
    priority: int | None
    groups: tuple[str, ...]
    due: datetime.datetime | None
    severity: Severity = "medium"
    users: tuple[int, ...] = ()
    late: bool = False
    encoded: Raw | None = None
    """As it goes to the panels; None: to be made."""


@dataclass(frozen=True)
class Change:
    """One ticket before and after; None where it was not, or is no more, open."""

    before: Ticket | None
    after: Ticket | None
    left: int | None = None
    """The status with which it left, where GLPI says it."""
    returned: bool = False
    """It had left, and is open again."""


class Desk:
    """The open tickets of one GLPI."""

    def __init__(
        self, settings: Glpi, session: Session, people: People, language: Language
    ) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.held: Counter[int] = Counter()
        """How many open tickets each user has."""
        self.due: dict[int, Ticket] = {}
        """Those with a time to resolve that is yet to come, the soonest first."""
        self.swept = False
        self.took = 0.0
        """Seconds that GLPI needed for the last look, without what was read again after it."""
        self._settings = settings
        self._session = session
        self._people = people
        self._language = language
        self._words = Words(settings.words)
        self.groups: list[int] = []
        """Only what is assigned to one of these, or to one below it; empty: everything."""
        self._since: datetime.datetime | None = None
        self._odds = 0
        self._assignments = Assignments(session)
        self._others: set[int] = set()
        """Open tickets of other groups, where GLPI can't be asked for some groups' alone."""
        self._gone: OrderedDict[int, int | None] = OrderedDict()
        """Those that left, and with which status."""

    def knows(self, ticket: int) -> bool:
        """Whether this ticket is, or lately was, one of these."""
        return ticket in self.tickets or ticket in self._gone

    def forget(self) -> None:
        """Read everything anew with the next look: the times were in another zone."""
        self.tickets, self.swept = {}, False

    async def look(self) -> list[Change] | None:
        """What changed since the last look; None the first time, when everything is new."""
        if not self.swept:
            await self.sweep()
            return None
        changes, fits = await self._look_once()
        if not fits:  # something may have come between the two questions
            more, fits = await self._look_once()
            changes += more
        if not fits:
            changes += await self._swept_again()
            self._odds = await self._counted() - self._known()
        return changes

    async def _look_once(self) -> tuple[list[Change], bool]:
        """What changed, and whether the tickets held are as many as GLPI counts."""
        assert self._since is not None
        clock = asyncio.get_running_loop().time
        began = clock()
        changed = await self._changed_since(self._since)
        count = await self._counted()
        self.took = clock() - began
        if changed.total > LOOK:
            return [], False
        merged = await self._merge(changed.rows)
        self._since = self._newest(changed.rows, self._since)
        return merged, count - self._known() == self._odds

    def _known(self) -> int:
        return len(self.tickets) + len(self._others)

    async def _counted(self) -> int:
        query = [*search([OPEN, *self._filters()], (2,)), ("range", "0-0")]
        return (await self._session.get("search/Ticket", query)).total

    async def _swept_again(self) -> list[Change]:
        """Read everything again; the changes that this showed."""
        before = dict(self.tickets)
        await self.sweep()
        changes = [
            Change(old, None) for identity, old in before.items() if identity not in self.tickets
        ]
        for identity, new in self.tickets.items():
            old = before.get(identity)
            if old is None or (old.row, old.users) != (new.row, new.users):
                changes.append(Change(old, new, returned=self._returns(identity, old)))
        self._leave(changes)
        return changes

    async def sweep(self) -> None:
        """Read every open ticket. Raises what a page raised; then all stays as it was."""
        await self._session.log_in()
        await self._see_groups()
        began = self._session.now() - datetime.timedelta(seconds=BACK)
        query = search([OPEN, *self._filters()], COLUMNS)

        async def fetch(first: int, last: int) -> Answer:
            return await self._session.get("search/Ticket", [*query, ("range", f"{first}-{last}")])

        rows: dict[int, Row] = {}
        async for page in pages(fetch, self._session.page, "2"):
            rows |= {identity: row for row in page if (identity := number(row.get("2")))}
        rows = {i: row for i, row in rows.items() if number(row.get("12")) not in (SOLVED, CLOSED)}
        others = {identity for identity, row in rows.items() if not self._is_ours(row)}
        rows = {identity: row for identity, row in rows.items() if identity not in others}
        users = await self._assignments.of(rows, self._filters())
        found = {}
        for identity, row in rows.items():
            found[identity] = self._ticket(identity, _bare(row), users.get(identity, ()))
        await self._people.learn(user for ticket in found.values() for user in ticket.users)
        for identity, ticket in found.items():
            old = self.tickets.get(identity)
            if old and (old.row, old.users, old.late) == (ticket.row, ticket.users, ticket.late):
                found[identity] = old
        self.tickets, self._others, self._since, self.swept = found, others, began, True
        self._count()

    async def _merge(self, rows: Sequence[Row]) -> list[Change]:
        """Take changed tickets in; those that really did change."""
        changes = []
        users = {user for row in rows for user in users_of(row)}
        await self._people.learn(users)
        for row in rows:
            identity = number(row.get("2"))
            if identity is None:
                continue
            old, status = self.tickets.get(identity), number(row.get("12"))
            solved = status in (SOLVED, CLOSED)
            self._others.discard(identity)
            if solved or not self._is_ours(row):
                if not solved:
                    self._others.add(identity)
                if old is not None:
                    del self.tickets[identity]
                    changes.append(Change(old, None, left=status if solved else None))
                continue
            new = self._ticket(identity, _bare(row), tuple(sorted(users_of(row))))
            if old is not None and (old.row, old.users) == (new.row, new.users):
                continue
            self.tickets[identity] = new
            changes.append(Change(old, new, returned=self._returns(identity, old)))
        self._leave(changes)
        if changes:
            self._count()
        return changes

    async def _changed_since(self, since: datetime.datetime) -> Answer:
        back = since - datetime.timedelta(seconds=1)  # GLPI's "more than" leaves out the second
        text = earliest(back.astimezone(self._session.zone), self._session.now())
        changed = Criterion(19, "morethan", text)
        query = search([changed, *self._filters()], (*COLUMNS, TECHNICIAN), sort=19, order="DESC")
        answer = await self._session.get("search/Ticket", [*query, ("range", f"0-{LOOK - 1}")])
        return answer

    def _newest(self, rows: Sequence[Row], since: datetime.datetime) -> datetime.datetime:
        """From when the next look asks: the newest change seen, and never GLPI's future."""
        zone, now = self._session.zone, self._session.now()
        moments = [instant(row.get("19"), zone) for row in rows]
        newest = max((moment for moment in moments if moment and moment <= now), default=since)
        return max(since, newest - datetime.timedelta(seconds=BACK))

    async def _see_groups(self) -> None:
        if self._settings.groups and not self.groups:
            found = await self._people.find(self._settings.groups)
            self.groups = sorted({group for ids in found for group in ids})

    def _filters(self) -> list[Criterion | list[Criterion]]:
        if not self.groups or not self._session.filters_groups:
            return []
        return [[Criterion(8, "under", str(group)) for group in self.groups]]

    def _is_ours(self, row: Row) -> bool:
        """Whether a ticket is one of the groups', where GLPI couldn't be asked for these alone."""
        if not self.groups or self._session.filters_groups:
            return True
        return not set(self.groups).isdisjoint(many(row.get(GROUPS)))

    # One ticket

    def _ticket(self, identity: int, row: Row, users: tuple[int, ...]) -> Ticket:
        major, zone = self._session.major, self._session.zone
        status = number(row.get("12"))
        due = None if status == PENDING else instant(row.get("18"), zone)
        return Ticket(
            identity,
            row,
            typed(row.get("1"), major),
            status,
            number(row.get("3")),
            tuple(typed(name, major) for name in many(row.get("8"))),
            due,
            self._words.priority(str(row.get("3"))) or "medium",
            users,
            due is not None and due <= self._session.now(),
        )

    def grow_late(self) -> bool:
        """Mark the tickets whose time to resolve has passed meanwhile; whether one did."""
        now = self._session.now()
        passed = list(takewhile(lambda ticket: _due(ticket) <= now, self.due.values()))
        for ticket in passed:
            ticket.late, ticket.encoded = True, None
            del self.due[ticket.id]
        return bool(passed)

    def frame(self) -> bytes:
        """All open tickets as the guide's ``tickets_update``, the newest first."""
        rows = [self._encoded(self.tickets[each]) for each in sorted(self.tickets, reverse=True)]
        counts = Counter(ticket.severity for ticket in self.tickets.values())
        names: tuple[Severity, ...] = ("critical", "high", "medium", "low")
        counters = {name: counts[name] for name in names} | {"total": len(rows)}
        message: dict[str, Any] = {"type": "tickets_update", "data": rows, "counters": counters}
        return encode(message | {"timestamp": timestamp()})

    def _encoded(self, ticket: Ticket) -> Raw:
        if ticket.encoded is None:
            ticket.encoded = Raw(encode(self.guide(ticket)))
        return ticket.encoded

    def guide(self, ticket: Ticket) -> dict[str, Any]:
        """A ticket with the guide's fields."""
        major, zone, row = self._session.major, self._session.zone, ticket.row
        login = self._session.login
        found: dict[str, Any] = {
            "id": str(ticket.id),
            "title": ticket.title,
            "description": described(row.get("21"), major),
            "assignedTo": self.assigned_to(ticket),
            "priority": ticket.severity,
            "status": _STATUSES.get(ticket.status or 0, str(ticket.status or "")),
            "createdAt": stamp(instant(row.get("15"), zone)),
            "updatedAt": stamp(instant(row.get("19"), zone)),
            "entity": last_part(row.get("80"), major) or (login.entity if login else ""),
            "urgency": urgency(self._language, number(row.get("10"))),
        }
        if ticket.groups:
            found["groups"] = list(ticket.groups)
        if ticket.due is not None:
            found |= {"dueAt": stamp(ticket.due), "late": ticket.late}
        return found

    def assigned_to(self, ticket: Ticket) -> str:
        """Its technicians, else its groups; empty when it is nobody's."""
        names = [self._people.name(user) for user in ticket.users]
        groups = many(ticket.row.get("8"))
        return ", ".join(names or [last_part(each, self._session.major) for each in groups])

    # Who comes and goes

    def _count(self) -> None:
        self.held = Counter(user for ticket in self.tickets.values() for user in ticket.users)
        ahead = [ticket for ticket in self.tickets.values() if ticket.due and not ticket.late]
        self.due = {ticket.id: ticket for ticket in sorted(ahead, key=_due)}

    def _returns(self, identity: int, before: Ticket | None) -> bool:
        """Whether a ticket that was solved or closed is open again, and not only in sight again."""
        return before is None and self._gone.pop(identity, None) is not None

    def _leave(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.before is not None and change.after is None:
                self._gone[change.before.id] = change.left
        while len(self._gone) > REMEMBERED:
            self._gone.popitem(last=False)


def _bare(row: Row) -> Row:
    """A row as a sweep has it: without its technicians."""
    return {name: value for name, value in row.items() if name != str(TECHNICIAN)}


def _due(ticket: Ticket) -> datetime.datetime:
    assert ticket.due is not None
    return ticket.due
