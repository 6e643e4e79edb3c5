"""Screens of the room's own: what they show, what they say of it, and how they look."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import SIZES, check, check_accessibility
from tests.support import stories
from tests.support.house import House

SCREENS = """
screens:
  - {name: n1, kind: tickets, title: Suporte N1, filter: {groups: [Suporte N1]}}
  - name: redes
    kind: tickets
    title: Redes e telefonia da matriz e das filiais
    filter: {groups: [Redes], priorities: [critical, high, low]}
    density: dense
  - {name: short, kind: tickets, columns: [title, elapsed], density: normal}
  - {name: nobody, kind: tickets, filter: {assignees: [Zé Ninguém]}}
  - {name: aviso, kind: notice, title: Aviso, text: "Manutenção do ERP às 18:00"}
"""
MORE = "".join(f"  - {{name: equipe-{n}, kind: tickets}}\n" for n in range(20))
GROUPS = ("Suporte > Suporte N1", "Infra > Redes")


def rows(count: int, groups: bool = True) -> dict[str, Any]:
    more = [{"groups": [GROUPS[number % 2]]} if groups else {} for number in range(count)]
    return stories.tickets(0, *(stories.ticket(n, **fields) for n, fields in enumerate(more)))


@pytest.fixture
def own(build_house: Callable[..., House]) -> House:
    return build_house(rows(40), stories.projects(), stories.dashboard(), more=SCREENS)


def test_a_wall_starts_with_its_first_screen_and_counts_what_that_shows(own: House) -> None:
    wall = own.open("/")
    expect(wall.page.locator(".caption h2")).to_have_text("Suporte N1")
    expect(wall.page.locator(".caption")).to_contain_text("Grupo: Suporte N1")
    expect(wall.page.locator(".share")).to_have_text("20 de 40 chamados")
    expect(wall.page.locator(".counter.total dd")).to_have_text("20")
    expect(wall.page.locator(".head .burns")).to_contain_text("4 críticos fora desta tela")
    own.daemon.ask("/api/switch", {"target": "tickets"})
    expect(wall.page.locator(".caption")).to_have_count(0)
    expect(wall.page.locator(".counter.total dd")).to_have_text("40")
    expect(wall.page.locator(".head .burns")).to_have_count(0)


def test_the_phone_knows_the_rooms_own_screens(own: House) -> None:
    wall, phone = own.open(), own.open("/remote", 390, 844)
    phone.page.get_by_role("button", name="Redes e telefonia").click()
    expect(wall.page.locator(".caption h2")).to_contain_text("Redes e telefonia")
    expect(phone.page.locator(".panels")).to_contain_text("Redes e telefonia")
    phone.page.get_by_role("button", name="Aviso", exact=True).click()
    expect(wall.page.locator(".told")).to_have_text("Manutenção do ERP às 18:00")


def test_a_filter_of_which_the_source_says_nothing_is_no_good_news(own: House) -> None:
    wall = own.open("/?screen=n1")
    expect(wall.page.locator(".body .row").first).to_be_visible()
    own.upstream.say(rows(9, groups=False))
    expect(wall.page.locator(".nothing")).to_contain_text("Nenhum chamado informa: Grupo")
    expect(wall.page.locator(".counter.critical dd")).to_have_text("—")
    own.daemon.ask("/api/switch", {"target": "nobody"})
    expect(wall.page.locator(".nothing")).to_contain_text("9 chamados abertos fora dela")


def test_a_screen_shows_the_columns_that_were_asked_for(own: House) -> None:
    wall = own.open("/?screen=short")
    expect(wall.page.locator(".names")).to_contain_text("Aberto há")
    row = wall.page.locator(".body .row").first
    expect(row.locator("[role=cell]")).to_have_count(2)
    expect(wall.page.locator(".entity, .status, .mark")).to_have_count(0)


def test_an_unknown_screen_in_the_address_is_the_first_one(own: House) -> None:
    wall = own.open("/?screen=attic")
    expect(wall.page.locator(".caption h2")).to_have_text("Suporte N1")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_screen_of_the_rooms_own_has_room(
    build_house: Callable[..., House], size: tuple[int, int]
) -> None:
    late = stories.ticket(90, dueAt=stories.ago(hours=1), groups=["Redes"], priority="high")
    held = rows(40)
    held["data"].append(late)
    house = build_house(held, stories.projects(), stories.dashboard(), more=SCREENS)
    wall = house.open("/?screen=n1", *size)
    expect(wall.page.locator(".body .row").first).to_be_visible()
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    for name in ("n1", "redes", "short", "nobody", "aviso"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
        if size == SIZES[0]:
            check_accessibility(wall.page)


@pytest.mark.parametrize("size", [SIZES[1], SIZES[3]], ids=["landscape", "portrait"])
def test_twenty_five_screens_fit_the_side_bar_and_the_shown_one_is_in_sight(
    build_house: Callable[..., House], size: tuple[int, int]
) -> None:
    house = build_house(rows(4), stories.projects(), stories.dashboard(), more=SCREENS + MORE)
    wall = house.open("/?screen=n1", *size)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    for name in ("n1", "equipe-9", "equipe-19"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        expect(wall.page.locator(".side [aria-current]")).to_be_in_viewport()
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)


def test_a_picture_fills_the_screen_and_one_that_cannot_be_shown_says_so(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    picture = tmp_path / "mapa.png"
    house = build_house(
        rows(4),
        more=f"screens:\n  - {{name: n1, kind: tickets}}\n"
        f"  - {{name: mapa, kind: image, title: Planta, file: '{picture}'}}\n",
    )
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    picture.write_bytes(wall.page.screenshot(clip={"x": 0, "y": 0, "width": 400, "height": 300}))
    house.daemon.ask("/api/switch", {"target": "mapa"})
    image = wall.page.locator(".picture img")
    expect(image).to_be_visible()
    assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [400, 300]
    expect(image).to_have_attribute("alt", "Planta")
    check(wall.page, smallest_row=0, smallest=0)
    house.daemon.ask("/api/switch", {"target": "n1"})
    expect(image).to_have_count(0)
    picture.write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    house.daemon.ask("/api/switch", {"target": "mapa"})
    expect(wall.page.locator(".picture")).to_contain_text("A imagem não pode ser mostrada")
    picture.unlink()
    house.daemon.ask("/api/switch", {"target": "n1"})
    with wall.page.expect_console_message(lambda message: "503" in message.text):
        house.daemon.ask("/api/switch", {"target": "mapa"})
    expect(wall.page.locator(".picture")).to_contain_text("esse arquivo não existe")
    wall.complaints.clear()


HALL = """
  - {name: ramal, kind: notice, title: Ramal, text: "Suporte: 4400"}
panels:
  - {id: Kiosk-HALL, screens: [aviso, redes], scale: 1.25}
"""


def test_a_panel_with_a_list_of_its_own_has_no_other_screen(
    build_house: Callable[..., House],
) -> None:
    held = (rows(40), stories.projects(), stories.dashboard())
    house = build_house(*held, more=SCREENS.rstrip() + HALL)
    hall, office = house.open("/?id=Kiosk-HALL"), house.open("/?id=Office")
    menu = hall.page.get_by_role("navigation").get_by_role("button")
    names = ["Aviso", "Redes e telefonia da matriz e das filiais", "Controle"]
    expect(hall.page.get_by_role("navigation").locator("[aria-current]")).to_have_text("Aviso")
    assert [text.strip() for text in menu.all_inner_texts()][:3] == names
    expect(office.page.locator(".caption h2")).to_have_text("Suporte N1")
    scale = "getComputedStyle(document.documentElement).getPropertyValue('--scale')"
    assert (hall.page.evaluate(scale), office.page.evaluate(scale)) == ("1.25", "1")

    menu.nth(1).click()  # its own menu changes it alone
    expect(hall.page.locator(".caption h2")).to_contain_text("Redes e telefonia")
    house.daemon.ask("/api/switch", {"target": "tickets"})
    expect(office.page.locator("main")).to_have_attribute("data-screen", "tickets")
    expect(hall.page.locator("main")).to_have_attribute("data-screen", "redes")

    phone = house.open("/remote", 390, 844)
    panel = phone.page.locator(".panels").get_by_role("button", name="Kiosk-HALL")
    expect(panel).to_contain_text("só Aviso, Redes")
    panel.click()
    choices = phone.page.locator(".screens .choices button")
    expect(choices).to_have_count(3)
    choices.filter(has_text="Aviso").click()
    expect(hall.page.locator(".told")).to_have_text("Manutenção do ERP às 18:00")
    check_accessibility(phone.page)

    file = house.daemon.config
    file.write_text(file.read_text().replace("[aviso, redes], scale: 1.25", "[ramal]"))
    house.daemon.reload()
    expect(hall.page.locator(".told")).to_have_text("Suporte: 4400")
    assert hall.page.evaluate(scale) == "1"
    choices.filter(has_text="Ramal").wait_for()
    expect(choices).to_have_count(2)
