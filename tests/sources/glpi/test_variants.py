"""Another house's GLPI than the recorded one: its names, its rights, its zone, its age."""

import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kioskd.config import GlpiPeople
from kioskd.core.messages import Update
from kioskd.sources import Context
from kioskd.sources.glpi import entities
from kioskd.sources.glpi.answers import SessionEnded, failure, unglued
from kioskd.sources.glpi.text import described, earliest, last_part, typed
from tests.support.glpi_replay import PlayedGlpi
from tests.support.glpi_source import Heard, listening

LISBON = ZoneInfo("Europe/Lisbon")


def figures(heard: Heard) -> Any:
    """The figures, once they were read."""
    kpis = (heard.of("dashboard") or {"kpis": {"resolutionRate": None}})["kpis"]
    return kpis if kpis["resolutionRate"] is not None else None


async def test_an_account_with_a_default_entity_sees_all_that_it_may(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.default_entity, glpi.entity_rows[2] = 2, {61}
    async with listening(glpi, tmp_path) as heard:
        shown = await heard.view("tickets")
    assert len(shown["data"]) == 32


async def test_an_entity_without_those_below_it_is_shown_with_its_own_name(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.recursive, glpi.entity_rows[3] = False, {61, 43}
    async with listening(glpi, tmp_path, entity=3) as heard:
        shown = await heard.view("tickets")
    # With one entity active, GLPI leaves the column of entities out.
    assert {row["entity"] for row in shown["data"]} == {"Bloco B & Laboratórios"}


@pytest.mark.parametrize("name", ["Matriz (SP)", "Filial", "Sede 'Central' &#38; \"Anexos\""])
def test_the_active_entitys_name_is_the_profiles_and_not_what_glpi_adds_to_it(name: str) -> None:
    """As a 10.0.10 in Spanish has it for an account with one entity alone."""
    session = {
        "glpiactive_entity": 1,
        "glpiactive_entity_shortname": f"{name} (full structure)",
        "glpiactive_entity_recursive": False,
        "glpiactiveprofile": {"entities": {"1": {"id": 1, "name": name, "is_recursive": 0}}},
    }
    assert entities.active_name(session, 10) == name.replace("&#38;", "&")


@pytest.mark.parametrize(
    ("path", "version", "name"),
    [
        ("Raiz > Sede &#38; Anexos > Piso 2 &#62; Ala B", 10, "Piso 2 > Ala B"),
        ("Raiz > a &lt; b", 10, "a < b"),
        ("Raiz > Norte", 11, "Norte"),
        ("Raiz", 10, "Raiz"),
        (None, 10, ""),
    ],
)
def test_a_name_that_holds_a_sign_is_not_cut_there(
    path: str | None, version: int, name: str
) -> None:
    assert last_part(path, version) == name


def test_an_hour_that_is_written_twice_is_asked_for_by_the_offset_of_now() -> None:
    zone = ZoneInfo("America/New_York")  # clocks go back at 06:00 UTC
    since = datetime.datetime(2026, 11, 1, 5, 59, 50, tzinfo=datetime.UTC).astimezone(zone)
    for now, text in ((5, "2026-11-01 01:59:50"), (6, "2026-11-01 00:59:50")):
        moment = datetime.datetime(2026, 11, 1, now, 59, 59, tzinfo=datetime.UTC).astimezone(zone)
        assert earliest(since, moment) == text
    spring = datetime.datetime(2026, 3, 8, 6, 59, 50, tzinfo=datetime.UTC).astimezone(zone)
    assert earliest(spring, spring + datetime.timedelta(minutes=1)) == "2026-03-08 01:59:50"


async def test_a_glpi_that_changes_to_winter_time_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kioskd.sources.glpi.ZONE_AGAIN", 0.2)
    glpi = PlayedGlpi()
    glpi.now = glpi.now.astimezone(datetime.timezone(datetime.timedelta(hours=2)))
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        opened = glpi.open(9001, "Antes")["15"]
        before = (await heard.until(lambda heard: heard.ticket(9001)))["createdAt"]
        glpi.now = glpi.now.astimezone(datetime.timezone(datetime.timedelta(hours=1)))
        moved = await heard.until(
            lambda heard: heard.ticket(9001)["createdAt"] != before and heard.ticket(9001)
        )
        # The same words of GLPI's mean an hour later in UTC now, and what comes in is seen.
        then, now = map(datetime.datetime.fromisoformat, (before, moved["createdAt"]))
        assert now - then == datetime.timedelta(hours=1)
        assert opened == glpi.tickets[9001]["15"]
        glpi.open(9002, "Depois")
        await heard.until(lambda heard: heard.ticket(9002))
    assert glpi.logins == 1


async def test_a_technician_in_the_trash_keeps_the_name_on_the_tickets(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    user = next(int(row["5"]) for row in glpi.tickets.values()
                if isinstance(row["5"], str) and row["12"] == 2)  # fmt: skip
    name = glpi.users[user]["34"]
    glpi.trash.add(user)
    async with listening(glpi, tmp_path) as heard:
        shown = await heard.view("tickets")
    assert name in " ".join(row["assignedTo"] for row in shown["data"])


GLUED = (
    b"<br />\n<b>Deprecated</b>:  Function utf8_encode() is deprecated in <b>/a.php</b> on line "
    b"<b>2</b><br />\n"
)


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (GLUED + b'{"session_token":"x"}', b'{"session_token":"x"}'),
        (GLUED + GLUED + b'["ERROR_X","texto"]', b'["ERROR_X","texto"]'),
        (b"\nWarning: a in /b.php on line 7\ntrue", b"true"),
        (GLUED, None),
        (b"<html>\n<body>on line 5\n</html>", None),
        (b'{"a":"x on line 3\\n"}', None),
    ],
)
def test_phps_messages_before_the_data_are_left_out(body: bytes, data: bytes | None) -> None:
    """As a 10.0.10 with display_errors answers."""
    assert unglued(body) == (body if data is None else data)


def test_an_error_whose_status_was_lost_is_no_list_of_two_words() -> None:
    body = b'["ERROR_SESSION_TOKEN_INVALID","session_token parece incorreto"]'
    assert isinstance(failure(200, True, body, "glpi.example", "/x"), SessionEnded)
    assert failure(200, True, b'["a","b"]', "glpi.example", "/x") is None


@pytest.mark.parametrize(
    ("stored", "version", "shown"),
    [
        ("Pre&#231;o &#60; 5 &#38; IVA", 10, "Pre&#231;o < 5 & IVA"),
        ("a &lt; b &gt; c", 10, "a < b > c"),  # a ticket of the 9.5 that was upgraded
        ("a &lt; b", 9, "a < b"),
        ("a &#38;lt; b", 10, "a &lt; b"),  # somebody typed an entity
        ("a &lt; b &#60; c", 10, "a &lt; b < c"),
        ("a &lt; b &#60; c", 11, "a &lt; b &#60; c"),
        ("Raiz > a &lt; b", 10, "Raiz > a &lt; b"),
        (None, 10, ""),
    ],
)
def test_a_title_is_decoded_once_by_the_version_that_stored_it(
    stored: str | None, version: int, shown: str
) -> None:
    assert typed(stored, version) == shown


def test_a_description_of_an_upgraded_9_5_loses_its_tags() -> None:
    assert described("&lt;p&gt;Sem &lt;b&gt;rede&lt;/b&gt;&lt;/p&gt;", 10) == "Sem rede"


async def test_a_user_without_a_name_is_shown_by_login_and_one_out_of_sight_by_number(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.users[7] |= {"34": None, "9": None}
    glpi.open(70, "Sem nome", c5="7", c8=None, c12=2)
    glpi.assign(70, 7)
    glpi.open(71, "Fora da vista", c12=1)
    glpi.assign(71, 999)
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert heard.ticket(70)["assignedTo"] == glpi.users[7]["1"]
    assert heard.ticket(71)["assignedTo"] == "Usuário 999"


async def test_a_ticket_with_hardly_anything_in_it_is_shown(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    row = glpi.open(70, "", 1, c10=None)
    row |= {"1": None, "21": None, "80": None}
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    found = heard.ticket(70)
    assert (found["title"], found["urgency"], found["priority"]) == ("", "", "low")
    assert found["entity"] == "Entidade raiz"


@pytest.mark.parametrize(
    ("number", "meant"),
    [(1, "low"), (2, "low"), (3, "medium"), (4, "high"), (5, "critical"), (6, "critical")],
)
async def test_every_priority_that_a_house_may_use_has_its_place(
    number: int, meant: str, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    for row in glpi.tickets.values():
        row["3"] = number
    async with listening(glpi, tmp_path) as heard:
        shown = await heard.view("tickets")
    assert shown["counters"] == {"total": 32} | {
        name: 32 * (name == meant) for name in ("critical", "high", "medium", "low")
    }


async def test_a_glpi_of_another_zone_than_the_kiosk_has_the_right_times(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.now = datetime.datetime(2026, 7, 1, 12, 0, tzinfo=LISBON)  # in summer time
    glpi.open(70, "Em Lisboa", c18="2026-07-01 12:40:00")
    context = Context("Kiosk-T", language="pt-BR", zone=ZoneInfo("America/Manaus"))
    async with listening(glpi, tmp_path, context=context) as heard:
        await heard.view("tickets")
        glpi.touch(70, c1="Em Lisboa, mudado")
        await heard.until(lambda heard: heard.ticket(70)["title"].endswith("mudado"))
    found = heard.ticket(70)
    assert found["createdAt"] == "2026-07-01T11:00:01Z"
    assert (found["dueAt"], found["late"]) == ("2026-07-01T11:40:00Z", False)


async def test_a_house_without_surveys_or_projects_shows_none_and_no_zero_per_cent(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    for row in glpi.tickets.values():
        row |= {"60": None, "61": None, "62": None}
    glpi.projects, glpi.tasks, glpi.states = [], {}, []
    async with listening(glpi, tmp_path) as heard:
        kpis = await heard.until(figures)
        projects = await heard.view("projects")
    assert (kpis["customerSatisfaction"], kpis["surveyCount"]) == (None, 0)
    assert projects["data"] == []


async def test_an_account_that_sees_its_own_tickets_only_is_said_to(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.rights = {"ticket": 1 + 4096 + 8192, "project": 1023}  # neither has READALL, 1024
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        await heard.view("projects")
    updates = {str(m.view): m for m in heard.messages if isinstance(m, Update)}
    for view, what in (("tickets", "Ticket"), ("projects", "Project")):
        (remark,) = updates[view].remarks
        assert (remark.code, remark.params["what"]) == ("glpi_partial", what)
        assert remark.params["profile"] == "Read-Only"


async def test_an_account_that_sees_all_has_no_such_remark(tmp_path: Path) -> None:
    async with listening(PlayedGlpi(), tmp_path) as heard:
        await heard.view("tickets")
        await heard.view("projects")
    remarks = [m.remarks for m in heard.messages if isinstance(m, Update)]
    assert not any(remarks)


async def test_a_house_on_glpi_11_whose_best_score_is_ten_has_no_more_than_100_per_cent(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.version = "11.0.7"
    for row in glpi.tickets.values():
        row["62"] = 8 if row["62"] is not None else None
    for row in glpi.surveys:
        row["satisfaction_scaled_to_5"] = 4.0 if row["satisfaction"] is not None else None
    async with listening(glpi, tmp_path) as heard:
        kpis = await heard.until(figures)
    assert kpis["customerSatisfaction"] == 80
    assert kpis["surveyCount"] > 0


async def test_a_new_glpi_without_a_single_ticket_is_no_fault(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.tickets, glpi.assigned, glpi.log = {}, [], []
    async with listening(glpi, tmp_path) as heard:
        shown = await heard.view("tickets")
        board = await heard.view("dashboard")
        assert shown["data"] == []
        assert board["kpis"]["openTickets"] == 0
        await heard.more(3)
    assert [heard.fault(view) for view in ("tickets", "projects", "dashboard")] == [None] * 3


@pytest.mark.parametrize("wanted", ["suporte n1", "Suporte N1", "SUPÓRTE  N1", "77"])
async def test_a_group_is_found_without_its_accents_capitals_or_by_number(
    wanted: str, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    glpi.groups.append({"id": 77, "name": "Suporté N1", "completename": "TI > Suporté N1"})
    glpi.open(70, "Nosso", c8="TI > Suporté N1", c12=2)
    glpi.members.append({"id": 900, "users_id": 7, "groups_id": 77, "is_manager": 0})
    people = GlpiPeople(group=wanted)
    async with listening(glpi, tmp_path, groups=(wanted,), technicians=people) as heard:
        shown = await heard.view("tickets")
        board = await heard.until(
            lambda heard: (found := heard.of("dashboard")) and found["technicians"] and found
        )
    assert [row["id"] for row in shown["data"]] == ["70"]
    assert shown["data"][0]["assignedTo"] == "Suporté N1"
    assert [each["name"] for each in board["technicians"]] == ["João Silva"]


async def test_people_may_be_named_by_login_in_the_order_of_the_house(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    logins = (glpi.users[8]["1"], glpi.users[7]["1"].upper())
    people = GlpiPeople(users=logins)
    async with listening(glpi, tmp_path, analysts=people) as heard:
        board = await heard.until(
            lambda heard: (found := heard.of("dashboard")) and found["analysts"] and found
        )
    assert [each["id"] for each in board["analysts"]] == ["analyst-8", "analyst-7"]


async def test_a_ticket_of_another_group_that_comes_back_was_not_reopened(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    group = next(row["8"] for row in glpi.tickets.values() if row["2"] == 60)
    async with listening(glpi, tmp_path, groups=("N1 – Suporte & Triagem",)) as heard:
        await heard.view("tickets")
        glpi.touch(60, c8=None)
        await heard.until(lambda heard: heard.ticket(60) is None)
        glpi.touch(60, c8=group)
        await heard.until(lambda heard: heard.ticket(60))
    assert [alert for alert in heard.alerts if "Reaberto" in alert.title] == []


async def test_a_glpi_with_ten_years_of_assignments_is_asked_by_the_tickets_column(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    last = max(row["id"] for row in glpi.assigned)
    glpi.assigned[:0] = [
        {"id": last + 1 + n, "tickets_id": 90_000 + n, "users_id": 7, "type": 2}
        for n in range(4_000)
    ]
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert glpi.requests.count("Ticket_User") == 1
    assert heard.ticket(53)["assignedTo"] == "João Silva, Carlos Mendes"


async def test_without_the_right_to_users_tickets_come_with_numbers_and_the_right_is_named(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["search/User"] = "03-log-forbidden-technician"
    people = GlpiPeople(group="Técnicos de Manutenção")
    async with listening(glpi, tmp_path, technicians=people) as heard:
        shown = await heard.view("tickets")
        glpi.open(70, "Depois")
        await heard.until(lambda heard: heard.ticket(70))
        await heard.view("projects")
        fault = await heard.until(lambda heard: heard.fault("dashboard"))
    assert len(shown["data"]) == 32
    assert heard.ticket(53)["assignedTo"].startswith("Usuário ")
    assert heard.fault("tickets") is None
    assert (fault.code, fault.params["what"]) == ("glpi_right", "User")


async def test_without_the_right_to_groups_the_projects_are_shown_all_the_same(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["Group"] = "03-log-forbidden-technician"
    async with listening(glpi, tmp_path) as heard:
        projects = await heard.view("projects")
        await heard.view("dashboard")
    assert len(projects["data"]) == 6
    assert [heard.fault(view) for view in ("tickets", "projects")] == [None, None]
