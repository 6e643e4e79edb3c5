"""GLPI 11's and 12's High-level API, told in the columns of the legacy one.

Known from GLPI's own source and from a client that was measured on a GLPI 11, not from recordings:
what GLPI ignores instead of refusing it (an unknown field in a filter) is looked at again by
whoever asks. It has no history, no surveys, no members of groups and no agreed times; the legacy
API, which 11 and 12 still serve, has them.
"""

import dataclasses
import datetime
import re
from collections.abc import Mapping
from typing import Any

from kioskd.sources.glpi.answers import GenericError, RightMissing, SessionEnded
from kioskd.sources.glpi.search import Query, Row, many, number
from kioskd.sources.glpi.session import Answer, Login, Session
from kioskd.sources.glpi.text import written
from kioskd.sources.reasons import Outage, Refusal

OLDEST = (2, 3)  # before it, projects have neither state nor progress
EXPIRY = 60.0  # seconds before its end that a token is renewed
MOST = 1000  # projects and tasks
_RANGE = re.compile(r"(\d+)-(\d+)")
_FIELDS = {"2": "id", "15": "date", "19": "date_mod"}
_ASSIGNED = ("assigned", "assigned to", "assign", "2")


class HighLevel(Session):
    """As ``Session``; the login is an OAuth token, got with the account's name and password."""

    has_surveys = False

    async def _new_login(self) -> Login:
        oauth = self._settings.oauth
        assert oauth is not None
        version = await self._newest_version()
        body = {
            "grant_type": "password",
            "client_id": self._secret(oauth.client_id_file),
            "client_secret": self._secret(oauth.client_secret_file),
            "username": self._secret(oauth.user_file),
            "password": self._secret(oauth.password_file),
            "scope": "api",
        }
        try:
            told = (await self._ask("POST", "token", None, body, {})).data
        except (SessionEnded, GenericError, RightMissing) as error:
            raise Refusal("glpi_oauth", place=self.place, detail=str(error) or "refused") from None
        token = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(token, str) or not token:
            raise Outage("glpi_error", place=self.place, path="token", detail="no token")
        login = Login(token, self._context.zone, version=version)
        session = await self._asked(login, f"{version}/Session", None)
        found = session.data if isinstance(session.data, dict) else {}
        profile, entity = _inner(found, "active_profile"), _inner(found, "active_entity")
        return dataclasses.replace(
            login,
            zone=self._zone(_local_text(found.get("current_time"))),
            profile=str(profile.get("name") or ""),
            user=number(found.get("user_id")),
            name=str(found.get("name") or ""),
            entity=str(entity.get("short_name") or ""),
        )

    async def _newest_version(self) -> str:
        """The newest 2.x that this GLPI serves, as it stands in addresses."""
        found = (await self._ask("GET", "", None, None, {})).data
        told = found.get("api_versions") if isinstance(found, dict) else None
        versions = []
        for each in told if isinstance(told, list) else []:
            parts = str(each.get("version", "") if isinstance(each, dict) else "").split(".")
            if len(parts) >= 2 and parts[0] == "2" and parts[1].isdecimal():
                versions.append((2, int(parts[1])))
        newest = max(versions, default=(0, 0))
        if newest < OLDEST:
            shown = ".".join(map(str, newest)) if versions else "none of 2.x"
            raise Refusal("glpi_version", place=self.place, version=shown)
        return f"v2.{newest[1]}"

    @property
    def major(self) -> int:
        return 11  # texts are stored as they were typed

    async def _asked(self, login: Login, path: str, query: Query | None) -> Answer:
        headers = {"Authorization": f"Bearer {login.token}"}
        if self._settings.entity is not None:
            headers["GLPI-Entity"] = str(self._settings.entity)
            headers["GLPI-Entity-Recursive"] = "true"
        return await self._ask("GET", path, query, None, headers)

    async def _under_login(
        self, method: str, path: str, query: Query | None, body: Mapping[str, Any] | None
    ) -> Answer:
        login = await self.log_in()
        for again in (False, True):
            try:
                return await self._asked(login, f"{login.version}/{path}", query)
            except SessionEnded:
                if again:
                    raise Outage("glpi_session", place=self.place) from None
                self._context.memory.pop("login", None)
                login = await self.log_in()
            except GenericError as error:
                detail = str(error)
                raise Outage("glpi_error", place=self.place, path=path, detail=detail) from None
            except RightMissing:
                what = path.rpartition("/")[2]
                raise RightMissing(self.place, login.profile, what) from None
        raise AssertionError

    async def _end(self, token: str) -> None:
        """Nothing to end: the token expires by itself."""

    # The questions of the legacy API

    async def get(self, path: str, query: Query | None = None) -> Answer:
        await self.log_in()
        asked = dict(query or [])
        match path:
            case "search/Ticket":
                answer = await self._list("Assistance/Ticket", _filter(query or []), asked)
                return self._rows(answer, self._ticket)
            case "search/User":
                ids = [v for name, v in query or [] if name.endswith("[value]")]
                wanted = f"id=in=({','.join(ids)})"
                answer = await self._list("Administration/User", wanted, asked)
                return self._rows(answer, _user)
            case "Group":
                return await self._list("Administration/Group", "", asked)
            case "Project":
                answer = await self._list("Project", "is_deleted==false", asked)
                return self._rows(answer, self._project)
            case "ProjectState":
                return await self._states()
            case "search/Project":
                return await self._tasks()
        raise RightMissing(self.place, "", path)

    async def _list(self, path: str, wanted: str, asked: Mapping[str, str]) -> Answer:
        first, last = _places(asked.get("range", ""))
        field = _FIELDS.get(asked.get("sort", ""), "id")
        query = [("start", str(first)), ("limit", str(last - first + 1))]
        query.append(("sort", f"{field}:{asked.get('order', 'ASC').lower()}"))
        if wanted:
            query.append(("filter", wanted))
        return await self._under_login("GET", path, query, None)

    def _rows(self, answer: Answer, told: Any) -> Answer:
        return Answer(answer.data, answer.total, [told(row) for row in answer.rows])

    def _local(self, moment: object) -> str | None:
        """An RFC 3339 time as the legacy API writes it: local, without its zone."""
        try:
            found = datetime.datetime.fromisoformat(str(moment))
        except ValueError:
            return None
        return written(found if found.tzinfo is None else found.astimezone(self.zone))

    def _ticket(self, item: Row) -> Row:
        users, groups = [], []
        for each in many(item.get("team")):
            if isinstance(each, dict) and str(each.get("role", "")).casefold() in _ASSIGNED:
                kind = str(each.get("type", "")).rpartition("\\")[2]
                if kind == "User":
                    users.append(str(each.get("id")))
                elif kind == "Group":
                    groups.append(str(each.get("name") or ""))
        entity = _inner(item, "entity")
        return {
            "1": item.get("name"),
            "2": item.get("id"),
            "3": item.get("priority"),
            "5": users,
            "8": groups,
            "10": item.get("urgency"),
            "12": _inner(item, "status").get("id"),
            "15": self._local(item.get("date")),
            "18": None,
            "19": self._local(item.get("date_mod")),
            "21": item.get("content"),
            "80": entity.get("completename") or entity.get("name"),
            "150": item.get("take_into_account_duration"),
            "154": item.get("resolution_duration"),
        }

    def _project(self, item: Row) -> Row:
        return {
            "id": item.get("id"),
            "name": item.get("name"),
            "users_id": _inner(item, "user").get("id"),
            "groups_id": _inner(item, "group").get("id"),
            "projectstates_id": _inner(item, "status").get("id"),
            "plan_end_date": _local_text(item.get("plan_end_date")),
            "percent_done": item.get("percent_done"),
            "is_template": int(item.get("is_template") is True),
            "is_deleted": int(item.get("is_deleted") is True),
            "date_mod": self._local(item.get("date_mod")),
        }

    async def _states(self) -> Answer:
        """The states of the projects there are: the API has no list of all."""
        found = await self._list("Project", "is_deleted==false", {"range": f"0-{MOST - 1}"})
        states = {}
        for row in found.rows:
            state = _inner(row, "status")
            if (identity := number(state.get("id"))) is not None:
                finished = int(state.get("is_finished") is True)
                name = str(state.get("name") or "")
                states[identity] = {"id": identity, "name": name, "is_finished": finished}
        rows: list[Row] = list(states.values())
        return Answer(rows, len(rows), rows)

    async def _tasks(self) -> Answer:
        """Each project with the percentages of its tasks, as the legacy search has them."""
        whole = {"range": f"0-{MOST - 1}"}
        projects = await self._list("Project", "is_deleted==false", whole)
        done: dict[int, list[Any]] = {}
        for task in (await self._list("Project/Task", "", whole)).rows:
            if (project := number(_inner(task, "project").get("id"))) is not None:
                done.setdefault(project, []).append(task.get("percent_done") or 0)
        rows: list[Row] = [
            {"2": identity, "12": _inner(row, "status").get("name"), "117": done.get(identity)}
            for row in projects.rows
            if (identity := number(row.get("id"))) is not None
        ]
        return Answer(rows, len(rows), rows)


def _inner(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _user(item: Row) -> Row:
    return {
        "1": item.get("username"),
        "2": item.get("id"),
        "34": item.get("realname"),
        "9": item.get("firstname"),
        "8": int(item.get("is_active") is not False),
        "81": _inner(item, "title").get("name"),
        "82": _inner(item, "category").get("name"),
    }


def _local_text(moment: object) -> str:
    """The face of an RFC 3339 time: its own day and hour, without the zone."""
    return str(moment or "")[:19].replace("T", " ")


def _places(text: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, MOST - 1)


def _filter(query: Query) -> str:
    """The criteria of a legacy search in RSQL; the trash is in every list but by this."""
    parts = ["is_deleted==false"]
    criteria: dict[str, dict[str, str]] = {}
    for name, value in query:
        if found := re.fullmatch(r"criteria\[(\d+)\]\[(\w+)\]", name):
            criteria.setdefault(found[1], {})[found[2]] = value
    for each in criteria.values():
        field, value = each.get("field"), each.get("value", "")
        if field == "12" and value == "notold":
            parts.append("status.id=out=(5,6)")
        elif field in _FIELDS and each.get("searchtype") == "morethan":
            # Compared with what the database has: the server's own local time, without a zone.
            parts.append(f"{_FIELDS[field]}=ge={_moment(value)}")
    return ";".join(parts)


def _moment(value: str) -> str:
    """``-30DAY`` as a time at least so long ago, in whatever zone; another time as it is."""
    found = re.fullmatch(r"-(\d+)DAY", value)
    if found is None:
        return value
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=int(found[1]) + 1)
    return written(then)
