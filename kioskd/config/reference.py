"""The reference of the configuration as Markdown, made of ``config``'s types."""

import json
from typing import Any

import msgspec

from kioskd.config import field_types
from kioskd.config.docstrings import described, docstrings
from kioskd.config.schema import default_of
from kioskd.config.sections.whole import Config

_HEAD = """# The configuration, key by key

kioskd reads `/etc/kioskd/kioskd.yaml`. Every key but `sources` has a default.
`kioskd check` names everything that is wrong in a file, `kioskd config` prints what is in force,
and `kioskd schema` prints a JSON Schema for editors. This page is made of the program itself.
"""


def reference() -> str:
    """Every key with what may be written, its default and what it does, as Markdown."""
    parts = [_HEAD, _table("The file", Config, "")]
    pending: list[tuple[str, type]] = _inner("", Config)
    while pending:
        path, kind = pending.pop(0)
        parts.append(_table(f"`{path}`", kind, described(kind)))
        pending = _inner(path, kind) + pending
    return "\n".join(parts) + "\n"


def _inner(path: str, kind: type) -> list[tuple[str, type]]:
    """The sections inside ``kind``, with the paths of their keys; an action is told once."""
    found: list[tuple[str, type]] = []
    for name, field in field_types.fields(kind).items():
        inner, many = _of(field.type)
        here = f"{path}.{name}" if path else name
        if isinstance(inner, dict):
            found += [(f"{here}[] (kind: {name})", each) for name, each in inner.items()]
        elif inner is not None and (name == "press" or not field_types.words(field.type)):
            found.append((here + "[]" * many, inner))
    return found


def _of(kind: Any) -> tuple[Any, bool]:
    """The section that ``kind`` is or lists, or several by their tags; and whether it lists."""
    many = field_types.is_list(kind)
    each = (field_types.items(kind, 1) or [None])[0] if many else kind
    return field_types.tagged(each) or field_types.section(each), many


def _table(title: str, kind: type, said: str) -> str:
    lines = [f"\n## {title}\n", *([said.replace("``", "`") + "\n"] if said else [])]
    lines += ["| key | what may be written | default | what it does |", "| --- | --- | --- | --- |"]
    texts = docstrings(kind)
    for name, field in field_types.fields(kind).items():
        text = texts.get(field.name, "").replace("``", "`")
        cells = (f"`{name}`", _allowed(field.type), _default(field), text)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _allowed(kind: Any) -> str:
    inner, many = _of(kind)
    words = ", ".join(field_types.words(kind))
    if inner is None:
        return field_types.allowed(kind)
    if words:
        return f"{words}, or {', '.join(field_types.fields(inner))} with its value"
    return "a list of sections, see below" if many else "a section, see below"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field_types.required(field):
        return "must be given"
    default = default_of(field)
    if default is msgspec.NODEFAULT:
        return ""
    if default in (None, "", [], {}):
        return "empty"
    return f"`{default if isinstance(default, str) else json.dumps(default, ensure_ascii=False)}`"
