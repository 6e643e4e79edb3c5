"""Every field of every message of the guide: missing, null, of the other kind, of a wrong type."""

import contextlib
import copy
import json
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import GuideField
from kioskd.core import messages, rows
from kioskd.core.parser import Parser
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


LISTS: dict[str, rows.Fields] = {
    "tickets_update": rows.TICKET,
    "projects_update": rows.PROJECT,
    "technicians": rows.PERSON,
    "analysts": rows.PERSON,
    "recentActivity": rows.ACTIVITY,
}


def fields_of(place: Place) -> rows.Fields:
    """The table of the row in which a place is; empty for one that is in no row."""
    kind, path = place
    if len(path) != 3:
        return {}
    return LISTS[kind] if path[0] == "data" else LISTS[str(path[0])]


IN_ROWS = [place for place in EVERY if fields_of(place)]
REQUIRED = [place for place in IN_ROWS if fields_of(place)[str(place[1][-1])].required]


def empty(place: Place) -> Any:
    """What stands for a field of which nothing is known."""
    return fields_of(place)[str(place[1][-1])].empty


@pytest.mark.parametrize("place", REQUIRED, ids=ids)
def test_a_field_that_no_row_has_is_a_fault_that_names_it(place: Place) -> None:
    found = Parser().parse(changed(*place, MISSING))
    assert isinstance(found, messages.Failed)
    assert found.view == place[0].removesuffix("_update")
    assert (found.fault.code, found.fault.params["missing"]) == ("fields_missing", place[1][-1])


@pytest.mark.parametrize("place", IN_ROWS, ids=ids)
def test_a_field_that_one_row_lacks_is_a_gap_in_that_row(place: Place) -> None:
    (_, (name, _, field)), was = place, original(place)
    message = json.loads(changed(*place, was))
    message[name].append({k: v for k, v in message[name][0].items() if k != field})
    now = json.loads(update(json.dumps(message).encode()).frame)[name]
    assert now[0][field] == was
    assert now[1].get(field, empty(place)) == empty(place)


@pytest.mark.parametrize("place", EVERY, ids=ids)
def test_a_null_is_a_gap_and_never_a_value(place: Place) -> None:
    (kind, path), was = place, original(place)
    frame = changed(kind, path, None)
    if path == ("data",):
        assert isinstance(Parser().parse(frame), messages.Failed)
        return
    now = sent(frame, path)
    if path[0] == "counters":
        assert now == was  # counted from the tickets
    elif isinstance(was, dict | list):
        assert now == ({**dict.fromkeys(was), "avgResponseTime": ""} if path == ("kpis",) else [])
    elif place in IN_ROWS:
        assert now == empty(place)
    else:
        assert now in (None, "")


@pytest.mark.parametrize("place", EVERY, ids=ids)
def test_a_field_of_the_other_kind_is_put_right(place: Place) -> None:
    (kind, path), was = place, original(place)
    match was:
        case bool():
            for value, right in (("false", False), ("true", True), (0, False), (1, True)):
                assert sent(changed(kind, path, value), path) is right
            assert sent(changed(kind, path, "Sim"), path) is True
            assert sent(changed(kind, path, "não"), path) is False
        case str() if path == ("timestamp",):
            assert sent(changed(kind, path, 7), path) in ("", "7")
        case str() if path[-1] in ("createdAt", "dueDate", "timestamp"):
            now = sent(changed(kind, path, 1764066600), path)
            assert now == "2025-11-25T10:30:00Z"
        case str() if path[-1] not in ("priority", "status", "severity"):
            assert sent(changed(kind, path, 7), path) == "7"
            assert sent(changed(kind, path, 2.5), path) == "2.5"
        case int() if path[0] != "counters":
            for value, figure in (("7", 7), (" 7 ", 7), ("95,5", 95.5), ("95 %", 95), ("9.5", 9.5)):
                assert sent(changed(kind, path, value), path) == figure
        case _:
            pass  # a list or an object has no other kind, a word is tried with its table


WRONG: list[Any] = [{"x": 1}, [1], "x", "nan", "1e999", "Infinity", "", 10**400, -(10**400)]


@pytest.mark.parametrize("place", EVERY, ids=ids)
@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:12])
def test_a_field_of_a_wrong_type_costs_only_itself_and_is_remarked_on(
    place: Place, value: Any
) -> None:
    (kind, path), was = place, original(place)
    frame, name = changed(kind, path, value), str(path[-1])
    if len(path) == 1 and path[0] not in ("counters", "timestamp"):
        if isinstance(value, dict) and path[0] == "kpis":
            assert isinstance(failed := Parser().parse(frame), messages.Failed)
            assert failed.fault.code == "fields_missing"  # an object without any of the five
        else:
            assert isinstance(failed := Parser().parse(frame), messages.Failed)
            assert f"`{name}`" in str(failed.fault)
        return
    found = update(frame)
    now = at(json.loads(found.frame), path)
    if path[0] == "counters":
        assert now == was or (isinstance(value, dict) and now == {"x": 1} | COUNTERS)
        return
    if path == ("timestamp",):
        assert isinstance(now, str)
        return
    said = [remark for remark in found.remarks if remark.params.get("field") == name]
    if now == value:  # a text, or none
        assert isinstance(value, str)
        assert all(remark.code == "unknown_word" for remark in said)
    else:
        assert [remark.code for remark in said] == ["unreadable"]
        assert now in ("", None)
        if place in IN_ROWS:
            assert at(json.loads(found.frame), (*path[:-1], "unreadable")) == [name]
        else:
            assert at(json.loads(found.frame), ("kpis", "unreadable")) == [name]


@pytest.mark.parametrize("place", EVERY, ids=ids)
@pytest.mark.parametrize(
    "value",
    [b"NaN", b"Infinity", b"-Infinity", b"1e999", b'"\\ud800"', b'"\xff"', b'"\xed\xa0\x80"'],
)
def test_nan_infinity_and_broken_text_never_reach_a_panel(place: Place, value: bytes) -> None:
    frame = changed(*place, "HERE").replace(b'"HERE"', value)
    said = []
    try:
        found = Parser().parse(frame)
        assert isinstance(found, messages.Failed)
        said.append(str(found.fault))
    except ProtocolError as refusal:
        said.append(str(refusal))
    assert "not JSON" in said[0]


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
        ("id", {}, ("", "Rede", "high", "/a.mp3")),
        ("title", [1], ("124", "", "high", "/a.mp3")),
        ("severity", 5, ("124", "Rede", "critical", "/a.mp3")),
        ("severity", "urgente", ("124", "Rede", "critical", "/a.mp3")),
        ("severity", "Alta", ("124", "Rede", "high", "/a.mp3")),
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
    found = Parser().parse(json.dumps({"type": kind, "data": data}).encode())
    assert isinstance(found, messages.Alert)
    level = "critical" if kind == "critical_alert" else right[2]
    assert (found.id, found.title, found.severity, found.sound_url) == (*right[:2], level, right[3])
    shown = json.loads(messages.alert_frame(found, keep_sound=True))["data"]
    assert (shown["id"], shown["title"], shown["severity"]) == (*right[:2], level)


@pytest.mark.parametrize("kind", ["new_ticket_alert", "project_update_alert"])
@pytest.mark.parametrize("word", ["P7", "", None, MISSING, {}])
def test_an_alert_in_a_word_that_nobody_knows_sounds_as_medium_and_is_shown_as_it_came(
    kind: str, word: Any
) -> None:
    data = {name: each for name, each in ALERT.items() if name != "severity"}
    data |= {} if word is MISSING else {"severity": word}
    found = Parser().parse(json.dumps({"type": kind, "data": data}).encode())
    assert isinstance(found, messages.Alert)
    assert found.severity == "medium"
    shown = json.loads(messages.alert_frame(found, keep_sound=False))["data"]
    assert shown["severity"] == (word if word == "P7" else "")


@pytest.mark.parametrize("kind", messages.ALERT_KINDS)
@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": []}, {"data": "x"}, {"data": 5}])
def test_an_alert_without_its_data_is_refused(kind: str, data: Any) -> None:
    with pytest.raises(ProtocolError, match="`data` must be an object"):
        Parser().parse(json.dumps({"type": kind} | data).encode())


@pytest.mark.parametrize("value", [MISSING, None, 5, True, [], {}, "", "TICKETS", ["tickets"]])
def test_a_switch_to_no_screen_is_refused(value: Any) -> None:
    for kind, field in (("remote_switch", "target"), ("change_screen", "screen")):
        message = {"type": kind} | ({} if value is MISSING else {field: value})
        with pytest.raises(ProtocolError, match="`target` must be one of tickets"):
            Parser().parse(json.dumps(message).encode())


@pytest.mark.parametrize("value", [MISSING, None, 5, True, [], {}, "", "TICKETS", "remote"])
def test_a_request_for_no_view_is_refused(value: Any) -> None:
    message = {"type": "request_data"} | ({} if value is MISSING else {"view": value})
    with pytest.raises(ProtocolError, match="`view` must be one of tickets"):
        messages.parse_view(message)


@pytest.mark.parametrize("kind", [None, 5, True, [], {}, MISSING])
def test_a_message_without_a_text_type_is_refused(kind: Any) -> None:
    message = {"data": []} | ({} if kind is MISSING else {"type": kind})
    with pytest.raises(ProtocolError, match="needs a text `type`"):
        Parser().parse(json.dumps(message).encode())


def test_a_frame_nested_without_end_is_refused() -> None:
    deep = b'{"type": "tickets_update", "data": ' + b"[" * 200_000
    for frame in (deep, deep + b"]" * 200_000 + b"}", b"[" * 200_000):
        with pytest.raises(ProtocolError):
            Parser().parse(frame)


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
        found = Parser().parse(changed(*place, value))
    except ProtocolError:
        return
    if isinstance(found, messages.Failed):
        return
    assert isinstance(found, messages.Update)
    now = at(strict(found.frame), place[1])
    match original(place):
        case bool():
            assert now is None or isinstance(now, bool)  # not known is neither yes nor no
        case int():
            assert now is None or (isinstance(now, int | float) and abs(now) <= 2**53)
        case str():
            assert isinstance(now, str) or (now is None and place[1][0] == "kpis")


BEGUN = st.binary(max_size=60).map(lambda rest: b'{"type":"tickets_update",' + rest)


@given(st.binary(max_size=300) | BEGUN)
def test_any_bytes_are_a_message_or_refused(frame: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        assert Parser().parse(frame) is None or strict(frame)


NAMES = st.sampled_from([*get_args(GuideField), "titulo", "a.b", "x", "priorityWord", "unreadable"])
OWN = st.dictionaries(st.sampled_from(get_args(GuideField)), st.none() | NAMES, max_size=5)
ROW = st.dictionaries(NAMES, ODD, max_size=6)
BODY = st.dictionaries(NAMES, ODD | st.lists(ROW | ODD, max_size=4) | ROW, max_size=6)


@given(OWN, st.lists(st.tuples(st.sampled_from([*MESSAGES, *messages.ALERT_KINDS]), BODY)))
def test_whatever_the_settings_name_and_a_source_sends_panels_get_json_or_a_reason(
    fields: dict[GuideField, str | None], said: list[tuple[str, dict[str, Any]]]
) -> None:
    parser = Parser(fields, {"x": "critical", "7": "open"})
    for kind, body in said:
        try:
            found = parser.parse(json.dumps(body | {"type": kind}).encode())
        except ProtocolError:
            continue
        match found:
            case messages.Update(frame=frame, rows=held):
                shown = strict(frame)
                if kind != "dashboard_update":
                    assert [row.id for row in held] == [row["id"] for row in shown["data"]]
                if kind == "tickets_update":
                    counts = shown["counters"]
                    assert counts["total"] == len(shown["data"])
                    burning = [row for row in shown["data"] if row["priority"] == "critical"]
                    assert counts["critical"] == len(burning)
                # What was put right once is right: it comes back the same from the state file.
                assert strict(update(frame).frame) == shown
            case messages.Failed(fault=fault):
                assert str(fault)
            case messages.Alert():
                assert strict(messages.alert_frame(found, keep_sound=True))
