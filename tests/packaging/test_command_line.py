"""What the package says about the command line: the manual and the completion of the shell."""

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kioskd.cli.main import command_parser
from kioskd.words import languages, speak, tr

PACKAGE = Path(__file__).parents[2] / "packaging/deb"


@pytest.fixture(scope="module")
def command_line() -> Iterator[ModuleType]:
    yield from loaded("command_line")


@pytest.fixture(scope="module")
def manual(command_line: ModuleType) -> Iterator[ModuleType]:
    yield from loaded("manual")


def loaded(name: str) -> Iterator[ModuleType]:
    """A script of the package, which others beside it can import meanwhile."""
    spec = importlib.util.spec_from_file_location(name, PACKAGE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


@pytest.fixture(scope="module")
def script(command_line: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("completion") / "kioskd"
    file.write_text(command_line.completion(command_parser()))
    return file


def completed(script: Path, *words: str, cwd: Path | None = None) -> set[str]:
    """What bash offers after ``words``, the last of which is not finished."""
    line = f"source {script}; COMP_WORDS=({' '.join(words[:-1])} '{words[-1]}'); "
    line += f"COMP_CWORD={len(words) - 1}; _shtab_kioskd 2>/dev/null; "
    line += "printf '%s\\n' \"${COMPREPLY[@]}\""
    said = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, cwd=cwd)
    return set(said.stdout.split())


def names(parser: argparse.ArgumentParser) -> list[str]:
    """The commands that the parser itself lists in its help."""
    return re.findall(r"(?m)^    ([a-z][a-z-]*)\b", parser.format_help())


def test_every_command_is_completed(script: Path) -> None:
    assert set(names(command_parser())) <= completed(script, "kioskd", "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("sound", ""), {"list", "test", "cards", "try", "use"}),
        (("sound", "test", "c"), {"critical"}),
        (("switch", "p"), {"projects"}),
        (("alert", "--severity", "h"), {"high"}),
        (("update", "--f"), {"--force"}),
    ],
)
def test_what_an_argument_may_be_is_completed(
    script: Path, words: tuple[str, ...], offered: set[str]
) -> None:
    assert completed(script, "kioskd", *words) == offered


def test_files_are_offered_where_a_path_is_meant(script: Path, tmp_path: Path) -> None:
    (tmp_path / "wall.yaml").touch()
    assert "wall.yaml" in completed(script, "kioskd", "check", "wa", cwd=tmp_path)
    assert "wall.yaml" in completed(script, "kioskd", "run", "--config", "wa", cwd=tmp_path)


@pytest.mark.skipif(shutil.which("man") is None, reason="man-db is not installed")
@pytest.mark.parametrize("language", languages())
def test_the_manual_names_every_command_and_option_and_is_well_formed(
    manual: ModuleType, command_line: ModuleType, language: str, tmp_path: Path
) -> None:
    speak(language)
    page = tmp_path / "kioskd.1"
    page.write_text(manual.page(command_parser(), "1.0"))
    shown = subprocess.run(
        ["man", "--warnings", "--encoding=UTF-8", "--local-file", page],
        capture_output=True,
        text=True,
        env=os.environ | {"MANWIDTH": "120", "LC_ALL": "C.UTF-8", "MANPAGER": "cat"},
    )
    assert not shown.stderr
    text = re.sub(".\b", "", shown.stdout)
    for name, said, command in command_line.commands(command_parser()):
        assert f"kioskd {name}" in text
        assert said, f"kioskd {name} says nothing in kioskd --help"
        assert plain(tr(said)[1:]) in plain(text)
        for option in re.findall(r"--[a-z-]+", command.format_usage()):
            assert option in text, f"kioskd {name} {option}"


def plain(text: str) -> str:
    """Without the ends of lines, and the hyphens, that ``man`` puts in."""
    return "".join(text.replace("\u2010\n", "").split())


def test_every_page_of_the_manual_says_the_same_of_the_same_things(manual: ModuleType) -> None:
    pages = []
    for language in languages():
        speak(language)
        pages.append(manual.page(command_parser(), "1.0"))
    kept = [re.findall(r"\\fB(.*?)\\fR|^\.B (.*)$|^\.(TP|SH|PP)", p, re.MULTILINE) for p in pages]
    assert [sorted(each) for each in kept[1:]] == [sorted(kept[0])] * (len(pages) - 1)
    assert len({page.partition("kioskd \\-")[2][:20] for page in pages}) == len(pages)
