"""What people read, in their language: a catalogue a language, and English where there is none.

A message is written in the code, in English, inside ``tr``; ``make words`` collects it into the
catalogues (``*.po``), which translators fill in, and makes the ``*.mo`` that are read here. What
programs read (JSON, codes, names of keys) is never translated, nor is the log below warning.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

HERE = Path(__file__).parent
ENGLISH = "en"
_SECTION = re.compile(rb"^kiosk[ ]*:(.*(?:\n(?:[ \t].*|[ \t]*#.*|[ \t\r]*))*)", re.MULTILINE)
_KEY = re.compile(rb"(?:^|[\s{,])language[ ]*:[ ]*[\"']?([A-Za-z-]+)")
_COMMENT = re.compile(rb"(?:^|[ \t])#.*")
_language = ENGLISH
_catalogue: "NullTranslations | None" = None


def speak(language: str) -> None:
    """Take this language from now on, such as ``pt-BR``; one without a catalogue is English."""
    global _language, _catalogue
    if language != _language:
        _language, _catalogue = language, None


def spoken() -> str:
    """The language that was taken last."""
    return _language


def tr(text: str, /, **values: object) -> str:
    """``text`` in the language that is spoken, with the values put in for its ``{names}``.

    Without values braces are left as they are; with them a brace is written twice.
    """
    said = text if _language == ENGLISH else _read().gettext(text)
    return said.format(**values) if values else said


def tr_many(one: str, many: str, count: int, /, **values: object) -> str:
    """As ``tr``, with the form of the text that ``count`` takes; ``{count}`` is put in."""
    if _language == ENGLISH:
        said = one if count == 1 else many
    else:
        said = _read().ngettext(one, many, count)
    return said.format(count=count, **values)


def later(text: str) -> str:
    """``text`` as it is: a message that is collected here, and translated where it is used."""
    return text


def languages() -> list[str]:
    """Every language that there is a catalogue of, and English."""
    found = sorted(file.stem.replace("_", "-") for file in HERE.glob("*.mo"))
    return [*found, ENGLISH]


def of_locale(environment: Mapping[str, str] = os.environ) -> str:
    """The language of the terminal, by the variables and in the order of gettext(3)."""
    known = languages()
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            for word in value.split(":") if name == "LANGUAGE" else [value]:
                spoken = word.partition(".")[0].partition("@")[0].replace("_", "-")
                if found := _like(spoken, known):
                    return found
            return ENGLISH
    return ENGLISH


def of_file(content: bytes) -> str | None:
    """The ``kiosk.language`` that a configuration has, however broken the rest of it is; None
    where none is written, or one that is not known."""
    section = _SECTION.search(content)
    found = _KEY.search(_COMMENT.sub(b"", section[1])) if section else None
    written = found[1].decode() if found else ""
    return written if written in languages() else None


def _like(word: str, known: list[str]) -> str | None:
    """``pt-PT`` is nearer to ``pt-BR`` than to English."""
    if word in known:
        return word
    tongue = word.partition("-")[0].casefold()
    return next((each for each in known if each.partition("-")[0] == tongue), None)


def _read() -> "NullTranslations":
    global _catalogue
    if _catalogue is None:
        import gettext  # late: English needs none

        try:
            with (HERE / f"{_language.replace('-', '_')}.mo").open("rb") as file:
                _catalogue = gettext.GNUTranslations(file)
        except FileNotFoundError:
            _catalogue = gettext.NullTranslations()
    return _catalogue
