"""The commands about who is authorised: make a token, pair a phone, list and revoke devices."""

import secrets
import time
from typing import get_args

from kioskd.cli.client import Daemon
from kioskd.cli.commands import Arguments, Commands
from kioskd.config import Config, Role
from kioskd.config.plain import one_line
from kioskd.config.secret import LEAST_BITS, shown_path
from kioskd.config.secret_file import read_secret
from kioskd.core.summary import span
from kioskd.words import tr

TOKEN_BYTES = 24  # 192 bits


def register(commands: Commands) -> None:
    """Add the commands."""
    commands.add("token", _token, "make an access token that nobody guesses, for a program's file")
    pair = commands.add_asking(
        "pair", _pair, "show on the wall how a phone is paired, for two minutes"
    )
    pair.add_argument(
        "--role", choices=get_args(Role), default="control", help="what it may do (default control)"
    )
    devices = commands.add_asking(
        "devices", _devices, "list the devices that are authorised, or revoke one"
    )
    devices.add_argument("--revoke", metavar="ID", default="", help="let this one in no more")


def weak_tokens(config: Config) -> list[str]:
    """One line for each access token that can be guessed; a file that can't be read is not told."""
    server = config.server
    named = [("server.token_file", server.token_file)]
    named += [(f"server.tokens: {token.name}", token.file) for token in server.tokens]
    found = []
    for place, file in named:
        try:
            bits = read_secret(file).bits() if file else LEAST_BITS
        except OSError:
            continue
        if file and bits < LEAST_BITS:
            found.append(
                tr(
                    "{place}: the token in {file} can be guessed ({bits:.0f} bits of {least}); "
                    "make one that can't be: kioskd token | sudo tee {file}",
                    place=place,
                    file=shown_path(file),
                    bits=bits,
                    least=LEAST_BITS,
                )
            )
    return found


def _token(arguments: Arguments) -> int:
    print(secrets.token_urlsafe(TOKEN_BYTES))
    return 0


def _pair(arguments: Arguments, daemon: Daemon) -> int:
    offer = daemon.ask("/api/pair", {"role": arguments.role})
    print(
        tr(
            "open {url} on the phone and type {digits}",
            url=offer["urls"][0].partition("#")[0],
            digits=offer["digits"],
        )
    )
    print(tr("or scan the code on the wall; good for {span}, once", span=span(offer["seconds"])))
    if offer["fingerprint"]:
        print(
            tr(
                "the phone warns of the certificate; its SHA-256 is {fingerprint}",
                fingerprint=offer["fingerprint"],
            )
        )
    return 0


def _devices(arguments: Arguments, daemon: Daemon) -> int:
    if arguments.revoke:
        daemon.ask("/api/devices/revoke", {"id": arguments.revoke})
        print(tr("{id} is authorised no more", id=one_line(arguments.revoke)))
        return 0
    devices = daemon.ask("/api/devices")["devices"]
    if not devices:
        print(tr("no device is let in"))
    for each in devices:
        ago = span(max(0.0, time.time() - each["seen"]))
        print(
            one_line(
                tr(
                    "{id}  {role:7}  {name}, seen {ago} ago",
                    id=each["id"],
                    role=each["role"],
                    name=each["name"],
                    ago=ago,
                )
            )
        )
    return 0
