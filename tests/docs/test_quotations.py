"""The documents quote what kioskd says, and in the language of the document it says just that."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from kioskd.core.status import PartFault, ViewStatus
from kioskd.core.summary import summary
from kioskd.words import speak, tr
from tests.support.documents import ROOT
from tests.support.status import fault, panel, source, told
from tools.words import collected

DOCUMENTS = [
    pytest.param(folder / name, language, id=f"{language} {name}")
    for folder, language in ((ROOT / "docs", "en"), (ROOT / "docs/pt-BR", "pt-BR"))
    for name in ("buttons.md", "troubleshooting.md")
]
QUOTED = re.compile(r"^\| \*([^*|]+)\*", re.MULTILINE)
"""What stands first in a row of a table, between asterisks."""


def said() -> Iterator[str]:
    """Every text of the code, in the language that is spoken, with … where a value is put in."""
    for message in collected():
        for text in [message.id] if isinstance(message.id, str) else message.id:
            yield re.sub(r"\{\w+[^}]*\}", "…", tr(text)) if text else ""


@pytest.mark.parametrize(("path", "language"), DOCUMENTS)
def test_a_message_that_is_quoted_is_one_that_kioskd_says(path: Path, language: str) -> None:
    speak(language)
    quoted = QUOTED.findall(path.read_text(encoding="utf-8"))
    assert len(quoted) >= 5
    known = [" ".join(text.split()) for text in said()]
    for text in quoted:
        start, _, rest = text.partition(": ")  # behind a key of the file
        words = rest if rest and start.isascii() and start.islower() and " " not in start else text
        pattern = re.escape(words).replace("…", ".*")
        assert any(re.search(pattern, each) for each in known), text


@pytest.mark.parametrize(
    ("path", "language"), [each for each in DOCUMENTS if "troubleshooting" in str(each.id)]
)
def test_the_parts_of_the_status_line_are_those_that_it_has(path: Path, language: str) -> None:
    speak(language)
    failed = ViewStatus(4.0, False, False, "", fault("bad_message", "odd"))
    status = told(
        uptime=3 * 86400.0,
        faults=[PartFault("configuration", "odd")],
        sources=[
            source("channels", views={"tickets": ViewStatus(4.0, False, False, "", None)}),
            source("central", views={"tickets": failed}),
            source("a", state="offline"),
            source("b", state="refused"),
        ],
        tickets={"critical": 2, "high": 12, "medium": 0, "low": 0, "unknown": 0},
        panels=[panel(1.0), panel(1.0)],
        sound={"state": "ok", "muted": 720.0, "quiet": True},
        buttons={"count": 4},
        display={"state": "off"},
    )
    line = summary(status)
    line += summary(msgspec.structs.replace(status, tickets=status.tickets | {"unknown": 1}))
    chapter = path.read_text(encoding="utf-8").partition("`Status:`")[2].partition("\n## ")[0]
    quoted = re.findall(r"`([^`]+)`", chapter.partition("\n\n")[2])
    assert len(quoted) == 15
    for text in quoted:
        assert text.removesuffix(" …") in line
