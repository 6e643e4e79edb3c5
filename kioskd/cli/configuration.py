"""The commands about the configuration: check it, print it, try out its sources."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import get_args

from kioskd.cli import access
from kioskd.cli.commands import CONFIG_HELP, Arguments, Commands, loaded
from kioskd.config import Config, Language
from kioskd.config.active import candidate
from kioskd.config.fleet_file import held, place_for, under
from kioskd.config.plain import one_line
from kioskd.words import speak, tr, tr_many


def register(commands: Commands) -> None:
    """Add the commands."""
    check = commands.add("check", _check, "check a configuration file and name every error in it")
    printed = commands.add("config", _config, "print the configuration in force, defaults included")
    for command in (check, printed):
        command.add_argument("file", type=Path, nargs="?", default=None, help=CONFIG_HELP)
    check.add_argument(
        "--try",
        action="store_true",
        dest="tried",
        help="ask every source once too, and propose the fields: and words: it needs",
    )
    commands.add("schema", _schema, "print the JSON Schema of the configuration, for editors")
    glpi = commands.group("glpi", "try out a GLPI before it is on the wall", "try").add(
        "try", _glpi_try, "see what keeps the wall from its data; print the lines"
    )
    glpi.add_argument("url", help="its address, such as https://glpi.example/apirest.php")
    glpi.add_argument(
        "--api",
        choices=("legacy", "v2"),
        help="default: v2 for an address with api.php, legacy for another",
    )
    for name, what in (
        ("user-token", "the API token of the account"),
        ("app-token", "the App-Token"),
        ("client-id", "the id of the OAuth client, for v2"),
        ("client-secret", "the secret of the OAuth client, for v2"),
        ("user", "the account's login, for v2"),
        ("password", "the account's password, for v2"),
    ):
        said = f"a file with {what} (default: it is asked for)"
        glpi.add_argument(f"--{name}-file", type=Path, metavar="FILE", help=said)
    glpi.add_argument("--entity", type=int, metavar="NUMBER", help="only this entity's tickets")
    glpi.add_argument("--language", choices=get_args(Language), help="default: the kiosk's")


def _check(arguments: Arguments) -> int:
    from kioskd.config.reading import examine

    file = candidate(arguments.file)
    config, warnings = examine(file)
    for each in warnings:
        print(one_line(tr("warning: {said}", said=each)))
    if weak := access.weak_tokens(config):
        print("\n".join(one_line(f"{file}: {each}") for each in weak), file=sys.stderr)
        return os.EX_CONFIG
    counted = tr_many(", {count} warning", ", {count} warnings", len(warnings)) if warnings else ""
    print(tr("{file}: ok{counted}", file=file, counted=counted), flush=True)
    pushed = held(place_for(file))
    if pushed.file:
        config, _ = under(
            file, pushed
        )  # what is wrong with the two together is said, and is the end
        by = tr(" by {by}", by=pushed.by) if pushed.by else ""
        print(
            one_line(
                tr(
                    "over it lies what the fleet pushed at {at}{by}: kioskd config",
                    at=pushed.at,
                    by=by,
                )
            )
        )
    return _tried(config) if arguments.tried else 0


def _tried(config: Config) -> int:
    from kioskd.cli import trying

    answers = asyncio.run(trying.ask(config))
    for answer in answers:
        print("\n".join(map(one_line, trying.lines(answer))))
    return int(not all(answer.right for answer in answers))


def _config(arguments: Arguments) -> int:
    from kioskd.config.reading import effective

    file = candidate(arguments.file)
    pushed = held(place_for(file))
    print(effective(under(file, pushed)[0] if pushed.file else loaded(file)), end="")
    return 0


def _schema(arguments: Arguments) -> int:
    from kioskd.config.reading import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0


def _glpi_try(arguments: Arguments) -> int:
    from kioskd.cli import glpi

    if arguments.language:
        speak(arguments.language)
    secrets = glpi.Secrets(
        user_token=arguments.user_token_file,
        app_token=arguments.app_token_file,
        client_id=arguments.client_id_file,
        client_secret=arguments.client_secret_file,
        login=arguments.user_file,
        password=arguments.password_file,
    )
    return glpi.try_out(
        arguments.url,
        arguments.api,
        secrets,
        arguments.entity,
        lambda line: print(line, flush=True),
    )
