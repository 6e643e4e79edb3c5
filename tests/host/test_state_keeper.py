"""What is worth a write to the card."""

import asyncio
import subprocess
import time
from pathlib import Path

import pytest

from kioskd.audio.cards import Cards
from kioskd.host import state_file
from kioskd.host.state_keeper import Keeper
from tests.support.frames import TICKET, tickets, update
from tests.support.kiosk import Wall
from tests.support.players import no_cards
from tests.support.signatures import Hooks


async def test_a_view_that_changed_is_kept_at_the_end_whatever_stood_at_its_place_in_memory(
    tmp_path: Path,
) -> None:
    wall = Wall()
    said: list[str | None] = []
    held = (wall.state, wall.switching, wall.notices)
    keeper = Keeper(tmp_path, *held, said.append, dict, Hooks(), no_cards())
    for number in range(50):  # old updates are freed, and new ones take their addresses
        wall.core.ingest(update(tickets(TICKET | {"id": str(number)})))
        await keeper.close()
        saved = state_file.load(tmp_path / "state.gz")
        assert saved is not None
        assert [ticket.id for ticket in saved.updates[0].rows] == [str(number)]
    assert set(said) == {None}


async def test_an_alert_is_not_worth_a_write_of_the_views(tmp_path: Path) -> None:
    wall = Wall()
    keeper = Keeper(
        tmp_path,
        wall.state,
        wall.switching,
        wall.notices,
        lambda fault: None,
        dict,
        Hooks(),
        no_cards(),
    )
    wall.core.ingest(update(tickets(TICKET)))
    await keeper.close()
    path = tmp_path / "state.gz"
    first = path.stat()
    wall.core.alert("critical", "Queda")
    await keeper.close()
    assert path.stat().st_ino == first.st_ino


async def test_a_read_only_file_system_is_called_so_and_not_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "ro,size=64k", "none", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        wall = Wall()
        said: list[str | None] = []
        held = (wall.state, wall.switching, wall.notices)
        keeper = Keeper(disk, *held, said.append, dict, Hooks(), no_cards())
        wall.core.ingest(update(tickets(TICKET)))
        await keeper.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert said == [
        f"the last state can't be kept in {disk}: the file system is read-only: "
        "mount it for writing, or choose another folder"
    ]


async def test_what_webhooks_took_is_kept_at_the_end_and_is_worth_no_write_before(
    tmp_path: Path,
) -> None:
    wall, hooks, cards = Wall(), Hooks(), no_cards()
    file = tmp_path / "state.gz"

    def made() -> Keeper:
        return Keeper(tmp_path, wall.state, wall.switching, wall.notices, print, dict, hooks, cards)

    keeper = made()
    hooks.taken = {"alertas": ["0011223344556677"]}
    keeper.keep()
    assert not file.exists()
    await keeper.close()
    hooks.taken = {}
    again = made()
    again.restore()
    assert hooks.taken == {"alertas": ["0011223344556677"]}
    written = file.stat().st_mtime_ns
    await again.close()
    assert file.stat().st_mtime_ns == written


async def test_the_sound_card_that_somebody_chose_is_kept_over_a_power_cut(tmp_path: Path) -> None:
    wall, cards = Wall(), no_cards()

    def made(cards: Cards) -> Keeper:
        places = (wall.state, wall.switching, wall.notices)
        return Keeper(tmp_path, *places, print, dict, Hooks(), cards)

    keeper = made(cards)
    cards.restore("vc4hdmi0")
    keeper.keep()  # at once: it was a person's choice, and nothing says goodbye
    end = time.monotonic() + 60
    while not (tmp_path / "state.gz").exists():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    after = no_cards()
    made(after).restore()
    assert after.chosen == "vc4hdmi0"
