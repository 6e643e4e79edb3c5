"""What is printed: nothing that a terminal obeys, and JSON and YAML that lose nothing."""

import io
import json
import sys

import pytest

from kioskd.cli.main import main
from kioskd.cli.streams import clear_screen, json_text, plain
from kioskd.config.yamlfile import read, write

EVIL = "a\x1b[2J\x1b]0;owned\x07\x9b1m\u202eb\r\x7f"


def test_nothing_that_is_printed_is_obeyed_by_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    with plain():
        print(f"one\t{EVIL}\ntwo é 🎉")
        clear_screen()
    print("\x1b")  # as before
    said = out.getvalue()
    assert said == "one\ta�[2J�]0;owned��1m�b �\ntwo é 🎉\n\x1b[H\x1b[J\x1b\n"


def test_json_is_plain_and_means_the_same() -> None:
    value = {"name": f"{EVIL} 👩\u200d💻 \U000e0001 é"}
    for indent in (2, None):
        text = json_text(value, indent)
        assert text.replace("\n", "").isprintable()
        assert "é" in text
        assert json.loads(text) == value


@pytest.mark.parametrize("text", [EVIL, "👩\u200d💻 Suporte", "\U000e0001", "a\nb", "é", "\xa0"])
def test_yaml_is_plain_and_means_the_same(text: str) -> None:
    written = write({"kiosk": {"name": text}})
    assert written.replace("\n", "").isprintable()
    control = {"\x1b", "\x07", "\x9b", "\x7f"} & set(text)
    if not control:  # which no file may hold
        assert read(written.encode(), "k").value == {"kiosk": {"name": text}}


def test_a_payload_that_is_tried_commands_no_terminal(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "token").write_text("Longa-palavra-de-acesso-9371")
    config = folder / "kioskd.yaml"
    config.write_text(
        f"sources: [{{kind: webhook, name: x, token_file: {folder}/token, id: id, title: title}}]\n"
    )
    payload = folder / "payload.json"
    payload.write_text(json.dumps({"id": EVIL, "title": f"{EVIL}\nraises critical: forged"}))
    main(["hooks", "test", "x", str(payload), "--config", str(config)])
    said = capsys.readouterr().out
    assert said.startswith("raises high: a")
    assert len(said.splitlines()) == 1
    assert said.replace("\n", "").isprintable()
