"""The API of GLPI 11 and 12, against one that is played after its documents."""

from pathlib import Path
from typing import Any

import pytest

from kioskd.config import GlpiOauth
from kioskd.config.reading import parse
from kioskd.errors import ConfigError, RefusedError
from tests.support.glpi_highlevel import CLIENT, PlayedHighLevel
from tests.support.glpi_replay import recorded
from tests.support.glpi_source import listening


def settings(folder: Path, **wrong: str) -> dict[str, Any]:
    """The source's settings for the played one; ``wrong`` secrets go before the right ones."""
    files = {}
    for name, secret in (CLIENT | wrong).items():
        file = folder / name
        file.write_text(secret)
        files[name] = str(file)
    oauth = GlpiOauth(
        client_id_file=files["client_id"],
        client_secret_file=files["client_secret"],
        user_file=files["username"],
        password_file=files["password"],
    )
    return {"api": "v2", "oauth": oauth}


async def test_the_views_are_those_of_the_legacy_api_as_far_as_this_one_has_them(
    tmp_path: Path,
) -> None:
    async with listening(PlayedHighLevel(), tmp_path, **settings(tmp_path)) as heard:
        shown = await heard.view("tickets")
        projects = await heard.view("projects")
        board = await heard.view("dashboard")
    rows = recorded("10-search-open-all-0-499")["data"]
    assert {row["id"] for row in shown["data"]} == {str(row["2"]) for row in rows}
    assert heard.ticket(53)["assignedTo"] == "João Silva, Carlos Mendes"
    assert heard.ticket(60)["assignedTo"] == "N1 – Suporte & Triagem"
    assert heard.ticket(62)["assignedTo"] == ""
    assert heard.ticket(46)["title"] == "Backup & Restauração do ERP falhou"
    assert heard.ticket(62)["createdAt"] == "2026-11-25T02:58:00Z"
    assert heard.ticket(62)["description"] == "Texto & mais"
    assert heard.ticket(46)["entity"] == "Entidade raiz"
    found = {row["id"]: row for row in projects["data"]}
    assert list(found) == ["proj-1", "proj-2", "proj-3", "proj-5", "proj-6", "proj-7"]
    assert (found["proj-1"]["completed"], found["proj-1"]["pending"]) == (4, 2)
    assert found["proj-1"]["dueDate"] == "2026-12-15"
    assert found["proj-3"]["statusWord"] == "Em espera"
    assert found["proj-1"]["responsible"] == "Ana Oliveira"
    kpis = board["kpis"]
    assert (kpis["openTickets"], kpis["surveyCount"]) == (32, None)


async def test_changes_come_with_the_next_look_and_the_history_is_derived(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("projects")
        glpi.open(70, "Rede fora", 4)
        await heard.until(lambda heard: heard.ticket(70))
        glpi.assign(70, 7)
        await heard.until(lambda heard: heard.ticket(70)["assignedTo"] == "João Silva")
        glpi.touch(62, c12=5)
        await heard.until(lambda heard: heard.ticket(62) is None)
        said = await heard.until(
            lambda h: (
                len(h.of("dashboard")["recentActivity"]) == 3
                and h.of("dashboard")["recentActivity"]
            )
        )
    assert said[0]["description"] == "Chamado #62 solucionado"
    assert glpi.logins == 1


async def test_the_newest_2_x_is_taken_whatever_else_there_is(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.versions = ("1.0.0", "2.9.1", "2.10.0", "3.0.0")  # as text, 2.9 is the greater one
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("tickets")
    assert "v2.10/Assistance/Ticket" in glpi.requests


async def test_a_2_0_that_knows_no_progress_is_refused_with_what_to_write(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.versions = ("1.0.0", "2.0.0")
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        with pytest.raises(RefusedError, match="write api: legacy"):
            await heard.until(lambda heard: None)


async def test_an_expired_token_which_is_an_http_400_is_got_anew(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("tickets")
        glpi.sessions.clear()
        glpi.open(70, "Depois")
        await heard.until(lambda heard: heard.ticket(70))
    assert glpi.logins == 2


async def test_a_wrong_client_is_refused_and_names_no_secret(tmp_path: Path) -> None:
    made = settings(tmp_path, client_secret="A-WRONG-SECRET")
    async with listening(PlayedHighLevel(), tmp_path, **made) as heard:
        with pytest.raises(RefusedError, match="no OAuth token") as raised:
            await heard.until(lambda heard: None)
    assert "A-WRONG" not in str(raised.value)


async def test_the_entity_goes_with_every_request(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    async with listening(glpi, tmp_path, entity=3, **settings(tmp_path)) as heard:
        await heard.view("tickets")
    asked = [
        headers
        for path, headers in zip(glpi.requests, glpi.headers, strict=True)
        if path.startswith("v2.")
    ]
    assert {headers.get("GLPI-Entity") for headers in asked} == {"3"}
    assert {headers.get("GLPI-Entity-Recursive") for headers in asked} == {"true"}


async def test_a_missing_right_costs_its_view_only(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.wrong["Project"] = "403"
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        fault = await heard.until(lambda heard: heard.fault("projects"))
        await heard.view("tickets")
    assert (fault.code, fault.params["profile"]) == ("glpi_right", "Read-Only")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("api: v2", "needs oauth"),
        ("api: legacy", "needs user_token_file"),
        ("api: v2\n    oauth: {}", "client_id_file"),
    ],
)
def test_what_an_api_needs_is_demanded_by_line(lines: str, said: str) -> None:
    text = f"sources:\n  - kind: glpi\n    url: http://glpi.example/api.php\n    {lines}\n"
    with pytest.raises(ConfigError, match=said):
        parse(text.encode(), "kioskd.yaml")
