"""GLPI's legacy API, played from what a real 10.0.19 was recorded to answer.

``recordings`` are the exchanges themselves. ``PlayedGlpi`` is a server that holds their tickets,
users, projects and history, and answers searches and lists over them as the recorded one did (a
test compares each recorded search with what it answers); what it has no rule for it answers with
the recording of that very request. It can be changed, slowed and broken while it runs.
"""

import asyncio
import copy
import datetime
import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

FILE = Path(__file__).parent / "glpi" / "recordings.jsonl"
USER_TOKEN = "FAKEUSERTOKENREADONLY0000000000000000001"
APP_TOKEN = "FAKEAPPTOKEN0000000000000000000000000001"
ZONE = datetime.timezone(datetime.timedelta(hours=-3))
BEGAN = datetime.datetime(2026, 11, 25, 0, 25, 40, tzinfo=ZONE)  # when the searches were recorded
BASE = ("01", "10", "11", "12", "13", "14", "15", "16", "17", "20", "21", "22", "23", "3", "40")
Json = dict[str, Any]
Row = dict[str, Any]
_DATES = {"15", "16", "17", "18", "19", "60", "61"}
_RELATIVE = re.compile(r"-(\d+)(MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)")


@functools.cache
def recordings() -> dict[str, Json]:
    """Every exchange, by its name."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return {each["name"]: each for each in map(json.loads, lines)}


def recorded(name: str) -> Any:
    """The content of a recorded answer, as a copy of one's own."""
    found = recordings()[name]
    return copy.deepcopy(found.get("json", found.get("text", "")))


def question(target: str) -> tuple[str, list[tuple[str, str]]]:
    """The path below ``apirest.php`` and the query of a request."""
    parts = urlsplit(target)
    path = unquote(parts.path).partition("apirest.php/")[2]
    return path, parse_qsl(parts.query, keep_blank_values=True)


def replayed(found: Json) -> web.Response:
    """A recording as a response."""
    body = json.dumps(found["json"], ensure_ascii=False) if "json" in found else found.get("text")
    headers = {name: value for name, value in found["headers"].items() if name != "Date"}
    return web.Response(body=(body or "").encode(), status=found["status"], headers=headers)


def base_tickets() -> dict[int, Row]:
    """Every ticket of the recorded GLPI, with the columns that some recording has of it."""
    found: dict[int, Row] = {}
    for name, each in recordings().items():
        data = each["json"].get("data") if isinstance(each.get("json"), dict) else None
        told = name.startswith((*BASE, "72")) and "/search/Ticket" in each["target"]
        odd = name in ("11-search-rawdata", "11-search-uid-cols", "14-deleted")
        for row in data if told and not odd and isinstance(data, list) else ():
            if "2" in row:
                found.setdefault(row["2"], {}).update(row)
    for row in recorded("15-list-Ticket-0-4"):
        found.setdefault(row["id"], {})["19"] = row["date_mod"]
    assigned: dict[int, list[str]] = {}
    for row in recorded("16-Ticket_User-assigned-last"):
        assigned.setdefault(row["tickets_id"], []).insert(0, str(row["users_id"]))
    names = {row["id"]: row["completename"] for row in recorded("31-Group-list")}
    grouped: dict[int, list[str]] = {}
    for row in recorded("16-Group_Ticket-assigned-last"):
        grouped.setdefault(row["tickets_id"], []).insert(0, names[row["groups_id"]])
    for identity, row in found.items():
        if "8" not in row and (there := grouped.get(identity)):
            row["8"] = there[0] if len(there) == 1 else there
        users = sorted(assigned.get(identity, []), key=int)
        row["5"] = None if not users else users[0] if len(users) == 1 else users
        for column in ("3", "8", "10", "12", "15", "16", "17", "18", "21", "60", "61", "62"):
            row.setdefault(column, None)
        row.setdefault("19", row["16"] or row["17"] or row["15"])
    return found


class PlayedGlpi:
    """``tickets``, ``users`` and so on may be changed; ``touch`` gives a change its time."""

    def __init__(self) -> None:
        self.tickets = base_tickets()
        self.users = {row["2"]: row for row in recorded("30-search-User")["data"]}
        self.members: list[Row] = recorded("31-Group_User-list")
        self.groups: list[Row] = recorded("31-Group-list")
        self.assigned: list[Row] = recorded("16-Ticket_User-assigned-last")
        self.projects: list[Row] = recorded("20-Project-list")
        self.tasks = {row["2"]: row for row in recorded("23-search-Project-tasks")["data"]}
        self.states: list[Row] = recorded("21-ProjectState")
        self.surveys: list[Row] = recorded("17-TicketSatisfaction-list")
        self.log: list[Row] = recorded("40-Log-ticket-last")
        self.version = "10.0.19"
        self.entity_rows: dict[int, set[int]] = {}
        self.requests: list[str] = []
        self.bytes = 0
        """What its answers weighed."""
        self.written: list[tuple[str, Json]] = []
        self.sessions: set[str] = set()
        self.logins = 0
        self.killed = 0
        self.broken: str | None = None
        """The recording that every request is answered with."""
        self.wrong: dict[str, str] = {}
        """Recordings that requests for a path are answered with."""
        self.may_not_write = False
        self.slow = 0.0
        self.retry_after: str | None = None
        self.before: Callable[[str], None] = lambda path: None
        """Called with the path of each request, before it is answered."""
        self.rights: Json = {}
        """Those of the account's profile that are not as recorded."""
        self.default_entity = 0
        """The account's own, in which a login begins."""
        self.recursive = True
        """Whether the account was given what is below its entity, too."""
        self.active_entity: int | None = None
        """None: all."""
        self.now = BEGAN
        """GLPI's clock; it moves by ``touch`` and ``passes`` only."""
        self.trash: set[int] = set()
        """Users in the trash."""
        self.user_token, self.app_token = USER_TOKEN, APP_TOKEN
        self._number = 0

    # Its life

    async def start(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/apirest.php"))

    async def close(self) -> None:
        await self.server.close()

    def passes(self, **time: float) -> None:
        self.now += datetime.timedelta(**time)

    def touch(self, ticket: int, **columns: Any) -> Row:
        """Change a ticket now. Columns are written as ``c12=5``."""
        self.passes(seconds=1)
        row = self.tickets[ticket]
        row |= {name[1:]: value for name, value in columns.items()} | {"19": self.written_now()}
        return row

    def open(self, ticket: int, title: str, priority: int = 3, **columns: Any) -> Row:
        """A ticket that comes in now."""
        self.passes(seconds=1)
        row: Row = dict.fromkeys(self.tickets[62], None)
        row |= {"2": ticket, "1": title, "80": "Entidade raiz", "3": priority, "10": 3, "12": 1}
        row |= {"15": self.written_now(), "150": "0", "154": "0", "82": 0, "21": ""}
        self.tickets[ticket] = row
        return self.touch(ticket, **columns)

    def assign(self, ticket: int, user: int) -> None:
        number = max((row["id"] for row in self.assigned), default=0) + 1
        row = {"id": number, "tickets_id": ticket, "users_id": user, "type": 2}
        self.assigned.insert(0, row)
        users = sorted(str(row["users_id"]) for row in self.assigned if row["tickets_id"] == ticket)
        self.touch(ticket, c12=2, c5=users[0] if len(users) == 1 else users)

    def grow(self, count: int) -> None:
        """Copies of the open tickets, until ``count`` are open."""
        seeds = [row for row in self.tickets.values() if row["12"] not in (5, 6)]
        last, at = max(self.tickets), len(seeds)
        number = max(row["id"] for row in self.assigned)
        for copied in range(at, count):
            seed, last, number = seeds[copied % len(seeds)], last + 1, number + 1
            self.tickets[last] = seed | {"2": last, "1": f"{seed['1']} #{copied // len(seeds)}"}
            for user in seed["5"] if isinstance(seed["5"], list) else [seed["5"]]:
                if user is not None:
                    number += 1
                    row = {"id": number, "tickets_id": last, "users_id": int(user), "type": 2}
                    self.assigned.insert(0, row)

    def written_now(self) -> str:
        return self.now.strftime("%Y-%m-%d %H:%M:%S")

    # Its answers

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path, query = question(str(request.rel_url))
        self.requests.append(path)
        self.before(path)
        if self.slow:
            await asyncio.sleep(self.slow)
        if self.retry_after is not None:
            return web.Response(status=503, headers={"Retry-After": self.retry_after})
        name = self.broken or next((n for p, n in self.wrong.items() if path.startswith(p)), None)
        response = (
            replayed(recordings()[name]) if name else await self._routed(request, path, query)
        )
        response.headers["Date"] = self.date()
        self.bytes += len(response.body) if isinstance(response.body, bytes) else 0
        return response

    def date(self) -> str:
        """Its clock as the Date header has it."""
        return self.now.astimezone(datetime.UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")

    async def _routed(
        self, request: web.Request, path: str, query: list[tuple[str, str]]
    ) -> web.Response:
        sent = request.headers
        if sent.get("App-Token") != self.app_token:
            missing = "App-Token" not in sent
            name = "00-init-missing-app-token" if missing else "00-init-wrong-app-token"
            return replayed(recordings()[name])
        if path == "initSession":
            return self._log_in(sent.get("Authorization", ""), dict(query))
        if sent.get("Session-Token") not in self.sessions:
            return replayed(recordings()["02-search-expired-session"])
        if path == "killSession":
            self.sessions.discard(sent["Session-Token"])
            self.killed += 1
            return _json(True)
        if request.method == "POST":
            return self._write(path, await request.json())
        if sent.get("X-GLPI-Sanitized-Content") == "false":
            return _json(self._typed(int(path.removeprefix("Ticket/"))))
        status, headers, data = self.answer(path, query)
        return _json(data, status, headers)

    def _log_in(self, authorization: str, query: dict[str, str]) -> web.Response:
        self.logins += 1
        if not authorization:
            return replayed(recordings()["00-init-no-authorization"])
        if authorization != f"user_token {self.user_token}":
            return replayed(recordings()["00-init-bad-user-token"])
        self._number += 1
        self.active_entity = self.default_entity or None
        token = f"played{self._number:020}"
        self.sessions.add(token)
        found: Json = {"session_token": token}
        if query.get("get_full_session") == "true":
            found["session"] = recorded("00-init-ok-full-session")["session"]
            found["session"]["glpi_currenttime"] = self.written_now()
            profile = recorded("01-getActiveProfile-trimmed")["active_profile"]
            profile |= self.rights
            found["session"]["glpiactive_entity"] = self.default_entity
            found["session"]["glpiactive_entity_shortname"] += " (full structure)"
            found["session"]["glpiactiveprofile"] = profile  # trimmed in the recording
        return _json(found)

    def _write(self, path: str, body: Json) -> web.Response:
        if path == "changeActiveEntities":
            entity = body.get("entities_id")
            below = entity is not None and body["is_recursive"] and not self.recursive
            if below or entity not in (None, 0, 1, 2, 3):
                return _json(False)
            self.active_entity = entity
            return _json(True)
        if self.may_not_write:
            return replayed(recordings()["03-write-as-readonly"])
        self.written.append((path, body))
        return _json({"id": 1000 + len(self.written), "message": ""}, 201)

    def _typed(self, ticket: int) -> Json:
        """A ticket with its title as GLPI 10 decodes it when it is asked to."""
        row = self.tickets[ticket]
        title = row["1"].replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
        columns = {"status": "12", "priority": "3", "date": "15", "time_to_resolve": "18"}
        return {"id": ticket, "name": title} | {name: row[at] for name, at in columns.items()}

    def _below_ticket(self, ticket: int, kind: str) -> list[Row]:
        """What was written below a ticket, the newest first."""
        items = [body["input"] for path, body in reversed(self.written) if path == kind]
        return [item for item in items if ticket in (item.get("items_id"), item.get("tickets_id"))]

    def answer(self, path: str, query: list[tuple[str, str]]) -> tuple[int, dict[str, str], Any]:
        """Status, headers and content of the answer to a GET."""
        search, _, kind = path.rpartition("search/")
        if path.startswith("search/") and not search:
            return self._search(kind, query)
        lists: dict[str, list[Row]] = {
            "Group": self.groups,
            "Group_User": self.members,
            "Ticket_User": self.assigned,
            "Project": self.projects,
            "ProjectState": self.states,
            "Log": self.log,
            "TicketSatisfaction": self.surveys,
            "Entity": recorded("32-Entity-list"),
        }
        if path in lists:
            return self._list(path, lists[path], query)
        if below := re.fullmatch(r"Ticket/(\d+)/(ITILFollowup|Ticket_User)", path):
            return 200, {}, self._below_ticket(int(below[1]), below[2])
        if entity := re.fullmatch(r"Entity/(\d+)", path):
            rows = {row["id"]: row for row in recorded("32-Entity-list")}
            return 200, {}, rows[int(entity[1])]
        if path == "getGlpiConfig":
            told = recorded("51-getGlpiConfig")
            told["cfg_glpi"]["version"] = self.version
            return 200, {}, told
        if path == "getFullSession":
            return 200, {}, {"session": {"glpi_currenttime": self.written_now()}}
        if path == "getActiveEntities":
            return 200, {}, recorded("01-getActiveEntities")
        for found in recordings().values():
            if found["method"] == "GET" and question(found["target"]) == (path, query):
                return found["status"], found["headers"], found.get("json")
        raise web.HTTPInternalServerError(text=f"nothing was recorded for {path} {query}")

    def _search(self, kind: str, query: list[tuple[str, str]]) -> tuple[int, dict[str, str], Any]:
        asked = dict(query)
        rows = list(
            {"Ticket": self.tickets, "User": self.users, "Project": self.tasks}[kind].values()
        )
        if kind == "Ticket" and self.active_entity in self.entity_rows:
            rows = [row for row in rows if row["2"] in self.entity_rows[self.active_entity]]
        if kind == "User":
            wanted = asked.get("is_deleted") == "1"
            rows = [row for row in rows if (row["2"] in self.trash) is wanted]
        criteria = _nested(query)
        rows = [row for row in rows if self._fits(kind, row, criteria)]
        sort, order = asked.get("sort", "1"), asked.get("order", "ASC")
        rows.sort(key=lambda row: row["2"])
        rows.sort(key=lambda row: _key(row.get(sort)), reverse=order == "DESC")
        columns = [value for name, value in query if name.startswith("forcedisplay[")]
        columns += ["1"] + (["2"] if kind == "Ticket" else [])
        alone = self.active_entity is not None and not self.recursive
        columns += ["80"] if kind != "User" and not alone else []
        columns = [each for each in columns if each != "80" or not alone]
        columns += [value for name, value in query if name.endswith("[field]")]
        first, last = map(int, asked.get("range", "0-14").split("-"))
        total = len(rows)
        if first > total or (total == 0 and first > 0):
            name = "10-search-open-out-of-range"
            return 400, {"Content-Type": "application/json"}, recorded(name)
        page = [{name: row.get(name) for name in columns} for row in rows[first : last + 1]]
        shown = f"{first}-{first + len(page) - 1}/{total}"
        found: Json = {"totalcount": total, "count": len(page)}
        found |= {"sort": [int(sort)], "order": [order]}
        if page:
            found["data"] = page
        found["content-range"] = shown
        headers = {"Content-Range": shown, "Accept-Range": f"{kind} 5000"} if total else {}
        return 200 if len(page) >= total else 206, headers, found

    def _list(
        self, kind: str, rows: list[Row], query: list[tuple[str, str]]
    ) -> tuple[int, dict[str, str], Any]:
        asked = dict(query)
        for name, value in query:
            if name.startswith("searchText["):
                column, wanted = name[11:-1], value.removeprefix("^").removesuffix("$")
                rows = [row for row in rows if str(row.get(column)) == wanted]
        sort, reverse = asked.get("sort", "id"), asked.get("order") == "DESC"
        rows = sorted(rows, key=lambda row: _key(row.get(sort)), reverse=reverse)
        first, last = map(int, asked.get("range", "0-14").split("-"))
        total = len(rows)
        if first > total:
            name = "15-list-Ticket-out"
            return 400, {"Content-Type": "application/json"}, recorded(name)
        page = rows[first : last + 1]
        headers = {}
        if total:
            shown = f"{first}-{first + len(page) - 1}/{total}"
            headers = {"Content-Range": shown, "Accept-Range": f"{kind} 5000"}
        return 200 if last - first + 1 >= total else 206, headers, page

    # Its criteria

    def _fits(self, kind: str, row: Row, criteria: list[Json]) -> bool:
        fits = True
        for at, each in enumerate(criteria):
            one = (
                self._fits(kind, row, each["criteria"])
                if "criteria" in each
                else self._one(kind, row, each)
            )
            link = each.get("link", "AND")
            one = not one if link.endswith("NOT") else one
            fits = one if at == 0 else (fits or one) if link.startswith("OR") else (fits and one)
        return fits

    def _one(self, kind: str, row: Row, each: Json) -> bool:
        field, how, value = each["field"], each["searchtype"], each["value"]
        cell = row.get(field)
        if kind == "User" and field == "13":
            members = {r["users_id"] for r in self.members if str(r["groups_id"]) == value}
            return row["2"] in members
        if field == "12":
            words = {
                "notold": {1, 2, 3, 4, 10},
                "old": {5, 6},
                "process": {2, 3},
                "notclosed": {1, 2, 3, 4, 5, 10},
                "all": {1, 2, 3, 4, 5, 6, 10},
            }
            return cell in words.get(value, {int(value) if value.isdigit() else -1})
        if field == "5":
            users = cell if isinstance(cell, list) else [cell] if cell else []
            return (value in users) if value != "0" else not users
        if field == "8" and how == "under":
            wanted = self._below(int(value))
            return bool(wanted & set(cell if isinstance(cell, list) else [cell]))
        if field in _DATES and how == "morethan":
            since = self._moment(value)
            return bool(since is None or (cell is not None and str(cell) > since))
        if how == "contains" and value.startswith("^"):
            return bool(str(cell).casefold() == value.strip("^$").casefold())
        if how == "contains":
            return value == "NULL" if cell is None else value.casefold() in str(cell).casefold()
        return bool(str(cell) == value)

    def _below(self, group: int) -> set[str]:
        top = next((row["completename"] for row in self.groups if row["id"] == group), None)
        names = {row["completename"] for row in self.groups}
        return {name for name in names if top and (name == top or name.startswith(f"{top} > "))}

    def _moment(self, value: str) -> str | None:
        """A date as it was written; None for a word that GLPI doesn't know: then every row fits."""
        if found := _RELATIVE.fullmatch(value):
            count, unit = int(found[1]), found[2].lower()
            then = self.now - datetime.timedelta(**{f"{unit}s": count})
            return then.strftime("%Y-%m-%d %H:%M:%S")
        if value == "NOW":
            return self.written_now()
        return value if re.match(r"\d{4}-\d\d-\d\d", value) else None


def _nested(query: list[tuple[str, str]]) -> list[Json]:
    """The criteria of a query as a tree."""
    tree: Json = {}
    for name, value in query:
        if name.startswith("criteria["):
            steps = re.findall(r"\[(\w+)\]", name)
            here = tree
            for step in steps[:-1]:
                here = here.setdefault(step, {})
            here[steps[-1]] = value

    def listed(found: Json) -> list[Json]:
        return [
            each | ({"criteria": listed(each["criteria"])} if "criteria" in each else {})
            for _, each in sorted(found.items(), key=lambda item: int(item[0]))
        ]

    return listed(tree)


def _key(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, ""
    return (1, value) if isinstance(value, int) else (2, str(value))


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps(data, ensure_ascii=False).encode()
    found = {"Content-Type": "application/json; charset=UTF-8"} | (headers or {})
    return web.Response(body=body, status=status, headers=found)
