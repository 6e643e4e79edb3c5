"""One ticket, project, person or activity as it came, read as the guide has it.

What can't be read costs only its own field: the row is shown with the rest, and the gap is told.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from kioskd.core import values
from kioskd.core.dialect import Dialect, Json

Wrong = Literal["unreadable", "unknown_word", "no_object"]
UNREADABLE = "unreadable"
"""The field of a row that names those of its fields that came and could not be read."""


class Gap(NamedTuple):
    """A field that could not be read, or a word that is in no table."""

    wrong: Wrong
    field: str
    example: str


class Field(NamedTuple):
    """How a field is read, what stands for it where that fails, and whether the guide asks for it.

    ``words`` names the table of a word. One that is ``ours`` is none of the guide's.
    """

    read: Callable[[Any], Any]
    empty: Any
    required: bool = True
    words: Literal["priority", "status", "ticket_status"] | None = None
    ours: bool = False


Fields = Mapping[str, Field]
_TEXT = Field(values.text, "")
_MORE = Field(values.text, "", required=False)
_TIME = Field(values.moment, "")
_NUMBER = Field(values.number, None)
TICKET: Fields = {
    "id": _TEXT,
    "title": _TEXT,
    "assignedTo": _TEXT,
    "priority": Field(values.text, "", words="priority"),
    "status": Field(values.text, "", words="ticket_status"),
    "createdAt": _TIME,
    "description": _MORE,
    "updatedAt": _MORE,
    "entity": _MORE,
    "urgency": _MORE,
    "dueAt": Field(values.moment, "", required=False, ours=True),
    "groups": Field(values.texts, (), required=False, ours=True),
    "late": Field(values.truth, None, required=False, ours=True),
}
PROJECT: Fields = {
    "id": _TEXT,
    "name": _TEXT,
    "responsible": _TEXT,
    "status": Field(values.text, "", words="status"),
    "completed": _NUMBER,
    "inProgress": _NUMBER,
    "pending": _NUMBER,
    "progress": _NUMBER,
    "dueDate": _TIME,
    "updatedAt": _MORE,
}
KPIS: Fields = {
    "openTickets": _NUMBER,
    "avgResponseTime": _TEXT,
    "resolutionRate": _NUMBER,
    "customerSatisfaction": _NUMBER,
    "surveyCount": _NUMBER,
}
PERSON: Fields = {
    "name": _TEXT,
    "specialization": _TEXT,
    "available": Field(values.truth, None),
    "assignedCount": _NUMBER,
    "id": _MORE,
    "role": _MORE,
}
ACTIVITY: Fields = {
    "timestamp": _TIME,
    "description": _TEXT,
    "type": _TEXT,
    "id": _MORE,
    "severity": Field(values.text, "", required=False, words="priority"),
}
ALERT: Fields = {"id": _TEXT, "title": _TEXT, "severity": _TEXT}


def added(names: Iterable[str]) -> list[str]:
    """The names that ``read`` may add to those of the guide."""
    return [UNREADABLE, *(f"{name}Word" for name in names)]


class Item(NamedTuple):
    """A row as panels get it, the guide's required fields that it lacks, and its gaps."""

    content: Json
    absent: frozenset[str]
    gaps: tuple[Gap, ...]


def read(fields: Fields, item: Json, dialect: Dialect) -> Item:
    """``item`` with the guide's fields in the guide's types; others stay as they are."""
    dialect.translate(item, fields)
    absent: list[str] = []
    unread: list[str] = []
    gaps: list[Gap] = []
    for name, field in fields.items():
        if name not in item:
            if field.required and name not in dialect.without:
                absent.append(name)
            if not field.ours:
                item[name] = field.empty
            continue
        came = item[name]
        try:
            item[name] = field.read(came)
        except ValueError:
            item[name] = _list_of_texts(came) if field.read is values.text else field.empty
            gaps.append(Gap("unreadable", name, _short(came)))
            if item[name] == field.empty:
                unread.append(name)
        if field.words is not None and item[name]:
            gaps += _word(item, name, getattr(dialect.words, field.words)(item[name]))
    if unread:
        item[UNREADABLE] = unread
    return Item(item, frozenset(absent), tuple(gaps))


def _word(item: Json, name: str, meaning: str | None) -> list[Gap]:
    """Put the guide's word in place of another one, which stays beside it."""
    came = item[name]
    if meaning is None:
        return [Gap("unknown_word", name, _short(came))]
    if meaning != came:
        item[name], item[f"{name}Word"] = meaning, came
    return []


def _list_of_texts(value: Any) -> str:
    """``["Ana", "Rui"]`` as a person writes it; empty for anything else."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(map(values.text, value))
    return ""


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(list(value)[:4])}}}"
    if isinstance(value, list):
        texts = (each for each in value[:4] if isinstance(each, str))
        return f"[{', '.join(texts):.38}]"
    return value[:40] if isinstance(value, str) else f"{value!r:.40}"
