"""Walks a document along ``config``'s types: a value for every key, or a problem that names it."""

import difflib
import re
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, get_args, get_origin

import msgspec

from kioskd.config import field_types
from kioskd.config import secret as secrets
from kioskd.config.scalars import Duration, Scalar, decode, too_long
from kioskd.config.sections.gpio import Action, ActionKeys
from kioskd.config.sections.whole import Config
from kioskd.config.typos import glued
from kioskd.config.yamlfile import REFUSED, Again, Document
from kioskd.config.yamlfile import Path as Place
from kioskd.words import tr, tr_many

# Where people paste a secret, though a file or an address is meant.
_FILES = (
    *("file", "token_file", "ca_file", "certificate", "key"),
    *("user_token_file", "app_token_file", "acknowledge_token_file"),
    *("client_id_file", "client_secret_file", "user_file", "password_file"),
)
SECRETIVE = frozenset(
    (*_FILES, "oauth", "auth", "tokens", "url", "urls", "proxy", "prefix", "argv")
)
WRONG = object()
"""Stands for a value whose problem is already named."""


def check(document: Document) -> Any:
    """The ``Config`` in a document; every key that is wrong is named in its ``problems``.

    A section with a wrong key comes back as a ``SimpleNamespace`` with ``WRONG`` for that key, so
    that what its other keys say can still be compared.
    """
    return _section(document, document.value, Config, ())


def _section(document: Document, value: object, kind: type[msgspec.Struct], path: Place) -> Any:
    if value is REFUSED:
        return WRONG
    if not isinstance(value, dict | None):
        document.complain(path, _no_section(document, value, path))
        return WRONG
    given, fields = value or {}, field_types.fields(kind)
    before, found = len(document.problems), dict[str, Any]()
    for name, inner in given.items():
        if name == "kind" and kind.__struct_config__.tag:
            continue
        field = fields.get(str(name))
        if field is None:
            if isinstance(name, Again):
                continue  # named at its first place
            document.complain((*path, name), _unknown(str(name), inner, kind))
            continue
        if inner is None and field_types.is_list(field.type) and not field.required:
            continue  # a list of which every item is a comment is one that isn't there
        taken = _value(document, inner, field.type, (*path, name))
        if not isinstance(name, Again):  # the second of two is checked, and not taken
            found[field.name] = taken
    for name, field in fields.items():
        if field.required and name not in given:
            found[field.name] = WRONG
            document.complain(path, tr("lacks the key {name}", name=name))
    if len(document.problems) == before and WRONG not in found.values():
        try:
            return kind(**found)
        except ValueError as error:
            document.complain(path, str(error))
    defaults = {field.name: _default(field) for field in fields.values()}
    return SimpleNamespace(kind=kind.__struct_config__.tag, **(defaults | found))


def _no_section(document: Document, value: object, path: Place) -> str:
    mark = document.marks.get(path)
    wrong = glued(value, mark.begins) if mark and isinstance(value, str) else None
    return wrong or tr("must be a section: keys below it, each with a value")


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def _unknown(name: str, value: object, kind: type) -> str:
    if kind is ActionKeys and name in field_types.words(Action):
        return tr("{name} takes no value; write it alone, without the colon", name=name)
    fields = field_types.fields(kind)
    return tr("unknown key{hint} (known: {keys})", hint=near(name, fields), keys=", ".join(fields))


def _value(document: Document, value: object, kind: Any, path: Place) -> Any:
    if value is REFUSED:
        return WRONG
    if known := field_types.tagged(kind):
        return _tagged(document, value, known, path)
    section = field_types.section(kind)
    if value is None and type(None) in field_types.options(kind):
        return None
    if section is not None and (isinstance(value, dict) or len(field_types.options(kind)) == 1):
        return _section(document, value, section, path)
    if field_types.is_list(kind):
        return _items(document, value, kind, path)
    if get_origin(field_types.bare(kind)) is dict:
        return _names(document, value, kind, path)
    return _leaf(document, value, kind, path)


def _items(document: Document, value: object, kind: Any, path: Place) -> Any:
    if not isinstance(value, list | None):
        document.complain(path, tr("must be a list: one item a line, each after a dash"))
        return WRONG
    value = value or []
    inner = field_types.items(kind, len(value))
    if inner is None:
        document.complain(path, tr("must be {allowed}", allowed=field_types.allowed(kind)))
        return WRONG
    found = tuple(_value(document, x, inner[i], (*path, i)) for i, x in enumerate(value))
    least = field_types.least(kind)
    if len(found) < least:
        document.complain(
            path, tr_many("needs at least {count} item", "needs at least {count} items", least)
        )
        return WRONG
    return found


def _names(document: Document, value: object, kind: Any, path: Place) -> Any:
    """A section whose keys are words of a type (or any text), each with a value of another."""
    if not isinstance(value, dict | None):
        document.complain(path, tr("must be a section: keys below it, each with a value"))
        return WRONG
    of, inner = get_args(field_types.bare(kind))
    known, found = field_types.words(of), {}
    for name, each in (value or {}).items():
        if known and str(name) not in known:
            wrong = tr(
                "unknown key{hint} (known: {keys})", hint=near(name, known), keys=", ".join(known)
            )
            document.complain((*path, name), wrong)
            found[str(name)] = WRONG
            continue
        if not known and not str(name).strip():
            document.complain((*path, name), tr("has no name; write the word before the colon"))
            found[str(name)] = WRONG
            continue
        taken = _value(document, each, inner, (*path, name))
        if not isinstance(name, Again):
            found[str(name)] = taken
    return WRONG if WRONG in found.values() else found


def _tagged(document: Document, value: object, known: dict[str, type], path: Place) -> Any:
    name = value.get("kind") if isinstance(value, dict) else None
    if name is REFUSED:
        return WRONG
    if not isinstance(value, dict) or not isinstance(name, str):
        document.complain(path, tr("needs a kind: one of {known}", known=", ".join(known)))
        return WRONG
    if name not in known:
        shown = secrets.shown(repr(name))
        wrong = tr(
            "{shown} is no kind of source{hint} (known: {known})",
            shown=shown,
            hint=near(name, known),
            known=", ".join(known),
        )
        document.complain((*path, "kind"), wrong)
        return WRONG
    return _section(document, value, known[name], path)


def _leaf(document: Document, value: object, kind: Any, path: Place) -> Any:
    if str in field_types.options(kind):
        value = _as_typed(document, value, path)
    try:
        found = msgspec.convert(value, kind, dec_hook=decode)
        for meta in field_types.metas(kind) if isinstance(found, Duration) else ():
            if wrong := too_long(found, meta):
                document.complain(path, wrong)
                return WRONG
        return found
    except (msgspec.ValidationError, ValueError) as error:
        document.complain(path, explain(value, kind, str(error), _may_be_secret(path)))
        return WRONG


def _may_be_secret(path: Place) -> bool:
    """Whether people paste a secret at this key, where a file or an address is meant."""
    # The key of a keypad is none that opens anything.
    return any(name in SECRETIVE for name in path if path[0] != "keys" or name != "key")


def _as_typed(document: Document, value: object, path: Place) -> object:
    """A number or true where text is wanted is the text that was typed: 2026 needs no quotes."""
    mark = document.marks.get(path)
    typed = mark.typed if mark and isinstance(value, int | float) else None
    return value if typed is None else typed


def explain(value: object, kind: Any, said: str, secret: bool = False) -> str:
    """What is wrong with ``value`` and what is allowed; ``said`` is msgspec's view of it.

    A value that may be a ``secret`` is not repeated.
    """
    shown = tr("what stands here") if secret else secrets.shown(f"{value!r}")
    shown = shown if not isinstance(value, bool) else str(value).lower()
    if value is None:
        return tr("is empty; give it a value or remove the line")
    if isinstance(value, dict | list):
        shown = tr("a section") if isinstance(value, dict) else tr("a list")
    if isinstance(value, str) and re.match(r"[a-z]+://[^/?#]*@", value, re.IGNORECASE):
        return tr(
            "an address holds no user and no password; write the password into a file, see auth"
        )
    words, section = field_types.words(kind), field_types.section(kind)
    if words:
        keys = list(field_types.fields(section)) if section else []
        if value in keys:
            return tr("{value} needs a value; write {{{value}: ...}}", value=value)
        hint = near(value, [*words, *keys]) if isinstance(value, str) else ""
        more = tr(", or a key with its value: {keys}", keys=", ".join(keys)) if keys else ""
        return tr(
            "{shown} is not allowed{hint}; write one of {words}{more}",
            shown=shown,
            hint=hint,
            words=", ".join(words),
            more=more,
        )
    for option in field_types.options(kind):
        if isinstance(option, type) and issubclass(option, Scalar):
            return tr(
                "{shown}: {wrong}; write {allowed}",
                shown=shown,
                wrong=said.split(" - at")[0],
                allowed=tr(option.allowed),
            )
    allowed = field_types.allowed(kind)
    if bool in field_types.options(kind) and value in ("true", "false"):
        return tr("{shown} is not allowed; write {value} without quotes", shown=shown, value=value)
    if isinstance(value, str) and {int, float} & set(field_types.options(kind)):
        if re.fullmatch(r"[-+]?0\d+", value):
            allowed = tr(
                "{value} without the leading zero ({allowed})", value=int(value), allowed=allowed
            )
        elif re.fullmatch(r"[-+]?\d+(\.\d+)?", value):
            allowed = tr("{value} without quotes ({allowed})", value=value, allowed=allowed)
    return tr("{shown} is not allowed; write {allowed}", shown=shown, allowed=allowed)


def near(name: object, known: Iterable[str]) -> str:
    """A hint at the known name that is most like ``name``; empty when none is."""
    found = difflib.get_close_matches(str(name).lower(), list(known), n=1)
    return tr("; did you mean {word}?", word=found[0]) if found else ""
