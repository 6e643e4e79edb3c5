"""What the High-level API calls things, told in the columns of the legacy one.

The schemas are those of GLPI's own source: src/Glpi/Api/HL/Controller/ITILController.php (Ticket),
ProjectController.php and AdministrationController.php (User), as of its version 2.3.
"""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from kioskd.sources.glpi.search import Query, Row, many, number
from kioskd.sources.glpi.text import written

Local = Callable[[object], str | None]
"""An RFC 3339 time as the legacy API writes it: local, without its zone."""

GROUPS = "groups"  # a ticket's group numbers: column 8 of the legacy API has names only
FIELDS = {"2": "id", "15": "date", "19": "date_mod"}
_ASSIGNED = ("assigned", "assigned to", "assign", "2")
_FORM = re.compile(r"/(\w+)\.form\.php\?(?:.*&)?id=(\d+)")


def inner(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def member(each: Mapping[str, Any]) -> tuple[str, int | None]:
    """The kind and the number of one of a ticket's actors.

    2.3 says both (``getCleanTeam`` of ITILController.php). 2.2 leaves out the kind, and 2.1 and
    2.0 the number, too: then the address of the actor's form has them.
    """
    form = _FORM.search(str(each.get("href") or ""))
    kind = str(each.get("type") or (form[1] if form else "")).rpartition("\\")[2]
    identity = number(each.get("id"))
    if identity is None and form:
        identity = int(form[2])
    return kind.casefold(), identity


def assigned(team: object) -> list[Mapping[str, Any]]:
    """Those of a ticket's actors to whom it is assigned."""
    actors = [each for each in many(team) if isinstance(each, dict)]
    return [each for each in actors if str(each.get("role", "")).casefold() in _ASSIGNED]


def ticket(item: Row, local: Local) -> Row:
    users, groups, numbers = [], [], []
    for each in assigned(item.get("team")):
        kind, identity = member(each)
        if kind == "user" and identity:
            users.append(str(identity))
        elif kind == "group":
            groups.append(str(each.get("name") or ""))
            numbers.append(identity)
    entity = inner(item, "entity")
    return {
        "1": item.get("name"),
        "2": item.get("id"),
        "3": item.get("priority"),
        "5": users,
        "8": groups,
        GROUPS: numbers,
        "10": item.get("urgency"),
        "12": inner(item, "status").get("id"),
        "15": local(item.get("date")),
        # `resolution_date` is the column time_to_resolve, by when it is to be resolved;
        # when it was is `date_solve`.
        "18": local(item.get("resolution_date")),
        "19": local(item.get("date_mod")),
        "21": item.get("content"),
        "80": entity.get("completename") or entity.get("name"),
        "150": item.get("take_into_account_duration"),
        "154": item.get("resolution_duration"),
    }


def user(item: Row, local: Local) -> Row:
    return {
        "1": item.get("username"),
        "2": item.get("id"),
        "34": item.get("realname"),
        "9": item.get("firstname"),
        "8": int(item.get("is_active") is not False),
        "81": inner(item, "title").get("name"),
        "82": inner(item, "category").get("name"),
        "62": local(item.get("begin_date")),
        "63": local(item.get("end_date")),
    }


def project(item: Row, local: Local) -> Row:
    return {
        "id": item.get("id"),
        "name": item.get("name"),
        "users_id": inner(item, "user").get("id"),
        "groups_id": inner(item, "group").get("id"),
        "projectstates_id": inner(item, "status").get("id"),
        "plan_end_date": face(item.get("plan_end_date")),
        "percent_done": item.get("percent_done"),
        "is_template": int(item.get("is_template") is True),
        "is_deleted": int(item.get("is_deleted") is True),
        "date_mod": local(item.get("date_mod")),
    }


def face(moment: object) -> str:
    """An RFC 3339 time's own day and hour, without the zone."""
    return str(moment or "")[:19].replace("T", " ")


def places(text: str, most: int) -> tuple[int, int]:
    """The first and the last row of a legacy range."""
    found = re.fullmatch(r"(\d+)-(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, most - 1)


def tickets_filter(query: Query) -> str:
    """The criteria of a legacy search for tickets in RSQL; the trash is in every list but by this.

    A criterion on groups is left out: actors are reckoned after the query, and a filter on them is
    refused (src/Glpi/Api/HL/RSQL/Parser.php, ``MAPPED_PROPERTY``; glpi-project/glpi issue 20743).
    """
    parts = ["is_deleted==false"]
    for each in _criteria(query):
        field, value = each.get("field"), each.get("value", "")
        if field == "12" and value == "notold":
            parts.append("status.id=out=(5,6)")
        elif field in FIELDS and each.get("searchtype") == "morethan":
            # Compared with what the database has: the server's own local time, without a zone.
            parts.append(f"{FIELDS[field]}=ge={_moment(value)}")
    return ";".join(parts)


def users_filter(query: Query) -> str:
    """As ``tickets_filter``, of a search for users by their numbers or logins."""
    numbers, logins = [], []
    for each in _criteria(query):
        value = each.get("value", "")
        if each.get("field") == "1":
            login = value.removeprefix("^").removesuffix("$")
            logins.append('"' + login.replace("\\", "").replace('"', "") + '"')
        else:
            numbers.append(value)
    name, among = ("username", logins) if logins else ("id", numbers)
    gone = "true" if ("is_deleted", "1") in query else "false"
    return f"is_deleted=={gone};{name}=in=({','.join(among)})"


def _criteria(query: Query) -> list[dict[str, str]]:
    """Each criterion, those in groups of criteria, too."""
    found: dict[str, dict[str, str]] = {}
    for name, value in query:
        if split := re.fullmatch(r"(criteria.*)\[(\w+)\]", name):
            found.setdefault(split[1], {})[split[2]] = value
    return [each for each in found.values() if "field" in each]


def _moment(value: str) -> str:
    """``-30DAY`` as a time at least so long ago, in whatever zone; another time as it is."""
    found = re.fullmatch(r"-(\d+)DAY", value)
    if found is None:
        return value
    then = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=int(found[1]) + 1)
    return written(then)
