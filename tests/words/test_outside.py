"""What a person reads stands in ``tr``, ``tr_many`` or ``later``: all else that looks like it is
named here, with why it may stay as it is."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.cli.main import command_parser
from kioskd.cli.parsing import texts
from tests.support.documents import ROOT
from tools.words import collected

TABLES = {
    "browser/sway.py": "sway's own configuration and commands",
    "config/reference.py": "makes the documents",
    "core/dialect.py": "names that helpdesks have for a field",
    "core/words.py": "words that helpdesks have for a priority",
    "fleet/entities.py": "three languages of its own, by kiosk.language",
    "sources/demo.py": "people of the made-up helpdesk",
    "sources/demo_words.py": "the made-up helpdesk, in three languages",
    "sources/glpi/words.py": "GLPI's own words",
    "web/metrics.py": "Prometheus' help, for programs",
}
PROGRAMS = {  # what programs say to each other
    "audio/card.py": {r"(lib\S+\.so[.\d]*): cannot open shared object file"},
    "audio/decoder.py": {"no memory"},
    "browser/asking.py": {  # the next look asks again
        *("it doesn't come to an end", "another answer than was asked for"),
    },
    "browser/beside.py": {"daemon away"},
    "browser/liveness.py": {"daemon away", "display off", "no screen"},
    "browser/supervisor.py": {"daemon away", "display off", "no screen"},
    "config/yamlfile.py": {
        *("mapping values are not allowed", "quoted scalar", "while parsing a flow"),
        *("could not find expected ':'", "while parsing a block"),
    },
    "core/alert_entry.py": {"given up"},
    "core/outputs.py": {"no panel has the output …"},  # the browser's process is told
    "core/values.py": {
        "not text",
        "not a number",
        "neither true nor false",
    },  # nobody is told more than that
    "fleet/push.py": {"kioskd fleet config", "kioskd fleet update"},
    "fleet/reasons.py": {"timed out"},
    "gpio/pins/factory.py": {"only be run on a Raspberry Pi"},
    "gpio/outside.py": {"snooze until …"},
    "host/mdns.py": {"a name without an end"},
    "host/power.py": {
        *("Adapter is unconfigured",),
        *("does not support wlr-output-power-management", "doesn't support wlr-output-management"),
    },
    "host/signature.py": {"Trusted comment: "},
    "sources/escalation.py": {"given up"},
    "sources/glpi/answers.py": {
        *("mysql error|missing configuration|database|base de da|banco de da|sql error",),
        *("oauth token",),
    },
    "sources/glpi/highlevel_rows.py": {"assigned to"},
    "web/binding.py": {"not a name"},  # as the resolver would fail
    "web/serving.py": {"Transport is closing"},
}
NAMES = {"Suporte de TI", "kioskd browser: …"}  # of the default kiosk, and of the program
PROSE = re.compile(r"[a-z']+ [a-z']{2,}")
CODE = re.compile(
    r"[: ]*sudo |delete \w+\.|[\w; -]*-src |for \(|sandbox; |--\w|-----|"
    r".*(openssl pkey -in|/usr/bin/|\(\?|\\s|=> |</)",
    re.S,
)
"""Commands, headers, expressions and scripts."""
SILENT = {"info", "debug"}
TRANSLATED = {"tr", "tr_many", "later"}
FILES = sorted((ROOT / "kioskd").rglob("*.py"))


def outside(file: Path) -> Iterator[str]:
    """Texts of several words that are neither translated nor documentation; … for a value."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    passed: set[int] = set()
    for node in ast.walk(tree):
        named = isinstance(node, ast.keyword) and node.arg == "name"  # a task's
        if named or (isinstance(node, ast.Call) and _needs_none(node)):
            passed |= {id(each) for each in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed |= {id(each) for each in node.values}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            said = "".join(
                str(each.value) if isinstance(each, ast.Constant) else "…" for each in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = node.value
        else:
            continue
        if PROSE.search(said) and not CODE.match(said):
            yield said


def _needs_none(call: ast.Call) -> bool:
    """Whether what a call is given is translated, or below warning in the log."""
    if isinstance(call.func, ast.Name):
        return call.func.id in TRANSLATED
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        and call.func.attr in SILENT
    )


@pytest.fixture(scope="module")
def known() -> list[str]:
    """What is translated where it is shown: help, and the words for codes."""
    ids = (message.id for message in collected())
    return [*texts(command_parser()), *(each for each in ids if isinstance(each, str))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT / "kioskd")))
def test_nothing_that_a_person_reads_is_in_one_language_only(file: Path, known: list[str]) -> None:
    name = str(file.relative_to(ROOT / "kioskd"))
    if name in TABLES:
        return
    may = PROGRAMS.get(name, set()) | NAMES
    for said in outside(file):
        pattern = ".*".join(map(re.escape, said.split("…")))
        shown = said in may or any(re.search(pattern, each) for each in known)
        assert shown, f"{said!r}: put it into tr(), or name it here"
    assert may - NAMES <= set(outside(file)), "named, and not there any more"


def test_a_text_that_is_not_translated_is_found_wherever_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "room.py"
    file.write_text('''"""A room of its own."""
log.info("nobody need read this")
log.warning("somebody will read %s", x)
raise ControlError(f"the card {x} is gone")
said = tr("this is fine") if x else "this is not fine"
task(name="no person's")
''')
    assert sorted(outside(file)) == [
        "somebody will read %s",
        "the card … is gone",
        "this is not fine",
    ]
