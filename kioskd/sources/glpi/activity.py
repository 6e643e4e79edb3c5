"""What lately happened to the tickets: GLPI's own history, else what kioskd saw change.

Never both: the history needs the right ``logs``, and once it is refused the changes are told.
"""

import datetime
import hashlib
import re
from collections import deque
from collections.abc import Iterable, Sequence

from kioskd.config import Language
from kioskd.core.messages import Json
from kioskd.sources.glpi.people import People
from kioskd.sources.glpi.search import Row, number
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.text import instant, last_part, stamp
from kioskd.sources.glpi.tickets import Change, Desk
from kioskd.sources.glpi.words import priority, say, status

SHOWN = 20
READ = 80  # rows of history: one assignment writes three of them
_IN_PARENTHESES = re.compile(r"^(.*) \((\d+)\)$", re.DOTALL)
ADDED = 15
TECHNICIAN, GROUP, STATUS, PRIORITY, SATISFACTION = 5, 8, 12, 3, 62
# The panels have a word for each of these, in every language.
_TYPES = {
    "creation": "new",
    "assignment": "assignment",
    "unassignment": "assignment",
    "resolution": "closed",
    "closing": "closed",
    "priority": "escalation",
}
OTHER = "progress"


class Activity:
    """``only_known`` leaves out tickets that are not the desk's: the history knows no entity."""

    def __init__(
        self, session: Session, desk: Desk, people: People, language: Language, only_known: bool
    ) -> None:
        self.has_log = True
        self._session = session
        self._desk = desk
        self._people = people
        self._language = language
        self._only_known = only_known
        self._log: list[Json] = []
        self._seen: deque[Json] = deque(maxlen=SHOWN)

    def lines(self) -> list[Json]:
        """The newest first, as the guide's ``recentActivity``."""
        return self._log if self.has_log else list(self._seen)

    async def read(self) -> None:
        """Read the history. Raises ``RightMissing`` where the profile may not."""
        query = [
            ("range", f"0-{READ - 1}"),
            ("sort", "id"),
            ("order", "DESC"),
            ("get_hateoas", "false"),
            ("searchText[itemtype]", "^Ticket$"),
        ]
        rows = (await self._session.get("Log", query)).rows
        people = [found[1] for row in rows if (found := self._who(row)) and _is(row, TECHNICIAN)]
        await self._people.learn(people)
        self._log = self._told(rows)[:SHOWN]

    def see(self, changes: Iterable[Change]) -> None:
        """Changes of tickets, for when there is no history to read."""
        for change in changes:
            for key, fill in self._changed(change):
                ticket = change.after or change.before
                assert ticket is not None
                now = self._session.now()
                self._seen.appendleft(self._line(key, ticket.id, now, "", fill))

    def _changed(self, change: Change) -> list[tuple[str, dict[str, str]]]:
        before, after = change.before, change.after
        if after is None:
            gone = {5: "resolution", 6: "closing"}.get(change.left or 0)
            return [(gone, {})] if gone else []
        if before is None:
            found: list[tuple[str, dict[str, str]]] = [
                ("reopening" if change.returned else "creation", {})
            ]
        else:
            found = []
            if before.priority != after.priority:
                found.append(("priority", {"what": priority(self._language, after.priority)}))
            if before.status != after.status and (before.status, after.status) != (1, 2):
                found.append(("status_change", {"what": status(self._language, after.status)}))
        if after.users and (before is None or before.users != after.users):
            found.append(("assignment", {"who": self._desk.assigned_to(after)}))
        return found

    # The history

    def _told(self, rows: Sequence[Row]) -> list[Json]:
        """The lines of history that mean something to the room."""
        found, done = [], set()
        for row in rows:
            ticket, moment = number(row.get("items_id")), row.get("date_mod")
            if ticket is None or (self._only_known and not self._desk.knows(ticket)):
                continue
            if (meant := self._meant(row, rows)) is None:
                continue
            key, fill = meant
            if (ticket, moment, key, *fill.values()) in done:
                continue
            done.add((ticket, moment, key, *fill.values()))
            when = instant(moment, self._session.zone)
            if when is not None:
                line = self._line(key, ticket, when, f"log-{row.get('id')}", fill)
                # GLPI writes the opening of a ticket after the assignments that came with it.
                found.append((when, key != "creation", number(row.get("id")) or 0, line))
        found.sort(key=lambda each: each[:3], reverse=True)
        return [line for *_, line in found]

    def _meant(self, row: Row, rows: Sequence[Row]) -> tuple[str, dict[str, str]] | None:
        action, option = number(row.get("linked_action")), number(row.get("id_search_option"))
        match action:
            case 20:
                return "creation", {}
            case 13:
                return "deletion", {}
            case 14:
                return "restoring", {}
            case 15 if option in (TECHNICIAN, GROUP) and (found := self._who(row)):
                return "assignment", {"who": self._named(row, found)}
            case 16 if option in (TECHNICIAN, GROUP) and (found := self._who(row, "old_value")):
                return "unassignment", {"who": self._named(row, found)}
            case 17:
                kinds = {"ITILFollowup": "comment", "TicketTask": "task"}
                key = kinds.get(str(row.get("itemtype_link")))
                return (key, {}) if key else None
            case 0 if option == STATUS:
                return self._status(row, rows)
            case 0 if option == PRIORITY:
                what = priority(self._language, number(row.get("new_value")))
                return "priority", {"what": what}
            case 0 if option == SATISFACTION:
                return "survey", {}
        return None

    def _status(self, row: Row, rows: Sequence[Row]) -> tuple[str, dict[str, str]] | None:
        old, new = number(row.get("old_value")), number(row.get("new_value"))
        if new == 5:
            return "resolution", {}
        if new == 6:
            return "closing", {}
        if old in (5, 6):
            return "reopening", {}
        together = (row.get("items_id"), row.get("date_mod"))
        if (old, new) == (1, 2) and any(
            (each.get("items_id"), each.get("date_mod")) == together
            and number(each.get("linked_action")) == ADDED
            for each in rows
        ):
            return None  # the assignment beside it says it better
        return "status_change", {"what": status(self._language, new)}

    def _who(self, row: Row, field: str = "new_value") -> tuple[str, int] | None:
        """The name, as it is stored, and the number in ``Silva João (7)``."""
        found = _IN_PARENTHESES.match(str(row.get(field)))
        return (found[1], int(found[2])) if found else None

    def _named(self, row: Row, found: tuple[str, int]) -> str:
        name, identity = found
        if _is(row, TECHNICIAN) and str(row.get("itemtype_link")) == "User":
            return self._people.name(identity)
        return last_part(name, self._session.major)

    def _line(
        self, key: str, ticket: int, when: datetime.datetime, identity: str, fill: dict[str, str]
    ) -> Json:
        known = self._desk.tickets.get(ticket)
        said = say(self._language, key, id=ticket, **fill)
        moment = stamp(when)
        own = hashlib.sha1(f"{moment} {said}".encode(), usedforsecurity=False).hexdigest()[:12]
        return {
            "id": identity or f"seen-{own}",
            "timestamp": moment,
            "description": said,
            "type": _TYPES.get(key, OTHER),
            "severity": known.severity if known else "low",
        }


def _is(row: Row, option: int) -> bool:
    return number(row.get("id_search_option")) == option
