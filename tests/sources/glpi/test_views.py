"""Projects, people, figures and history, against numbers reckoned from the recordings alone."""

from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Demo, GlpiPeople
from kioskd.sources import definitions
from tests.support.glpi_replay import PlayedGlpi, recorded
from tests.support.glpi_source import listening, source_of

TECHNICIANS = GlpiPeople(group="Técnicos de Manutenção", available_below=3)
ANALYSTS = GlpiPeople(group="analistas de sistemas")


async def board(folder: Path, glpi: PlayedGlpi | None = None, **settings: Any) -> Any:
    """The dashboard once its figures are in."""
    people = {"technicians": TECHNICIANS, "analysts": ANALYSTS}
    async with listening(glpi or PlayedGlpi(), folder, **people | settings) as heard:
        return await heard.until(
            lambda h: (
                (h.of("dashboard") or {"kpis": {}})["kpis"].get("surveyCount") is not None
                and h.of("dashboard")
            )
        )


async def test_the_figures_are_those_of_the_recorded_rows(tmp_path: Path) -> None:
    kpis = (await board(tmp_path))["kpis"]
    opened = recorded("13-kpi-opened-30d")["data"]
    delays = [int(row["150"]) for row in opened if int(row["150"])]
    minutes = round(sum(delays) / len(delays) / 60)
    old = [row for row in opened if row["12"] in (5, 6)]
    answered = recorded("13-survey-61-62")["data"]
    scores = [row["62"] for row in answered if row["62"] is not None]
    assert kpis == {
        "openTickets": 32,
        "avgResponseTime": f"{minutes // 60}h {minutes % 60}m",
        "resolutionRate": round(100 * len(old) / len(opened)),
        "customerSatisfaction": round(100 * sum(scores) / len(scores) / 5),
        "surveyCount": len(answered),
    }


async def test_the_response_time_may_be_the_time_to_solve(tmp_path: Path) -> None:
    kpis = (await board(tmp_path, response="solved"))["kpis"]
    delays = [int(row["154"]) for row in recorded("13-kpi-opened-30d")["data"]]
    mean = round(sum(d for d in delays if d) / len([d for d in delays if d]) / 60)
    assert kpis["avgResponseTime"] == (
        f"{mean // 1440}d {mean // 60 % 24}h" if mean >= 2880 else f"{mean // 60}h {mean % 60}m"
    )


async def test_a_window_that_glpi_does_not_understand_is_kept_all_the_same(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi._moment = lambda value: None  # type: ignore[method-assign]
    kpis = (await board(tmp_path, glpi))["kpis"]
    assert kpis["surveyCount"] == len(recorded("13-survey-61-62")["data"])
    assert kpis["resolutionRate"] == 40


async def test_each_list_has_its_groups_people_with_what_they_hold(tmp_path: Path) -> None:
    found = await board(tmp_path)
    held: dict[str, int] = {}
    for row in recorded("10-search-open-all-0-499")["data"]:
        for user in row["5"] if isinstance(row["5"], list) else [row["5"]] if row["5"] else []:
            held[user] = held.get(user, 0) + 1
    members = [r["users_id"] for r in recorded("31-Group_User-list") if r["groups_id"] == 1]
    users = {row["2"]: row for row in recorded("30-search-User")["data"]}
    working = [user for user in members if users[user]["8"] == 1]
    shown = {row["id"]: row["assignedCount"] for row in found["technicians"]}
    assert shown == {f"technician-{user}": held.get(str(user), 0) for user in working}
    available = {row["id"]: row["available"] for row in found["technicians"]}
    assert available == {user: count < 3 for user, count in shown.items()}
    assert all(row["available"] for row in found["analysts"])
    assert {row["role"] for row in found["analysts"]} == {"analyst"}
    joao = next(row for row in found["technicians"] if row["id"] == "technician-7")
    assert (joao["name"], joao["specialization"]) == ("João Silva", "Técnico de Hardware")


@pytest.mark.parametrize(
    ("column", "value"),
    [("8", 0), ("63", "2026-11-24 00:00:00"), ("62", "2026-12-01 00:00:00")],
)
async def test_who_may_not_log_in_stands_in_no_list(
    column: str, value: object, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    glpi.users[7][column] = value
    found = await board(tmp_path, glpi)
    assert "technician-7" not in {row["id"] for row in found["technicians"]}


async def test_a_group_of_people_that_is_not_there_costs_no_figures(tmp_path: Path) -> None:
    async with listening(PlayedGlpi(), tmp_path, technicians=GlpiPeople(group="Ninguém")) as heard:
        fault = await heard.until(lambda heard: heard.fault("dashboard"))
        shown = await heard.until(
            lambda h: h.of("dashboard")["kpis"]["surveyCount"] and h.of("dashboard")
        )
    assert fault.params["group"] == "Ninguém"
    assert shown["kpis"]["openTickets"] == 32


async def test_the_projects_have_their_own_states_tasks_and_days(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.projects[5]["projectstates_id"] = 7
    glpi.states.append({"id": 7, "name": "Cotação &#38; compras", "is_finished": 0})
    async with listening(glpi, tmp_path) as heard:
        shown = await heard.view("projects")
    rows = {row["id"]: row for row in shown["data"]}
    # 4 is finished, 8 is a template, 9 is in the trash.
    assert list(rows) == ["proj-1", "proj-2", "proj-3", "proj-5", "proj-6", "proj-7"]
    for row in recorded("23-search-Project-min")["data"]:
        cell = row["117"]
        done = [int(each) for each in (cell if isinstance(cell, list) else [cell] if cell else [])]
        if (one := rows.get(f"proj-{row['2']}")) is not None:
            assert one["completed"] == done.count(100)
            assert one["pending"] == done.count(0)
            assert one["inProgress"] == len(done) - done.count(100) - done.count(0)
    assert (rows["proj-3"]["status"], rows["proj-3"]["statusWord"]) == ("on_hold", "Em espera")
    assert rows["proj-6"]["status"] == "Cotação & compras"
    assert rows["proj-1"]["status"] == "in_progress"
    assert rows["proj-2"]["status"] == "planning"
    assert rows["proj-3"]["name"] == "Implantação do Sistema d'Água <piloto>"
    assert rows["proj-1"]["dueDate"] == "2026-12-15"  # at 23:59 there, which is the 16th in UTC
    assert rows["proj-3"]["dueDate"] == "2026-11-30"
    assert rows["proj-7"]["dueDate"] == ""
    assert rows["proj-1"]["responsible"] == "Ana Oliveira"
    assert rows["proj-2"]["responsible"] == "Técnicos de Manutenção"
    assert rows["proj-1"]["progress"] == 82


async def test_a_project_that_moves_is_told_with_the_next_reading(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("projects")
        glpi.projects[2] |= {"percent_done": 90}
        heard.context.asks.add("projects")
        await heard.more(3)
        heard.context.asks.add("projects")
        # What a panel asks for is not read again in the same minute.
        assert glpi.requests.count("Project") == 1


async def test_the_history_says_each_thing_once_and_only_what_means_something(
    tmp_path: Path,
) -> None:
    found = (await board(tmp_path))["recentActivity"]
    said = [row["description"] for row in found]
    assert said[:3] == [
        "Chamado #62 aberto",
        "Chamado #63 atribuído a tec.plantao",
        "Chamado #63 aberto",
    ]
    assert said.count("Chamado #61: novo acompanhamento") == 1
    assert "Chamado #61 atribuído a João Silva" in said
    assert "Chamado #60 atribuído a N1 – Suporte & Triagem" in said
    assert len(said) == len(set(said))
    moments = [row["timestamp"] for row in found]
    assert moments == sorted(moments, reverse=True)
    assert {row["type"] for row in found} <= {
        "new",
        "assignment",
        "progress",
        "closed",
        "escalation",
    }
    assert next(r for r in found if r["description"] == said[0])["severity"] == "critical"


@pytest.mark.parametrize(
    ("sequence", "said"),
    [
        (1, "Chamado #64 aberto"),
        (2, "Chamado #64 atribuído a Carlos Mendes"),
        (3, "Chamado #64: novo acompanhamento"),
        (4, "Chamado #54: prioridade crítica"),
        (5, "Chamado #64: pendente"),
        (6, "Chamado #64 solucionado"),
        (7, "Chamado #45 movido para a lixeira"),
    ],
)
async def test_each_step_of_the_recorded_sequence_is_one_line(
    sequence: int, said: str, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    before = {row["id"] for row in recorded(f"70-seq-{sequence - 1}-log")}
    glpi.log = [row for row in recorded(f"70-seq-{sequence}-log") if row["id"] not in before]
    found = await board(tmp_path, glpi)
    assert [row["description"] for row in found["recentActivity"]] == [said]


async def test_without_the_right_to_the_history_what_changes_is_told(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["Log"] = "03-log-forbidden-technician"
    async with listening(glpi, tmp_path, language="en") as heard:
        await heard.view("projects")
        glpi.open(70, "Novo", 4)
        await heard.until(lambda heard: heard.ticket(70))
        glpi.assign(70, 13)
        await heard.until(lambda heard: heard.ticket(70)["assignedTo"])
        glpi.touch(70, c12=5)
        found = await heard.until(
            lambda h: (
                len(h.of("dashboard")["recentActivity"]) == 3
                and h.of("dashboard")["recentActivity"]
            )
        )
    assert [row["description"] for row in found] == [
        "Ticket #70 solved",
        "Ticket #70 assigned to Carlos Mendes",
        "Ticket #70 opened",
    ]
    assert glpi.requests.count("Log") == 1


async def test_another_entitys_history_is_not_shown(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.entity_rows[3] = {61, 43}
    found = (await board(tmp_path, glpi, entity=3))["recentActivity"]
    assert found
    assert all("#61" in row["description"] for row in found)


async def test_each_figure_is_told_with_what_it_means(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    found = await board(tmp_path, glpi)
    meant = definitions(source_of("http://glpi.example/apirest.php", glpi, tmp_path, window=7))
    assert set(meant) == set(found["kpis"])
    assert "opened in the last 7 days" in meant["resolutionRate"]
    assert definitions(Demo()) == {}
