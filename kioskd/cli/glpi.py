"""``kioskd glpi try``: from a GLPI's address to the lines of the configuration, step by step."""

import asyncio
import getpass
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import structs

from kioskd.cli.glpi_advice import todo, why
from kioskd.cli.glpi_words import LANGUAGES, say
from kioskd.config import Glpi, GlpiOauth, Language

if TYPE_CHECKING:
    from kioskd.sources.glpi.search import Row
    from kioskd.sources.glpi.session import Session

Api = Literal["legacy", "v2"]
# What the wall is made of, as far as each API has it.
KINDS: dict[Api, tuple[str, ...]] = {
    "legacy": ("Ticket", "Project", "ProjectState", "User", "Group", "Log"),
    "v2": ("Ticket", "Project", "User", "Group"),
}
SHOWN = 12  # entities and groups that are listed
FOLDER = "/etc/kioskd"


@dataclass(frozen=True)
class Secrets:
    """Files with what opens each API; what is None is asked for."""

    user_token: Path | None = None
    app_token: Path | None = None
    client_id: Path | None = None
    client_secret: Path | None = None
    login: Path | None = None
    password: Path | None = None


def nearest(locale: str) -> Language:
    """The language of a locale such as ``pt_BR.UTF-8``; English for another one."""
    word = locale.partition("_")[0].casefold()
    return next((each for each in LANGUAGES if each.startswith(word) and word), "en")


def api_of(url: str) -> Api:
    """Which API an address is of: ``api.php`` is the new one's, but for its ``/v1``."""
    _, found, below = url.partition("/api.php")
    return "v2" if found and not below.startswith("/v1") else "legacy"


def try_out(
    url: str,
    api: Api | None,
    secrets: Secrets,
    entity: int | None,
    language: Language,
    print_line: Callable[[str], None],
) -> int:
    """Walk through what keeps a wall from GLPI's data. 0: nothing does; 1: something does."""
    api = api or api_of(url)
    with tempfile.TemporaryDirectory(prefix="kioskd-glpi-") as folder:
        asked = _Asked(Path(folder), language)
        settings = _legacy(url, asked, secrets) if api == "legacy" else _v2(url, asked, secrets)
        walk = _Walk(structs.replace(settings, entity=entity), language, print_line)
        return asyncio.run(walk.through())


@dataclass
class _Asked:
    """Asks for what no file has, and keeps it for this run only."""

    folder: Path
    language: Language

    def file(self, given: Path | None, name: str, hidden: bool = True) -> str:
        """The file with a secret; one that isn't there when nothing was typed."""
        if given is not None:
            return str(given)
        file = self.folder / name
        ask = getpass.getpass if hidden else input
        if secret := ask(say(self.language, f"ask_{name}")).strip():
            file.touch(mode=0o600)
            file.write_text(secret)
        return str(file)


def _legacy(url: str, asked: _Asked, secrets: Secrets) -> Glpi:
    app: str | None = None
    if secrets.app_token is not None or secrets.user_token is None:
        app = asked.file(secrets.app_token, "app")
    if app is not None and secrets.app_token is None and not Path(app).exists():
        app = None  # nothing was typed: the API client has none
    user = asked.file(secrets.user_token, "user")
    return Glpi(url=url, user_token_file=user, app_token_file=app)


def _v2(url: str, asked: _Asked, secrets: Secrets) -> Glpi:
    oauth = GlpiOauth(
        client_id_file=asked.file(secrets.client_id, "client_id", hidden=False),
        client_secret_file=asked.file(secrets.client_secret, "client_secret"),
        user_file=asked.file(secrets.login, "login", hidden=False),
        password_file=asked.file(secrets.password, "password"),
    )
    return Glpi(url=url, api="v2", oauth=oauth)


@dataclass
class _Walk:
    settings: Glpi
    language: Language
    print_line: Callable[[str], None]
    worst: int = 0
    rows: "dict[str, list[Row]]" = field(default_factory=dict)

    def _say(self, key: str, **fill: object) -> str:
        return say(self.language, key, **fill)

    def _well(self, said: str) -> None:
        self.print_line(f"ok   {said}")

    def _wrong(self, said: str) -> None:
        self.worst = 1
        self.print_line(f"FAIL {said}")

    def _do(self, said: str) -> None:
        if said:
            self.print_line(f"     {self._say('todo')}: {said}")

    async def through(self) -> int:
        from kioskd.host import network
        from kioskd.sources import Context
        from kioskd.sources.glpi.highlevel import HighLevel
        from kioskd.sources.glpi.session import Session, client
        from kioskd.sources.outage import Outage, Refusal

        context = Context("kioskd", has_network=lambda: bool(network.addresses()))
        kind = HighLevel if self.settings.api == "v2" else Session
        async with client(self.settings) as http:
            session = kind(self.settings, context, http)
            try:
                version = await session.knock()
                self._well(f"{self._say('reachable')}: {session.url}")
                self._well(self._say("api_v2", version=version) if version else self._say("api"))
                await self._look_around(session)
            except (Outage, Refusal) as error:
                self._wrong(why(self.language, error.fault))
                self._do(todo(self.language, error.fault.code))
                return 1
            finally:
                await session.close()
        return self.worst

    async def _look_around(self, session: "Session") -> None:
        from kioskd.sources.glpi.text import typed

        login = await session.log_in()
        profile = login.profile or "?"
        if self.settings.api == "v2":
            self._well(self._say("login_v2", user=login.name, profile=profile))
        else:
            version = login.version or "?"
            self._well(self._say("login", user=login.name, profile=profile, version=version))
        now = session.now()
        zone = self._say("zone", now=f"{now:%H:%M:%S}", zone=f"{now:%z}")
        self.print_line(f"     {zone}")
        for kind in KINDS[self.settings.api]:
            await self._read(session, kind, partly=kind in login.partial)
        if self.worst:
            self._do(self._say("rights", profile=profile))
        entities = [typed(each, session.major) for each in await _entities(session)][:SHOWN]
        self.print_line(f"\n{self._say('entities')}: {', '.join(entities) or '?'}")
        rows = self.rows.get("Group", [])
        groups = [typed(row.get("completename") or row.get("name"), session.major) for row in rows]
        self.print_line(f"{self._say('groups')}: {', '.join(groups[:SHOWN]) or '?'}")
        logins = [typed(row.get("1"), session.major) for row in self.rows.get("User", [])]
        for line in self._yaml(str(session.url), groups, logins):
            self.print_line(line)

    async def _read(self, session: "Session", kind: str, partly: bool) -> None:
        """One kind of item: may the account read it, and all of it?"""
        from kioskd.sources.glpi.answers import RightMissing

        path = f"search/{kind}" if kind in ("Ticket", "User") else kind
        what, cost = self._say(kind), self._say(f"cost_{kind}")
        try:
            found = await session.get(path, [("range", "0-99"), ("get_hateoas", "false")])
        except RightMissing:
            self._wrong(self._say("reads_not", what=what, cost=cost))
            return
        self.rows[kind] = found.rows
        if partly:
            self._wrong(self._say("reads_some", what=what, cost=cost))
        else:
            self._well(self._say("reads", what=what, count=found.total))

    def _yaml(self, url: str, groups: list[str], logins: list[str]) -> list[str]:
        """The lines of the configuration, and how to make the files that they name."""
        lines = ["", self._say("yaml"), "", "  - kind: glpi", f"    url: {url}"]
        if self.settings.api == "v2":
            names = {
                "client_id_file": "glpi-client",
                "client_secret_file": "glpi-secret",
                "user_file": "glpi-login",
                "password_file": "glpi-password",
            }
            lines += ["    api: v2", "    oauth:"]
            lines += [f"      {key}: {FOLDER}/{name}" for key, name in names.items()]
        else:
            names = {"user_token_file": "glpi-user"}
            if self.settings.app_token_file is not None:
                names["app_token_file"] = "glpi-app"
            lines += [f"    {key}: {FOLDER}/{name}" for key, name in names.items()]
        if self.settings.entity is not None:
            lines.append(f"    entity: {self.settings.entity}")
        lines += self._people(groups, logins)
        lines += ["", self._say("files"), ""]
        install = "  sudo install -o root -g kioskd -m 640 /dev/stdin"
        return lines + [f"{install} {FOLDER}/{name}" for name in names.values()]

    def _people(self, groups: list[str], logins: list[str]) -> list[str]:
        """The two lists, to be filled in: the new API doesn't tell who is in a group."""
        if self.settings.api == "v2":
            shown = ", ".join(json.dumps(each, ensure_ascii=False) for each in logins[:2])
            return [f"    # technicians: {{users: [{shown}]}}"] if shown else []
        quoted = [json.dumps(each, ensure_ascii=False) for each in groups[:2]]
        roles = ("technicians", "analysts")
        return [
            f"    # {role}: {{group: {group}}}" for role, group in zip(roles, quoted, strict=False)
        ]


async def _entities(session: "Session") -> list[str]:
    """Every entity that the account sees; those of its profile where it may not list them."""
    from kioskd.sources.glpi.answers import RightMissing

    try:
        found = await session.get("Entity", [("range", "0-99"), ("get_hateoas", "false")])
    except RightMissing:
        login = await session.log_in()
        return list(login.entities)
    return [f"{row.get('id')} {row.get('completename')}" for row in found.rows]
