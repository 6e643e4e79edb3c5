"""GLPI 11's High-level API, played over the tickets of the recorded GLPI 10.

No recording of it exists: its shapes are those of GLPI's own source and of its OpenAPI document.
It answers to the documented grammar only, and as strictly as GLPI does: an expired token is an
HTTP 400, and a filter that it can't read is ignored.
"""

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
VERSIONS = ("1.0.0", "2.0.0", "2.2.0", "2.3.0")


class PlayedHighLevel(PlayedGlpi):
    """``versions`` are what it serves; only the newest 2.x of them answers."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: tuple[str, ...] = VERSIONS
        self.headers: list[dict[str, str]] = []

    async def start(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return str(self.server.make_url("/api.php"))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        response = await self._said(request)
        response.headers["Date"] = self.date()
        return response

    async def _said(self, request: web.Request) -> web.Response:
        path = urlsplit(str(request.rel_url)).path.removeprefix("/api.php").strip("/")
        query = dict(parse_qsl(urlsplit(str(request.rel_url)).query))
        self.requests.append(path)
        self.headers.append(dict(request.headers))
        if path == "":
            served = [
                {"api_version": v.partition(".")[0], "version": v, "endpoint": f"/api.php/v{v}"}
                for v in self.versions
            ]
            return _json({"message": "Welcome to GLPI API", "api_versions": served})
        if path == "token":
            return self._token(await request.json())
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.sessions:
            return _json({"status": "ERROR", "title": "Invalid OAuth token", "detail": None}, 400)
        version, _, rest = path.partition("/")
        ours = [v for v in self.versions if v.startswith("2.")]
        newest = max(ours, key=lambda served: [int(part) for part in served.split(".")])
        if version != f"v{newest.rpartition('.')[0]}":
            return _json({"status": "ERROR_ITEM_NOT_FOUND", "title": "No such version"}, 404)
        if rest in self.wrong:
            return _json(
                {"status": "ERROR_RIGHT_MISSING", "title": "You don't have the right"}, 403
            )
        return self._routed_to(rest, query)

    def _token(self, body: Json) -> web.Response:
        self.logins += 1
        if {name: body.get(name) for name in CLIENT} != CLIENT or body["scope"] != "api":
            wrong = {"error": "invalid_client", "error_description": "Client authentication failed"}
            return _json(wrong, 401)
        self._number += 1
        token = f"bearer{self._number}"
        self.sessions.add(token)
        return _json({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    def _routed_to(self, path: str, query: dict[str, str]) -> web.Response:
        if path == "Session":
            profile = {"id": 8, "name": "Read-Only", "interface": "central"}
            entity = {"id": 0, "short_name": "Entidade raiz", "recursive": 1}
            now = self._iso(self.written_now())
            told: Json = {"current_time": now, "user_id": 22, "name": "painel"}
            return _json(told | {"active_profile": profile, "active_entity": entity})
        items: list[Row]
        if path == "Assistance/Ticket":
            items = [self._ticket(row) for row in self.tickets.values()]
        elif path == "Administration/User":
            items = [
                {"id": row["2"], "username": row["1"], "realname": row["34"]}
                | {"firstname": row["9"], "is_active": bool(row["8"])}
                for row in self.users.values()
            ]
        elif path == "Administration/Group":
            items = [{"id": row["id"], "name": row["name"]} for row in self.groups]
        elif path == "Project":
            items = [self._project(row) for row in self.projects]
        elif path == "Project/Task":
            items = [
                {"id": at, "project": {"id": row["2"]}, "percent_done": int(done)}
                for row in self.tasks.values()
                for at, done in enumerate(_listed(row["117"]))
            ]
        else:
            return _json({"status": "ERROR_ITEM_NOT_FOUND", "title": "Not found"}, 404)
        for wanted in filter(None, query.get("filter", "").split(";")):
            items = [item for item in items if _fits(item, wanted)]
        field, _, order = query["sort"].partition(":")
        items.sort(key=lambda item: item["id"])
        items.sort(key=lambda item: str(item[field]) if field != "id" else item["id"],
                   reverse=order == "desc")  # fmt: skip
        start, limit = int(query["start"]), int(query["limit"])
        page = items[start : start + limit]
        more = start + len(page) < len(items)
        shown = {"Content-Range": f"{start}-{start + max(0, len(page) - 1)}/{len(items)}"}
        return _json(page, 206 if more else 200, shown)

    def _iso(self, moment: str | None) -> str | None:
        return None if moment is None else moment.replace(" ", "T") + "-03:00"

    def _ticket(self, row: Row) -> Row:
        users = [
            {
                "id": int(user),
                "name": self.users[int(user)]["1"],
                "type": "User",
                "role": "assigned",
            }
            for user in _listed(row["5"])
        ]
        groups = [
            {"id": 1, "name": name.replace("&#38;", "&"), "type": "Group", "role": "assigned"}
            for name in _listed(row["8"])
        ]
        asker = [{"id": 19, "name": "requester", "type": "User", "role": "requester"}]
        return {
            "id": row["2"],
            "name": row["1"].replace("&#38;", "&").replace("&#60;", "<").replace("&#62;", ">"),
            "content": "<p>Texto &amp; mais</p>",
            "is_deleted": False,
            "urgency": row["10"],
            "priority": row["3"],
            "status": {"id": row["12"], "name": "localized"},
            "entity": {"id": 0, "name": row["80"], "completename": row["80"]},
            "date": self._iso(row["15"]),
            "date_mod": self._iso(row["19"]),
            "take_into_account_duration": int(row.get("150") or 0),
            "resolution_duration": int(row.get("154") or 0),
            "team": users + groups + asker,
        }

    def _project(self, row: Row) -> Row:
        states = {state["id"]: state for state in self.states}
        state = states.get(row["projectstates_id"])
        told = state and {
            "id": state["id"],
            "name": state["name"],
            "is_finished": bool(state["is_finished"]),
        }
        user = {"id": row["users_id"], "name": "x"} if row["users_id"] else None
        group = {"id": row["groups_id"], "name": "x"} if row["groups_id"] else None
        return {
            "id": row["id"],
            "name": row["name"].replace("&#38;", "&"),
            "status": told,
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


def _fits(item: Row, wanted: str) -> bool:
    """One comparison of a filter, on the server's own local times; unknown fields are ignored."""
    found = re.fullmatch(r"([\w.]+)(==|=ge=|=in=|=out=)(.*)", wanted)
    if found is None:
        return True
    value: Any = item
    for step in found[1].split("."):
        if not isinstance(value, dict) or step not in value:
            return True
        value = value[step]
    among = found[3].strip("()").split(",")
    match found[2]:
        case "==":
            return str(value).lower() == found[3].lower()
        case "=in=":
            return str(value) in among
        case "=out=":
            return str(value) not in among
        case _:
            return value is not None and str(value)[:19].replace("T", " ") >= found[3]


def _json(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(data, status=status, headers=headers)
