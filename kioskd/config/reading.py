"""Reads the configuration file into ``config``'s types, and names every error in it at once."""

import re
from pathlib import Path
from typing import Any

import msgspec

from kioskd.config import yamlfile
from kioskd.config.advice import advice
from kioskd.config.checking import check
from kioskd.config.files import read_file, reason
from kioskd.config.overlay import differences, overlaid
from kioskd.config.reference import reference
from kioskd.config.rules import contradictions, without_idle_demo
from kioskd.config.scalars import encode
from kioskd.config.schema import schema
from kioskd.config.secret import remember_address, shown
from kioskd.config.sections.whole import Config
from kioskd.errors import ConfigError, Problem
from kioskd.words import later, tr

SHIPPED = Path("/usr/lib/kioskd/kioskd.yaml")
SOURCES = later("where the tickets come from; `sources: [{kind: demo}]` is a made-up helpdesk")
_PASSWORD = re.compile(r"//[^/?#@\s]*@")
__all__ = ["changes", "combined", "effective", "examine", "load", "parse", "reference", "schema"]


def load(path: Path) -> Config:
    """The configuration in ``path``; raises ``ConfigError`` with every problem in it."""
    return parse(_read(path), str(path))


def examine(path: Path) -> tuple[Config, list[Problem]]:
    """As ``load``, with what is right and may yet not be meant, or can't work here."""
    document, config = _parsed(_read(path), str(path))
    warned = yamlfile.Document(document.file, marks=document.marks)
    for place, message in advice(config):
        warned.complain(place, message)
    found = sorted(warned.problems, key=lambda problem: (problem.line, problem.column))
    return without_idle_demo(config), found


def _read(path: Path) -> bytes:
    try:
        return read_file(path, yamlfile.MAX_BYTES)
    except FileNotFoundError:
        wrong = tr(
            "there is no such file; the one that came with kioskd: sudo cp {shipped} {path}",
            shipped=SHIPPED,
            path=path,
        )
    except PermissionError:
        wrong = tr(
            "kioskd may not read it; run: sudo chmod a+r {path}; sudo chmod a+x {folder}",
            path=path,
            folder=path.parent,
        )
    except OSError as error:
        wrong = tr("can't be read: {reason}; name another file", reason=reason(error))
    raise ConfigError([Problem(str(path), 0, 0, "", wrong)])


def parse(data: bytes, file: str) -> Config:
    """As ``load``, from the bytes of a file called ``file``."""
    return without_idle_demo(_parsed(data, file)[1])


def combined(own: bytes, file: str, pushed: bytes) -> tuple[Config, list[Problem]]:
    """The configuration of a kiosk's own file with the fleet's over it, and what ``examine`` warns
    of; raises ``ConfigError``. The own file is right by itself.
    """
    document, config = _checked(overlaid(pushed, yamlfile.read(own, file)), 0)
    warned = yamlfile.Document(document.file, marks=document.marks)
    for place, message in advice(config):
        warned.complain(place, message)
    return without_idle_demo(config), warned.problems


def _parsed(data: bytes, file: str) -> tuple[yamlfile.Document, Config]:
    return _checked(yamlfile.read(data, file), data.count(b"\n") + 1)


def _checked(document: yamlfile.Document, end: int) -> tuple[yamlfile.Document, Config]:
    """``end``: the file's last line."""
    file = document.file
    if document.broken:  # whatever else is wrong shows once it can be read
        raise ConfigError(document.problems)
    found = check(document)
    contradictions(document, found)
    if getattr(found, "sources", None) == ():
        # An empty file may be what a power cut left of a good one: it is never a demo.
        # Named where the file ends, behind whatever else is wrong in it.
        document.problems.append(
            Problem(file, end, 1, "sources", tr("is missing; write {sources}", sources=tr(SOURCES)))
        )
    if document.problems or not isinstance(found, Config):
        raise ConfigError(document.problems)
    _remember(msgspec.to_builtins(found, enc_hook=encode))
    return document, found


def changes(before: Config, after: Config) -> list[str]:
    """What is another in ``after``, a line a key; secrets are starred."""
    one, other = (_starred(msgspec.to_builtins(each, enc_hook=encode)) for each in (before, after))
    return list(differences(one, other))


def _remember(value: Any) -> None:
    """Whatever stands in an address as a password or a query is a secret from now on."""
    if isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            _remember(inner)
    elif isinstance(value, str) and "://" in value:
        remember_address(value)


def effective(config: Config) -> str:
    """Every key with the value in force, as YAML; a URL's query and password are starred."""
    return yamlfile.write(_starred(msgspec.to_builtins(config, enc_hook=encode)))


def _starred(value: Any) -> Any:
    if isinstance(value, dict):
        argv = {"argv": [shown(each, 1000) for each in value["argv"]]} if "argv" in value else {}
        return {name: _starred(inner) for name, inner in value.items()} | argv
    if isinstance(value, list | tuple):
        return [_starred(inner) for inner in value]
    if isinstance(value, str) and "://" in value:
        place, mark, query = _PASSWORD.sub("//***@", value).partition("?")
        # Whatever stands behind the question mark may be the secret, with a name or without.
        return place + mark + "&".join(map(_starred_part, query.split("&"))) if query else place
    return value


def _starred_part(part: str) -> str:
    name, equals, _ = part.partition("=")
    return f"{name}=***" if equals else "***"
