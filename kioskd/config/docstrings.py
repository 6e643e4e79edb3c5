"""The docstrings under the fields of a section: Python keeps them in the source only."""

import ast
import functools
import inspect
import itertools

from kioskd.config.field_types import fields


@functools.cache
def docstrings(kind: type) -> dict[str, str]:
    """What the source says under each field of ``kind`` and its bases, by the field's name.

    Empty where the source isn't at hand.
    """
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= _own(base)
    return found


def described(kind: type) -> str:
    """The docstring of a section, with keys as they are written in the file; empty for none."""
    said = " ".join((kind.__dict__.get("__doc__") or "").split())
    for key, field in fields(kind).items():
        said = said.replace(f"``{field.name}``", f"``{key}``")
    return "" if said.startswith(f"{kind.__name__}(") else said


def _own(kind: type) -> dict[str, str]:
    try:
        tree = _parsed(inspect.getsourcefile(kind) or "")
    except (OSError, TypeError, SyntaxError, ValueError):
        return {}
    body = next(
        (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__), []
    )
    found = {}
    for field, below in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            found[field.target.id] = " ".join(below.value.value.split())
    return found


@functools.cache
def _parsed(file: str) -> ast.Module:
    with open(file, encoding="utf-8") as source:
        return ast.parse(source.read())
