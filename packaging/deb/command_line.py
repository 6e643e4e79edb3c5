"""What the package says about the command line, made from the program's own argument parser.

The completion for bash and the COMMANDS of the manual: neither can lack a command.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import shtab

from kioskd.config import SCREENS


def completion(parser: argparse.ArgumentParser) -> str:
    """The script for bash: commands, their options and choices, and files where a path is meant."""
    for _, _, command in commands(parser):
        for action in command._actions:  # argparse has no public way to its arguments
            if action.type is Path:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            if action.dest == "screen":  # any name may be typed; these every wall has
                action.choices = SCREENS
    script: str = shtab.complete(parser, shell="bash")
    return script


def manual(parser: argparse.ArgumentParser) -> str:
    """Every command with its usage and what it does, in the macros of man(7).

    What an option does is told where it appears first.
    """
    lines: list[str] = []
    told: set[str] = set()
    for name, said, command in commands(parser):
        usage = " ".join(command.format_usage().split()).removeprefix("usage: ")
        usage = usage.removeprefix(f"kioskd {name}").replace("[-h] ", "").replace("[-h]", "")
        lines += [
            ".TP",
            f".B kioskd {_roff(name)}",
            *([_roff(usage.strip())] * bool(usage.strip())),
        ]
        lines += [".br", _roff(_sentence(said))]
        for action in command._actions:
            if action.help and action.option_strings and action.dest != "help":
                line = f"\\fI{_roff(action.option_strings[-1])}\\fR: {_roff(action.help)}"
                lines += [] if line in told else [".br", line]
                told.add(line)
    return "\n".join(lines)


def commands(
    parser: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Each command that does something, such as ``sound list``, what it does, and its parser."""
    for group in parser._actions:
        if not isinstance(group, argparse._SubParsersAction):
            continue
        said = {choice.dest: choice.help or "" for choice in group._choices_actions}
        for name, inner in group.choices.items():
            path = f"{before} {name}".strip()
            yield from list(commands(inner, path)) or [(path, said.get(name, ""), inner)]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", escaped)
