"""Writes docs/pt-BR/configuration.md: the generated reference of the configuration, translated.

``python -m tools.translate_reference`` takes the English page from the program and the words from
``WORDS``, which it keeps in order: texts that are gone are removed, new ones stand there empty and
are named. With ``--check`` it only says whether the page is old.
"""

import json
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
HEAD = "# docs/configuration.md in Portuguese, text by text; make docs makes the page of them.\n"
CELL = re.compile(r"(?<!\\)\|")


def main() -> int:
    check = sys.argv[1:] == ["--check"]
    words: dict[str, str] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    page, missing, used = translate(reference(), words)
    if not check:
        keep({text: words.get(text, "") for text in used})
    if missing:
        print(f"{WORDS.relative_to(ROOT)}: translate, then make docs", *missing, sep="\n  ")
        return 1
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    if check:
        print(f"{PAGE.relative_to(ROOT)} is old: make docs")
        return 1
    PAGE.write_text(page, encoding="utf-8")
    return 0


def keep(words: dict[str, str]) -> None:
    """Write the words in their order, each text on a line of its own."""
    lines = [f"? {_quoted(text)}\n: {_quoted(words[text])}\n" for text in sorted(words, key=_order)]
    WORDS.write_text(HEAD + "".join(lines), encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # which is YAML as well


def _order(text: str) -> tuple[str, str]:
    return text.lower(), text


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
