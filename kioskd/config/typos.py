"""The slips of the hand that YAML's own errors don't name: what was meant, and in which line."""

import re
from collections.abc import Sequence

from kioskd.words import later, tr

ODD_SPACE = later(
    "a no-break space stands where YAML wants a plain one, as copied from a web "
    "page; delete it and type a space"
)
SPACES = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000"
"""Blanks that look plain and are not, as the inside of a regular expression's brackets."""
_ODD = re.compile(rf"^[ \t-]*[{SPACES}][ \t{SPACES}-]*|(?<=:)[{SPACES}]+(?=\S)", re.MULTILINE)
_EMPTY = re.compile(r"\s*(?:- )?[\w.-]+:\s*(\[\s*\]|\{\s*\})\s*(?:#.*)?")
_GLUED = re.compile(r"""\s*(?:- )?(\w+):([^\s:'"\[\]{}/][^:]*)""")
_ITEM = re.compile(r"\s*(-\s|\w+:(\s|$))")


def slip(lines: Sequence[str], at: int) -> str | None:
    """What was meant where reading ended at line ``at`` (from 0); None: nothing is known."""
    before = next((n for n in range(at - 1, -1, -1) if _says_something(lines[n])), None)
    empty = _EMPTY.fullmatch(lines[before]) if before is not None else None
    if before is not None and empty and at < len(lines) and _ITEM.match(lines[at]):
        return tr(
            "remove the {bracket} in line {line}: what stands here belongs to that key",
            bracket=empty[1],
            line=before + 1,
        )
    for line in (at, before):
        if line is not None and line < len(lines) and (wrong := glued(lines[line], line + 1)):
            return wrong
    return None


def glued(text: str, line: int) -> str | None:
    """What is wrong when ``text`` is a key and its value without a space between them."""
    found = _GLUED.fullmatch(text.split(" #")[0].rstrip())
    if found is None:
        return None
    return tr("line {line}: a space is missing after `{key}:`; type one", line=line, key=found[1])


def odd_spaces(text: str) -> list[int]:
    """Where spaces that look plain and are not stand as indentation, or after a colon."""
    odd = re.compile(f"[{SPACES}]")
    places = (odd.search(text, *found.span()) for found in _ODD.finditer(text))
    return [place.start() for place in places if place]


def with_plain_spaces(text: str) -> str:
    return _ODD.sub(lambda found: re.sub(f"[{SPACES}]", " ", found[0]), text)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
