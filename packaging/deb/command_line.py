"""The completion for bash, made from the program's own argument parser, and its commands."""

import argparse
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
