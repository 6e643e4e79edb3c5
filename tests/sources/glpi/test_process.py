"""A real kioskd process beside a played GLPI: from a ticket to an acknowledgement and a stop."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_thread import GlpiThread
from tests.support.panel_daemon import Daemon

PATIENCE = 30.0  # seconds


@pytest.fixture
def played() -> Iterator[GlpiThread]:
    thread = GlpiThread(PlayedGlpi())
    yield thread
    thread.close()


@pytest.fixture
def daemon(played: GlpiThread, tmp_path: Path) -> Iterator[Daemon]:
    writes = tmp_path / "glpi-writes"
    writes.write_text(played.glpi.user_token)
    more = f"acknowledge: followup, acknowledge_token_file: '{writes}'"
    found = Daemon(tmp_path, played.sections(tmp_path, more), kiosk="id: Kiosk-RECEPCAO")
    found.start()
    yield found
    found.stop()


def active(daemon: Daemon) -> list[str]:
    return [alert["id"] for alert in daemon.ask("/api/alerts")["alerts"]]


def test_what_the_room_acknowledges_stands_in_glpi_and_a_stop_leaves_no_session(
    daemon: Daemon, played: GlpiThread
) -> None:
    glpi, until = played.glpi, time.monotonic() + PATIENCE
    while daemon.ask("/api/status")["tickets"]["critical"] != 9:
        assert time.monotonic() < until
    glpi.open(70, "Servidor fora do ar", 6)
    while "70" not in active(daemon):
        assert time.monotonic() < until
    daemon.ask("/api/acknowledge", {"id": "70"})
    while not glpi.written:
        assert time.monotonic() < until
    ((path, body),) = glpi.written
    assert path == "ITILFollowup"
    assert body["input"]["items_id"] == 70
    assert body["input"]["content"].startswith("<p>Ciente no painel Kiosk-RECEPCAO (")
    daemon.stop()
    assert glpi.sessions == set()
    assert glpi.killed == glpi.logins == 2  # the one that reads, and the one that wrote
