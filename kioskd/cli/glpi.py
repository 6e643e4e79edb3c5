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

from kioskd.cli.glpi_advice import todo
from kioskd.config import Glpi, GlpiOauth
from kioskd.words import later, tr

if TYPE_CHECKING:
    from kioskd.sources.glpi.search import Row
    from kioskd.sources.glpi.session import Session

Api = Literal["legacy", "v2"]
# What the wall is made of, as far as each API has it.
KINDS: dict[Api, tuple[str, ...]] = {
    "legacy": ("Ticket", "Project", "ProjectState", "User", "Group", "Log"),
    "v2": ("Ticket", "Project", "User", "Group"),
}
WHAT = {
    "Ticket": later("tickets"),
    "Project": later("projects"),
    "ProjectState": later("project states"),
    "User": later("users"),
    "Group": later("groups"),
    "Log": later("the history"),
}
"""Each kind of item, as one says it."""
COST = {
    "Ticket": later("the wall lacks tickets (right: Tickets, See all tickets)"),
    "Project": later("the wall lacks projects (right: Projects, See all)"),
    "ProjectState": later(
        "a finished project leaves only if its state's name says so (right: Dropdowns, Read)"
    ),
    "User": later("numbers instead of names (right: Users, Read)"),
    "Group": later("no lists of technicians and analysts (right: Groups, Read)"),
    "Log": later("recent activity shows only what the kiosk saw change (right: Historical, Read)"),
}
"""What the wall lacks without the right to read it, and how GLPI calls that right."""
ASKED = {
    "user": later("API token of the user (not shown as you type): "),
    "client_id": later("ID of the OAuth client: "),
    "client_secret": later("Secret of the OAuth client (not shown as you type): "),
    "login": later("The panel's user in GLPI: "),
    "password": later("Its password (not shown as you type): "),
    "app": later("App-Token of the API client (empty if it has none): "),
}
"""How each secret is asked for."""
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


def api_of(url: str) -> Api:
    """Which API an address is of: ``api.php`` is the new one's, but for its ``/v1``."""
    _, found, below = url.partition("/api.php")
    return "v2" if found and not below.startswith("/v1") else "legacy"


def try_out(
    url: str,
    api: Api | None,
    secrets: Secrets,
    entity: int | None,
    print_line: Callable[[str], None],
) -> int:
    """Walk through what keeps a wall from GLPI's data. 0: nothing does; 1: something does."""
    api = api or api_of(url)
    with tempfile.TemporaryDirectory(prefix="kioskd-glpi-") as folder:
        asked = _Asked(Path(folder))
        settings = _legacy(url, asked, secrets) if api == "legacy" else _v2(url, asked, secrets)
        walk = _Walk(structs.replace(settings, entity=entity), print_line)
        return asyncio.run(walk.through())


@dataclass
class _Asked:
    """Asks for what no file has, and keeps it for this run only."""

    folder: Path

    def file(self, given: Path | None, name: str, hidden: bool = True) -> str:
        """The file with a secret; one that isn't there when nothing was typed."""
        if given is not None:
            return str(given)
        file = self.folder / name
        ask = getpass.getpass if hidden else input
        if secret := ask(tr(ASKED[name])).strip():
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
    print_line: Callable[[str], None]
    worst: int = 0
    rows: "dict[str, list[Row]]" = field(default_factory=dict)

    def _well(self, said: str) -> None:
        self.print_line(f"ok   {said}")

    def _wrong(self, said: str) -> None:
        self.worst = 1
        self.print_line(f"FAIL {said}")

    def _do(self, said: str) -> None:
        if said:
            self.print_line(f"     {tr('What to do')}: {said}")

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
                self._well(f"{tr('GLPI answers')}: {session.url}")
                self._well(
                    tr("new API on; kioskd takes its {version}", version=version)
                    if version
                    else tr("API on, and open to this machine")
                )
                await self._look_around(session)
            except (Outage, Refusal) as error:
                self._wrong(str(error.fault))
                self._do(todo(error.fault.code))
                return 1
            finally:
                await session.close()
        return self.worst

    async def _look_around(self, session: "Session") -> None:
        from kioskd.sources.glpi.text import typed

        login = await session.log_in()
        profile = login.profile or "?"
        if self.settings.api == "v2":
            self._well(
                tr(
                    "OAuth client and user taken: {user}, profile {profile}",
                    user=login.name,
                    profile=profile,
                )
            )
        else:
            version = login.version or "?"
            self._well(
                tr(
                    "user token taken: {user}, profile {profile}, GLPI {version}",
                    user=login.name,
                    profile=profile,
                    version=version,
                )
            )
        now = session.now()
        zone = tr("GLPI's clock: {now}, zone {zone}", now=f"{now:%H:%M:%S}", zone=f"{now:%z}")
        self.print_line(f"     {zone}")
        for kind in KINDS[self.settings.api]:
            await self._read(session, kind, partly=kind in login.partial)
        if self.worst:
            self._do(
                tr(
                    "in GLPI: Administration > Profiles > {profile}; "
                    "the profile Read-Only has them all",
                    profile=profile,
                )
            )
        entities = [typed(each, session.major) for each in await _entities(session)][:SHOWN]
        self.print_line(f"\n{tr('entities (entity: number)')}: {', '.join(entities) or '?'}")
        rows = self.rows.get("Group", [])
        groups = [typed(row.get("completename") or row.get("name"), session.major) for row in rows]
        self.print_line(f"{tr('groups')}: {', '.join(groups[:SHOWN]) or '?'}")
        logins = [typed(row.get("1"), session.major) for row in self.rows.get("User", [])]
        for line in self._yaml(str(session.url), groups, logins):
            self.print_line(line)

    async def _read(self, session: "Session", kind: str, partly: bool) -> None:
        """One kind of item: may the account read it, and all of it?"""
        from kioskd.sources.glpi.answers import RightMissing

        path = f"search/{kind}" if kind in ("Ticket", "User") else kind
        what, cost = tr(WHAT[kind]), tr(COST[kind])
        try:
            found = await session.get(path, [("range", "0-99"), ("get_hateoas", "false")])
        except RightMissing:
            self._wrong(tr("may NOT read {what}: {cost}", what=what, cost=cost))
            return
        self.rows[kind] = found.rows
        if partly:
            self._wrong(tr("sees some only: {what}; {cost}", what=what, cost=cost))
        else:
            self._well(tr("may read {what}: {count}", what=what, count=found.total))

    def _yaml(self, url: str, groups: list[str], logins: list[str]) -> list[str]:
        """The lines of the configuration, and how to make the files that they name."""
        lines = [
            "",
            tr("Copy into /etc/kioskd/kioskd.yaml, under sources:"),
            "",
            "  - kind: glpi",
            f"    url: {url}",
        ]
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
        lines += [
            "",
            tr("Each secret stays in a file that only kioskd reads (paste it, Enter, Ctrl+D):"),
            "",
        ]
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
