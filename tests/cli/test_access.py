"""The commands about who is let in, against a daemon that runs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.cli.access import weak_tokens
from kioskd.config import Config, Server, Token
from kioskd.config.secret import LEAST_BITS, strength
from tests.support.process import Process


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    text = process.config.read_text()
    process.config.write_text(text.replace("server: {", "server: {host: 0.0.0.0, "))
    (tmp_path / "token").write_text(said("token"))
    text = process.config.read_text()
    process.config.write_text(
        text.replace("server: {", f"server: {{token_file: {tmp_path}/token, ")
    )
    yield process
    if hasattr(process, "process"):
        process.close()


def said(*arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "kioskd", *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_a_token_is_made_that_nobody_guesses() -> None:
    first, second = said("token").strip(), said("token").strip()
    assert first != second
    assert strength(first) > LEAST_BITS


def test_a_phone_is_paired_listed_and_revoked(kioskd: Process) -> None:
    import json
    import re
    import urllib.request

    kioskd.start().notified.close()
    file = str(kioskd.config)
    offered = said("pair", "--config", file, "--role", "view")
    digits = re.search(r"type (\d{6})", offered)
    assert digits is not None, offered
    claim = urllib.request.Request(
        f"{kioskd.url}/api/pair/claim",
        json.dumps({"code": digits[1], "name": "Ana\x1b[2J"}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(claim, timeout=10) as answer:
        identity = json.load(answer)["id"]
    listed = said("devices", "--config", file)
    assert identity in listed
    assert "view" in listed
    assert "Ana" in listed
    assert "\x1b" not in listed
    assert identity in said("devices", "--config", file, "--revoke", identity)
    assert said("devices", "--config", file) == "no device is let in\n"
    assert "no such device" in said("devices", "--config", file, "--revoke", "none", code=69)


def test_over_tcp_nobody_of_this_machine_is_the_administrator(kioskd: Process) -> None:
    kioskd.start().notified.close()
    refused = said("devices", "--port", str(kioskd.port), code=69)
    assert "needs the role admin" in refused


def test_a_weak_token_is_named_by_check_without_a_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("senha123")
    (tmp_path / "strong").write_text(said("token"))
    weak, strong = str(tmp_path / "weak"), str(tmp_path / "strong")
    server = Server(token_file=weak, tokens=(Token(name="m", file=strong),))
    (told,) = weak_tokens(Config(server=server))
    assert weak in told
    assert "senha123" not in told
    file = tmp_path / "kioskd.yaml"
    file.write_text(f"server: {{token_file: {weak}}}\nsources: [{{kind: demo}}]\n")
    assert "can be guessed" in said("check", str(file), code=78)
