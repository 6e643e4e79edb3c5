"""The parser of arguments, which speaks the language that is spoken when it is asked.

What its commands and arguments say is English until it is shown; ``tools/words.py`` collects it
from the finished parser, so that no text of it needs a mark in the code.
"""

import argparse
from collections.abc import Iterable
from typing import Any

from kioskd.words import later, tr

# What argparse itself says to a person, as it stands in Python's argparse.py.
ARGPARSE = (
    later("usage: "),
    later("%(prog)s: error: %(message)s\n"),
    later("argument %(argument_name)s: %(message)s"),
    later("the following arguments are required: %s"),
    later("unrecognized arguments: %s"),
    later("expected one argument"),
    later("not allowed with argument %s"),
    later("one of the arguments %s is required"),
    later("ambiguous option: %(option)s could match %(matches)s"),
    later("ignored explicit argument %r"),
    later("invalid %(type)s value: %(value)r"),
    later("invalid choice: %(value)r (choose from %(choices)s)"),
)


class Formatter(argparse.HelpFormatter):
    """Translates what it is given, when it is given it."""

    def add_text(self, text: str | None) -> None:
        super().add_text(tr(text) if text and text is not argparse.SUPPRESS else text)

    def start_section(self, heading: str | None) -> None:
        super().start_section(tr(heading) if heading else heading)

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return tr(action.help) if action.help else action.help


class Parser(argparse.ArgumentParser):
    """As argparse's own; its commands' parsers are of this class as well."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=Formatter, **given)


def teach_argparse() -> None:
    """Let argparse say what is wrong in the language that is spoken: it asks gettext for that of
    the environment, and ``kiosk.language`` is not there."""
    vars(argparse)["_"] = tr


def texts(parser: argparse.ArgumentParser) -> Iterable[str]:
    """Every text of a parser that a person reads, with those of its commands."""
    yield from filter(None, (parser.description, parser.epilog))
    yield from filter(
        None, (group.title for group in parser._action_groups if group._group_actions)
    )
    for action in parser._actions:
        if action.help:
            yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (choice.help for choice in action._choices_actions if choice.help)
            for inner in action.choices.values():
                yield from texts(inner)
