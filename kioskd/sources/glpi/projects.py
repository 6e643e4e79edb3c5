"""The projects that are not finished, with their states as the house named them.

GLPI 10 and older show a project's tasks only to those in their teams, and answer everybody else
with an empty list. What a search for projects says of their tasks' percentages is not restricted:
tasks are counted by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kioskd.config import Meaning
from kioskd.core.messages import Json, encode, timestamp
from kioskd.core.words import Words
from kioskd.sources.glpi.answers import RightMissing
from kioskd.sources.glpi.people import Group, People
from kioskd.sources.glpi.search import Row, many, number, pages, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import instant, local, stamp, typed

STATE, TASKS_DONE = 12, 117
PAGE = 500
# The states that GLPI comes with; a house may rename them, and add its own.
_SHIPPED = {"new": "planning", "processing": "in_progress", "closed": "done"}


@dataclass(frozen=True)
class State:
    name: str
    finished: bool


class Projects:
    def __init__(self, session: Session, people: People, words: Mapping[str, Meaning]) -> None:
        self._words = Words(words)
        self._session = session
        self._people = people
        self.right_missing: RightMissing | None = None
        """The profile may not read the states: then their names tell which projects are over."""

    async def read(self) -> bytes:
        """The guide's ``projects_update``."""
        states = await self._states()
        rows = await self._list("Project")
        told = await self._searched()
        shown = [row for row in rows if self._is_shown(row, states, told)]
        responsible = [user for row in shown if (user := number(row.get("users_id")))]
        await self._people.learn(responsible)
        groups = await self._groups() if any(row.get("groups_id") for row in shown) else {}
        data = []
        for row in shown:
            group = groups.get(number(row.get("groups_id")) or 0)
            data.append(self._guide(row, states, told, group.name if group else ""))
        return encode({"type": "projects_update", "data": data, "timestamp": timestamp()})

    async def _groups(self) -> dict[int, Group]:
        try:
            return await self._people.groups()
        except RightMissing:
            return {}  # a project of a group is nobody's, then

    async def _states(self) -> dict[int, State]:
        try:
            rows = await self._list("ProjectState")
        except RightMissing as missing:
            self.right_missing = missing
            return {}
        self.right_missing = None
        major = self._session.major
        found = {}
        for row in rows:
            if (identity := number(row.get("id"))) is not None:
                name, final = typed(row.get("name"), major), row.get("is_finished")
                done = self._is_done(name) if final is None else final in (1, "1")
                found[identity] = State(name, done)
        return found

    def _is_done(self, name: str) -> bool:
        """Whether a state is final by its name alone, where GLPI doesn't say."""
        return self._words.status(name) in ("closed", "done", "cancelled")

    async def _list(self, kind: str) -> list[Row]:
        async def fetch(first: int, last: int) -> Answer:
            query = [("range", f"{first}-{last}"), ("get_hateoas", "false"), ("sort", "id")]
            return await self._session.get(kind, query)

        found: dict[int, Row] = {}
        async for rows in pages(fetch, PAGE, "id"):
            found |= {identity: row for row in rows if (identity := number(row.get("id")))}
        return list(found.values())

    async def _searched(self) -> dict[int, Row]:
        """Each project's state in words and the percentages of its tasks."""

        async def fetch(first: int, last: int) -> Answer:
            query = search([], (2, STATE, TASKS_DONE))
            return await self._session.get("search/Project", [*query, ("range", f"{first}-{last}")])

        found: dict[int, Row] = {}
        async for rows in pages(fetch, PAGE, "2"):
            found |= {identity: row for row in rows if (identity := number(row.get("2")))}
        return found

    def _is_shown(self, row: Row, states: Mapping[int, State], told: Mapping[int, Row]) -> bool:
        """Neither a template nor in the trash, in the entities that are active, not finished."""
        state = states.get(number(row.get("projectstates_id")) or 0)
        hidden = row.get("is_template") in (1, "1") or row.get("is_deleted") in (1, "1")
        if hidden or (found := told.get(number(row.get("id")) or 0)) is None:
            return False
        name = typed(found.get(str(STATE)), self._session.major)
        return not (state.finished if state else self._is_done(name))

    def _guide(
        self, row: Row, states: Mapping[int, State], told: Mapping[int, Row], group: str
    ) -> Json:
        major, zone = self._session.major, self._session.zone
        found = told.get(number(row.get("id")) or 0, {})
        state = states.get(number(row.get("projectstates_id")) or 0)
        name = state.name if state else typed(found.get(str(STATE)), major)
        done = [number(percent) or 0 for percent in many(found.get(str(TASKS_DONE)))]
        user = number(row.get("users_id"))
        due = local(row.get("plan_end_date"))
        return {
            "id": f"proj-{row.get('id')}",
            "name": typed(row.get("name"), major),
            "responsible": self._people.name(user) if user else group,
            "status": _SHIPPED.get(name.casefold(), name) if name else "planning",
            "completed": sum(percent >= 100 for percent in done),
            "inProgress": sum(0 < percent < 100 for percent in done),
            "pending": sum(percent <= 0 for percent in done),
            "progress": number(row.get("percent_done")) or 0,
            # The day in GLPI's zone: midnight there is the day before in UTC's evening.
            "dueDate": due.date().isoformat() if due else "",
            "updatedAt": stamp(instant(row.get("date_mod"), zone)),
        }
