"""GLPI 11's and 12's High-level API, told in the columns of the legacy one.

Known from GLPI's own source (glpi-project/glpi, src/Glpi/Api/HL) and from answers of an 11.0.7,
not from recordings: what GLPI ignores instead of refusing it (older ones ignore an unknown field in
a filter) is looked at again by whoever asks. It has no history of tickets, no members of groups and
no list of surveys; the legacy API, which 11 and 12 still serve, has them.
"""

import dataclasses
import datetime
import time
from collections.abc import Mapping
from typing import Any

from kioskd.sources.glpi import highlevel_rows as rows
from kioskd.sources.glpi.answers import GenericError, NotThere, RightMissing, SessionEnded
from kioskd.sources.glpi.highlevel_rows import inner
from kioskd.sources.glpi.login import Login, simplified
from kioskd.sources.glpi.search import Query, Row, number, pages
from kioskd.sources.glpi.session import Session
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import written
from kioskd.sources.outage import Outage, Refusal

OLDEST = (2, 3)  # before it, projects have neither state nor progress
EXPIRY = 60.0  # seconds before its end that a token is renewed
LIFETIME = 3600.0  # seconds that a token lives where GLPI doesn't say: its own default
MOST = 1000  # projects and tasks in one page
STATISTICS = "Assistance/Stat/Ticket/Global"


class HighLevel(Session):
    """As ``Session``; the login is an OAuth token, got with the account's name and password."""

    filters_groups = False
    has_surveys = False
    page = 200  # GLPI reads a ticket's actors one ticket at a time

    # The login

    def _is_old(self, login: Login) -> bool:
        return time.monotonic() > login.ends - EXPIRY

    async def _new_login(self) -> Login:
        """A fresh token for the login that stands, where there is one; else a new login."""
        old = self.login
        if old is not None and old.refresh:
            try:
                return await self._token(old, "refresh_token", {"refresh_token": old.refresh})
            except Refusal:
                self._context.memory.pop("login", None)
        oauth = self._settings.oauth
        assert oauth is not None  # ``Glpi`` demands it
        login = Login("", self._context.zone, version=await self._newest_version())
        who = {
            "username": self._secret(oauth.user_file),
            "password": self._secret(oauth.password_file),
        }
        login = await self._token(login, "password", who)
        try:
            session = await self._asked("GET", login, "session")
        except (SessionEnded, GenericError) as error:
            raise Outage("glpi_session", place=self.place, detail=str(error)) from None
        found = session.data if isinstance(session.data, dict) else {}
        profile, entity = inner(found, "active_profile"), inner(found, "active_entity")
        wanted = self._settings.entity
        if wanted is not None and number(entity.get("id")) != wanted:
            # GLPI goes on with the account's own entity instead, and says nothing.
            raise Refusal("glpi_entity", place=self.place, entity=str(wanted))
        return dataclasses.replace(
            login,
            zone=self._zone(rows.face(found.get("current_time"))),
            profile=str(profile.get("name") or ""),
            partial=("Ticket",) if simplified(profile) else (),
            user=number(found.get("user_id")),
            name=str(found.get("name") or ""),
            entity=str(entity.get("short_name") or ""),
        )

    async def _token(self, login: Login, grant: str, who: dict[str, str]) -> Login:
        """``login`` with a token. Raises ``Refusal`` where GLPI gives none."""
        oauth = self._settings.oauth
        assert oauth is not None
        body = {
            "grant_type": grant,
            "client_id": self._secret(oauth.client_id_file),
            "client_secret": self._secret(oauth.client_secret_file),
            "scope": "api",
        }
        try:
            told = (await self._ask("POST", "token", None, body | who, {})).data
        except (SessionEnded, RightMissing):
            raise Refusal("glpi_oauth", place=self.place, detail="HTTP 403") from None
        except GenericError as error:
            raise Refusal("glpi_oauth", place=self.place, detail=str(error)) from None
        told = told if isinstance(told, dict) else {}
        token, refresh = told.get("access_token"), told.get("refresh_token")
        if not isinstance(token, str) or not token.isprintable() or not token:
            raise Outage("glpi_garbled", place=self.place, path="token")
        seconds = number(told.get("expires_in")) or LIFETIME
        return dataclasses.replace(
            login,
            token=token,
            refresh=refresh if isinstance(refresh, str) else "",
            ends=time.monotonic() + seconds,
        )

    async def _newest_version(self) -> str:
        """The newest 2.x that this GLPI serves, as it stands in addresses."""
        try:
            found = (await self._ask("GET", "", None, None, {})).data
        except (RightMissing, SessionEnded, GenericError) as error:
            raise Refusal("glpi_api_off", place=self.place, detail=str(error)) from None
        told = found.get("api_versions") if isinstance(found, dict) else None
        versions = []
        for each in told if isinstance(told, list) else []:
            parts = str(each.get("version", "") if isinstance(each, dict) else "").split(".")
            if len(parts) >= 2 and parts[0] == "2" and parts[1].isdecimal():
                versions.append((2, int(parts[1])))
        newest = max(versions, default=(0, 0))
        if newest < OLDEST:
            shown = ".".join(map(str, newest)) if versions else "?"
            raise Refusal("glpi_version", place=self.place, version=shown)
        return f"v2.{newest[1]}"

    async def knock(self) -> str:
        return await self._newest_version()

    async def _clock(self) -> object:
        told = (await self.below("session")).data
        return rows.face(told.get("current_time")) if isinstance(told, dict) else None

    async def _end(self, token: str) -> None:
        """Nothing to end: the token expires by itself."""

    # Requests

    @property
    def major(self) -> int:
        return 11  # texts are stored as they were typed

    async def _asked(
        self,
        method: str,
        login: Login,
        path: str,
        query: Query | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {login.token}"}
        if self._settings.entity is not None:
            headers["GLPI-Entity"] = str(self._settings.entity)
            headers["GLPI-Entity-Recursive"] = "true"
        return await self._ask(method, f"{login.version}/{path}", query, body, headers)

    async def _under_login(
        self, method: str, path: str, query: Query | None, body: Mapping[str, Any] | None
    ) -> Answer:
        for again in (False, True):
            login = await self.log_in()
            try:
                return await self._asked(method, login, path, query, body)
            except SessionEnded:
                if self.login is login:
                    self._context.memory.pop("login", None)
                if again:
                    raise Outage("glpi_session", place=self.place) from None
            except GenericError as error:
                detail = str(error)
                if method != "GET":  # it read what it was sent, and would not have it
                    raise Refusal("glpi_write", place=self.place, detail=detail) from None
                raise Outage("glpi_error", place=self.place, path=path, detail=detail) from None
            except RightMissing:
                what = path.rpartition("/")[2]
                raise RightMissing(self.place, login.profile, what) from None
        raise AssertionError

    # The questions of the legacy API

    async def get(self, path: str, query: Query | None = None) -> Answer:
        asked, criteria = dict(query or []), query or []
        match path:
            case "search/Ticket":
                wanted = rows.tickets_filter(criteria)
                answer = await self._list("Assistance/Ticket", wanted, asked)
                return _told(answer, [rows.ticket(row, self._local) for row in answer.rows])
            case "search/User":
                wanted = rows.users_filter(criteria)
                answer = await self._list("Administration/User", wanted, asked)
                return _told(answer, [rows.user(row, self._local) for row in answer.rows])
            case "Entity":
                return await self._list("Administration/Entity", "", asked)
            case "Group":
                return await self._list("Administration/Group", "", asked)
            case "Project":
                answer = await self._list("Project", "is_deleted==false", asked)
                return _told(answer, [rows.project(row, self._local) for row in answer.rows])
            case "ProjectState":
                return await self._states()
            case "search/Project":
                return await self._tasks()
        raise RightMissing(self.place, self.login.profile if self.login else "", path)

    async def below(self, path: str) -> Answer:
        """A list of the API's own, below one item."""
        return await self._under_login("GET", path, None, None)

    async def answered(self, days: int) -> tuple[int, float | None] | None:
        """The surveys of the tickets closed in so many days, as GLPI's statistics reckon them.

        Each month's mean, already scaled to 5, counts as often as there were answers (src/Stat.php,
        ``inter_avgsatisfaction``; ReportController.php, ``getITILGlobalStats``).
        """
        await self.log_in()
        today = self.now().date()
        began = today - datetime.timedelta(days=days)
        query = [("date_start", began.isoformat()), ("date_end", today.isoformat())]
        try:
            told = (await self._under_login("GET", STATISTICS, query, None)).data
        except NotThere:
            return None
        found = told if isinstance(told, dict) else {}
        counts = found.get("satisfaction_surveys_answered")
        means = found.get("satisfaction_surveys_avg_rating")
        if not isinstance(counts, list) or not isinstance(means, list):
            return None
        months = [
            (int(count), float(mean))
            for count, mean in zip(counts, means, strict=False)
            if isinstance(count, int) and isinstance(mean, int | float)
        ]
        total = sum(count for count, _ in months)
        mean = sum(count * mean for count, mean in months) / total if total else None
        return total, mean

    async def _list(self, path: str, wanted: str, asked: Mapping[str, str]) -> Answer:
        first, last = rows.places(asked.get("range", ""), MOST)
        field = rows.FIELDS.get(asked.get("sort", ""), "id")
        query = [("start", str(first)), ("limit", str(last - first + 1))]
        query.append(("sort", f"{field}:{asked.get('order', 'ASC').lower()}"))
        if wanted:
            query.append(("filter", wanted))
        return await self._under_login("GET", path, query, None)

    async def _all(self, path: str, wanted: str) -> list[Row]:
        async def fetch(first: int, last: int) -> Answer:
            return await self._list(path, wanted, {"range": f"{first}-{last}"})

        found: dict[int, Row] = {}
        async for page in pages(fetch, MOST, "id"):
            found |= {identity: row for row in page if (identity := number(row.get("id")))}
        return list(found.values())

    def _local(self, moment: object) -> str | None:
        """An RFC 3339 time as the legacy API writes it: local, without its zone."""
        try:
            found = datetime.datetime.fromisoformat(str(moment))
        except ValueError:
            return None
        return written(found if found.tzinfo is None else found.astimezone(self.zone))

    async def _states(self) -> Answer:
        """The states of the projects there are: the API has no list of all, nor which is final."""
        states: dict[int, Row] = {}
        for row in await self._all("Project", "is_deleted==false"):
            state = inner(row, "status")
            if (identity := number(state.get("id"))) is not None:
                final = state.get("is_finished")
                told = {"is_finished": int(final is True)} if final is not None else {}
                states[identity] = {"id": identity, "name": state.get("name")} | told
        listed = list(states.values())
        return Answer(listed, len(listed), listed)

    async def _tasks(self) -> Answer:
        """Each project with the percentages of its tasks, as the legacy search has them."""
        done: dict[int, list[Any]] = {}
        for task in await self._all("Project/Task", ""):
            project = number(inner(task, "project").get("id"))
            if project is not None and task.get("is_deleted") is not True:
                done.setdefault(project, []).append(task.get("percent_done") or 0)
        listed: list[Row] = [
            {"2": identity, "12": inner(row, "status").get("name"), "117": done.get(identity)}
            for row in await self._all("Project", "is_deleted==false")
            if (identity := number(row.get("id"))) is not None
        ]
        return Answer(listed, len(listed), listed)


def _told(answer: Answer, told: list[Row]) -> Answer:
    return Answer(answer.data, answer.total, told)
