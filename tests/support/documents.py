"""The documents of the repository, taken apart: headings, blocks of code, links, commands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
TOP = [ROOT / name for name in ("README.md", "README.pt-BR.md", "CONTRIBUTING.md", "SECURITY.md")]
ENGLISH = [*TOP, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
PORTUGUESE = sorted((ROOT / "docs/pt-BR").glob("*.md"))
DOCUMENTS = [*ENGLISH, *PORTUGUESE]
PROGRAMS = ("kioskd", "systemctl", "make")  # whose arguments are checked
_MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass
class Document:
    """A Markdown file; a block is its language, its text and the line where it begins."""

    path: Path
    lines: list[str] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    blocks: list[tuple[str, str, int]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def anchors(self) -> set[str]:
        return {slug(text) for _, text in self.headings}


def read(path: Path) -> Document:
    """The document at ``path``."""
    text = path.read_text(encoding="utf-8")
    found = Document(path, text.splitlines())
    tokens = _MARKDOWN.parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            found.headings.append((int(token.tag[1]), tokens[at + 1].content))
        elif token.type in ("fence", "code_block"):
            place = token.map[0] if token.map else 0
            found.blocks.append((token.info.strip(), token.content, place))
        for inner in token.children or ():
            _take(inner, found)
    return found


def _take(token: Token, found: Document) -> None:
    if token.type == "link_open":
        found.links.append(str(token.attrs["href"]))
    elif token.type == "image":
        found.links.append(str(token.attrs["src"]))
    elif token.type == "code_inline":
        found.inline.append(token.content)


def slug(heading: str) -> str:
    """The anchor that GitHub makes of a heading."""
    plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def prose(document: Document) -> Iterator[tuple[int, str]]:
    """Each line that is no table and no link alone, with its number."""
    for number, line in enumerate(document.lines, 1):
        table = line.lstrip().startswith("|")
        reference = re.fullmatch(r"\[[^]]+\]: \S+", line)
        if not (table or reference):
            yield number, line


def plain(code: str) -> list[str]:
    """The lines of a block without comments, which may be in any language."""
    lines = (re.sub(r"(^|\s)#.*", "", line).rstrip() for line in code.splitlines())
    return [line for line in lines if line]


def commands(document: Document) -> Iterator[tuple[str, list[str]]]:
    """Every command of ``PROGRAMS`` in a block for the shell or inline: where, and its words."""
    shell = [
        (line, place)
        for kind, text, place in document.blocks
        if kind == "sh"
        for line in plain(text)
    ]
    said = [(f"{document.name}:{place + 1}", line) for line, place in shell]
    said += [(document.name, text) for text in document.inline if not re.search(r"[…<>]", text)]
    for place, line in said:
        for part in re.split(r"&&|\|\||[|;]", line):
            try:
                words = shlex.split(part)
            except ValueError:
                continue
            if words[:1] == ["sudo"]:
                words = words[1:]
            if len(words) > 1 and words[0] in PROGRAMS:
                yield place, words


def pairs() -> list[tuple[Path, Path]]:
    """Each document in English with the one in Portuguese."""
    found = [(ROOT / "README.md", ROOT / "README.pt-BR.md")]
    return found + [(ROOT / "docs" / path.name, path) for path in PORTUGUESE]
