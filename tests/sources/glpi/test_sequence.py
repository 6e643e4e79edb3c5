"""The recorded sequence of eight polls: what happened between them, as the room sees it."""

from pathlib import Path

from tests.support.glpi_replay import PlayedGlpi, recorded
from tests.support.glpi_source import Heard, listening


def take(glpi: PlayedGlpi, step: int) -> None:
    """Make the played GLPI what the real one was at the poll of this step."""
    rows = recorded(f"70-seq-{step}-poll")["data"]
    for row in rows:
        known = glpi.tickets.setdefault(row["2"], dict.fromkeys(glpi.tickets[62]) | {"150": "0"})
        known.update(row)


def ids(step: int) -> set[int]:
    return {row["2"] for row in recorded(f"70-seq-{step}-poll")["data"]}


async def test_the_recorded_steps_are_shown_one_after_the_other(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    take(glpi, 0)

    async def step(number: int, heard: Heard) -> None:
        take(glpi, number)
        glpi.passes(minutes=9)

    async with listening(glpi, tmp_path) as heard:
        first = await heard.view("tickets")
        assert first["counters"]["total"] == 32
        glpi.passes(minutes=10)
        await step(1, heard)
        row = await heard.until(lambda heard: heard.ticket(64))
        assert row["title"] == "Servidor de Arquivos fora do ar & 'inacessível'"
        assert (row["priority"], row["assignedTo"]) == ("critical", "")
        await step(2, heard)
        await heard.until(lambda heard: heard.ticket(64)["assignedTo"] == "Carlos Mendes")
        await step(3, heard)  # a follow-up: the ticket changed, and looks the same
        changed = next(r["19"] for r in recorded("70-seq-3-poll")["data"] if r["2"] == 64)
        stamp = changed.replace(" 00:", "T03:") + "Z"
        await heard.until(lambda heard: heard.ticket(64)["updatedAt"] == stamp)
        await step(4, heard)
        await heard.until(lambda heard: heard.ticket(54)["priority"] == "critical")
        await step(5, heard)
        await heard.until(lambda heard: heard.ticket(64)["status"] == "pending")
        (solved,) = ids(5) - ids(6)
        glpi.touch(solved, c12=5)  # no poll shows it any more
        await heard.until(lambda heard: heard.ticket(64) is None)
        del glpi.tickets[45]  # trashed
        await heard.until(lambda heard: heard.ticket(45) is None)
    shown = recorded("70-seq-7-poll")["totalcount"]
    assert heard.of("tickets")["counters"]["total"] == shown == 31
