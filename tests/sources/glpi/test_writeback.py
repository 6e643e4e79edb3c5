"""What the room acknowledged stands in GLPI, once, and only where that is wanted."""

from pathlib import Path
from typing import Any

import pytest

from kioskd.config.reading import parse
from kioskd.errors import ConfigError, RefusedError, SourceError
from kioskd.sources import Context
from kioskd.sources.glpi.writeback import acknowledge
from tests.support.glpi_replay import USER_TOKEN, PlayedGlpi, recordings
from tests.support.glpi_source import source_of


async def told(
    glpi: PlayedGlpi, folder: Path, alert: str = "62", times: int = 1, **settings: Any
) -> None:
    """Acknowledge an alert in ``glpi``."""
    file = folder / "glpi-writes"
    file.write_text(USER_TOKEN)
    url = await glpi.start()
    made = source_of(url, glpi, folder, acknowledge_token_file=str(file), **settings)
    try:
        for _ in range(times):
            await acknowledge(made, Context("Kiosk-RECEPCAO"), alert, "João <TI> & cia")
    finally:
        await glpi.close()


async def test_a_follow_up_says_which_panel_and_who(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path, acknowledge="followup")
    ((path, body),) = glpi.written
    recorded = recordings()["70-seq-3-admin"]
    assert path == recorded["target"].rpartition("/")[2]
    assert set(recorded["sent_body"]["input"]) < set(body["input"])
    assert body["input"] == {
        "itemtype": "Ticket",
        "items_id": 62,
        "content": "<p>Ciente no painel Kiosk-RECEPCAO (João &lt;TI&gt; &amp; cia)</p>",
        "is_private": 1,
    }
    assert glpi.sessions == set()


async def test_the_tokens_user_takes_the_ticket(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path, acknowledge="assign")
    recorded = recordings()["70-seq-2-admin"]
    ((path, body),) = glpi.written
    assert path == recorded["target"].rpartition("/")[2]
    assert set(body["input"]) == set(recorded["sent_body"]["input"])
    assert body["input"] == {"tickets_id": 62, "users_id": 22, "type": 2}


@pytest.mark.parametrize("way", ["followup", "assign"])
async def test_what_stands_there_already_is_not_written_again(way: str, tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path, times=2, acknowledge=way)
    assert len(glpi.written) == 1


async def test_a_call_about_a_due_time_is_its_tickets(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path, alert="62-due", acknowledge="followup")
    assert glpi.written[0][1]["input"]["items_id"] == 62


@pytest.mark.parametrize("alert", ["proj-3", "own-1", "", "²"])
async def test_an_alert_about_no_ticket_is_none_of_glpis(alert: str, tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path, alert=alert, acknowledge="followup")
    assert (glpi.written, glpi.logins) == ([], 0)


async def test_nothing_is_written_unless_it_is_configured(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    await told(glpi, tmp_path)
    assert (glpi.written, glpi.logins) == ([], 0)


async def test_a_write_that_is_refused_is_refused_for_good(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.may_not_write = True
    with pytest.raises(RefusedError, match="doesn't let the acknowledgement be written"):
        await told(glpi, tmp_path, acknowledge="followup")
    assert glpi.sessions == set()


async def test_a_glpi_that_is_down_is_told_later(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.broken = "05-maintenance-init"
    with pytest.raises(SourceError, match="maintenance"):
        await told(glpi, tmp_path, acknowledge="assign")


def test_acknowledging_needs_a_token_that_may_write() -> None:
    text = (
        "sources:\n  - kind: glpi\n    url: http://glpi.example/apirest.php\n"
        "    user_token_file: /etc/kioskd/glpi-user\n    acknowledge: followup\n"
    )
    with pytest.raises(ConfigError, match="needs acknowledge_token_file"):
        parse(text.encode(), "kioskd.yaml")
    off = text.replace("followup", "off")
    (source,) = parse(off.encode(), "kioskd.yaml").sources
    assert getattr(source, "acknowledge", None) == "off"
