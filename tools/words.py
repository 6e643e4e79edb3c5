"""Collects what people read into the catalogues of ``kioskd/words``, and makes what is read there.

``python -m tools.words`` writes every ``*.po`` anew, with what is new in it to be translated, and
each ``*.mo`` of it; it names what is not translated, and fails then. With ``--check`` it writes
nothing, and says what is old. A new language is one more file: an empty ``fr.po``.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kioskd.cli.main import command_parser
from kioskd.cli.parsing import texts
from tools.places import ROOT

FOLDER = ROOT / "kioskd/words"
ONCE = datetime(2026, 1, 1, tzinfo=UTC)  # a date that changes would make each run another file
PARSER = "kioskd/cli"
_PASSING = re.compile(r"^(Generated-By|Report-Msgid-Bugs-To): .*\n", re.MULTILINE)


class _Catalogue(Catalog):
    """Without the lines that name the program and its version: they would change by themselves."""

    def __iter__(self) -> Iterator[Message]:
        for message in super().__iter__():
            if not message.id:
                message.string = _PASSING.sub("", str(message.string))
            yield message


def collected() -> Catalog:
    """Every message of the code and of the parser of arguments, not translated."""
    found = _Catalogue(project="kioskd", creation_date=ONCE, fuzzy=False)
    for file in [*sorted((ROOT / "kioskd").rglob("*.py")), ROOT / "packaging/deb/manual.py"]:
        for text in messages(file.read_text(encoding="utf-8")):
            found.add(text, locations=[(str(file.relative_to(ROOT)), 0)])
    for text in texts(command_parser()):
        found.add(text, locations=[(PARSER, 0)])
    return found


def messages(code: str) -> Iterator[str | tuple[str, str]]:
    """The texts in the calls of ``tr``, ``later`` and ``tr_many`` (a pair), also within
    f-strings, in which Babel's own extraction finds none before Python 3.12."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [str(each.value) for each in node.args[:2] if isinstance(each, ast.Constant)]
            if node.func.id == "tr_many":
                yield given[0], given[1]
            elif node.func.id in ("tr", "later") and given:
                yield given[0]


def renewed(file: Path, template: Catalog) -> Catalog:
    """The catalogue of a language with what the code says now, and nothing else."""
    before = read_po(io.BytesIO(file.read_bytes()), locale=file.stem)
    catalogue = _Catalogue(
        locale=file.stem,
        project="kioskd",
        creation_date=ONCE,
        revision_date=ONCE,
        last_translator="kioskd",
        language_team=file.stem,
        fuzzy=False,
        header_comment="# Made by `make words`; write the translations behind msgstr.",
    )
    for message in template:
        if message.id:
            known = before.get(message.id)
            said = known.string if known is not None and not known.fuzzy else ""
            places = sorted(set(message.locations))
            catalogue.add(message.id, said or _nothing(message.id, catalogue), locations=places)
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """The English texts that lack a translation, or one of its forms."""
    return [
        str(message.id)
        for message in catalogue
        if message.id
        and not all(
            message.string if isinstance(message.string, tuple | list) else [message.string]
        )
    ]


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """A catalogue as text, and as the daemon reads it."""
    text, compiled = io.BytesIO(), io.BytesIO()
    write_po(text, catalogue, width=100, include_lineno=False)
    write_mo(compiled, catalogue)
    return text.getvalue(), compiled.getvalue()


def _nothing(text: object, catalogue: Catalog) -> str | tuple[str, ...]:
    return ("",) * catalogue.num_plurals if isinstance(text, tuple | list) else ""


def main(check: bool) -> int:
    """Write or compare each catalogue; 1 when one is old or lacks something."""
    template, wrong = collected(), False
    for file in sorted(FOLDER.glob("*.po")):
        catalogue = renewed(file, template)
        made = dict(zip((file, file.with_suffix(".mo")), written(catalogue), strict=True))
        for place, content in made.items():
            if place.is_file() and place.read_bytes() == content:
                continue
            if check:
                wrong = True
                print(f"{place.relative_to(ROOT)} is old: make words")
            else:
                place.write_bytes(content)
        for text in untranslated(catalogue):
            wrong = True
            print(f"{file.relative_to(ROOT)} lacks: {text!r}")
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
