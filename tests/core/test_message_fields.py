"""Every field of every message of the guide: missing, null, of the other kind, of a wrong type."""

import contextlib
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.core import messages
from kioskd.errors import ProtocolError
from tests.support.frames import COUNTERS, TICKET, update

MESSAGES: dict[str, dict[str, Any]] = {
    "tickets_update": {
        "data": [
            TICKET | {"description": "d", "updatedAt": "u", "entity": "e", "urgency": "Alta"},
        ],
        "counters": COUNTERS,
        "timestamp": "t",
    },
    "projects_update": {
        "data": [
            {
                "id": "proj-001",
                "name": "Migração",
                "responsible": "Ana",
                "status": "in_progress",
                "completed": 45,
                "inProgress": 12,
                "pending": 8,
                "progress": 82,
                "dueDate": "2025-12-15",
                "updatedAt": "2025-11-18T10:30:00Z",
            }
        ],
        "timestamp": "t",
    },
    "dashboard_update": {
        "kpis": {
            "openTickets": 12,
            "avgResponseTime": "2h 30m",
            "resolutionRate": 92,
            "customerSatisfaction": 88,
            "surveyCount": 47,
        },
        "technicians": [
            {
                "id": "tech-001",
                "name": "João",
                "role": "technician",
                "specialization": "Hardware",
                "available": True,
                "assignedCount": 3,
            }
        ],
        "analysts": [
            {
                "id": "analyst-001",
                "name": "Carlos",
                "role": "analyst",
                "specialization": "Redes",
                "available": True,
                "assignedCount": 2,
            }
        ],
        "recentActivity": [
            {
                "id": "activity-001",
                "timestamp": "2025-11-18T14:35:00Z",
                "description": "Ticket #005",
                "type": "assignment",
                "severity": "medium",
            }
        ],
        "timestamp": "t",
    },
}
Place = tuple[str, tuple[str | int, ...]]


def places(of: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path of every field in a message."""
    found: list[tuple[str | int, ...]] = []
    for key, inner in of.items() if isinstance(of, dict) else enumerate(of):
        found += [(*path, key)] if isinstance(key, str) else []
        if isinstance(inner, dict | list):
            found += places(inner, (*path, key))
    return found


EVERY = [(kind, path) for kind, body in MESSAGES.items() for path in places(body)]
MISSING = object()


def changed(kind: str, path: tuple[str | int, ...], value: Any) -> bytes:
    """The guide's message with one field replaced, or taken away."""
    message: dict[str, Any] = copy.deepcopy({"type": kind} | MESSAGES[kind])
    holder: Any = message
    for key in path[:-1]:
        holder = holder[key]
    if value is MISSING:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return json.dumps(message).encode()


def at(message: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        message = message.get(key, MISSING) if isinstance(message, dict) else message[key]
    return message


def original(place: Place) -> Any:
    return at(MESSAGES[place[0]], place[1])


def sent(frame: bytes, path: tuple[str | int, ...]) -> Any:
    """What panels get for a field; ``ProtocolError`` when the message is refused."""
    return at(json.loads(update(frame).frame), path)


def ids(place: Place) -> str:
    return ".".join(map(str, (place[0].removesuffix("_update"), *place[1])))


@pytest.mark.parametrize("place", EVERY, ids=ids)
@pytest.mark.parametrize("value", [MISSING, None], ids=["missing", "null"])
def test_a_field_that_is_missing_or_null_becomes_empty_or_the_list_is_refused(
    place: Place, value: Any
) -> None:
    (kind, path), was = place, original(place)
    frame = changed(kind, path, value)
    if path == ("data",):
        with pytest.raises(ProtocolError, match="`data` must be a list"):
            update(frame)
        return
    now = sent(frame, path)
    match was:
        case _ if path[0] == "counters":
            assert now == COUNTERS if len(path) == 1 else now == was  # counted from the tickets
        case dict() | list():
            assert now == type(was)()
        case bool():
            assert now is None  # not known is neither yes nor no
        case str() if path[0] == "kpis":
            assert now in (None, MISSING)
        case str():
            assert now in ("", MISSING)
        case _ if path[0] == "kpis":
            assert now in (None, MISSING)  # unknown, which is not zero
        case _:
            assert now == 0


@pytest.mark.parametrize("place", EVERY, ids=ids)
def test_a_field_of_the_other_kind_is_put_right(place: Place) -> None:
    (kind, path), was = place, original(place)
    match was:
        case bool():
            for value, right in (("false", False), ("true", True), (0, False), (1, True)):
                assert sent(changed(kind, path, value), path) is right
        case str() if path == ("timestamp",):
            assert sent(changed(kind, path, 7), path) in ("", "7")
        case str():
            assert sent(changed(kind, path, 7), path) == "7"
            assert sent(changed(kind, path, 2.5), path) == "2.5"
        case int():
            assert sent(changed(kind, path, "7"), path) == 7
        case _:
            pass  # a list or an object has no other kind


WRONG: list[Any] = [{"x": 1}, [1], "x", "nan", "1e999", "Infinity"]


@pytest.mark.parametrize("place", EVERY, ids=ids)
@pytest.mark.parametrize("value", WRONG, ids=repr)
def test_a_field_of_a_wrong_type_is_refused_by_its_name_or_made_right(
    place: Place, value: Any
) -> None:
    (kind, path), was = place, original(place)
    frame, name = changed(kind, path, value), str(path[-1])
    if path[0] == "counters":
        now = sent(frame, path)  # counted from the tickets, unknown fields travel through
        assert now == was or (now == {"x": 1} | COUNTERS and value == {"x": 1})
    elif path == ("timestamp",):
        assert isinstance(sent(frame, path), str)
    elif isinstance(was, str) and isinstance(value, str):
        assert sent(frame, path) == value
    elif isinstance(was, dict) and isinstance(value, dict):
        assert sent(frame, path)["x"] == 1
    elif isinstance(was, list) and isinstance(value, list):
        with pytest.raises(ProtocolError, match=rf"`{name}\[0\]` must be an object"):
            update(frame)
    else:
        with pytest.raises(ProtocolError, match=name):
            update(frame)


@pytest.mark.parametrize("place", EVERY, ids=ids)
@pytest.mark.parametrize(
    "value",
    [b"NaN", b"Infinity", b"-Infinity", b"1e999", b'"\\ud800"', b'"\xff"', b'"\xed\xa0\x80"'],
)
def test_nan_infinity_and_broken_text_never_reach_a_panel(place: Place, value: bytes) -> None:
    frame = changed(*place, "HERE").replace(b'"HERE"', value)
    with pytest.raises(ProtocolError, match="not JSON"):
        messages.parse_upstream(frame)


ALERT: dict[str, Any] = {"id": "124", "title": "Rede", "severity": "high", "soundUrl": "/a.mp3"}
ALERTS = st.sampled_from(messages.ALERT_KINDS)


@pytest.mark.parametrize("kind", messages.ALERT_KINDS)
@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("id", MISSING, ("", "Rede", "high", "/a.mp3")),
        ("id", None, ("", "Rede", "high", "/a.mp3")),
        ("id", 124, ("124", "Rede", "high", "/a.mp3")),
        ("title", MISSING, ("124", "", "high", "/a.mp3")),
        ("title", None, ("124", "", "high", "/a.mp3")),
        ("title", 5, ("124", "5", "high", "/a.mp3")),
        ("severity", MISSING, ("124", "Rede", "medium", "/a.mp3")),
        ("severity", None, ("124", "Rede", "medium", "/a.mp3")),
        ("severity", 5, ("124", "Rede", "medium", "/a.mp3")),
        ("severity", "urgent", ("124", "Rede", "medium", "/a.mp3")),
        ("severity", " LOW ", ("124", "Rede", "low", "/a.mp3")),
        ("soundUrl", MISSING, ("124", "Rede", "high", None)),
        ("soundUrl", None, ("124", "Rede", "high", None)),
        ("soundUrl", 5, ("124", "Rede", "high", None)),
        ("soundUrl", {}, ("124", "Rede", "high", None)),
        ("soundUrl", "", ("124", "Rede", "high", None)),
    ],
)
def test_an_alert_with_a_field_that_is_missing_null_or_odd_is_still_an_alert(
    kind: str, field: str, value: Any, right: tuple[Any, ...]
) -> None:
    data = {name: each for name, each in ALERT.items() if name != field}
    data |= {} if value is MISSING else {field: value}
    found = messages.parse_upstream(json.dumps({"type": kind, "data": data}).encode())
    assert isinstance(found, messages.Alert)
    level = "critical" if kind == "critical_alert" else right[2]
    assert (found.id, found.title, found.severity, found.sound_url) == (*right[:2], level, right[3])
    shown = json.loads(messages.alert_frame(found, keep_sound=True))["data"]
    assert (shown["id"], shown["title"], shown["severity"]) == (*right[:2], level)


@pytest.mark.parametrize("kind", messages.ALERT_KINDS)
@pytest.mark.parametrize("field", ["id", "title", "severity"])
@pytest.mark.parametrize("value", [{}, [1]])
def test_an_alert_with_a_field_of_a_wrong_type_is_refused_by_its_name(
    kind: str, field: str, value: Any
) -> None:
    message = {"type": kind, "data": ALERT | {field: value}}
    with pytest.raises(ProtocolError, match=rf"`data\.{field}` must be text"):
        messages.parse_upstream(json.dumps(message).encode())


@pytest.mark.parametrize("kind", messages.ALERT_KINDS)
@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": []}, {"data": "x"}, {"data": 5}])
def test_an_alert_without_its_data_is_refused(kind: str, data: Any) -> None:
    with pytest.raises(ProtocolError, match="`data` must be an object"):
        messages.parse_upstream(json.dumps({"type": kind} | data).encode())


@pytest.mark.parametrize("value", [MISSING, None, 5, True, [], {}, "", "TICKETS", ["tickets"]])
def test_a_switch_to_no_screen_is_refused(value: Any) -> None:
    for kind, field in (("remote_switch", "target"), ("change_screen", "screen")):
        message = {"type": kind} | ({} if value is MISSING else {field: value})
        with pytest.raises(ProtocolError, match="`target` must be one of tickets"):
            messages.parse_upstream(json.dumps(message).encode())


@pytest.mark.parametrize("value", [MISSING, None, 5, True, [], {}, "", "TICKETS", "remote"])
def test_a_request_for_no_view_is_refused(value: Any) -> None:
    message = {"type": "request_data"} | ({} if value is MISSING else {"view": value})
    with pytest.raises(ProtocolError, match="`view` must be one of tickets"):
        messages.parse_view(message)


@pytest.mark.parametrize("kind", [None, 5, True, [], {}, MISSING])
def test_a_message_without_a_text_type_is_refused(kind: Any) -> None:
    message = {"data": []} | ({} if kind is MISSING else {"type": kind})
    with pytest.raises(ProtocolError, match="needs a text `type`"):
        messages.parse_upstream(json.dumps(message).encode())


def test_a_frame_nested_without_end_is_refused() -> None:
    deep = b'{"type": "tickets_update", "data": ' + b"[" * 200_000
    for frame in (deep, deep + b"]" * 200_000 + b"}", b"[" * 200_000):
        with pytest.raises(ProtocolError):
            messages.parse_upstream(frame)


def strict(frame: bytes) -> Any:
    """As a browser parses: NaN and Infinity are errors, and so are broken surrogates."""

    def refuse(word: str) -> Any:
        raise AssertionError(word)

    found = json.loads(frame.decode("utf-8"), parse_constant=refuse)
    json.dumps(found, ensure_ascii=False).encode("utf-8")
    return found


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(EVERY), ODD | st.sampled_from(["nan", "inf", "-Infinity", "1e999", "\ud800"])
)
def test_whatever_stands_in_a_field_panels_get_json_or_nothing(place: Place, value: Any) -> None:
    try:
        found = messages.parse_upstream(changed(*place, value))
    except ProtocolError:
        return
    assert isinstance(found, messages.Update)
    now = at(strict(found.frame), place[1])
    match original(place):
        case bool():  # told as not known only where the source said null, never for what is odd
            assert isinstance(now, bool) or (now is None and value is None)
        case int() if place[1][0] != "kpis":
            assert now is not None  # NaN turned to null would be a number that is none


BEGUN = st.binary(max_size=60).map(lambda rest: b'{"type":"tickets_update",' + rest)


@given(st.binary(max_size=300) | BEGUN)
def test_any_bytes_are_a_message_or_refused(frame: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert messages.parse_upstream(frame) is None or strict(frame)
