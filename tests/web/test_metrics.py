"""What a monitor reads, checked with Prometheus' own parser."""

from prometheus_client.parser import text_string_to_metric_families

from kioskd.core.messages import Alert
from kioskd.web.metrics import exposition
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall


def samples(wall: Wall) -> dict[tuple[str, ...], float]:
    text = exposition(wall.reporter.status()).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_tickets_sources_views_and_alerts_are_counted() -> None:
    wall = Wall()
    link = wall.link('cen"tral\n', ("tickets", "projects"))
    wall.core.ingest(update(tickets(TICKET | {"priority": "critical"}, TICKET | {"id": "2"})))
    wall.core.ingest(Alert("critical_alert", "9", "Queda", "critical"))
    wall.links.report(link, "connected", None)
    wall.faults.say("state", "the disk is full")
    seen = samples(wall)
    assert seen["kioskd_tickets", "critical"] == 1
    assert seen["kioskd_active_alerts",] == 1
    assert seen["kioskd_source_connected", 'cen"tral\n'] == 1
    assert seen["kioskd_view_stale", 'cen"tral\n', "projects"] == 1
    assert ("kioskd_view_age_seconds", 'cen"tral\n', "projects") not in seen
    assert seen["kioskd_view_age_seconds", 'cen"tral\n', "tickets"] < 60
    assert seen["kioskd_fault", "state"] == 1
    assert seen["kioskd_sound_ok",] == 0


def test_a_kiosk_that_has_nothing_yet_can_be_asked() -> None:
    seen = samples(Wall())
    assert seen["kioskd_panels",] == 1
    assert seen["kioskd_info", "b1", "0.1.0"] == 1
