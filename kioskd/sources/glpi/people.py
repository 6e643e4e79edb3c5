"""Groups, their members, and the names of the users that tickets are assigned to."""

import asyncio
import datetime
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kioskd.config import GlpiPeople, Language
from kioskd.core.messages import Json
from kioskd.sources.glpi.answers import RightMissing
from kioskd.sources.glpi.search import Criterion, Fetch, Query, Row, number, pages, search
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import instant, last_part, typed
from kioskd.sources.glpi.words import say
from kioskd.sources.outage import Refusal

# Login, id, surname, first name, active, title, category, active from, active until.
COLUMNS = (1, 2, 34, 9, 8, 81, 82, 62, 63)
BATCH = 25  # users in one search: its address stays far below the 8 kB that web servers take
PAGE = 500
FRESH = 3600.0  # seconds for which a user's name is believed


@dataclass(frozen=True)
class Group:
    id: int
    name: str
    path: str
    """With the names of the groups above it."""


@dataclass(frozen=True)
class User:
    id: int
    name: str
    active: bool
    title: str
    login: str = ""
    begins: datetime.datetime | None = None
    ends: datetime.datetime | None = None

    def may_log_in(self, now: datetime.datetime) -> bool:
        """Whether the account is active, and within its dates."""
        begun = self.begins is None or self.begins <= now
        return self.active and begun and (self.ends is None or now < self.ends)


class People:
    """What is known of groups and users. Asks GLPI for what it doesn't know, or no more."""

    def __init__(self, session: Session, language: Language) -> None:
        self._session = session
        self._language = language
        self._users: dict[int, User | None] = {}
        self._asked: dict[int, float] = {}
        self._groups: dict[int, Group] | None = None
        self.right_missing: RightMissing | None = None
        """The profile may not read users."""

    async def groups(self) -> dict[int, Group]:
        """Every group that the account may see, read once an hour."""
        if self._groups is None:
            found: dict[int, Group] = {}
            major = self._session.major

            async def fetch(first: int, last: int) -> Answer:
                query = [("range", f"{first}-{last}"), ("get_hateoas", "false"), ("sort", "id")]
                return await self._session.get("Group", query)

            async for rows in pages(fetch, PAGE, "id"):
                for row in rows:
                    if (identity := number(row.get("id"))) is not None:
                        name = typed(row.get("name"), major)
                        path = typed(row.get("completename"), major) or name
                        found[identity] = Group(identity, name, path)
            self._groups = found
        return self._groups

    async def find(self, wanted: Iterable[str]) -> list[list[int]]:
        """The groups of each of these names or numbers, those below it included.

        Raises ``Refusal`` naming the group that isn't there.
        """
        known = await self.groups()
        found = []
        for name in wanted:
            tops = [
                group
                for group in known.values()
                if _plain(name) in (_plain(group.name), _plain(group.path), str(group.id))
            ]
            if not tops:
                near = ", ".join(sorted(group.name for group in known.values())[:8])
                raise Refusal("glpi_group", place=self._session.place, group=name, groups=near)
            paths = tuple(f"{top.path} > " for top in tops)
            ids = [top.id for top in tops]
            ids += [g.id for g in known.values() if g.path.startswith(paths) and g.id not in ids]
            found.append(ids)
        return found

    async def members(self, groups: Iterable[int]) -> list[User]:
        """The users in any of these groups, in the order of their names."""
        found: dict[int, User] = {}
        for group in groups:
            criteria = [Criterion(13, "equals", str(group))]
            async for rows in pages(self._fetch(search(criteria, COLUMNS)), PAGE, "2"):
                for user in self._read(rows):
                    found[user.id] = user
        return sorted(found.values(), key=lambda user: (_plain(user.name), user.id))

    async def named(self, logins: Sequence[str]) -> list[User]:
        """The users with these logins, in this order. Raises ``Refusal`` for one that isn't there.

        An address takes so many at a time, so they are asked for in several searches.
        """
        found: dict[str, User] = {}
        for start in range(0, len(logins), BATCH):
            some = [Criterion(1, "contains", f"^{each}$") for each in logins[start : start + BATCH]]
            async for rows in pages(self._fetch(search([some], COLUMNS)), PAGE, "2"):
                found |= {user.login.casefold(): user for user in self._read(rows)}
        for login in logins:
            if login.casefold() not in found:
                raise Refusal("glpi_user", place=self._session.place, user=login)
        return [found[login.casefold()] for login in logins]

    async def learn(self, wanted: Iterable[int]) -> None:
        """See to it that the names of these users are known, as far as GLPI tells them."""
        now = asyncio.get_running_loop().time()
        missing = [
            each for each in dict.fromkeys(wanted) if now - self._asked.get(each, -FRESH) >= FRESH
        ]
        for start in range(0, 0 if self.right_missing else len(missing), BATCH):
            some = missing[start : start + BATCH]
            criteria = [Criterion(2, "equals", str(each)) for each in some]
            query = [*search([criteria], COLUMNS), ("range", f"0-{BATCH * 2}")]
            try:
                found = self._read((await self._session.get("search/User", query)).rows)
                # GLPI ignores what it can't read, and gives everybody: believe what is asked for.
                if not {user.id for user in found}.issuperset(some):
                    trash = [*query, ("is_deleted", "1")]  # they hold their tickets all the same
                    found += self._read((await self._session.get("search/User", trash)).rows)
            except RightMissing as missing:
                self.right_missing = missing  # whoever shows names shows numbers instead
                return
            self._asked |= dict.fromkeys(some, now)
            known = {user.id for user in found}
            self._users |= {each: None for each in some if each not in known}

    def name(self, user: int) -> str:
        """A user's name; the number of one that GLPI doesn't tell."""
        known = self._users.get(user)
        return known.name if known else say(self._language, "user", id=user)

    def forget(self) -> None:
        """Ask for the groups again, and for what was refused."""
        self._groups, self.right_missing = None, None

    def _fetch(self, query: Query) -> Fetch:
        async def fetch(first: int, last: int) -> Answer:
            return await self._session.get("search/User", [*query, ("range", f"{first}-{last}")])

        return fetch

    def _read(self, rows: Iterable[Row]) -> list[User]:
        major, zone = self._session.major, self._session.zone
        found = []
        for row in rows:
            identity = number(row.get("2"))
            if identity is None:
                continue
            names = (typed(row.get("9"), major), typed(row.get("34"), major))
            name = " ".join(filter(None, names)) or typed(row.get("1"), major)
            title = typed(row.get("81"), major) or last_part(row.get("82"), major)
            active = row.get("8") in (1, "1")
            dates = instant(row.get("62"), zone), instant(row.get("63"), zone)
            login = typed(row.get("1"), major)
            user = User(identity, name, active, title, login, *dates)
            self._users[identity] = user
            self._asked[identity] = asyncio.get_running_loop().time()
            found.append(user)
        return found


def listed(
    settings: GlpiPeople,
    role: str,
    users: Iterable[User],
    held: Mapping[int, int],
    now: datetime.datetime,
) -> list[Json]:
    """One of the guide's two lists: who may not log in any more stands in none.

    ``held`` says how many open tickets each user has.
    """
    people = []
    for user in users:
        if not user.may_log_in(now):
            continue
        count = held.get(user.id, 0)
        free = settings.available_below is None or count < settings.available_below
        people.append(
            {
                "id": f"{role}-{user.id}",
                "name": user.name,
                "role": role,
                "specialization": user.title or settings.group or "",
                "available": free,
                "assignedCount": count,
            }
        )
    return people


def _plain(text: str) -> str:
    """For comparing names: neither capitals nor accents count."""
    bare = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(bare).casefold().split())
