"""Reads a YAML file written by hand: plain values, and where in the file each of them stands.

The traps of YAML 1.1 are closed: ``yes``, ``on``, ``22:30``, ``017`` and dates stay the text that
was typed, a repeated key is a problem, and aliases are refused. Owns the package PyYAML.
"""

import re
from dataclasses import dataclass, field

import yaml

from kioskd.errors import Problem

Path = tuple[str | int, ...]
_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?")
MAX_BYTES = 1_000_000
MAX_DEPTH = 20


@dataclass(frozen=True)
class Mark:
    """Where a value stands (line and column from 1) and how it was typed, if it is a scalar."""

    line: int
    column: int
    typed: str | None = None
    quoted: bool = False


@dataclass
class Document:
    """What a file holds: ``value`` in plain Python, and a mark for every key and value in it."""

    file: str
    value: object = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at ``path``, or at the nearest place above it that stands in the file."""
        place = path
        while place and place not in self.marks:
            place = place[:-1]
        mark = self.marks.get(place, Mark(0, 0))
        return Problem(self.file, mark.line, mark.column, key(path), message)


def key(path: Path) -> str:
    """``("buttons", 1, "pin")`` as a person reads it: ``buttons[1].pin``; items count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(data: bytes, file: str) -> Document:
    """Parse ``data``, whatever editor wrote it. Never raises: all trouble is in ``problems``."""
    document = Document(file)
    try:
        node = yaml.compose(_text(data), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        document.problems.append(Problem(file, line, column, "", _explain(error)))
    except (yaml.YAMLError, UnicodeError, ValueError) as error:
        message = " ".join(str(error).split())
        document.problems.append(Problem(file, 0, 0, "", f"can't be read as YAML: {message}"))
    except RecursionError:
        document.problems.append(Problem(file, 0, 0, "", f"nested deeper than {MAX_DEPTH} levels"))
    else:
        if node is not None:
            document.value = _value(node, (), document, set())
    return document


def write(value: object) -> str:
    """``value`` as YAML, in its own order."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes; is this the right file?")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not UTF-8; save the file as UTF-8") from None


def _explain(error: yaml.MarkedYAMLError) -> str:
    said = error.problem or "can't be read as YAML"
    if "'\\t'" in said or "\t" in said:
        return "a tab stands where YAML wants spaces; indent with spaces only"
    if "mapping values are not allowed" in said:
        return "a second ':' in one line; put quotes around the value, or check the indentation"
    if "alias" in said:
        return "a '*' starts a YAML alias, which kioskd doesn't use; put quotes around the value"
    hint = f" ({error.context})" if error.context else ""
    return f"not valid YAML: {said}{hint}; check the indentation, brackets and quotes"


def _value(node: yaml.Node, path: Path, document: Document, seen: set[int]) -> object:
    typed = node.value if isinstance(node, yaml.ScalarNode) else None
    quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
    start = node.start_mark
    at = document.marks.get(path, Mark(start.line + 1, start.column + 1))  # a key marks its value
    document.marks[path] = Mark(at.line, at.column, typed, quoted)
    if id(node) in seen or len(path) > MAX_DEPTH:
        wrong = (
            "YAML aliases are not supported; write the value out"
            if id(node) in seen
            else (f"nested deeper than {MAX_DEPTH} levels")
        )
        document.problems.append(document.problem(path, wrong))
        return None
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document, seen)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, i), document, seen) for i, item in enumerate(node.value)]
    return node.value if quoted else _scalar(node.value)


def _mapping(
    node: yaml.MappingNode, path: Path, document: Document, seen: set[int]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            wrong = "a key must be a plain word"
            document.problems.append(Problem(document.file, line, column, key(path), wrong))
            continue
        name = str(key_node.value)
        here = (*path, name)
        if name in found:
            first = document.marks[here].line
            wrong = f"stands twice (first in line {first}); keep one of the two"
            document.problems.append(Problem(document.file, line, column, key(here), wrong))
            continue
        document.marks[here] = Mark(line, column)
        found[name] = _value(value_node, here, document, seen)
    return found


def _scalar(text: str) -> object:
    if _NULL.fullmatch(text):
        return None
    if _BOOL.fullmatch(text):
        return text.lower() == "true"
    if _INT.fullmatch(text):
        return int(text) if len(text) < 20 else text
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
