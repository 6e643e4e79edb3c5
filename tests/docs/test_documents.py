"""The documents: what they tell people to do can be done, and both languages tell the same."""

import argparse
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest

from kioskd.cli.main import command_parser
from kioskd.config.reading import load
from kioskd.web.roles import MESSAGES, ROUTES
from tests.support.documents import (
    DOCUMENTS,
    ENGLISH,
    PORTUGUESE,
    ROOT,
    commands,
    pairs,
    plain,
    prose,
    read,
)

LONGEST = 100
DEMO = "sources: [{kind: demo}]\n"  # what an example of another section leaves out
FOR_TECHNICIANS = (
    *("install", "image", "configuration", "sources", "glpi", "first-boot-on-a-real-pi"),
    *("alerts", "webhooks", "buttons", "sound", "screens", "troubleshooting"),
)
PLACE = re.compile(r"(kioskd|tests|tools|docs|packaging|systemd|config|frontend)/[\w./-]+")
MADE = ("kioskd/web/panel", "packaging/image/.cache")  # by a build
LANGUAGES = {"sh", "yaml", "json", "text", "python", "mermaid"}


def name(value: object) -> str:
    return str(value.relative_to(ROOT)) if isinstance(value, Path) else str(value)


each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name)
each_pair = pytest.mark.parametrize(("english", "portuguese"), pairs(), ids=name)


@each_document
def test_prose_and_code_have_a_readable_width(path: Path) -> None:
    long = [
        f"{number}: {len(line)} characters"
        for number, line in prose(read(path))
        if len(line) > LONGEST
    ]
    assert not long


@each_document
def test_every_link_leads_to_a_file_and_a_heading_that_exist(path: Path) -> None:
    for link in read(path).links:
        if re.match(r"https?://|mailto:", link):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = (path.parent / file) if file else path
        assert target.exists(), link
        if anchor:
            assert anchor in read(target).anchors, link


@each_document
def test_every_block_says_its_language(path: Path) -> None:
    for language, text, place in read(path).blocks:
        assert language.split(" ")[0] in LANGUAGES, f"line {place + 1}: {language!r} {text[:40]!r}"


@each_document
def test_a_block_for_the_shell_can_be_pasted_as_it_stands(path: Path) -> None:
    for language, text, place in read(path).blocks:
        if language != "sh":
            continue
        where = f"line {place + 1}: {text}"
        assert not re.search(r"(?m)^\s*[$#>] |[…·]|_VERSION|\bFILE\b|\bsdX\b", text), where
        done = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True)
        assert not done.stderr, where


@each_document
def test_every_command_that_is_named_exists(path: Path) -> None:
    targets = set(re.findall(r"(?m)^([\w./-]+):", (ROOT / "Makefile").read_text()))
    units = {file.stem for file in ROOT.glob("systemd/*.service")}
    units |= {file.name for file in ROOT.glob("systemd/*.path")}
    for place, (program, *words) in commands(read(path)):
        if program == "make":
            assert {word for word in words if "=" not in word} <= targets, place
        elif program == "systemctl":
            named = {word.removesuffix(".service") for word in words[1:] if word[0] != "-"}
            assert {word for word in named if word.startswith("kioskd")} <= units, place
        else:
            understood(words, place)


def understood(words: list[str], place: str) -> None:
    """``kioskd``'s own parser takes these words, or the beginning of them."""
    if words in (["--help"], ["--version"]) or words[-1] == "--help":
        words = [word for word in words if not word.startswith("-")]
    parser = command_parser()
    while words:
        group = next(
            (a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None
        )
        if group is None:
            break
        assert words[0] in group.choices, f"{place}: kioskd has no {words[0]}"
        parser, words = group.choices[words[0]], words[1:]
    known = {option for action in parser._actions for option in action.option_strings}
    takes = any(not action.option_strings for action in parser._actions)
    valued = {
        option
        for action in parser._actions
        for option in action.option_strings
        if action.nargs != 0
    }
    before = ""
    for word in words:
        if word.startswith("--"):
            assert word.partition("=")[0] in known, f"{place}: {parser.prog} has no {word}"
        elif before not in valued:
            assert takes, f"{place}: {parser.prog} takes no {word}"
        before = word


@each_document
def test_every_file_of_the_repository_that_is_named_exists(path: Path) -> None:
    document = read(path)
    said = [*document.inline, *(word for _, text, _ in document.blocks for word in text.split())]
    for word in said:
        if PLACE.fullmatch(word) and "NAME" not in word and not word.startswith(MADE):
            assert (ROOT / word).exists(), word


@each_document
def test_every_example_of_a_configuration_is_accepted(path: Path, tmp_path: Path) -> None:
    for language, text, _place in read(path).blocks:
        if language == "yaml":
            file = tmp_path / "kioskd.yaml"
            whole = text if re.search(r"(?m)^sources:", text) else f"{text}{DEMO}"
            file.write_text(whole, encoding="utf-8")
            load(file)


def test_whatever_a_technician_reads_is_there_in_portuguese() -> None:
    assert {path.stem for path in PORTUGUESE} >= set(FOR_TECHNICIANS)
    assert {path.stem for path in ENGLISH} >= set(FOR_TECHNICIANS)


@each_pair
def test_both_languages_have_the_same_chapters(english: Path, portuguese: Path) -> None:
    one, other = read(english).headings, read(portuguese).headings
    assert [level for level, _ in one] == [level for level, _ in other], (
        f"{[text for _, text in one]} against {[text for _, text in other]}"
    )


@each_pair
def test_both_languages_give_the_same_commands(english: Path, portuguese: Path) -> None:
    def blocks(path: Path, language: str) -> list[list[str]]:
        return [plain(text) for kind, text, _ in read(path).blocks if kind == language]

    assert blocks(portuguese, "sh") == blocks(english, "sh")
    assert blocks(portuguese, "yaml") == blocks(english, "yaml")
    found = [
        Counter(" ".join(words) for _, words in commands(read(path)))
        for path in (english, portuguese)
    ]
    assert found[0] == found[1]


def test_the_protocol_names_every_route_and_every_message_of_a_panel() -> None:
    text = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
    of_the_page = ("/assets/{path}", "/{path}")
    for method, route in ROUTES:
        if route not in of_the_page:
            assert route.partition("{")[0] in text, f"{method} {route}"
    for message in MESSAGES:
        assert f"`{message}`" in text


@pytest.mark.parametrize("tool", ["architecture", "faults", "roles", "translate_reference"])
def test_what_is_made_from_the_code_is_not_old(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"tools.{tool}", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr + done.stdout
