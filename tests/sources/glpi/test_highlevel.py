"""The API of GLPI 11 and 12, against one that is played after its documents."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Glpi, GlpiOauth, GlpiPeople
from kioskd.config.reading import examine, parse
from kioskd.errors import ConfigError, RefusedError
from kioskd.sources import Context
from kioskd.sources.glpi import highlevel_rows as rows
from kioskd.sources.glpi.figures import definitions
from kioskd.sources.glpi.writeback import acknowledge
from tests.support.glpi_highlevel import CLIENT, PlayedHighLevel
from tests.support.glpi_replay import PlayedGlpi, recorded
from tests.support.glpi_source import Heard, listening, source_of


def settings(folder: Path, **wrong: str) -> dict[str, Any]:
    """The source's settings for the played one; ``wrong`` secrets go before the right ones."""
    return {"api": "v2", "oauth": oauth_of(folder, **wrong)}


def oauth_of(folder: Path, **wrong: str) -> GlpiOauth:
    files = {}
    for name, secret in (CLIENT | wrong).items():
        file = folder / name
        file.write_text(secret)
        files[name] = str(file)
    return GlpiOauth(
        client_id_file=files["client_id"],
        client_secret_file=files["client_secret"],
        user_file=files["username"],
        password_file=files["password"],
    )


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
    assert (kpis["openTickets"], kpis["surveyCount"]) == (32, 0)


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
        with pytest.raises(RefusedError, match="know the OAuth client") as raised:
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


# What 2.3 tells of an actor, what 2.2 does, and what 2.0 does: getCleanTeam of ITILController.php.
FORM = "/glpi/front/user.form.php?id=7"
ACTORS = (
    {"role": "assigned", "name": "joao", "id": 7, "type": "User", "href": FORM},
    {"role": "assigned", "name": "joao", "id": 7, "href": FORM},
    {"role": "assigned", "name": "joao", "href": FORM},
)


@pytest.mark.parametrize("actor", ACTORS)
def test_an_actor_is_known_however_little_a_version_tells(actor: dict[str, Any]) -> None:
    assert rows.member(actor) == ("user", 7)
    assert rows.ticket({"team": [actor]}, str)["5"] == ["7"]


def reckoned(heard: Heard) -> Any:
    """The figures, once they were read."""
    kpis = (heard.of("dashboard") or {"kpis": {"resolutionRate": None}})["kpis"]
    return kpis if kpis["resolutionRate"] is not None else None


async def test_groups_are_filtered_here_since_glpi_cannot_and_their_children_count(
    tmp_path: Path,
) -> None:
    glpi = PlayedHighLevel()
    made = settings(tmp_path) | {"groups": ("n1 - suporte & triagem",)}
    legacy = PlayedGlpi()
    async with listening(legacy, tmp_path, groups=("N1 – Suporte & Triagem",)) as heard:
        wanted = {row["id"] for row in (await heard.view("tickets"))["data"]}
    made["groups"] = ("N1 – Suporte & Triagem",)
    async with listening(glpi, tmp_path, **made) as heard:
        shown = await heard.view("tickets")
        kpis = await heard.until(reckoned)
    assert {row["id"] for row in shown["data"]} == wanted
    assert 0 < len(wanted) < 32
    # GLPI's own reckoning of surveys knows no groups: nothing is shown rather than those of all.
    assert (kpis["surveyCount"], kpis["customerSatisfaction"]) == (None, None)
    assert kpis["openTickets"] == len(wanted)


async def test_another_groups_ticket_comes_and_goes_without_everything_being_read_again(
    tmp_path: Path,
) -> None:
    glpi = PlayedHighLevel()
    made = settings(tmp_path) | {"groups": ("N1 – Suporte & Triagem",)}
    async with listening(glpi, tmp_path, **made) as heard:
        await heard.view("dashboard")
        before = len(heard.of("tickets")["data"])
        glpi.open(70, "Não é nosso", 6)
        await heard.more(3)
        sweeps = [q for q in glpi.queries if q.get("limit") == "200" and "status" in q["filter"]]
        assert len(sweeps) == 1
        assert len(heard.of("tickets")["data"]) == before
        ours = next(row["8"] for row in glpi.tickets.values() if row["2"] == 60)
        glpi.touch(70, c8=ours)
        await heard.until(lambda heard: heard.ticket(70))
        glpi.touch(70, c8=None)
        await heard.until(lambda heard: heard.ticket(70) is None)
        glpi.touch(70, c8=ours)
        await heard.until(lambda heard: heard.ticket(70))
    assert (
        len([q for q in glpi.queries if q.get("limit") == "200" and "status" in q["filter"]]) == 1
    )
    assert [a for a in heard.alerts if "Reaberto" in a.title] == []


async def test_the_agreed_time_marks_and_calls(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    soon = (glpi.now + datetime.timedelta(minutes=20)).strftime("%Y-%m-%d %H:%M:%S")
    glpi.tickets[62]["18"] = soon
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("tickets")
        alert = await heard.until(lambda heard: heard.alerts)
    assert heard.ticket(62)["late"] is False
    assert heard.ticket(62)["dueAt"] == "2026-11-25T03:45:40Z"
    assert alert[0].title.startswith("Vence em 20 min")


async def test_the_lists_are_those_that_are_named_with_what_they_hold(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    login = glpi.users[7]["1"]
    people = GlpiPeople(users=(login.upper(), glpi.users[8]["1"]), available_below=2)
    async with listening(glpi, tmp_path, technicians=people, **settings(tmp_path)) as heard:
        board = await heard.view("dashboard")
        shown = await heard.view("tickets")
    held = sum("João Silva" in row["assignedTo"] for row in shown["data"])
    found = {each["name"]: each for each in board["technicians"]}
    assert found["João Silva"]["assignedCount"] == held > 0
    assert found["João Silva"]["available"] is (held < 2)
    assert len(found) == 2


async def test_a_login_that_is_not_there_is_named(tmp_path: Path) -> None:
    people = GlpiPeople(users=("ninguem",))
    async with listening(
        PlayedHighLevel(), tmp_path, technicians=people, **settings(tmp_path)
    ) as heard:
        fault = await heard.until(lambda heard: heard.fault("dashboard"))
    assert (fault.code, fault.params["user"]) == ("glpi_user", "ninguem")


async def test_surveys_are_those_of_glpis_own_statistics(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.statistics |= {
        "satisfaction_surveys_answered": [3, 0, 1],
        "satisfaction_surveys_avg_rating": [4.0, 0, 2.0],
    }
    async with listening(glpi, tmp_path, survey_window=60, **settings(tmp_path)) as heard:
        kpis = await heard.until(reckoned)
    assert (kpis["surveyCount"], kpis["customerSatisfaction"]) == (4, 70)
    asked = next(q for q in glpi.queries if "date_start" in q)
    assert asked == {"date_start": "2026-09-26", "date_end": "2026-11-25"}


async def test_a_glpi_without_an_answered_survey_has_no_satisfaction(tmp_path: Path) -> None:
    async with listening(PlayedHighLevel(), tmp_path, **settings(tmp_path)) as heard:
        kpis = await heard.until(reckoned)
    assert (kpis["surveyCount"], kpis["customerSatisfaction"]) == (0, None)


async def test_a_project_is_over_when_its_state_is_called_so_or_the_house_says_so(
    tmp_path: Path,
) -> None:
    made = settings(tmp_path) | {"words": {"Em espera": "done"}}
    async with listening(PlayedHighLevel(), tmp_path, **made) as heard:
        projects = await heard.view("projects")
    names = {row["id"] for row in projects["data"]}
    assert names == {"proj-1", "proj-2", "proj-5", "proj-6", "proj-7"}


async def test_a_token_is_renewed_before_it_ends_and_without_the_password(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.expires_in = 30  # less than the minute before which it is renewed
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("tickets")
        await heard.until(lambda heard: glpi.refreshed >= 2)
        glpi.refresh_tokens.clear()
        await heard.until(lambda heard: glpi.logins == 2)
        glpi.open(70, "Depois")
        await heard.until(lambda heard: heard.ticket(70))
    assert "password" not in " ".join(glpi.requests)


async def test_an_api_that_is_off_is_told_at_the_start_and_meanwhile(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.enabled = False
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        with pytest.raises(RefusedError, match="is switched off"):
            await heard.until(lambda heard: None)
    glpi = PlayedHighLevel()
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        await heard.view("tickets")
        glpi.enabled = False
        with pytest.raises(RefusedError, match="is switched off"):
            await heard.until(lambda heard: None)


async def test_a_client_without_the_scope_is_refused_with_it(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.scoped = False
    async with listening(glpi, tmp_path, **settings(tmp_path)) as heard:
        with pytest.raises(RefusedError, match="scope"):
            await heard.until(lambda heard: None)


async def test_an_entity_that_the_account_may_not_see_is_refused_though_glpi_ignores_it(
    tmp_path: Path,
) -> None:
    async with listening(PlayedHighLevel(), tmp_path, entity=99, **settings(tmp_path)) as heard:
        with pytest.raises(RefusedError, match="entity 99"):
            await heard.until(lambda heard: None)


async def written(glpi: PlayedHighLevel, folder: Path, way: str, times: int = 1) -> None:
    """Acknowledge ticket 62, with the account that may write."""
    url = await glpi.start()
    made = settings(folder) | {"acknowledge": way, "acknowledge_oauth": oauth_of(folder)}
    source = source_of(url, glpi, folder, **made)
    try:
        for _ in range(times):
            await acknowledge(source, Context("Kiosk-RECEPCAO"), "62", "João <TI> & cia")
    finally:
        await glpi.close()


async def test_what_the_room_has_seen_becomes_a_private_follow_up_once(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    await written(glpi, tmp_path, "followup", times=2)
    ((path, body),) = glpi.written
    assert path == "Assistance/Ticket/62/Timeline/Followup"
    assert body == {
        "content": "<p>Ciente no painel Kiosk-RECEPCAO (João &lt;TI&gt; &amp; cia)</p>",
        "is_private": True,
    }


async def test_the_account_that_writes_takes_the_ticket_once(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    await written(glpi, tmp_path, "assign", times=2)
    ((path, body),) = glpi.written
    assert path == "Assistance/Ticket/62/TeamMember"
    assert body == {"type": "User", "id": 22, "role": "assigned"}


async def test_a_write_that_is_refused_is_refused_for_good(tmp_path: Path) -> None:
    glpi = PlayedHighLevel()
    glpi.may_not_write = True
    with pytest.raises(RefusedError, match="doesn't let the acknowledgement"):
        await written(glpi, tmp_path, "followup")


def test_what_this_api_does_not_tell_is_said_with_each_figure() -> None:
    oauth = oauth_with("x")
    told = definitions(Glpi(url="http://glpi.example", api="v2", oauth=oauth))
    assert "api: v2 has no history" in told["recentActivity"]
    assert "closed in the last 90 days" in told["surveyCount"]
    told = definitions(Glpi(url="http://glpi.example", api="v2", oauth=oauth, groups=("N1",)))
    assert told["customerSatisfaction"].startswith("not shown")


def oauth_with(file: str) -> GlpiOauth:
    return GlpiOauth(client_id_file=file, client_secret_file=file, user_file=file,
                     password_file=file)  # fmt: skip


FILES = "{client_id_file: a, client_secret_file: b, user_file: c, password_file: d}"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("api: v2", "needs oauth"),
        ("api: legacy", "needs user_token_file"),
        ("api: v2\n    oauth: {}", "client_id_file"),
        (f"api: v2\n    oauth: {FILES}\n    technicians: {{group: N1}}", "name users, or write"),
        (f"api: v2\n    oauth: {FILES}\n    acknowledge: assign", "needs acknowledge_oauth"),
        ("user_token_file: a\n    analysts: {}", "needs either group or users"),
    ],
)
def test_what_an_api_needs_is_demanded_by_line(lines: str, said: str) -> None:
    text = f"sources:\n  - kind: glpi\n    url: http://glpi.example/api.php\n    {lines}\n"
    with pytest.raises(ConfigError, match=said):
        parse(text.encode(), "kioskd.yaml")


def test_check_says_what_the_api_lacks(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    lines = f"  - {{kind: glpi, url: 'http://h', api: v2, groups: [N1], oauth: {FILES}}}\n"
    file.write_text("sources:\n" + lines)
    _, warned = examine(file)
    said = [str(each) for each in warned if "api: v2" in str(each)]
    assert len(said) == 1
    assert "no history" in said[0]
    assert "no surveys by group" in said[0]
