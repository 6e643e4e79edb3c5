"""``kioskd hooks test`` shows what a payload would become."""

import subprocess
import sys
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "support/hooks"
CONFIG = "sources: [{kind: webhook, name: alertas, preset: alertmanager, token_file: /t}]\n"


def run(tmp_path: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    (tmp_path / "kioskd.yaml").write_text(CONFIG)
    command = [sys.executable, "-m", "kioskd", "hooks", "test", *arguments]
    command += ["--config", str(tmp_path / "kioskd.yaml")]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_what_a_payload_would_become_is_shown(tmp_path: Path) -> None:
    done = run(tmp_path, "alertas", str(FIXTURES / "alertmanager.json"))
    assert done.returncode == 0
    assert "raises critical: Disco quase cheio (id a1b2c3d4e5f60718)" in done.stdout
    assert "  entity: srv-arquivos:9100" in done.stdout


def test_what_would_be_refused_says_why_and_fails(tmp_path: Path) -> None:
    (tmp_path / "p").write_text('{"alerts": [{"status": "firing"}]}')
    done = run(tmp_path, "alertas", str(tmp_path / "p"))
    assert done.returncode == 1
    assert "refused: title" in done.stdout


def test_a_hook_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    done = run(tmp_path, "outro", str(tmp_path / "p"))
    assert done.returncode == 1  # and not as where no daemon answers
    assert "there is: alertas" in done.stderr
