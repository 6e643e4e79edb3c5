"""The command line: its parser, logging, exit codes."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from kioskd import __version__
from kioskd.cli import (
    access,
    alerts,
    configuration,
    control,
    fleet,
    hooks,
    maintenance,
    notices,
    running,
)
from kioskd.cli.commands import Commands
from kioskd.cli.parsing import Parser, teach_argparse
from kioskd.cli.streams import FULL, give_up, open_what_is_closed, plain
from kioskd.config import Kiosk
from kioskd.config.active import candidate
from kioskd.config.files import read_file, reason
from kioskd.config.plain import one_line
from kioskd.config.secret import Starred
from kioskd.config.yamlfile import MAX_BYTES
from kioskd.errors import ConfigError, ControlError, KioskdError, PortError
from kioskd.host.log_bounds import Bounded
from kioskd.words import of_file, of_locale, speak, tr

GROUPS = (
    running,
    configuration,
    fleet,
    hooks,
    control,
    alerts,
    notices,
    access,
    maintenance,
)  # as --help lists them


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code, as ``kioskd --help`` lists them."""
    open_what_is_closed()
    with plain():
        return _run(argv)


def _run(argv: Sequence[str] | None) -> int:
    given = sys.argv[1:] if argv is None else list(argv)
    speak(_language(given))
    parser = command_parser()
    teach_argparse()  # not before: to make the parser needs no catalogue, nor does a good command
    arguments = parser.parse_args(given)
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(Bounded())  # before the next, which makes a line of each
    handler.addFilter(Starred())
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", handlers=[handler])
    try:
        code: int = arguments.command(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader has seen enough, as `| head` does
        give_up(sys.stdout)
        return 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except ConfigError as error:
        print(error, file=sys.stderr)
        return os.EX_CONFIG
    except (ControlError, PortError) as error:
        print(f"kioskd: {one_line(str(error))}", file=sys.stderr)
        return os.EX_UNAVAILABLE
    except KioskdError as error:
        print(f"kioskd: {one_line(str(error))}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        give_up(sys.stdout)
        print(
            tr("kioskd: the output can't be written: {reason}", reason=reason(error)),
            file=sys.stderr,
        )
        return 1
    finally:
        try:
            sys.stderr.flush()
        except OSError:  # the log's disk is full: Python would exit with 120 instead of our code
            give_up(sys.stderr)


def _language(given: Sequence[str]) -> str:
    """That of the file which is meant, where one says it, else that of the terminal.

    Asked before the arguments are understood: what is wrong with them is said in it, too. The
    daemon speaks as its wall does, also where its file leaves the language to the default.
    """
    named = [each for each in map(_named_file, given, [*given[1:], ""]) if each is not None]
    of_command = given[:1] in (["check"], ["config"])
    named += [Path(each) for each in given[1:] if of_command and not each.startswith("-")]
    try:
        written = of_file(read_file(candidate(named[0] if named else None), MAX_BYTES))
    except OSError:
        written = None
    wall = given[:1] in (["run"], ["browser"])
    return written or (Kiosk().language if wall else of_locale())


def _named_file(word: str, following: str) -> Path | None:
    """What ``--config`` names, when this word is that."""
    name, equals, value = word.partition("=")
    if name != "--config":
        return None
    return Path(value if equals else following)


def command_parser() -> argparse.ArgumentParser:
    """Every command with its arguments; the manual and the completion are made from it."""
    parser = Parser(
        prog="kioskd",
        description="The daemon behind a wall display: tickets, alerts, buttons.",
        epilog="`kioskd demo` shows it without any configuration. Exit codes: 0 well, 1 failed, "
        "2 wrong usage, 69 the daemon doesn't answer, 78 the configuration is wrong.",
    )
    parser.add_argument("--version", action="version", version=f"kioskd {__version__}")
    commands = Commands(parser)
    for group in GROUPS:
        group.register(commands)
    return parser
