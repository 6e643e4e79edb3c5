"""``kioskd glpi try``: from a GLPI's address to the lines of the configuration, step by step."""

import asyncio
import getpass
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kioskd.cli.glpi_words import LANGUAGES, say, todo
from kioskd.config import Glpi, Language

if TYPE_CHECKING:
    from kioskd.sources.glpi.session import Session

KINDS = ("Ticket", "Project", "ProjectState", "User", "Group", "Log")
SHOWN = 12  # entities and groups that are listed


def nearest(locale: str) -> Language:
    """The language of a locale such as ``pt_BR.UTF-8``; English for another one."""
    word = locale.partition("_")[0].casefold()
    return next((each for each in LANGUAGES if each.startswith(word) and word), "en")


def try_out(
    url: str,
    user_file: Path | None,
    app_file: Path | None,
    entity: int | None,
    language: Language,
    print_line: Callable[[str], None],
) -> int:
    """Walk through what keeps a wall from GLPI's data. 0: nothing does; 1: something does."""
    with _files(user_file, app_file, language) as (user, app):
        # What it walks through is the legacy API, which stands beside the new one.
        url = url.rstrip("/").removesuffix("/api.php")
        settings = Glpi(url=url, user_token_file=user, app_token_file=app, entity=entity)
        return asyncio.run(_walk(settings, language, print_line))


@contextmanager
def _files(
    user: Path | None, app: Path | None, language: Language
) -> Iterator[tuple[str, str | None]]:
    """The files with the tokens; what no file has is asked for, and kept for this run only."""
    with tempfile.TemporaryDirectory(prefix="kioskd-glpi-") as folder:
        if user is None:
            if app is None:
                app = _asked(say(language, "ask_app"), Path(folder) / "app")
            user = _asked(say(language, "ask_user"), Path(folder) / "user")
        yield str(user or Path(folder) / "none"), str(app) if app else None


def _asked(question: str, file: Path) -> Path | None:
    secret = getpass.getpass(question).strip()
    if not secret:
        return None
    file.touch(mode=0o600)
    file.write_text(secret)
    return file


async def _walk(settings: Glpi, language: Language, print_line: Callable[[str], None]) -> int:
    from kioskd.host import network
    from kioskd.sources import Context
    from kioskd.sources.glpi.session import Session, client
    from kioskd.sources.reasons import Outage, Refusal

    context = Context("kioskd", has_network=lambda: bool(network.addresses()))
    async with client(settings) as http:
        try:
            session = Session(settings, context, http)
            await session.knock()
            print_line(f"ok   {say(language, 'reachable')}: {session.url}")
            print_line(f"ok   {say(language, 'api')}")
            try:
                return await _look_around(settings, session, language, print_line)
            finally:
                await session.close()
        except (Outage, Refusal) as error:
            print_line(f"FAIL {error.fault}")
            if said := todo(language, error.fault.code):
                print_line(f"     {say(language, 'todo')}: {said}")
            return 1


async def _look_around(
    settings: Glpi,
    session: "Session",
    language: Language,
    print_line: Callable[[str], None],
) -> int:
    from kioskd.sources.glpi.answers import RightMissing
    from kioskd.sources.glpi.text import typed

    login = await session.log_in()
    line = say(
        language,
        "login",
        user=login.name,
        profile=login.profile or "?",
        version=login.version or "?",
    )
    print_line(f"ok   {line}")
    now = session.now()
    print_line(f"     {say(language, 'zone', now=f'{now:%H:%M:%S}', zone=f'{now:%z}')}")
    worst, names = 0, {}
    for kind in KINDS:
        path = f"search/{kind}" if kind in ("Ticket", "User") else kind
        query = [("range", "0-99"), ("get_hateoas", "false")]
        try:
            found = await session.get(path, query)
        except RightMissing:
            cost = say(language, f"cost_{kind}")
            print_line(f"FAIL {say(language, 'reads_not', what=say(language, kind), cost=cost)}")
            worst = 1
            continue
        names[kind] = found.rows
        if kind in login.partial:
            cost = say(language, f"cost_{kind}")
            print_line(f"FAIL {say(language, 'reads_some', what=say(language, kind), cost=cost)}")
            worst = 1
            continue
        line = say(language, "reads", what=say(language, kind), count=found.total)
        print_line(f"ok   {line}")
    if worst:
        print_line(f"     {say(language, 'todo')}: {_rights(language, login.profile)}")
    entities = [typed(each, login.major) for each in await _entities(session)][:SHOWN]
    print_line(f"\n{say(language, 'entities')}: {', '.join(entities) or '?'}")
    rows = names.get("Group", [])
    groups = [typed(row.get("completename") or row.get("name"), login.major) for row in rows]
    print_line(f"{say(language, 'groups')}: {', '.join(groups[:SHOWN]) or '?'}")
    for line in _yaml(settings, language, groups):
        print_line(line)
    return worst


async def _entities(session: "Session") -> list[str]:
    """Every entity that the account sees; those of its profile where it may not list them."""
    from kioskd.sources.glpi.answers import RightMissing

    try:
        found = await session.get("Entity", [("range", "0-99"), ("get_hateoas", "false")])
    except RightMissing:
        login = await session.log_in()
        return list(login.entities)
    return [f"{row.get('id')} {row.get('completename')}" for row in found.rows]


def _rights(language: Language, profile: str) -> str:
    menu = {
        "pt-BR": "no GLPI: Administração > Perfis > {}; o perfil Read-Only tem todos",
        "en": "in GLPI: Administration > Profiles > {}; the profile Read-Only has them all",
        "es": "en GLPI: Administración > Perfiles > {}; el perfil Read-Only los tiene todos",
    }
    return menu[language].format(profile or "?")


def _yaml(settings: Glpi, language: Language, groups: list[str]) -> list[str]:
    folder = "/etc/kioskd"
    lines = ["", say(language, "yaml"), "", "  - kind: glpi", f"    url: {settings.url}"]
    lines.append(f"    user_token_file: {folder}/glpi-user")
    names = ["glpi-user"]
    if settings.app_token_file is not None:
        lines.append(f"    app_token_file: {folder}/glpi-app")
        names.append("glpi-app")
    if settings.entity is not None:
        lines.append(f"    entity: {settings.entity}")
    for role, at in (("technicians", 0), ("analysts", 1)):
        if len(groups) > at:
            lines.append(f'    # {role}: {{group: "{groups[at]}"}}')
    lines += ["", say(language, "files"), ""]
    for name in names:
        lines.append(f"  sudo install -o root -g kioskd -m 640 /dev/stdin {folder}/{name}")
    return lines
