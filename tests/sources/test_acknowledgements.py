"""What the room acknowledged reaches its source: once, later, or not, and the alert says so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kioskd.config import Config, Demo
from kioskd.core.actor import UPSTREAM, Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.messages import Alert
from kioskd.sources import acknowledgements
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_source import source_of
from tests.support.outbox import TellingRoom

BUTTON = Actor("button", "Recepção")


def acknowledged(
    room: TellingRoom, identity: str = "62", source: str = "glpi", by: Actor = BUTTON
) -> Entry:
    alert = Alert("critical_alert", identity, "Servidor", "critical", source=source)
    return room.acknowledge(room.raised(alert), by)


@pytest.fixture
async def glpi() -> AsyncIterator[tuple[PlayedGlpi, str]]:
    played = PlayedGlpi()
    yield played, await played.start()
    await played.close()


@pytest.fixture
def room(glpi: tuple[PlayedGlpi, str], tmp_path: Path) -> TellingRoom:
    file = tmp_path / "writes"
    file.write_text(glpi[0].user_token)
    settings = {"acknowledge": "followup", "acknowledge_token_file": str(file)}
    return TellingRoom(source_of(glpi[1], glpi[0], tmp_path, **settings))


async def test_an_acknowledgement_is_written_once_and_the_alert_says_sent(
    room: TellingRoom, glpi: tuple[PlayedGlpi, str]
) -> None:
    entry = acknowledged(room)
    assert entry.upstream == "waiting"
    await room.until(entry, "sent")
    ((_, body),) = glpi[0].written
    assert body["input"]["content"] == "<p>Ciente no painel Kiosk-T (Recepção)</p>"


async def test_a_source_that_is_away_is_told_when_it_is_back(
    room: TellingRoom, glpi: tuple[PlayedGlpi, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledgements, "FIRST_RETRY", 0.05)
    glpi[0].broken = "05-db-down-init"
    entry = acknowledged(room)
    async with asyncio.timeout(20):
        while "database" not in entry.upstream_detail:
            await asyncio.sleep(0)
    assert entry.upstream == "waiting"
    glpi[0].broken = None
    await room.until(entry, "sent")
    assert len(glpi[0].written) == 1


async def test_a_write_that_is_refused_is_shown_and_never_tried_again(
    room: TellingRoom, glpi: tuple[PlayedGlpi, str]
) -> None:
    glpi[0].may_not_write = True
    entry = await room.until(acknowledged(room), "failed")
    assert "doesn't let the acknowledgement be written" in entry.upstream_detail
    assert entry.upstream_fault is not None
    assert entry.upstream_fault.code == "glpi_write"
    assert glpi[0].logins == 1


async def test_what_waited_goes_out_after_a_restart(
    room: TellingRoom, glpi: tuple[PlayedGlpi, str]
) -> None:
    glpi[0].broken = "05-maintenance-init"
    acknowledged(room)
    glpi[0].broken = None
    await room.restarts()
    (entry,) = room.alerts.ended.untold()
    await room.until(entry, "sent")
    assert len(glpi[0].written) == 1
    assert room.alerts.ended.untold() == []


@pytest.mark.parametrize(
    ("identity", "source", "by"),
    [("proj-1", "glpi", BUTTON), ("62", "central", BUTTON), ("62", "glpi", UPSTREAM)],
)
async def test_what_is_none_of_its_tickets_or_nobodys_hand_is_not_told(
    room: TellingRoom, identity: str, source: str, by: Actor
) -> None:
    assert acknowledged(room, identity, source, by).upstream == ""


async def test_a_source_that_is_configured_no_more_is_told_nothing(
    room: TellingRoom, glpi: tuple[PlayedGlpi, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acknowledgements, "FIRST_RETRY", 0.05)
    glpi[0].broken = "05-maintenance-init"
    entry = acknowledged(room)
    room.outbox.configure(Config(sources=(Demo(),)), "Kiosk-T")
    await room.until(entry, "failed")
    assert glpi[0].written == []
