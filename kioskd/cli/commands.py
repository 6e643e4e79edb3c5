"""What the groups of commands share: how one is added, and the arguments that many have."""

import argparse
from collections.abc import Callable
from pathlib import Path

from kioskd.cli.client import Daemon, find
from kioskd.config import Config
from kioskd.config.active import SYSTEM, candidate
from kioskd.config.scalars import Duration
from kioskd.words import tr

CONFIG_HELP = f"the configuration file (default {SYSTEM})"
Arguments = argparse.Namespace
Parser = argparse.ArgumentParser


class Commands:
    """The commands of ``parser``; each is a function that returns the exit code."""

    def __init__(self, parser: Parser, metavar: str = "COMMAND") -> None:
        self._added = parser.add_subparsers(required=True, metavar=metavar)

    def add(self, name: str, command: Callable[[Arguments], int], said: str) -> Parser:
        """A command that needs no daemon."""
        added = self._named(name, said)
        added.set_defaults(command=command)
        return added

    def add_asking(
        self, name: str, command: Callable[[Arguments, Daemon], int], said: str
    ) -> Parser:
        """A command that asks the running daemon, which it finds by ``--config`` and ``--port``."""

        def ask(arguments: Arguments) -> int:
            return command(arguments, find(candidate(arguments.config), arguments.port))

        added = self.add(name, ask, said)
        place = added.add_argument_group("where the daemon is")
        add_config(place)
        place.add_argument(
            "--port", type=port, help="the daemon's port (default: the file's, or 8080)"
        )
        return added

    def group(self, name: str, said: str, metavar: str) -> "Commands":
        """A command that has commands of its own, which ``metavar`` names."""
        return Commands(self._named(name, said), metavar)

    def _named(self, name: str, said: str) -> Parser:
        added: Parser = self._added.add_parser(name, help=said, description=said)
        return added


def add_config(parser: "Parser | argparse._ArgumentGroup", said: str = CONFIG_HELP) -> None:
    """Add ``--config``."""
    parser.add_argument("--config", type=Path, help=said)


def loaded(file: Path | None) -> Config:
    """The configuration of ``file``, or of the usual place; raises ``ConfigError``."""
    from kioskd.config.reading import load

    return load(candidate(file))


def port(text: str) -> int:
    """The type of an argument that is a port."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(tr("a port is a whole number from 1 to 65535"))


def time(text: str) -> Duration:
    """The type of an argument that is a span of time."""
    try:
        return Duration.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            tr("{error}; write {allowed}", error=error, allowed=tr(Duration.allowed))
        ) from None
