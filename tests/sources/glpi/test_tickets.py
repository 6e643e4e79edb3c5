"""The tickets of a played GLPI, and what becomes of them while it changes."""

import re
from pathlib import Path
from typing import Any

import pytest

from kioskd.core.messages import Confirmed
from kioskd.sources.glpi.session import Session
from tests.support.glpi_replay import PlayedGlpi, recorded
from tests.support.glpi_source import listening


def open_rows() -> list[Any]:
    return recorded("10-search-open-all-0-499")["data"]  # type: ignore[no-any-return]


async def test_every_open_ticket_of_the_recording_is_shown_with_its_numbers(tmp_path: Path) -> None:
    async with listening(PlayedGlpi(), tmp_path) as heard:
        shown = await heard.view("tickets")
    rows = open_rows()
    assert [int(row["id"]) for row in shown["data"]] == sorted((r["2"] for r in rows), reverse=True)
    wanted = {"critical": {5, 6}, "high": {4}, "medium": {3}, "low": {1, 2}}
    counted = {word: sum(row["3"] in of for row in rows) for word, of in wanted.items()}
    assert shown["counters"] == counted | {"total": 32}
    assert {row["id"]: row["priority"] for row in shown["data"]} == {
        str(r["2"]): next(word for word, of in wanted.items() if r["3"] in of) for r in rows
    }


@pytest.mark.parametrize(
    ("identity", "field", "value"),
    [
        (46, "title", "Backup & Restauração do ERP falhou"),
        (49, "title", "<script>alert('xss')</script> no formulário de cadastro"),
        (63, "title", "Título já codificado: <b> &amp; &lt;i&gt;"),
        (43, "title", "Preço > R$ 100 & < R$ 50 não calcula"),
        (39, "title", "C:\\temp\\novo não abre"),
        (62, "description", "Nenhum serviço responde — prédio inteiro parado!"),
        (46, "description", "Log: ERRO 5 > 3 & 2 < 4"),
        (54, "description", "Impressora do 2º andar não imprime. Segunda linha sem HTML."),
        (53, "assignedTo", "João Silva, Carlos Mendes"),
        (60, "assignedTo", "N1 – Suporte & Triagem"),
        (46, "assignedTo", "Banco de Dados"),
        (62, "assignedTo", ""),
        (63, "assignedTo", "tec.plantao"),
        (61, "entity", "Bloco B & Laboratórios"),
        (62, "entity", "Entidade raiz"),
        (62, "createdAt", "2026-11-25T02:58:00Z"),
        (54, "updatedAt", "2026-11-25T01:00:00Z"),
        (62, "urgency", "Muito Alta"),
        (62, "status", "new"),
        (54, "status", "assigned"),
        (51, "status", "planned"),
        (44, "status", "pending"),
        (52, "dueAt", "2026-11-24T23:00:00Z"),
        (52, "late", True),
    ],
)
async def test_a_recorded_ticket_has_the_right_words(
    identity: int, field: str, value: object, tmp_path: Path
) -> None:
    async with listening(PlayedGlpi(), tmp_path) as heard:
        await heard.view("tickets")
    assert heard.ticket(identity)[field] == value


async def test_urgencies_come_in_the_panels_language(tmp_path: Path) -> None:
    async with listening(PlayedGlpi(), tmp_path, language="es") as heard:
        await heard.view("tickets")
    assert heard.ticket(62)["urgency"] == "Muy alta"


async def test_a_new_ticket_comes_with_the_next_look_and_without_a_sweep(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.requests.clear()
        glpi.open(70, "Rede fora", 4)
        row = await heard.until(lambda heard: heard.ticket(70))
    assert (row["title"], row["priority"], row["status"]) == ("Rede fora", "high", "new")
    assert "Ticket_User" not in glpi.requests  # as a sweep asks for


async def test_a_quiet_look_is_two_requests_and_confirms_the_tickets(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path, views=("tickets",)) as heard:
        await heard.view("tickets")
        await heard.until(lambda heard: isinstance(heard.messages[-1], Confirmed))
        glpi.requests.clear()
        await heard.more(3)
        quiet = list(glpi.requests)
    assert set(quiet) == {"search/Ticket"}
    assert 6 <= len(quiet) <= 8


async def test_what_is_solved_leaves_and_who_is_assigned_stands_there(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.assign(62, 7)
        row = await heard.until(lambda h: h.ticket(62)["assignedTo"] and h.ticket(62))
        assert (row["assignedTo"], row["status"]) == ("João Silva", "assigned")
        glpi.touch(62, c12=5)
        await heard.until(lambda heard: heard.ticket(62) is None)
        assert heard.of("tickets")["counters"]["total"] == 31


async def test_what_goes_to_the_trash_leaves_though_nothing_says_so(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        del glpi.tickets[45]
        await heard.until(lambda heard: heard.ticket(45) is None)
        assert heard.of("tickets")["counters"]["total"] == 31


async def test_a_ticket_that_moves_between_two_pages_neither_vanishes_nor_closes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "page", 40)
    glpi = PlayedGlpi()
    glpi.grow(200)
    there = {i for i, row in glpi.tickets.items() if row["12"] not in (5, 6)}
    asked = 0

    def shrink(path: str) -> None:
        nonlocal asked
        asked += path == "search/Ticket"
        if path == "search/Ticket" and asked in (2, 3, 4):
            # More of the first page close than a page repeats: what follows moves up.
            gone = sorted(i for i, row in glpi.tickets.items() if row["12"] not in (5, 6))[:25]
            for each in gone:
                glpi.touch(each, c12=5)
                there.discard(each)

    glpi.before = shrink
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        shown = {int(row["id"]) for row in heard.of("tickets")["data"]}
        assert there <= shown
        await heard.until(lambda h: {int(r["id"]) for r in h.of("tickets")["data"]} == there)


async def test_a_sweep_that_fails_half_way_closes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "page", 10)
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        asked = 0

        def fail(path: str) -> None:
            nonlocal asked
            asked += 1
            if asked == 6:  # two looks of two requests, one page, and then this one
                glpi.broken = "05-db-down-search"

        glpi.before = fail
        del glpi.tickets[45]
        await heard.until(lambda heard: heard.error is not None)
        assert heard.of("tickets")["counters"]["total"] == 32
        assert "database" in str(heard.error)


@pytest.mark.parametrize("count", [10, 2_000, 20_000])
async def test_every_open_ticket_is_shown_however_many_there_are(
    count: int, tmp_path: Path
) -> None:
    glpi = PlayedGlpi()
    if count == 10:
        closed = [i for i, row in glpi.tickets.items() if row["12"] not in (5, 6)][10:]
        for identity in closed:
            glpi.tickets[identity]["12"] = 6
    glpi.grow(count)
    wanted = {i for i, row in glpi.tickets.items() if row["12"] not in (5, 6)}
    async with listening(glpi, tmp_path, views=("tickets",)) as heard:
        shown = await heard.view("tickets")
    assert len(shown["data"]) == count
    assert {int(row["id"]) for row in shown["data"]} == wanted
    assert all("assignedTo" in row for row in shown["data"])


async def test_the_technicians_are_asked_for_by_column_when_the_list_is_refused(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    glpi.wrong["Ticket_User"] = "03-log-forbidden-technician"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert heard.ticket(53)["assignedTo"] == "João Silva, Carlos Mendes"


async def test_only_the_tickets_of_the_named_groups_and_those_below_are_shown(
    tmp_path: Path,
) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path, groups=("analistas de sistemas",)) as heard:
        shown = await heard.view("tickets")
    rows = [row for row in open_rows() if re.search("Analistas", str(row["8"]))]
    assert {row["id"] for row in shown["data"]} == {str(row["2"]) for row in rows}
    assert "46" in {row["id"] for row in shown["data"]}  # Analistas de Sistemas > Banco de Dados


async def test_a_group_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    async with listening(PlayedGlpi(), tmp_path, groups=("Suporte N1",)) as heard:
        fault = await heard.until(lambda heard: heard.fault("tickets"))
    assert fault.code == "glpi_group"
    assert fault.params["group"] == "Suporte N1"
    assert "N1 – Suporte & Triagem" in fault.params["groups"]


async def test_a_date_in_glpis_future_does_not_blind_the_looks(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.tickets[54]["19"] = "2031-01-01 00:00:00"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.touch(62, c3=3)
        await heard.until(lambda heard: heard.ticket(62)["priority"] == "medium")


async def test_an_escalated_a_reopened_and_a_soon_due_ticket_call_once_each(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        glpi.touch(60, c3=4)
        await heard.until(lambda heard: heard.alerts)
        glpi.touch(59, c12=6)
        await heard.until(lambda heard: heard.ticket(59) is None)
        glpi.touch(59, c12=1)
        await heard.until(lambda heard: len(heard.alerts) == 2)
        glpi.touch(58, c18="2026-11-25 00:46:00")
        await heard.until(lambda heard: len(heard.alerts) == 3)
        await heard.more(5)
    called = [(alert.id, alert.severity, alert.data["reason"]) for alert in heard.alerts]
    assert called == [
        ("60", "high", "escalated"),
        ("59", "medium", "reopened"),
        ("58-due", "low", "due"),
    ]
    assert heard.alerts[1].title == "Reaberto: Chamado aberto sem título pelo coletor de e-mail"
    assert re.match(r"Vence em \d+ min: ", heard.alerts[2].title)


async def test_a_pending_ticket_is_not_late_since_its_clock_stands(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.tickets[44]["18"] = "2026-11-01 00:00:00"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert "dueAt" not in heard.ticket(44)


async def test_a_ticket_whose_time_passes_is_late_without_having_changed(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.tickets[58]["18"] = "2026-11-25 00:30:00"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
        assert heard.ticket(58)["late"] is False
        glpi.passes(minutes=10)
        await heard.until(lambda heard: heard.ticket(58)["late"])


async def test_glpi_11_stores_what_was_typed(tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    glpi.version = "11.0.7"
    glpi.tickets[62]["1"] = "A tag &#60;b&#62; & <i>"
    async with listening(glpi, tmp_path) as heard:
        await heard.view("tickets")
    assert heard.ticket(62)["title"] == "A tag &#60;b&#62; & <i>"
