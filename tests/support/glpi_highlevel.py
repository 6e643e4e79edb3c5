"""GLPI 11's High-level API, played over the tickets of the recorded GLPI 10.

No recording of it exists. It answers as GLPI's own source does (glpi-project/glpi, src/Glpi/Api/HL,
version 2.3): its fields, its strict filters (an unknown property or one that is reckoned after the
query is an HTTP 400), its ranges, its errors, its actors without a filter, its silence about an
entity that the account may not see.
"""

import datetime
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.support.glpi_replay import Json, PlayedGlpi, Row

CLIENT = {
    "client_id": "the-client",
    "client_secret": "the-secret",
    "username": "painel",
    "password": "the-password",
}
VERSIONS = ("1.0.0", "2.0.0", "2.1.0", "2.2.0", "2.3.0")
ROLES = {1: "requester", 2: "assigned", 3: "observer"}
ENTITIES = ("Entidade raiz", "Entidade raiz > Norte", "Entidade raiz > Sul & Leste", "Matriz")
KNOWN_ENTITIES = range(len(ENTITIES))


class PlayedHighLevel(PlayedGlpi):
    """``versions`` are what it serves; only the newest 2.x of them answers."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: tuple[str, ...] = VERSIONS
        self.headers: list[dict[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.refreshed = 0
        self.refresh_tokens: set[str] = set()
        self.expires_in = 3600
        self.enabled = True
        self.scoped = True
        """Whether the OAuth client was given the scope `api`."""
        self.grants = ["password"]
        """What the OAuth client may log in with."""
        self.let_in = True
        """Whether the OAuth client may be used from this address."""
        self.interface = "central"
        self.statistics: Json = {
            "sample_dates": ["2026-10", "2026-11"],
            "satisfaction_surveys_answered": [0, 0],
            "satisfaction_surveys_avg_rating": [0, 0],
        }

    async def start(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/api.php"))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = await self._said(request)
        response.headers["Date"] = self.date()
        self.bytes += len(response.body) if isinstance(response.body, bytes) else 0
        return response

    async def _said(self, request: web.Request) -> web.Response:
        path = urlsplit(str(request.rel_url)).path.removeprefix("/api.php").strip("/")
        query = dict(parse_qsl(urlsplit(str(request.rel_url)).query))
        self.requests.append(path)
        self.headers.append(dict(request.headers))
        self.queries.append(query)
        self.before(path)
        if path == "token":
            return self._token(await request.json())
        if not self.enabled:
            return _denied("The High-Level API is disabled")
        if path == "":
            served = [
                {"api_version": v.partition(".")[0], "version": v, "endpoint": f"/api.php/v{v}"}
                for v in self.versions
            ]
            return _json({"message": "Welcome to GLPI API", "api_versions": served})
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.sessions:
            return _wrong("Invalid OAuth token")
        version, _, rest = path.partition("/")
        ours = [v for v in self.versions if v.startswith("2.")]
        newest = max(ours, key=lambda served: [int(part) for part in served.split(".")])
        if version != f"v{newest.rpartition('.')[0]}":
            return _missing()
        if not self.scoped:
            return _denied("You do not have the required scope(s) to access this endpoint.")
        if rest in self.wrong:
            return _denied()
        if request.method == "POST":
            return self._add(rest, await request.json())
        return self._routed_to(rest, query, request.headers.get("GLPI-Entity"))

    def _token(self, body: Json) -> web.Response:
        """As the league's OAuth server does: a refresh token works once."""
        if not self.let_in:  # IPRestrictionRequestMiddleware.php
            why = "The resource owner or authorization server denied the request."
            hint = "Your IP address is not allowed to use this OAuth client."
            return _json({"error": "access_denied", "error_description": why, "hint": hint}, 401)
        known = all(body.get(name) == CLIENT[name] for name in ("client_id", "client_secret"))
        if not known or body["scope"] != "api":
            said = {"error": "invalid_client", "error_description": "Client authentication failed"}
            return _json(said, 401)
        if body["grant_type"] not in (*self.grants, "refresh_token"):  # ClientRepository.php
            why = "The authenticated client is not authorized to use this authorization grant type"
            return _json({"error": "unauthorized_client", "error_description": why}, 400)
        if body["grant_type"] == "refresh_token":
            if body["refresh_token"] not in self.refresh_tokens:
                said = {"error": "invalid_grant", "hint": "Token has been revoked"}
                return _json(said | {"error_description": "The refresh token is invalid."}, 400)
            self.refresh_tokens.discard(body["refresh_token"])
            self.sessions.clear()
            self.refreshed += 1
        elif (body.get("username"), body.get("password")) != (
            CLIENT["username"],
            CLIENT["password"],
        ):
            wrong = "The user credentials were incorrect."
            return _json({"error": "invalid_grant", "error_description": wrong}, 400)
        else:
            self.logins += 1
        self._number += 1
        token, refresh = f"bearer{self._number}", f"refresh{self._number}"
        self.sessions.add(token)
        self.refresh_tokens.add(refresh)
        told = {"token_type": "Bearer", "expires_in": self.expires_in, "access_token": token}
        return _json(told | {"refresh_token": refresh})

    def _routed_to(self, path: str, query: dict[str, str], entity: str | None) -> web.Response:
        below = re.fullmatch(r"Assistance/Ticket/(\d+)/(TeamMember|Timeline/Followup)", path)
        if path.casefold() == "session":
            return _json(self._session(entity))
        if path == "Assistance/Stat/Ticket/Global":
            return _json(self.statistics)
        if below:
            return self._of_ticket(int(below[1]), below[2])
        items: list[Row]
        if path == "Assistance/Ticket":
            items = [self._ticket(row) for row in self.tickets.values()]
        elif path == "Administration/User":
            items = [self._user(row) for row in self.users.values()]
        elif path == "Administration/Group":
            items = [
                {"id": row["id"], "name": _typed(row["name"]), "comment": None}
                | {"completename": _typed(row["completename"]), "level": row["level"]}
                for row in self.groups
            ]
        elif path == "Administration/Entity":
            items = [
                {"id": number, "completename": name, "name": name.rpartition(" > ")[2]}
                for number, name in enumerate(ENTITIES)
            ]
        elif path == "Project":
            items = [self._project(row) for row in self.projects]
        elif path == "Project/Task":
            items = [
                {"id": 100 * row["2"] + at, "name": "", "is_deleted": False}
                | {"project": {"id": row["2"], "name": row["1"]}, "percent_done": int(done)}
                for row in self.tasks.values()
                for at, done in enumerate(_listed(row["117"]))
            ]
        else:
            return _missing()
        return _page(items, query)

    def _session(self, entity: str | None) -> Json:
        asked = int(entity) if entity is not None else 0
        active = asked if asked in KNOWN_ENTITIES else 0
        return {
            "current_time": self._iso(self.written_now()),
            "user_id": 22,
            "name": "painel",
            "active_entities": [active],
            "active_profile": {"id": 8, "name": "Read-Only", "interface": self.interface},
            "active_entity": {"id": active, "short_name": "Entidade raiz", "recursive": 1},
        }

    # Below a ticket

    def _of_ticket(self, ticket: int, kind: str) -> web.Response:
        if ticket not in self.tickets:
            return _missing()
        if kind == "TeamMember":
            return _json(self._team(self.tickets[ticket]) + self._added(ticket, "TeamMember"))
        found = self._added(ticket, "Timeline/Followup")
        return _json([{"type": "Followup", "item": item} for item in found])

    def _added(self, ticket: int, kind: str) -> list[Row]:
        return [body for path, body in self.written if path == f"Assistance/Ticket/{ticket}/{kind}"]

    def _add(self, path: str, body: Json) -> web.Response:
        if self.may_not_write:
            return _denied()
        if not re.fullmatch(r"Assistance/Ticket/\d+/(TeamMember|Timeline/Followup)", path):
            return _missing()
        if path.endswith("TeamMember"):
            if body.get("type") != "User" or body.get("role") not in ROLES.values():
                return _wrong("One or more parameters are invalid")
            self.written.append((path, body))
            return _json(None, 201)
        self.written.append((path, body))
        href = f"/{path}/{len(self.written)}"
        return _json({"id": len(self.written), "href": href}, 200, {"Location": href})

    # Its items

    def _iso(self, moment: str | None) -> str | None:
        """In the offset that its zone had then, as PHP writes a date."""
        if not moment:
            return None
        found = datetime.datetime.fromisoformat(moment).replace(tzinfo=self.now.tzinfo)
        return found.isoformat(timespec="seconds")

    def _member(self, kind: str, identity: int, name: str, role: str) -> Row:
        found: Row = {"role": role, "name": name, "realname": None, "firstname": None}
        found |= {"display_name": f"{name} ({identity})", "id": identity, "type": kind}
        return found | {"href": f"/front/{kind.lower()}.form.php?id={identity}"}

    def _team(self, row: Row) -> list[Row]:
        numbers = {each["completename"]: each["id"] for each in self.groups}
        found = [self._member("User", 19, "requester", "requester")]
        for user in _listed(row["5"]):
            known = self.users.get(int(user), {"1": "?"})
            found.append(self._member("User", int(user), known["1"], "assigned"))
        for path in _listed(row["8"]):
            name = _typed(path.rpartition(" > ")[2])
            found.append(self._member("Group", numbers[path], name, "assigned"))
        return found

    def _ticket(self, row: Row) -> Row:
        ids_only = dict.fromkeys(("category", "location", "sla_ttr", "sla_tto", "ola_ttr"))
        dates = dict.fromkeys(("begin_waiting_date", "take_into_account_date"))
        return {
            "id": row["2"],
            "name": _typed(row["1"]),
            "content": "<p>Texto &amp; mais</p>",
            "is_deleted": False,
            "urgency": row["10"],
            "impact": 3,
            "priority": row["3"],
            "actiontime": 0,
            "waiting_duration": 0,
            "resolution_duration": int(row.get("154") or 0),
            "close_duration": 0,
            "resolution_date": self._iso(row.get("18")),
            "date_creation": self._iso(row["15"]),
            "date_mod": self._iso(row["19"]),
            "date": self._iso(row["15"]),
            "date_solve": self._iso(row.get("17")),
            "date_close": self._iso(row.get("16")),
            "type": 1,
            "take_into_account_duration": int(row.get("150") or 0),
            "internal_resolution_date": None,
            "status": {"id": row["12"], "name": "localized"},
            "entity": {"id": 0, "name": row["80"], "completename": row["80"]},
            "costs": [],
            "team": self._team(row),
            **ids_only,
            **dates,
        }

    def _user(self, row: Row) -> Row:
        title = {"id": 1, "name": row["81"]} if row.get("81") else None
        category = {"id": 1, "name": row["82"]} if row.get("82") else None
        return {
            "id": row["2"],
            "username": row["1"],
            "realname": row["34"],
            "firstname": row["9"],
            "is_active": bool(row["8"]),
            "is_deleted": False,
            "begin_date": self._iso(row.get("62")),
            "end_date": self._iso(row.get("63")),
            "title": title,
            "category": category,
        }

    def _project(self, row: Row) -> Row:
        states = {state["id"]: state["name"] for state in self.states}
        state = states.get(row["projectstates_id"])
        user = {"id": row["users_id"], "name": "x"} if row["users_id"] else None
        group = {"id": row["groups_id"], "name": "x"} if row["groups_id"] else None
        return {
            "id": row["id"],
            "name": _typed(row["name"]),
            "status": state and {"id": row["projectstates_id"], "name": state},
            "user": user,
            "group": group,
            "plan_end_date": self._iso(row["plan_end_date"]),
            "percent_done": row["percent_done"],
            "is_template": bool(row["is_template"]),
            "is_deleted": bool(row["is_deleted"]),
            "date_mod": self._iso(row["date_mod"]),
        }


def _listed(cell: Any) -> list[Any]:
    return cell if isinstance(cell, list) else [] if cell is None else [cell]


def _typed(text: str) -> str:
    """GLPI 11 stores what was typed."""
    return text.replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")


MAPPED = ("team", "status.name")  # reckoned after the query: RSQL/Parser.php, MAPPED_PROPERTY


def _page(items: list[Row], query: dict[str, str]) -> web.Response:
    """A page, with the range as ResourceAccessor.php writes it."""
    for wanted in filter(None, query.get("filter", "").split(";")):
        found = re.fullmatch(r"([\w.]+)(==|!=|=ge=|=gt=|=in=|=out=)(.*)", wanted)
        if found is None:
            return _wrong(f"RSQL query is missing an operator in filter for property {wanted}")
        if found[1].startswith(MAPPED) or (items and not _has(items[0], found[1])):
            return _wrong("RSQL query has invalid filters")
        items = [item for item in items if _fits(item, *found.groups())]
    field, _, order = query["sort"].partition(":")
    items.sort(key=lambda item: item["id"])
    items.sort(key=lambda item: item["id"] if field == "id" else str(item[field]),
               reverse=order == "desc")  # fmt: skip
    start, limit, total = int(query["start"]), int(query["limit"]), len(items)
    end = max(0, start + limit - 1)
    end = total - 1 if end > total else end
    status = 206 if start + limit < total else 200
    return _json(items[start : start + limit], status, {"Content-Range": f"{start}-{end}/{total}"})


def _has(item: Row, name: str) -> bool:
    first, _, rest = name.partition(".")
    inner = item.get(first)
    return first in item and (not rest or inner is None or rest in inner)


def _fits(item: Row, name: str, operator: str, wanted: str) -> bool:
    """One comparison, on the server's own local times."""
    value: Any = item
    for step in name.split("."):
        value = None if value is None else value.get(step)
    said = str(value).lower() if isinstance(value, bool) else str(value)
    among = [each.strip("\"'").casefold() for each in wanted.strip("()").split(",")]
    match operator:
        case "==" | "!=":
            return (said.casefold() == wanted.casefold()) is (operator == "==")
        case "=in=" | "=out=":
            return (said.casefold() in among) is (operator == "=in=")
    moment = said[:19].replace("T", " ")
    return value is not None and (moment > wanted or (operator == "=ge=" and moment == wanted))


def _denied(detail: str | None = None) -> web.Response:
    title = "You don't have permission to perform this action."
    return _json({"status": "ERROR_RIGHT_MISSING", "title": title, "detail": detail}, 403)


def _wrong(title: str) -> web.Response:
    return _json({"status": "ERROR_INVALID_PARAMETER", "title": title, "detail": None}, 400)


def _missing() -> web.Response:
    return _json({"status": "ERROR_ITEM_NOT_FOUND", "title": "Not found", "detail": None}, 404)


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(data, status=status, headers=headers)
