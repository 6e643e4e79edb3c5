"""Writes docs/pt-BR/configuration.md: the generated reference of the configuration, translated.

``python tools/translate_reference.py`` takes the English page from the program and the words from
``WORDS``; with ``--check`` it only says whether the page is old. A text without a translation is
an error that prints what to add.
"""

import re
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import yaml

from kioskd.config.reference import reference

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/pt-BR/configuration.md"
WORDS = ROOT / "docs/pt-BR/configuration.words.yaml"
CELL = re.compile(r"(?<!\\)\|")


def main() -> int:
    words: dict[str, str] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    page, missing, used = translate(reference(), words)
    if missing:
        print(f"{WORDS.relative_to(ROOT)} lacks:", file=sys.stderr)
        print(yaml.safe_dump(dict.fromkeys(missing, ""), allow_unicode=True, width=10_000))
        return 1
    if unused := words.keys() - used:
        print(f"{WORDS.relative_to(ROOT)} has what is used no more: {unused}", file=sys.stderr)
        return 1
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    if sys.argv[1:] == ["--check"]:
        print(f"{PAGE.relative_to(ROOT)} is old: make docs", file=sys.stderr)
        return 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def translate(english: str, words: dict[str, str]) -> tuple[str, list[str], set[str]]:
    """The page in other words, the texts that lack a translation, and those that were used."""
    missing: dict[str, None] = {}
    used: set[str] = set()

    def said(text: str) -> str:
        used.add(text)
        if not words.get(text):
            missing[text] = None
        return words.get(text) or text

    lines = []
    for block in re.split(r"(\n\n+|\n(?=[|#]))", english):
        if not block.strip():
            lines.append(block)
        elif block.startswith("|"):
            lines.append(_row(block, said))
        elif block.startswith("#"):
            mark, _, text = block.partition(" ")
            lines.append(f"{mark} {text if text.startswith('`') else said(text)}")
        else:
            told = textwrap.fill(said(" ".join(block.split())), 100, break_long_words=False)
            lines.append(told + "\n" * block.endswith("\n"))
    return "".join(lines), list(missing), used


def _row(row: str, said: Callable[[str], str]) -> str:
    cells = [cell.strip() for cell in CELL.split(row.strip().strip("|"))]
    plain = re.compile(r"`[^`]*`|-+|")
    told = [cell if plain.fullmatch(cell) else said(cell) for cell in cells]
    return "| " + " | ".join(told) + " |" + "\n" * row.endswith("\n")


if __name__ == "__main__":
    sys.exit(main())
