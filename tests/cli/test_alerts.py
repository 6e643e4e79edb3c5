"""`kioskd alert`, `alerts`, `acknowledge` and `snooze`, through a running daemon."""

import getpass
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kioskd.cli.alert_text import line
from kioskd.core.actor import Actor
from kioskd.core.alert_status import AlertStatus
from tests.support.process import Process

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder: Path = tmp_path_factory.mktemp("alerts")
    dead = "sources: [{kind: rest, url: 'http://127.0.0.1:9/'}]"
    process = Process(folder, f"sound: {{enabled: false}}\n{dead}\n").start()

    def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kioskd", *arguments, "--port", str(process.port)]
        return subprocess.run(command, capture_output=True, text=True, timeout=30)

    yield ask
    process.close()


def test_an_alert_is_raised_listed_snoozed_acknowledged_and_remembered(run: Run) -> None:
    assert run("alerts").stdout == "no alert is active\n"
    assert run("alerts", "history").stdout == "none yet\n"
    raised = run("alert", "--severity", "critical", "--id", "disco", "Disco cheio")
    assert (raised.stdout, raised.stderr) == ("disco\n", "")
    assert run("alerts").stdout.startswith("critical disco: Disco cheio, ")
    assert "active alerts: 1\n  critical disco: Disco cheio" in run("status").stdout
    assert run("snooze", "5m", "disco", "--by", "Ana").stdout == "disco: back in 5 min\n"
    assert "snoozed by cli Ana, back in" in run("alerts").stdout
    assert run("snooze", "tomorrow", "disco").stdout.startswith("disco: back in ")
    assert run("acknowledge", "disco").stdout == "disco\n"
    assert run("acknowledge", "disco").stdout == "no alert was active\n"
    assert run("snooze", "5m").stdout == "no alert was active\n"
    told = run("alerts", "history").stdout
    assert f"acknowledged by cli {getpass.getuser()} at 20" in told
    (life,) = json.loads(run("alerts", "history", "--json").stdout)["alerts"]
    assert (life["state"], life["by"]["kind"]) == ("acknowledged", "cli")


def test_a_program_resolves_what_it_raised(run: Run) -> None:
    run("alert", "--id", "backup", "Backup falhou")
    assert run("alert", "--id", "backup", "--resolved").stdout == "backup\n"
    assert run("alert", "--id", "backup", "--resolved").stdout == "no alert was active\n"
    assert "low" not in run("alerts").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("alert",), 69, "`title` must not be empty"),
        (("alert", "--resolved"), 69, "`id` says which alert is resolved"),
        (("snooze", "soon"), 2, "write a time with its unit"),
        (("snooze",), 2, "time"),
        (("snooze", "400d"), 69, "`seconds` must be a number"),
    ],
)
def test_what_is_asked_wrong_says_what_is_right(
    run: Run, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = run(*arguments)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr


def test_a_line_says_what_became_of_an_alert_and_no_text_moves_the_cursor() -> None:
    alert = AlertStatus(
        number=1,
        id="7\x1b",
        kind="critical_alert",
        ticket=False,
        severity="critical",
        title="Queda\x1b[2J\n\u202efoo",
        description="",
        source="zabbix",
        entity="Matriz",
        assigned_to="",
        link="https://zabbix/7",
        state="expired",
        raised="2026-11-25T10:00:00Z",
        age=300.0,
        count=3,
        standing=False,
        heard=False,
        by=Actor("button"),
        by_at=None,
        snoozed_for=None,
        ended=None,
        resolved="2026-11-25T10:06:00Z",
        escalated="2026-11-25T10:05:00Z",
        escalation="sent",
        upstream="failed",
        upstream_detail="HTTP 401",
        upstream_fault=None,
    )
    assert line(alert) == (
        "critical 7: Queda [2J  foo, [Matriz, zabbix], 5 min ago, 3x, expired: nobody answered, "
        "resolved at 2026-11-25T10:06:00Z, NOT HEARD, escalated at 2026-11-25T10:05:00Z (sent), "
        "source: failed (HTTP 401), https://zabbix/7"
    )
