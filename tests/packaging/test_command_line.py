"""What the package says about the command line: the manual and the completion of the shell."""

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from kioskd.cli.main import command_parser

PACKAGE = Path(__file__).parents[2] / "packaging/deb"


@pytest.fixture(scope="module")
def command_line() -> ModuleType:
    spec = importlib.util.spec_from_file_location("command_line", PACKAGE / "command_line.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def script(command_line: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("completion") / "kioskd"
    file.write_text(command_line.completion(command_parser()))
    return file


@pytest.fixture(scope="module")
def manual(command_line: ModuleType) -> str:
    source = (PACKAGE / "kioskd.1").read_text()
    return source.replace("@COMMANDS@", command_line.manual(command_parser()))


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
        (("sound", ""), {"list", "test"}),
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
def test_the_manual_names_every_command_and_option_and_is_well_formed(
    manual: str, command_line: ModuleType, tmp_path: Path
) -> None:
    page = tmp_path / "kioskd.1"
    page.write_text(manual)
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
        for option in re.findall(r"--[a-z-]+", command.format_usage()):
            assert option in text, f"kioskd {name} {option}"
