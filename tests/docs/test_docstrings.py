"""What a docstring names is there: a module, a class, a method, or a key of the configuration."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kioskd
from kioskd.config import reading

ROOT = Path(kioskd.__file__).parent
MODULES = [
    found.name.removeprefix("kioskd.")
    for found in pkgutil.walk_packages([str(ROOT)], "kioskd.")
    if not found.name.endswith("__main__")
]
NAMED = re.compile(r"``([A-Za-z_]+(?:\.[A-Za-z_]+)+)``")
FILES = (".php", ".local", ".d", ".ts")


def named() -> Iterator[tuple[str, str]]:
    """Every dotted name in a docstring, and the file that it stands in."""
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Expr(value=ast.Constant(value=str() as text)):
                    for name in NAMED.findall(text):
                        if not name.endswith(FILES):
                            yield name, str(file.relative_to(ROOT))


@cache
def classes() -> dict[str, list[type]]:
    found: dict[str, list[type]] = {}
    for module in MODULES:
        if module.startswith("browser"):
            continue  # it must import next to nothing, and has no names of its own in docstrings
        for name, value in vars(importlib.import_module(f"kioskd.{module}")).items():
            if isinstance(value, type) and value.__module__.startswith("kioskd."):
                found.setdefault(name, []).append(value)
    return found


def of_ours(name: str) -> bool:
    """Whether a name looks like one of kioskd's: it begins with a class, a room or a module."""
    head = name.split(".")[0]
    parts = {part for module in MODULES for part in module.split(".")}
    return head in parts or head in classes()


def is_there(name: str) -> bool:
    head, _, rest = name.partition(".")
    if head in classes():
        return any(
            hasattr(kind, rest) or rest in getattr(kind, "__annotations__", ())
            for kind in classes()[head]
        )
    section = reading.schema()["properties"].get(head, {})
    if any(rest in each.get("properties", {}) for each in (section, *section.get("anyOf", ()))):
        return True
    if name in MODULES:
        return True
    module, _, last = name.rpartition(".")
    return module in MODULES and hasattr(importlib.import_module(f"kioskd.{module}"), last)


@pytest.mark.parametrize(("name", "file"), sorted(set(named())))
def test_what_a_docstring_names_is_there(name: str, file: str) -> None:
    if of_ours(name):
        assert is_there(name), f"{file}: ``{name}`` is not in kioskd"
