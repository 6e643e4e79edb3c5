"""Which language is spoken, and how a text is put into it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kioskd import words
from kioskd.words import of_file, of_locale, tr, tr_many
from tests.support.process import Process


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ("kiosk:\n  id: A\n  language: es\n", "es"),
        ("sources: [{kind: demo}]\nkiosk: {id: A, language: pt-BR}\n", "pt-BR"),
        ('kiosk:\n  language: "en"   # the room\'s\n', "en"),
        ("kiosk:\n\n  # language: en\n\n  language: es\n", "es"),
        ("kiosk:\r\n  language: es\r\n", "es"),
        ("kiosk:\n  # language: en\n  id: A\n", None),
        ("sources:\n  - language: es\nkiosk:\n  id: language\n", None),
        ("kiosk:\n  id: A\nother:\n  language: es\n", None),
        ("kiosk:\n  language: klingon\n", None),
        ("kiosk:\n  language: es\n\tbroken: [\n", "es"),
        ("", None),
    ],
)
def test_the_language_of_a_file_is_found_however_broken_the_rest_is(
    content: str, language: str | None
) -> None:
    assert of_file(content.encode()) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "pt_BR.UTF-8"}, "pt-BR"),
        ({"LANG": "pt_PT.UTF-8"}, "pt-BR"),
        ({"LANG": "es_AR"}, "es"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "pt_BR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "pt_BR.UTF-8", "LC_MESSAGES": "es_ES@euro"}, "es"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "de:es:en"}, "es"),
        ({"LANG": "es_ES.UTF-8", "LANGUAGE": ""}, "es"),
    ],
)
def test_the_terminal_decides_as_gettext_has_it(environment: dict[str, str], language: str) -> None:
    assert of_locale(environment) == language


def test_a_text_is_said_in_the_language_that_was_taken_last() -> None:
    words.speak("pt-BR")
    assert tr("lacks the key {name}", name="id") == "falta a chave id"
    words.speak("es")
    assert tr("lacks the key {name}", name="id") == "falta la clave id"
    words.speak("fr")
    assert tr("lacks the key {name}", name="id") == "lacks the key id"
    words.speak("en")
    assert tr("lacks the key {name}", name="id") == "lacks the key id"


def test_numbers_take_the_form_of_their_language() -> None:
    def said(count: int) -> str:
        return tr_many("needs at least {count} item", "needs at least {count} items", count)

    assert [said(1), said(2)] == ["needs at least 1 item", "needs at least 2 items"]
    words.speak("pt-BR")
    assert [said(1), said(2)] == ["precisa de pelo menos 1 item", "precisa de pelo menos 2 itens"]


def test_braces_of_a_text_without_values_stay() -> None:
    assert tr("write {like: this}") == "write {like: this}"


def test_english_reads_no_catalogue_and_no_gettext() -> None:
    said = (
        "import sys; from kioskd import words; words.speak('en'); words.tr('off');"
        "print('gettext' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def kioskd(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name != "LANGUAGE"}
    command = [sys.executable, "-m", "kioskd", *arguments]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True)


def test_the_file_goes_before_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text("kiosk: {language: es, nome: X}\nsources: [{kind: demo}]\n")
    assert "clave desconocida" in kioskd("check", str(file), LANG="pt_BR.UTF-8").stderr
    file.write_text("kiosk: {nome: X}\nsources: [{kind: demo}]\n")
    assert "chave desconhecida" in kioskd("check", str(file), LANG="pt_BR.UTF-8").stderr
    assert "unknown key" in kioskd("check", str(file), LANG="C.UTF-8").stderr


def test_help_and_wrong_usage_are_in_the_language_too(tmp_path: Path) -> None:
    shown = kioskd("mute", "--help", LANG="pt_BR.UTF-8").stdout
    assert shown.startswith("uso: kioskd mute")
    assert "silencia todos os alertas" in shown
    assert "mostra esta ajuda e sai" in shown
    wrong = kioskd("mute", "5m", "--portt", LC_ALL="es_ES.UTF-8")
    assert wrong.returncode == 2
    assert "argumentos desconocidos: --portt" in wrong.stderr
    file = tmp_path / "kioskd.yaml"
    file.write_text("kiosk: {language: pt-BR}\n")
    wrong = kioskd("mute", "soon", f"--config={file}", LC_ALL="es_ES.UTF-8")
    assert "erro: argumento time: não é um tempo" in wrong.stderr


def test_the_daemon_tells_the_wall_and_the_terminal_in_the_kiosks_language(tmp_path: Path) -> None:
    sections = "sound: {driver: nonsense}\n"
    daemon = Process(tmp_path, sections, language="pt-BR").start()
    at = ("--config", str(daemon.config), "--port", str(daemon.port))

    def status(part: str) -> Any:
        return json.loads(kioskd("status", "--json", *at).stdout)[part]

    try:
        # The sound has a process of its own, and is opened after the start.
        until(lambda: status("sound")["state"] == "failed")
        assert status("sound")["detail"].startswith("sem placa de som (nonsense): ")
        assert status("sound")["code"] == "no_card"
        daemon.configure("sound: {volume: 300}\n")
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: status("faults"))
        (fault,) = status("faults")
        assert fault["part"] == fault["code"] == "configuration"
        assert "sound.volume: 300 não é permitido; escreva um número inteiro" in fault["message"]
        assert fault["message"].endswith("; vale a última configuração boa")
        shown = kioskd("status", *at, LANG="es_ES.UTF-8").stdout
        assert "FALHA configuração: " in shown
        assert "som: falhou" in shown
    finally:
        daemon.close()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
