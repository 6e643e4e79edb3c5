"""The catalogues of what people read are whole, and those that the program reads are of them."""

import argparse
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kioskd.cli import parsing
from kioskd.cli.main import command_parser
from tools import words

CATALOGUES = sorted(words.FOLDER.glob("*.po"))
Text = str | tuple[str, ...] | list[str] | None


def forms(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def placeholders(text: str) -> set[str]:
    """The names in braces and those of %; a number's form is the translator's."""
    found = set(re.findall(r"%\(\w+\)[sr]|%[sr]", text))
    if re.search(r"\{\w+[!:}]", text):
        try:
            found |= {name for _, name, _, _ in string.Formatter().parse(text) if name}
        except ValueError:  # an example of YAML, which nothing is put into
            found.add(text[text.index("{") : text.rindex("}")])
    return found


def test_portuguese_and_spanish_are_there() -> None:
    assert {file.stem for file in CATALOGUES} == {"es", "pt_BR"}


def test_every_text_of_the_code_is_in_every_catalogue_and_nothing_else_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert words.main(check=True) == 0, capsys.readouterr().out


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_translation_has_the_same_names_as_its_text_and_none_is_fuzzy(file: Path) -> None:
    with file.open("rb") as opened:
        catalogue = read_po(opened, locale=file.stem)
    for message in catalogue:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        wanted = placeholders(forms(message.id)[-1])
        for said in forms(message.string):
            assert placeholders(said) == wanted, (message.id, said)
            first, last = forms(message.id)[-1], said
            assert (first[:1] == " ", first[-1:] in " \n") == (
                last[:1] == " ",
                last[-1:] in " \n",
            ), (message.id, said)


def test_texts_are_found_in_calls_however_they_are_nested() -> None:
    code = """
A = later("kept")
def f(x):
    g(f"{x} {tr('inside an f-string')}")
    tr("outer {a}", a=tr("inner"))
    return tr_many("{count} line", "{count} lines", x)
"""
    found = set(words.messages(code))
    assert found == {
        "kept",
        "inside an f-string",
        "outer {a}",
        "inner",
        ("{count} line", "{count} lines"),
    }


def test_what_argparse_says_is_what_this_python_has() -> None:
    code = Path(argparse.__file__).read_text()
    for said in parsing.ARGPARSE:
        assert repr(said)[1:-1] in code.replace("\\'", "'"), said


def test_the_help_of_every_command_is_collected() -> None:
    template = words.collected()
    for text in parsing.texts(command_parser()):
        assert text in template
