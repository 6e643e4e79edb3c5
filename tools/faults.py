"""Writes the tables of faults: the codes in docs/protocol.md, from ``kioskd.core.faults``, and what
the wall says in docs/troubleshooting.md, from the panel's own words.

``python -m tools.faults``; with ``--check`` it only says whether a table is old.
"""

import re
import sys
from collections.abc import Iterator

from kioskd.core.faults import TEXTS
from tools.places import ROOT, update

WORDS = ROOT / "frontend/src/words"
PAGES = {
    "docs/troubleshooting.md": ("en", "| on the wall | do |"),
    "docs/pt-BR/troubleshooting.md": ("pt-BR", "| na parede | faça |"),
}
# The words of one text may stand in several pieces: 'one ' + 'two'.
TEXT = re.compile(r"^  (why|do)(\w+):\s*((?:'(?:[^'\\]|\\.)*'[\s+]*)+),", re.MULTILINE)
PIECE = re.compile(r"'((?:[^'\\]|\\.)*)'")


def codes() -> str:
    """Each code with its parameters and its words in English."""
    lines = ["| `code` | `params` | in English |", "| --- | --- | --- |"]
    for code, text in TEXTS.items():
        names = dict.fromkeys(re.findall(r"\{(\w+)\}", text))
        cells = ", ".join(f"`{name}`" for name in names), text.replace("|", "\\|")
        lines.append(f"| `{code}` | {cells[0]} | {cells[1]} |")
    return "\n".join([*lines, ""])


def wall(language: str, head: str) -> str:
    """What the wall shows when something is wrong, with what to do, in a language."""
    said = dict(_said(language))
    lines = [head, "| --- | --- |"]
    for name, text in said.items():
        if name.startswith("why"):
            remedies = [said[key] for key in said if _fault_of(key) == name.removeprefix("why")]
            told = ["`kioskd doctor`" if each == "…" else each for each in remedies]
            lines.append(f"| “{text}” | {' / '.join(told)} |")
    return "\n".join([*lines, ""])


def _fault_of(key: str) -> str:
    """The fault that a remedy is for. A fault may have one for the image, or for no token."""
    return re.sub("(Card|None)$", "", key.removeprefix("do")) if key.startswith("do") else ""


def _said(language: str) -> Iterator[tuple[str, str]]:
    """The texts of a language, by their keys; each file has an object for each language in it."""
    ending = language.replace("-", "").lower()
    for file in sorted(WORDS.glob("*.ts"), key=lambda path: path.stem in ("glpi", "mqtt")):
        parts = re.split(r"(?m)^export const (\w+)", file.read_text(encoding="utf-8"))
        for name, block in zip(parts[1::2], parts[2::2], strict=True):
            if name.lower().endswith(ending):
                yield from _texts(block)


def _texts(block: str) -> Iterator[tuple[str, str]]:
    for kind, name, pieces in TEXT.findall(block):
        text = "".join(PIECE.findall(pieces)).replace("\\'", "'").replace("|", "\\|")
        yield kind + name, re.sub(r"\{\w+\}", "…", text)


if __name__ == "__main__":
    worst = update(ROOT / "docs/protocol.md", {"codes": codes()})
    for page, (language, head) in PAGES.items():
        worst |= update(ROOT / page, {"wall": wall(language, head)})
    sys.exit(worst)
