"""Reads a YAML file written by hand: plain values, and where in the file each of them stands.

The traps of YAML 1.1 are closed: ``yes``, ``on``, ``22:30``, ``017`` and dates stay the text that
was typed; a repeated key, an alias and a tag are problems. One problem doesn't hide the next:
what can't be read is left out, and reading goes on behind it. Owns the package PyYAML.
"""

import re
from collections.abc import Iterator

import yaml
from msgspec import Struct, field

from kioskd.config import typos
from kioskd.config.secret import shown
from kioskd.config.typos import slip
from kioskd.errors import Problem
from kioskd.words import tr

Path = tuple[str | int, ...]
_NULL = re.compile(r"|~|null|Null|NULL")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # where PyYAML counts a new line
MAX_BYTES = 100_000  # a file of a hundred buttons has 10,000; a Pi reads 100,000 in seconds
MAX_DEPTH = 20
_HOPELESS = 100  # levels: PyYAML's time grows with their square
_MAX_ODD = 20  # odd spaces that are named: enough for one look at the file
REFUSED = object()
"""Stands for a value that can't be used, and whose problem is already named."""


class Again(str):
    """The name of a key that stands twice: equal only to itself, so that its value is kept too."""

    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__


class Mark(Struct, frozen=True):
    """Where a value stands (line and column from 1) and how it was typed, if it is a scalar."""

    line: int
    column: int
    typed: str | None = None
    quoted: bool = False
    begins: int = 0
    """The line of the value itself; ``line`` is its key's."""


class Document(Struct):
    """What a file holds: ``value`` in plain Python, and a mark for every key and value in it.

    ``broken``: a syntax error ended the reading, and the value is none.
    """

    file: str
    value: object = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: bool = False

    def complain(self, path: Path, message: str) -> None:
        """Note a problem at ``path``, or at the nearest place above it that is in the file."""
        place = path
        while place and place not in self.marks:
            place = place[:-1]
        mark = self.marks.get(place, Mark(0, 0))
        self.problems.append(Problem(self.file, mark.line, mark.column, key(path), message))


def key(path: Path) -> str:
    """``("buttons", 1, "pin")`` as a person reads it: ``buttons[1].pin``; items count from 1."""
    text = ""
    for part in path:
        word = "" if isinstance(part, int) else shown(str(part))
        text += f"[{part + 1}]" if isinstance(part, int) else f".{word}" if text else word
    return text


def read(data: bytes, file: str) -> Document:
    """Parse ``data``, whatever editor wrote it. Never raises: all trouble is in ``problems``."""
    document = Document(file)
    if len(data) > MAX_BYTES:
        wrong = tr("larger than {bytes} bytes; is this the right file?", bytes=MAX_BYTES)
        document.problems.append(Problem(file, 0, 0, "", wrong))
        return document
    _Composer(document, _text(data, document)).compose()
    return document


class _Dumper(yaml.SafeDumper):
    """Quotes what PyYAML would write so that it reads back otherwise, or that a terminal obeys."""


def _quoted(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "" if text.isprintable() else '"')


_Dumper.add_representer(str, _quoted)


def write(value: object) -> str:
    """``value`` as YAML, in its own order."""
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return "".join(c if c.isprintable() or c == "\n" else _number(c) for c in text)


def _number(character: str) -> str:
    """As it is written in the double quotes in which each of these stands."""
    return f"\\U{ord(character):08X}" if ord(character) > 0xFFFF else f"\\u{ord(character):04X}"


def _text(data: bytes, document: Document) -> str:
    """The file's text; a character that can't be read is named, and replaced by U+FFFD."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    wrong = None
    try:
        data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-16" if wide else "utf-8-sig", errors="replace")
        wrong = tr("is not UTF-8; save the file as UTF-8")
    else:
        if control := yaml.reader.Reader.NON_PRINTABLE.search(text):
            before = text[: control.start()]
            wrong = tr(
                "a control character, U+{code:04X}; save the file as plain UTF-8",
                code=ord(control[0]),
            )
    if wrong:
        ends = [found.end() for found in _BREAK.finditer(before)]
        column = len(before) - (ends[-1] if ends else 0) + 1
        document.problems.append(Problem(document.file, len(ends) + 1, column, "", wrong))
    text = yaml.reader.Reader.NON_PRINTABLE.sub("\ufffd", text)
    for odd in typos.odd_spaces(text)[:_MAX_ODD]:
        ends = [found.end() for found in _BREAK.finditer(text, 0, odd)]
        place = len(ends) + 1, odd - (ends[-1] if ends else 0) + 1
        document.problems.append(Problem(document.file, *place, "", tr(typos.ODD_SPACE)))
    return typos.with_plain_spaces(text)


def _explain(error: yaml.MarkedYAMLError) -> str:
    said, doing = error.problem or tr("can't be read as YAML"), error.context or ""
    if "'\\t'" in said or "\t" in said:
        return tr("a tab stands where YAML wants spaces; indent with spaces only")
    if "mapping values are not allowed" in said:
        return tr("a second ':' in one line; put quotes around the value, or check the indentation")
    if "alias" in doing:
        return tr(
            "a '*' starts a YAML alias, which kioskd doesn't use; put quotes around the value"
        )
    if "escape" in said:
        return tr("a backslash in double quotes means something else; use single quotes")
    if "quoted scalar" in doing:
        return tr("the quotes that open here are never closed; close them")
    if "while parsing a flow" in doing:
        return tr("the bracket that opens here is never closed, or a comma is missing in it")
    if "while parsing a block" in doing or "could not find expected ':'" in said:
        return tr("this line fits no line above it; check its indentation, its dash and its ':'")
    return tr("not valid YAML: {said} {doing}", said=said, doing=doing).rstrip() + tr(
        "; put quotes around the value"
    )


class _Hopeless(Exception):
    """Nested so deep that it is not worth reading on; named already."""


class _Composer:
    """Builds values from PyYAML's events. A syntax error is the last thing that is named."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.SafeLoader)
        self._lines = _BREAK.split(text)

    def compose(self) -> None:
        """Read into the document."""
        try:
            self._compose()
        except yaml.MarkedYAMLError as error:
            self._name(error)
        except _Hopeless:
            self._document.broken = True

    def _compose(self) -> None:
        begun = False
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if begun:
                    wrong = tr("a second document begins here; a file holds one: remove the ---")
                    self._complain_at(event, (), wrong)
                    return
                begun = True
            elif isinstance(event, yaml.NodeEvent):
                value = self._value(event, ())
                self._document.value = None if value is REFUSED else value

    def _name(self, error: yaml.MarkedYAMLError) -> None:
        doing = error.context or ""
        opened = "flow" in doing or ("quoted" in doing and "escape" not in str(error.problem))
        mark = (opened and error.context_mark) or error.problem_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        said = slip(self._lines, line) or _explain(error)
        self._document.problems.append(Problem(self._document.file, line + 1, column + 1, "", said))
        self._document.value, self._document.broken = None, True

    def _take(self) -> yaml.Event:
        return next(self._events)

    def _complain_at(self, event: yaml.Event, path: Path, message: str) -> None:
        at, file = _mark(event), self._document.file
        self._document.problems.append(Problem(file, at.line, at.column, key(path), message))

    def _value(self, event: yaml.Event, path: Path) -> object:
        typed = event.value if isinstance(event, yaml.ScalarEvent) else None
        quoted = isinstance(event, yaml.ScalarEvent) and event.style is not None
        at = self._document.marks.get(path, _mark(event))  # a key marks its value
        self._document.marks[path] = Mark(at.line, at.column, typed, quoted, _mark(event).line)
        if isinstance(event, yaml.AliasEvent):
            wrong = tr(
                "this is a YAML alias, which is not supported; put quotes around a value with *"
            )
            self._complain_at(event, path, wrong)
            return REFUSED
        tag = getattr(event, "tag", None)
        if tag is not None:
            wrong = tr(
                "this is a YAML tag, which is not supported; put quotes around a value with !"
            )
            self._complain_at(event, path, wrong)
        if isinstance(event, yaml.ScalarEvent):
            if tag is not None:
                return REFUSED
            return self._joined(event, path) if quoted else _scalar(event.value)
        if len(path) >= MAX_DEPTH:
            self._complain_at(event, path, tr("nested deeper than {most} levels", most=MAX_DEPTH))
            self._skip(event)
            return REFUSED
        found: dict[object, object] | list[object]
        if isinstance(event, yaml.MappingStartEvent):
            found = self._mapping(path)
        else:
            found = []
            while not isinstance(item := self._take(), yaml.SequenceEndEvent):
                found.append(self._value(item, (*path, len(found))))
        return REFUSED if tag is not None else found

    def _joined(self, event: yaml.ScalarEvent, path: Path) -> object:
        """Text in quotes; JSON writes an emoji as two halves, each with a ``\\u`` of its own."""
        text = _whole(event.value)
        if text is None:
            wrong = tr(
                "holds half of a character (\\ud800 to \\udfff); write both halves, or itself"
            )
            self._complain_at(event, path, wrong)
            return REFUSED
        return text

    def _mapping(self, path: Path) -> dict[object, object]:
        found: dict[object, object] = {}
        while not isinstance(event := self._take(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._complain_at(event, path, tr("a key must be a plain word"))
                self._skip(event)
                self._skip(self._take())
                continue
            joined = _whole(event.value)
            name = "\ufffd" if joined is None else joined  # half a character: a key nobody knows
            mark = _mark(event)
            if name in found:
                first = self._document.marks[*path, name]
                wrong = tr(
                    "stands twice (first in line {line}); keep one of the two", line=first.line
                )
                self._complain_at(event, (*path, name), wrong)
                name = Again(name)
            here = (*path, name)
            self._document.marks[here] = mark
            found[name] = self._value(self._take(), here)
        return found

    def _skip(self, event: yaml.Event) -> None:
        """Pass over a value that is already refused."""
        depth = int(isinstance(event, yaml.CollectionStartEvent))
        while depth:
            if depth > _HOPELESS:
                raise _Hopeless
            event = self._take()
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)


def _whole(text: str) -> str | None:
    """``text`` with its surrogate pairs joined; None where one half is alone."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return Mark(start.line + 1, start.column + 1) if start else Mark(0, 0)


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
