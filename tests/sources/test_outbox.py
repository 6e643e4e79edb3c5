"""What the room acknowledged reaches its source: once, later, or not, and the alert says so."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kioskd.config import Alerts, Config, Demo, Glpi
from kioskd.core.actor import UPSTREAM, Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert
from kioskd.core.ports import Changed
from kioskd.sources import outbox
from kioskd.sources.outbox import Acknowledgements
from kioskd.sources.uplink import Uplink
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_source import source_of

BUTTON = Actor("button", "Recepção")


class Room:
    """Alerts of a played GLPI, and the outbox."""

    def __init__(self, source: Glpi) -> None:
        self.config = Config(sources=(source,))
        self.alerts = ActiveAlerts(Alerts(), lambda: 1000.0, lambda: 1_795_000_000.0)
        self._noted = asyncio.Condition()
        noted = Changed()
        noted.connect(self._wake)
        self._changed = asyncio.Event()
        self.outbox = Acknowledgements(
            self.config, "Kiosk-RECEPCAO", self.alerts, noted, self.uplink
        )

    def uplink(self, title: str) -> Uplink:
        return Uplink()

    def _wake(self) -> None:
        self._changed.set()

    def acknowledge(self, identity: str = "62", source: str = "glpi", by: Actor = BUTTON) -> Entry:
        alert = Alert("critical_alert", identity, "Servidor", "critical", source=source)
        entry = self.alerts.take(alert).entry
        self.alerts.acknowledge([entry], by)
        self.outbox.acknowledged(entry, by)
        return entry

    async def until(self, entry: Entry, state: str) -> Entry:
        async with asyncio.timeout(20):
            while entry.upstream != state:
                self._changed.clear()
                await self._changed.wait()
        return entry


@pytest.fixture
async def glpi() -> AsyncIterator[tuple[PlayedGlpi, str]]:
    played = PlayedGlpi()
    yield played, await played.start()
    await played.close()


@pytest.fixture
def room(glpi: tuple[PlayedGlpi, str], tmp_path: Path) -> Room:
    file = tmp_path / "writes"
    file.write_text(glpi[0].user_token)
    settings = {"acknowledge": "followup", "acknowledge_token_file": str(file)}
    return Room(source_of(glpi[1], glpi[0], tmp_path, **settings))


async def test_an_acknowledgement_is_written_once_and_the_alert_says_sent(
    room: Room, glpi: tuple[PlayedGlpi, str]
) -> None:
    entry = room.acknowledge()
    assert entry.upstream == "waiting"
    await room.until(entry, "sent")
    ((_, body),) = glpi[0].written
    assert body["input"]["content"] == "<p>Ciente no painel Kiosk-RECEPCAO (Recepção)</p>"


async def test_a_source_that_is_away_is_told_when_it_is_back(
    room: Room, glpi: tuple[PlayedGlpi, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_RETRY", 0.05)
    glpi[0].broken = "05-db-down-init"
    entry = room.acknowledge()
    async with asyncio.timeout(20):
        while "database" not in entry.upstream_detail:
            await asyncio.sleep(0)
    assert entry.upstream == "waiting"
    glpi[0].broken = None
    await room.until(entry, "sent")
    assert len(glpi[0].written) == 1


async def test_a_write_that_is_refused_is_shown_and_never_tried_again(
    room: Room, glpi: tuple[PlayedGlpi, str]
) -> None:
    glpi[0].may_not_write = True
    entry = await room.until(room.acknowledge(), "failed")
    assert "doesn't let the acknowledgement be written" in entry.upstream_detail
    assert glpi[0].logins == 1


async def test_what_waited_goes_out_after_a_restart(
    room: Room, glpi: tuple[PlayedGlpi, str]
) -> None:
    glpi[0].broken = "05-maintenance-init"
    room.acknowledge()
    await asyncio.gather(*room.outbox.stop(), return_exceptions=True)
    lines = room.alerts.everything("boot")
    glpi[0].broken = None
    again = Room(room.config.sources[0])  # type: ignore[arg-type]
    again.alerts.restore(lines, "boot")
    again.outbox.resume()
    (entry,) = again.alerts.untold()
    await again.until(entry, "sent")
    assert len(glpi[0].written) == 1
    assert again.alerts.untold() == []


@pytest.mark.parametrize(
    ("identity", "source", "by"),
    [("proj-1", "glpi", BUTTON), ("62", "central", BUTTON), ("62", "glpi", UPSTREAM)],
)
async def test_what_is_none_of_its_tickets_or_nobodys_hand_is_not_told(
    room: Room, identity: str, source: str, by: Actor
) -> None:
    assert room.acknowledge(identity, source, by).upstream == ""


async def test_a_source_that_is_configured_no_more_is_told_nothing(
    room: Room, glpi: tuple[PlayedGlpi, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_RETRY", 0.05)
    glpi[0].broken = "05-maintenance-init"
    entry = room.acknowledge()
    room.outbox.configure(Config(sources=(Demo(),)), "Kiosk-RECEPCAO")
    await room.until(entry, "failed")
    assert glpi[0].written == []
