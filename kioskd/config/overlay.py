"""The fleet's file over a kiosk's own: whole sections, but for what is each kiosk's own.

A pushed file says what every wall shows. Who the kiosk is, how it comes to the broker, where it
listens, which files hold its secrets, which programs it starts and whether it reads keyboards stand
in its own file alone: what comes over a broker names no secret, never reaches a command line, and
listens to nobody who types.
"""

import urllib.parse
from collections.abc import Iterable, Iterator
from typing import Any

from kioskd.config import yamlfile
from kioskd.config.secret import strength
from kioskd.config.yamlfile import Document, Mark, Path
from kioskd.errors import ConfigError
from kioskd.words import later, tr

NAME = later("the fleet's file")
SECTIONS = ("kiosk", "mqtt", "keys")
KEYS = {
    ("server", "host"),
    ("server", "port"),
    ("server", "https"),
    ("server", "certificate"),
    ("server", "key"),
    ("server", "public_url"),
    ("display", "commands"),
    ("display", "logo"),
}
_FILES = ("file", "argv")  # and whatever ends in _file
_KNOWN_BY = ("kind", "name", "pin", "header", "query", "cookie")
SECRET_BITS = 60.0  # a word in an address that is harder to guess is taken for a secret
_SECRETS = ("token", "key", "secret", "password", "auth", "sig")


def overlaid(pushed: bytes, own: Document) -> Document:
    """``own`` with the sections of ``pushed`` in place of its own; not checked yet.

    Raises ``ConfigError`` for what can't be read, and for what only a kiosk's own file may say.
    """
    document = yamlfile.read(pushed, tr(NAME))
    if document.value is not None and not isinstance(document.value, dict):
        document.complain((), tr("must be sections: keys, each with what belongs to it below"))
    if document.broken or document.problems:
        raise ConfigError(document.problems)
    base: dict[Any, Any] = own.value if isinstance(own.value, dict) else {}
    taken = _Overlay(document, own)
    given: Any = document.value or {}
    merged = taken.sections(given, base)
    if document.problems:
        raise ConfigError(document.problems)
    return Document(tr(NAME), merged, taken.marks)


def own_sections(pushed: bytes) -> list[str]:
    """The sections in ``pushed`` that each kiosk leaves out."""
    value = yamlfile.read(pushed, tr(NAME)).value
    return [name for name in SECTIONS if isinstance(value, dict) and name in value]


class _Overlay:
    """Merges; ``marks`` are those of the result, each where a person finds it in the file."""

    def __init__(self, pushed: Document, own: Document) -> None:
        self._pushed = pushed
        self._own = own
        self.marks: dict[Path, Mark] = dict(pushed.marks)

    def sections(self, pushed: dict[Any, Any], own: dict[Any, Any]) -> dict[Any, Any]:
        merged = {}
        for name in [*own, *(each for each in pushed if each not in own)]:
            if name in SECTIONS or name not in pushed:
                if name in own:
                    merged[name] = self._kept(own[name], (name,), (name,))
            else:
                merged[name] = self._value(pushed[name], own.get(name), (name,), (name,))
        return merged

    def _value(self, pushed: Any, own: Any, path: Path, own_path: Path) -> Any:
        """What stands at ``path``; ``own`` is what the kiosk's own file has there, or None."""
        if isinstance(pushed, dict):
            return self._mapping(pushed, own if isinstance(own, dict) else {}, path, own_path)
        if isinstance(pushed, list):
            theirs = own if isinstance(own, list) else []
            found = []
            for at, (item, match) in enumerate(zip(pushed, _matches(pushed, theirs), strict=True)):
                before = None if match is None else theirs[match]
                # -1 is no place of the own file: nothing of it is taken there.
                inner = (*own_path, -1 if match is None else match)
                found.append(self._value(item, before, (*path, at), inner))
            return found
        if isinstance(pushed, str) and _holds_secret(pushed):
            said = tr(
                "holds what looks like a secret; a pushed file holds none: write it into a file"
            )
            self._pushed.complain(path, said)
        return pushed

    def _mapping(
        self, pushed: dict[Any, Any], own: dict[Any, Any], path: Path, own_path: Path
    ) -> dict[Any, Any]:
        merged = {}
        for name, value in pushed.items():
            here, there = (*path, name), (*own_path, name)
            if not _is_own(here):
                merged[name] = self._value(value, own.get(name), here, there)
            elif name in own:
                merged[name] = self._kept(own[name], here, there)
            else:
                said = tr("is each kiosk's own, and this kiosk's own file has none there")
                self._pushed.complain(here, said)
        for name in own:
            if name not in pushed and _is_own((*path, name)):
                merged[name] = self._kept(own[name], (*path, name), (*own_path, name))
        return merged

    def _kept(self, value: Any, path: Path, own_path: Path) -> Any:
        """The kiosk's own value; how it was typed counts, and its line is none of this file's."""
        for place in [each for each in self.marks if each[: len(path)] == path]:
            if place != path:
                del self.marks[place]
        for place, mark in self._own.marks.items():
            if place[: len(own_path)] == own_path:
                moved = (*path, *place[len(own_path) :])
                self.marks[moved] = Mark(0, 0, mark.typed, mark.quoted)
        return value


def _is_own(path: Path) -> bool:
    name = str(path[-1])
    return path in KEYS or name in _FILES or name.endswith("_file")


def _matches(pushed: list[Any], own: list[Any]) -> Iterator[int | None]:
    """For each item the one of the own list that is the same thing: the first such, then the
    second, and so on; a source may have got another name."""
    left: dict[tuple[Any, ...], list[int]] = {}
    for at, item in enumerate(own):
        left.setdefault(_identity(item), []).append(at)
    first = [found.pop(0) if (found := left.get(_identity(item))) else None for item in pushed]
    others = sorted(at for found in left.values() for at in found)
    for item, match in zip(pushed, first, strict=True):
        if match is None and isinstance(item, dict) and "kind" in item:
            match = next((at for at in others if _kind(own[at]) == item["kind"]), None)
            others = [at for at in others if at != match]
        yield match


def _kind(item: Any) -> object:
    return item.get("kind") if isinstance(item, dict) else None


def _identity(item: Any) -> tuple[Any, ...]:
    if not isinstance(item, dict):
        return ("", repr(item))
    return tuple(repr(item.get(key)) for key in _KNOWN_BY)


def _holds_secret(text: str) -> bool:
    """Whether an address has a user, or a query that is a secret."""
    if "://" not in text:
        return False
    try:
        parts = urllib.parse.urlsplit(text)
        query = urllib.parse.parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return False  # no address, which the check says
    return "@" in parts.netloc or any(_secretive(name, value) for name, value in query)


def _secretive(name: str, value: str) -> bool:
    named = any(word in name.lower() for word in _SECRETS)
    return (named and bool(value)) or strength(value) >= SECRET_BITS


def problems_of(error: ConfigError, most: int) -> list[str]:
    """The first of its problems, a line each."""
    return [str(problem) for problem in error.problems[:most]]


def differences(before: Any, after: Any, path: str = "") -> Iterable[str]:
    """What is another between two configurations in plain values, a line a key."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(each for each in after if each not in before)]:
            inner = f"{path}.{name}" if path else str(name)
            yield from differences(before.get(name), after.get(name), inner)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        for at in range(max(len(before), len(after))):
            one = before[at] if at < len(before) else None
            other = after[at] if at < len(after) else None
            yield from differences(one, other, f"{path}[{at + 1}]")
    elif before != after:
        yield f"{path}: {_shown(before)} -> {_shown(after)}"


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_shown(v)}" for k, v in value.items() if v) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_shown, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)
