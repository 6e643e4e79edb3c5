"""Titles as speech: the real espeak-ng where it is installed, stand-ins for its failures."""

import io
import shutil
import wave
from pathlib import Path

import pytest

from kioskd.audio import speech
from kioskd.config import Language
from kioskd.errors import SoundError

needs_espeak = pytest.mark.skipif(
    shutil.which(speech.PROGRAM) is None, reason="espeak-ng is not installed"
)


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "espeak-ng"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@needs_espeak
@pytest.mark.parametrize("language", ["pt-BR", "en", "es"])
def test_a_title_becomes_a_wav_file_whose_header_is_true(language: Language) -> None:
    content = speech.speak("Impressora do segundo andar", language)
    with wave.open(io.BytesIO(content)) as file:
        assert file.getnframes() * 2 + 44 == len(content)
        assert 1 < file.getnframes() / file.getframerate() < 6


@needs_espeak
def test_the_three_languages_sound_different() -> None:
    languages: list[Language] = ["pt-BR", "en", "es"]
    assert len({speech.speak("Ticket urgente", language) for language in languages}) == 3


@needs_espeak
def test_a_title_with_option_like_and_phoneme_like_parts_is_read_as_text() -> None:
    for title in (
        "--voices",
        "-f /etc/passwd",
        "[[h@l'oU]]",
        "<b>x</b>",
        "a\0b\n\x1b[31m",
        "ç" * 999,
    ):
        assert len(speech.speak(title, "en")) > 1000


def test_a_long_title_is_cut_and_stays_one_line() -> None:
    assert speech.speakable("a\nb [[x]]") == "a b [ [x]]"
    assert len(speech.speakable("x" * 1000)) == 200


def test_without_the_program_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SoundError, match="espeak-ng is not installed"):
        speech.speak("x", "en")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo no such voice >&2; exit 1", "failed: no such voice; the title is not spoken"),
        ("cat >/dev/null", "failed: no samples came"),
        ("exec sleep 60", "took over 0.5 s"),
    ],
)
def test_a_program_that_fails_or_hangs_is_named_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(SoundError) as error:
        speech.speak("x", "en", patience=0.5)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
