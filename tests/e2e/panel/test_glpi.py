"""GLPI on the wall: from a played GLPI over a kioskd process to what a Chromium shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.glpi_replay import PlayedGlpi, recorded
from tests.support.glpi_thread import GlpiThread
from tests.support.panel_daemon import Daemon

PEOPLE = (
    "technicians: {group: 'Técnicos de Manutenção', available_below: 3}, "
    "analysts: {group: 'Analistas de Sistemas'}"
)


@pytest.fixture
def played() -> Iterator[GlpiThread]:
    glpi = PlayedGlpi()
    thread = GlpiThread(glpi)
    yield thread
    thread.close()


@pytest.fixture
def daemon(played: GlpiThread, tmp_path: Path) -> Iterator[Daemon]:
    found = Daemon(tmp_path, played.sections(tmp_path, PEOPLE))
    found.start()
    yield found
    found.stop()


@pytest.fixture
def wall(browser: Browser, daemon: Daemon) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


def shown(wall: Page, daemon: Daemon, screen: str) -> None:
    wall.goto(f"{daemon.url}/{screen}")


def test_the_tickets_on_the_wall_are_those_of_the_recording(wall: Page, daemon: Daemon) -> None:
    shown(wall, daemon, "tickets")
    rows = recorded("10-search-open-all-0-499")["data"]
    critical = sum(row["3"] >= 5 for row in rows)
    expect(wall.locator(".tickets .body .row").first).to_be_visible()
    text = wall.locator("body").inner_text()
    assert re.search(rf"\b{len(rows)}\b", text)
    assert re.search(rf"\b{critical}\b", text)
    first = wall.locator(".tickets .body .row.critical").first
    expect(first).to_be_visible()
    expect(wall.locator("body")).to_contain_text("Servidor Web - Falha de Disco")
    expect(wall.locator("body")).to_contain_text("João Silva, Carlos Mendes")


def test_a_new_ticket_in_glpi_stands_on_the_wall_and_alerts(
    wall: Page, daemon: Daemon, played: GlpiThread
) -> None:
    shown(wall, daemon, "tickets")
    expect(wall.locator(".tickets .body .row").first).to_be_visible()
    played.glpi.open(70, "Nobreak em chamas", 6)
    expect(wall.locator("body")).to_contain_text("Nobreak em chamas")
    expect(wall.get_by_role("alertdialog")).to_contain_text("Nobreak em chamas")


def test_what_is_late_and_what_is_due_soon_is_marked(browser: Browser, tmp_path: Path) -> None:
    glpi = PlayedGlpi()
    for ticket, row in glpi.tickets.items():
        if row["12"] not in (5, 6) and ticket not in (52, 53):
            row["12"] = 6
    glpi.tickets[53]["18"] = "2099-01-01 00:00:00"
    thread = GlpiThread(glpi)
    daemon = Daemon(tmp_path, thread.sections(tmp_path))
    daemon.start()
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    try:
        page.goto(f"{daemon.url}/tickets")
        expect(page.locator(".sla.late")).to_contain_text("atrasado há")
        expect(page.locator(".sla")).to_have_count(1)
    finally:
        page.close()
        daemon.stop()
        thread.close()


def test_the_figures_and_the_people_are_reckoned_from_the_recorded_rows(
    wall: Page, daemon: Daemon
) -> None:
    shown(wall, daemon, "dashboard")
    opened = recorded("13-kpi-opened-30d")["data"]
    old = round(100 * sum(row["12"] in (5, 6) for row in opened) / len(opened))
    answered = recorded("13-survey-61-62")["data"]
    scores = [row["62"] for row in answered if row["62"] is not None]
    satisfied = round(20 * sum(scores) / len(scores))
    for figure in ("32", f"{old}%", f"{satisfied}%", "3h 39m"):
        expect(wall.locator("body")).to_contain_text(re.compile(figure.replace("%", r"\s*%")))
    expect(wall.locator("body")).to_contain_text("Maria Santos")
    expect(wall.locator("body")).to_contain_text("Chamado #62 aberto")


def test_the_projects_stand_with_their_tasks(wall: Page, daemon: Daemon) -> None:
    shown(wall, daemon, "projects")
    for name in ("Migração para Nuvem", "Renovação de Impressoras & Toners"):
        expect(wall.locator("body")).to_contain_text(name)
    expect(wall.locator("body")).to_contain_text(re.compile(r"82\s*%"))


def test_a_glpi_in_maintenance_is_said_so_and_the_last_picture_stays(
    wall: Page, daemon: Daemon, played: GlpiThread
) -> None:
    shown(wall, daemon, "tickets")
    expect(wall.locator(".tickets .body .row").first).to_be_visible()
    played.glpi.broken = "05-maintenance-search"
    source = daemon.ask("/api/status")["sources"][0]
    while not source["reason"]:
        wall.wait_for_timeout(100)
        source = daemon.ask("/api/status")["sources"][0]
    assert source["reason"] == "glpi_maintenance"
    expect(wall.locator(".tickets .body .row").first).to_be_visible()
