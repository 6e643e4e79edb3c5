"""`kioskd check --try` against a real helpdesk that speaks another dialect."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import stories
from tests.support.dialects import PORTUGUESE, SNAKE, renamed
from tests.support.process import free_port
from tests.support.upstream import Upstream


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    desk = Upstream()
    yield desk
    desk.close()


def check(folder: Path, url: str, keys: str = "") -> tuple[int, str]:
    file = folder / "kioskd.yaml"
    file.write_text(f"sources:\n  - {{kind: channels, name: central, url: '{url}', {keys}}}\n")
    done = subprocess.run(
        [sys.executable, "-m", "kioskd", "check", "--try", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


def test_a_helpdesk_that_speaks_the_guide_is_right(tmp_path: Path, upstream: Upstream) -> None:
    upstream.hold(stories.tickets(3), stories.projects(), stories.dashboard())
    code, said = check(tmp_path, upstream.url)
    assert code == 0
    assert said.splitlines()[1:] == [
        "source central: answers",
        "  tickets: ok, 3 rows",
        "  projects: ok, 0 rows",
        "  dashboard: ok",
    ]


def test_the_two_lines_that_a_snake_case_serializer_needs_are_proposed_and_are_enough(
    tmp_path: Path, upstream: Upstream
) -> None:
    upstream.hold(stories.tickets(0, renamed(SNAKE)), stories.projects(), stories.dashboard())
    code, said = check(tmp_path, upstream.url)
    assert code == 1
    lines = said.splitlines()
    at = lines.index("    fields:")
    assert lines[at + 1 :] == ["      assignedTo: assigned_to", "      createdAt: created_at"]
    again = ", ".join(line.strip() for line in lines[at + 1 :])
    code, said = check(tmp_path, upstream.url, f"fields: {{{again}}}")
    assert (code, "FAILED" in said) == (0, False)


def test_names_that_are_written_already_stay_in_what_is_proposed(
    tmp_path: Path, upstream: Upstream
) -> None:
    row = renamed(PORTUGUESE, priority="P7", assignedTo={"nome": "Zé"})
    upstream.hold(stories.tickets(0, row), stories.projects(), stories.dashboard())
    code, said = check(tmp_path, upstream.url, "fields: {title: titulo, urgency: }")
    assert code == 1
    assert said.splitlines()[-8:] == [
        "    fields:",
        "      title: titulo",
        "      urgency:",
        "      id: numero",
        "      assignedTo: responsavel.nome",
        "      priority: prioridade",
        "      status: situacao",
        "      createdAt: abertura",
    ]


def test_words_that_are_in_no_table_are_named_to_be_described(
    tmp_path: Path, upstream: Upstream
) -> None:
    odd = stories.ticket(0, priority="P7", status="Na fila")
    upstream.hold(stories.tickets(0, odd), stories.projects(), stories.dashboard())
    code, said = check(tmp_path, upstream.url)
    assert code == 0  # the wall shows them as they came
    assert said.splitlines()[-3:] == ["    words:", "      P7: ?", "      Na fila: ?"]


def test_a_helpdesk_that_is_away_is_said_with_its_reason(tmp_path: Path) -> None:
    code, said = check(tmp_path, f"ws://127.0.0.1:{free_port()}/")
    assert code == 1
    assert "nothing listens there" in said
    assert said.count("nothing came") == 3
