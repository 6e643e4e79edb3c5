import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import GuideField
from kioskd.core import messages
from kioskd.core.parser import Parser
from kioskd.errors import ProtocolError
from tests.support.frames import TICKET, tickets, update


def test_a_frame_in_the_guides_shape_passes_as_the_very_bytes_that_came() -> None:
    frame = tickets(TICKET)
    assert update(frame).frame is frame


def test_a_number_for_an_id_becomes_text_and_a_null_becomes_empty() -> None:
    found = update(tickets(TICKET | {"id": 7, "entity": None, "assignedTo": None}))
    item = json.loads(found.frame)["data"][0]
    assert (item["id"], item["entity"], item["assignedTo"]) == ("7", "", "")
    assert found.rows[0].id == "7"


def test_fields_that_kioskd_does_not_know_travel_through() -> None:
    found = update(tickets(TICKET | {"sla": {"hours": 4}}, tenant="norte"))
    message = json.loads(found.frame)
    assert message["data"][0]["sla"] == {"hours": 4}
    assert message["tenant"] == "norte"


def test_missing_counters_are_counted_from_the_tickets() -> None:
    found = update(tickets(TICKET, TICKET | {"id": "8", "priority": "critical"}, counters=None))
    counters = json.loads(found.frame)["counters"]
    assert counters == {"critical": 1, "high": 1, "medium": 0, "low": 0, "total": 2}


def test_two_frames_that_differ_in_their_timestamp_only_have_equal_content() -> None:
    first, second = update(tickets(TICKET)), update(tickets(TICKET, timestamp="later"))
    assert first.content == second.content


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (b'{"type": "tickets_update", "data": [], "counters": {}, "x": NaN}', "not JSON"),
        (b'{"type": "tickets_update", "data": [], "x": "\\ud800"}', "not JSON"),
        (b'{"type": "tickets_update", "data": [], "x": 1e999}', "not JSON"),
        (b"<html>login</html>", "not JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"type": 7}', "needs a text `type`"),
        (b'{"type": "tickets_update", "data": [%s1]}' % (b"1," * 250_001), "250,002 values in one"),
        (b'{"data": []}', "needs a text `type`"),
        (b'{"type": "remote_switch", "target": "the kitchen"}', "`target` must be one of"),
        (b'{"type": "critical_alert"}', "`data` must be an object"),
    ],
)
def test_what_is_not_the_guides_shape_is_refused_with_the_reason(frame: bytes, said: str) -> None:
    with pytest.raises(ProtocolError) as refusal:
        Parser().parse(frame)
    assert said in str(refusal.value)


def test_a_message_that_kioskd_has_no_use_for_is_not_read_however_large() -> None:
    assert Parser().parse(b'{"x": [%s1], "type": "weather"}' % (b"1," * 250_001)) is None


@pytest.mark.parametrize(
    ("body", "view", "said"),
    [
        (b'"type": "tickets_update"', "tickets", "`data` must be a list"),
        (b'"type": "tickets_update", "data": {}', "tickets", "`data` must be a list"),
        (b'"type": "projects_update", "data": [5]', "projects", "no item of `data` is an object"),
        (b'"type": "dashboard_update", "kpis": []', "dashboard", "`kpis` must be an object"),
        (b'"analysts": [1, 2], "type": "dashboard_update"', "dashboard", "no item of `analysts`"),
    ],
)
def test_an_update_that_is_none_is_a_failed_view_that_says_why(
    body: bytes, view: str, said: str
) -> None:
    found = Parser().parse(b"{" + body + b"}")
    assert isinstance(found, messages.Failed)
    assert (found.view, found.fault.code) == (view, "bad_message")
    assert said in str(found.fault)


@pytest.mark.parametrize(
    ("message", "missing", "fields"),
    [
        (
            {"type": "tickets_update", "chamados": [TICKET], "total": 1},
            "data",
            "{data: chamados}",
        ),
        (
            {
                "type": "dashboard_update",
                "indicadores": {"abertos": 3},
                "tecnicos": [],
                "recent_activity": [],
                "analysts": [],
            },
            "kpis, technicians, recentActivity",
            "{kpis: indicadores, technicians: tecnicos, recentActivity: recent_activity}",
        ),
    ],
)
def test_a_part_of_a_message_under_another_name_is_proposed_and_then_taken(
    message: dict[str, Any], missing: str, fields: str
) -> None:
    found = Parser().parse(json.dumps(message).encode())
    assert isinstance(found, messages.Failed)
    assert (found.fault.params["missing"], found.fault.params["fields"]) == (missing, fields)
    pairs = dict(pair.split(": ") for pair in fields.strip("{}").split(", "))
    names = cast(dict[GuideField, str | None], pairs | {"openTickets": "abertos"})
    taken = Parser(names).parse(json.dumps(message).encode())
    assert isinstance(taken, messages.Update)
    assert set(missing.split(", ")) <= set(json.loads(taken.frame))
    assert not set(pairs.values()) & set(json.loads(taken.frame))


def test_the_part_that_the_settings_name_goes_before_one_that_has_the_guide_s_name() -> None:
    message = {"type": "tickets_update", "data": {"page": 1}, "rows": [TICKET]}
    found = Parser({"data": "rows"}).parse(json.dumps(message).encode())
    assert isinstance(found, messages.Update)
    assert [row.id for row in found.rows] == ["7"]


def test_a_part_that_a_message_has_by_no_name_is_none() -> None:
    found = update(b'{"type": "dashboard_update", "kpis": {"openTickets": 3}}')
    shown = json.loads(found.frame)
    assert (shown["kpis"]["openTickets"], shown["technicians"]) == (3, [])


def test_a_deployed_servers_change_screen_is_a_switch() -> None:
    found = Parser().parse(b'{"type": "change_screen", "screen": "projects"}')
    assert found == messages.Switch("projects")


def test_an_alert_leaves_without_its_sound_unless_panels_play() -> None:
    message = {
        "type": "new_ticket_alert",
        "data": {
            "id": 124,
            "title": "Rede",
            "severity": "high",
            "soundUrl": "/a.mp3",
            "team": "N1",
        },
    }
    alert = Parser().parse(json.dumps(message).encode())
    assert isinstance(alert, messages.Alert)
    silent = json.loads(messages.alert_frame(alert, keep_sound=False))["data"]
    assert silent == {"id": "124", "title": "Rede", "severity": "high", "team": "N1"}
    assert json.loads(messages.alert_frame(alert, keep_sound=True))["data"]["soundUrl"] == "/a.mp3"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KIND = st.sampled_from(
    [
        "tickets_update",
        "projects_update",
        "dashboard_update",
        "critical_alert",
        "remote_switch",
        "other",
    ]
)
FIELDS = st.sampled_from(["data", "counters", "kpis", "technicians", "recentActivity", "target"])


@given(KIND, st.dictionaries(FIELDS, JSON))
def test_any_json_is_taken_or_refused_and_what_is_taken_is_json(kind: str, body: Any) -> None:
    try:
        found = Parser().parse(json.dumps({"type": kind} | body).encode())
    except (ProtocolError, UnicodeEncodeError):
        return
    if isinstance(found, messages.Update):
        again = update(found.frame)
        assert again.frame == found.frame or json.loads(again.frame) == json.loads(found.frame)
