"""Puts what is made from the code into its place in a document.

A place begins with ``<!-- NAME: made by ... -->`` and ends with ``<!-- end -->``.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]


def fill(text: str, made: Mapping[str, str]) -> str:
    """``text`` with everything in ``made`` at the place of its name."""
    for name, new in made.items():
        place = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- end -->)", re.DOTALL)
        found = list(place.finditer(text))
        if len(found) != 1:
            raise SystemExit(f"there are {len(found)} places for {name}")
        text = text[: found[0].end(1)] + new + text[found[0].start(2) :]
    return text


def update(page: Path, made: Mapping[str, str]) -> int:
    """Write the page, or with ``--check`` on the command line only compare it; the exit code."""
    old = page.read_text(encoding="utf-8")
    new = fill(old, made)
    if new == old:
        return 0
    if sys.argv[1:] == ["--check"]:
        print(f"{page.relative_to(ROOT)} is old: make docs")
        return 1
    page.write_text(new, encoding="utf-8")
    return 0
