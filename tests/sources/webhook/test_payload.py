"""What a payload means: from known senders, from any sender, and from broken ones."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kioskd.config import HookPreset, Webhook
from kioskd.config.scalars import Duration
from kioskd.core.messages import Alert, Resolved
from kioskd.sources.webhook.payload import MOST, PayloadError, read

FIXTURES = Path(__file__).parents[2] / "support/hooks"


def hook(**settings: Any) -> Webhook:
    return Webhook(name="h", token_file="/t", **settings)


def fixture(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text())
    return found


def said(settings: Webhook, payload: object) -> tuple[Alert | Resolved, ...]:
    return read(settings, json.dumps(payload).encode()).messages


def test_a_group_of_alertmanager_is_as_many_alerts_as_it_has() -> None:
    full, load = said(hook(preset="alertmanager"), fixture("alertmanager"))
    assert isinstance(full, Alert)
    assert isinstance(load, Alert)
    assert (full.kind, full.id, full.title, full.severity, full.space) == (
        "critical_alert",
        "a1b2c3d4e5f60718",
        "Disco quase cheio",
        "critical",
        "hook h",
    )
    assert full.data == {
        "description": "Restam 2 %",
        "entity": "srv-arquivos:9100",
        "link": "http://prometheus.example:9090/graph?g0.expr=disk",
    }
    assert (load.kind, load.title, load.severity) == ("new_ticket_alert", "HighLoad", "medium")


def test_a_hook_says_how_long_its_alerts_last_after_the_last_post() -> None:
    payload = fixture("alertmanager")
    for expires, lasts in ((None, None), (Duration(0), 0.0), (Duration(32400), 32400.0)):
        for alert in said(hook(preset="alertmanager", expires=expires), payload):
            assert isinstance(alert, Alert)
            assert alert.lasts == lasts


def test_an_alert_of_alertmanager_that_is_resolved_ends_by_its_fingerprint() -> None:
    payload = fixture("alertmanager")
    payload["alerts"][0]["status"] = "resolved"
    first, second = said(hook(preset="alertmanager"), payload)
    assert first == Resolved(("a1b2c3d4e5f60718",), "hook h")
    assert isinstance(second, Alert)


def test_what_alertmanager_left_out_of_a_group_is_said() -> None:
    payload = fixture("alertmanager") | {"truncatedAlerts": 12}
    assert read(hook(preset="alertmanager"), json.dumps(payload).encode()).left_out == 12


def test_grafana_links_to_the_panel_that_shows_it() -> None:
    (found,) = said(hook(preset="grafana"), fixture("grafana"))
    assert isinstance(found, Alert)
    assert found.data["link"] == "http://grafana.example/d/abc?viewPanel=1"


def test_uptime_kuma_raises_when_a_monitor_is_down_and_ends_when_it_is_up() -> None:
    (raised,) = said(hook(preset="uptime-kuma"), fixture("uptime-kuma"))
    assert isinstance(raised, Alert)
    assert (raised.id, raised.title, raised.severity) == ("1", "Portal do aluno", "high")
    assert raised.data == {
        "entity": "http://127.0.0.1:13003/t",
        "description": "Request failed with status code 503",
    }
    over = said(hook(preset="uptime-kuma"), fixture("uptime-kuma-up"))
    assert over == (Resolved(("1",), "hook h"),)


@pytest.mark.parametrize(("status", "meaning"), [(2, "passed"), (3, "over")])
def test_uptime_kuma_ends_one_in_maintenance_and_says_nothing_of_one_that_is_pending(
    status: int, meaning: str
) -> None:
    payload = fixture("uptime-kuma")
    payload["heartbeat"]["status"] = status
    found = read(hook(preset="uptime-kuma"), json.dumps(payload).encode())
    assert [type(message) for message in found.messages] == [Resolved] * (meaning == "over")
    assert found.passed == (meaning == "passed")


def test_uptime_kumas_test_message_is_no_alert() -> None:
    assert said(hook(preset="uptime-kuma"), fixture("uptime-kuma-test")) == ()


def test_what_uptime_kuma_says_of_a_certificate_is_an_alert_without_an_end() -> None:
    # It says so once, with neither a monitor nor a heartbeat.
    (found,) = said(hook(preset="uptime-kuma"), fixture("uptime-kuma-certificate"))
    assert isinstance(found, Alert)
    assert found.id == ""
    assert found.title.endswith("server certificate localhost will expire in 4 days")


def test_zabbix_recovers_by_the_number_of_its_problem() -> None:
    (raised,) = said(hook(preset="zabbix"), fixture("zabbix"))
    assert isinstance(raised, Alert)
    assert (raised.id, raised.severity, raised.data["entity"]) == ("4711", "high", "srv-arquivos")
    assert said(hook(preset="zabbix"), fixture("zabbix") | {"event_value": "0"}) == (
        Resolved(("4711",), "hook h"),
    )


@pytest.mark.parametrize(
    ("event", "status", "over"),
    [("new", {"id": 1}, False), ("update", {"id": 5}, True), ("delete", {"id": 1}, True)],
)
def test_a_ticket_of_glpi_lasts_until_it_is_solved_or_deleted(
    event: str, status: dict[str, int], over: bool
) -> None:
    payload = fixture("glpi")
    payload |= {"event": event, "item": payload["item"] | {"status": status}}
    (found,) = said(hook(preset="glpi"), payload)
    assert isinstance(found, Resolved) is over
    if isinstance(found, Alert):
        assert (found.id, found.severity) == ("321", "critical")


BACKUP = {
    "each": "jobs[]",
    "id": "id",
    "headline": "join(' ', [host, name])",
    "severity": "level",
    "severities": {"3": "critical", "2": "medium"},
    "open": "state == 'FAIL'",
}


def test_a_sender_of_any_shape_is_read_by_expressions() -> None:
    jobs = [
        {"id": 1, "host": "srv", "name": "noturno", "level": 3, "state": "FAIL"},
        {"id": 2, "host": "srv", "name": "diário", "level": 9, "state": "FAIL"},
        {"id": 3, "host": "srv", "name": "mensal", "level": 3, "state": "OK"},
    ]
    first, second, third = said(hook(**BACKUP), {"jobs": jobs})
    assert isinstance(first, Alert)
    assert isinstance(second, Alert)
    assert (first.id, first.title, first.severity) == ("1", "srv noturno", "critical")
    assert (second.severity, second.word) == ("high", "9")  # a word that nobody knows is kept
    assert third == Resolved(("3",), "hook h")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (
            b'{"jobs": [{"host": "a", "name": null, "state": "FAIL"}]}',
            "title of alert 0 (join(' ', [host, name]))",
        ),
        (b'{"jobs": [{"id": {}, "host": "a", "name": "b", "state": "FAIL"}]}', "id (id)"),
        (b'{"jobs": [{"host": "a", "name": "b", "state": "OK"}]}', "is over, and has no id"),
        (json.dumps({"jobs": [{}] * (MOST + 1)}).encode(), f"at most {MOST}"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_the_field(body: bytes, names: str) -> None:
    with pytest.raises(PayloadError) as refusal:
        read(hook(**BACKUP), body)
    assert names in str(refusal.value)


def test_a_payload_without_a_list_is_one_alert_and_a_text_is_none() -> None:
    one = hook(headline="title")
    assert len(said(one, {"title": "Queda"})) == 1
    with pytest.raises(PayloadError, match="finds no list"):
        read(one, b'"Queda"')


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["alerts", "labels", "status", "item", "event", "monitor", "id"]),
                inner,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["alertmanager", "grafana", "zabbix", "uptime-kuma", "glpi"]),
)
def test_whatever_a_sender_posts_is_taken_or_refused_with_a_reason(
    payload: Any, preset: HookPreset
) -> None:
    with contextlib.suppress(PayloadError):
        found = said(hook(preset=preset), payload)
        assert all(message.space == "hook h" for message in found)
