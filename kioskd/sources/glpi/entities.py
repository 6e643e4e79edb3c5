"""Which entities a login sees: all of its account, or one with those below it.

A login begins in the account's default entity alone, where it has one (src/Session.php,
``changeProfile``), and an entity that was given without those below it is refused with them.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from kioskd.sources.glpi.answers import GenericError, NotThere, RightMissing
from kioskd.sources.glpi.search import Row, number
from kioskd.sources.glpi.session_answer import Answer
from kioskd.sources.glpi.text import typed

Ask = Callable[[str, str, Mapping[str, Any] | None], Awaitable[Answer]]
"""Asks under a login: method, path and body."""


def given(profile: object) -> list[Row]:
    """The entities that a profile was given, as the full session has them."""
    found = profile.get("entities") if isinstance(profile, dict) else None
    rows = list(found.values()) if isinstance(found, dict) else found
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def active_name(session: Mapping[str, Any], major: int) -> str:
    """The name of the active entity.

    It stands in the session, too, but with what GLPI says in its own language of those below it.
    """
    active = number(session.get("glpiactive_entity"))
    rows = given(session.get("glpiactiveprofile"))
    name = next((row.get("name") for row in rows if number(row.get("id")) == active), "")
    return typed(name, major)


async def see_all(ask: Ask, session: Mapping[str, Any]) -> None:
    """Have every entity of the account active, where the login has but some."""
    ids = [number(row.get("id")) for row in given(session.get("glpiactiveprofile"))]
    if ids and ids != [number(session.get("glpiactive_entity"))]:
        # Without an entity all are meant; the word "all" would be read as 0.
        await ask("POST", "changeActiveEntities", {"is_recursive": False})


async def see(ask: Ask, entity: int, major: int) -> str | None:
    """Have one entity active, with those below it where the account may; its name.

    None: the account may not see it. Empty: it may not read entities' names.
    """
    for recursive in (True, False):
        try:
            body = {"entities_id": entity, "is_recursive": recursive}
            changed = (await ask("POST", "changeActiveEntities", body)).data
        except (RightMissing, NotThere, GenericError):
            continue
        if changed is True:
            return await _name(ask, entity, major)
    return None


async def _name(ask: Ask, entity: int, major: int) -> str:
    try:
        found = (await ask("GET", f"Entity/{entity}", None)).data
    except (RightMissing, NotThere, GenericError):
        return ""
    return typed(found.get("name"), major) if isinstance(found, dict) else ""
