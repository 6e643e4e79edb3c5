"""What is worth a write to the card."""

from pathlib import Path

from test_metrics import core
from test_protocol import TICKET, tickets, update

from kioskd import statefile
from kioskd.keeper import Keeper


async def test_a_view_that_changed_is_kept_at_the_end_whatever_stood_at_its_place_in_memory(
    tmp_path: Path,
) -> None:
    kiosk = core()
    said: list[str | None] = []
    keeper = Keeper(tmp_path, kiosk.state, kiosk, said.append, dict)
    for number in range(50):  # old updates are freed, and new ones take their addresses
        kiosk.ingest(update(tickets(TICKET | {"id": str(number)})))
        await keeper.close()
        saved = statefile.load(tmp_path / "state.gz")
        assert saved is not None
        assert [ticket.id for ticket in saved.updates[0].rows] == [str(number)]
    assert set(said) == {None}
