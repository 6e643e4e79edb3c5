"""Each screen shows what the helpdesk says, and every panel obeys every switch."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.support import stories
from tests.support.house import House


def test_the_ticket_screen_counts_and_lists_critical_first(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(8)
    assert wall.text(".counter.critical") == "Crítico 1 Sem responsável"
    assert wall.text(".counter.total") == "Total 12"
    marks = wall.page.locator(".body .row .what").all_inner_texts()
    order = ["Crítico", "Alto", "Médio", "Baixo"]
    assert [order.index(mark.strip()) for mark in marks] == sorted(
        order.index(mark.strip()) for mark in marks
    )
    expect(wall.page.locator(".pager")).to_contain_text("1–8 de 12")
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")
    expect(wall.page.locator(".clock")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(wall.page.locator(".head")).to_contain_text("Kiosk-TEST")


def test_rows_that_do_not_fit_come_on_the_next_page_and_the_critical_stay(house: House) -> None:
    wall = house.open()
    first = wall.page.locator(".body .row .number")
    expect(first).to_have_count(8)
    before = first.all_inner_texts()
    expect(wall.page.locator(".pager")).to_contain_text("9–12 de 12", timeout=20_000)
    after = first.all_inner_texts()
    assert after[0] == before[0]
    assert not set(after[1:]) & set(before)


def test_the_project_screen_tells_what_is_late_due_and_coming(house: House) -> None:
    wall = house.open("/projects?id=Kiosk-TEST")
    due = wall.page.locator(".due b")
    expect(due).to_have_text(["Atrasado em 3 dias", "Entrega hoje", "Entrega em 5 dias"])
    expect(wall.page.locator(".project").first).to_contain_text("Migração para a nuvem")
    expect(wall.page.locator(".project").first).to_contain_text("20%")


def test_every_screen_says_what_burns_and_whose_it_is(build_house: Callable[..., House]) -> None:
    burning = [
        stories.ticket(n, priority="critical", assignedTo=who)
        for n, who in enumerate(("Ana", None, "Bia", "Ana"))
    ]
    house = build_house(stories.tickets(0, *burning), stories.projects(), stories.dashboard())
    wall = house.open()
    expect(wall.page.locator(".counter.critical .owners")).to_have_text(
        "1 sem responsável, Ana (2), Bia"
    )
    for screen in ("projects", "dashboard", "remote"):
        house.upstream.say(stories.switch(screen))
        expect(wall.page.locator(f".{screen}")).to_be_visible()
        expect(wall.page.locator(".head .burns")).to_contain_text("4 críticos")
        expect(wall.page.locator(".head .burns")).to_contain_text("Ana (2), Bia")
    house.upstream.say(stories.tickets(0))
    expect(wall.page.locator(".head .calm")).to_have_text("Nada crítico")


def test_the_dashboard_shows_figures_people_and_activity(house: House) -> None:
    wall = house.open("/?screen=dashboard&id=Kiosk-TEST")
    expect(wall.page.locator(".kpi dd")).to_have_text(["12", "2h 30m", "92%", "88,5%", "47"])
    expect(wall.page.locator(".technicians")).to_contain_text("3 de 4 disponíveis")
    expect(wall.page.locator(".technicians li").nth(1)).to_contain_text("Ocupado")
    first = wall.page.locator(".activity li").first
    expect(first).to_contain_text("Atribuição")
    expect(first).to_contain_text(re.compile("há [34] minutos"))
    expect(first).to_contain_text("Crítico")


def test_a_switch_from_the_upstream_moves_every_panel(house: House) -> None:
    walls = [house.open(f"/?id=Kiosk-{n}") for n in range(2)]
    for target, mark in (
        ("projects", ".projects"),
        ("dashboard", ".kpis"),
        ("remote", ".remote"),
        ("tickets", ".tickets"),
    ):
        house.upstream.say(stories.switch(target))
        for wall in walls:
            expect(wall.page.locator(mark)).to_be_visible()


def test_the_side_bar_of_one_panel_moves_the_other(house: House) -> None:
    one, other = house.open("/?id=Kiosk-1"), house.open("/?id=Kiosk-2")
    expect(one.page.locator(".head .fresh")).to_have_text("Ao vivo")
    one.page.get_by_role("button", name="Indicadores").click()
    for wall in (one, other):
        expect(wall.page.locator(".kpis")).to_be_visible()


def test_a_panel_that_comes_later_shows_the_current_screen(house: House) -> None:
    house.open()
    house.upstream.say(stories.switch("projects"))
    expect(house.walls[0].page.locator(".projects")).to_be_visible()
    expect(house.open("/?id=Kiosk-LATE").page.locator(".projects")).to_be_visible()


def test_an_update_changes_the_rows_and_marks_the_new_one(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(3))
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(3)
    expect(wall.page.locator(".new")).to_have_count(0)
    house.upstream.say(stories.tickets(3, stories.ticket(77, title="Chegou agora")))
    expect(wall.page.locator(".row", has_text="Chegou agora").locator(".new")).to_have_text("Novo")
    house.upstream.say(stories.tickets(2))
    expect(wall.page.locator(".body .row")).to_have_count(2)


def test_empty_views_say_so(build_house: Callable[..., House]) -> None:
    house = build_house(
        stories.tickets(0),
        stories.projects(),
        stories.dashboard(kpis={}, technicians=[], analysts=None, recentActivity=[]),
    )
    wall = house.open()
    expect(wall.page.locator("main")).to_contain_text("Nenhum chamado aberto")
    assert wall.text(".counter.critical") == "Crítico 0"
    house.upstream.say(stories.switch("projects"))
    expect(wall.page.locator("main")).to_contain_text("Nenhum projeto em andamento")
    house.upstream.say(stories.switch("dashboard"))
    expect(wall.page.locator(".kpi dd")).to_have_text(["—"] * 5)
    expect(wall.page.locator(".technicians")).to_contain_text("Ninguém informado")
    expect(wall.page.locator(".activity")).to_contain_text("Nenhuma atividade recente")


@pytest.mark.parametrize("count", [60, 2000])
def test_many_tickets_are_paged_and_only_the_page_is_drawn(
    build_house: Callable[..., House], count: int
) -> None:
    house = build_house(stories.tickets(count))
    wall = house.open()
    expect(wall.page.locator(".pager")).to_contain_text(f"1–8 de {count:,}".replace(",", "."))
    assert wall.page.locator(".body .row").count() == 8
    assert wall.page.locator("*").count() < 600


@pytest.mark.parametrize(("language", "words"), [("en", "Live"), ("es", "En vivo")])
def test_the_language_of_the_configuration_is_spoken(
    build_house: Callable[..., House], language: str, words: str
) -> None:
    house = build_house(stories.tickets(2), kiosk=f"language: {language}")
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text(words)
    expect(wall.page.locator("html")).to_have_attribute("lang", language)
    expect(wall.page.locator(".bug")).to_have_count(0)
