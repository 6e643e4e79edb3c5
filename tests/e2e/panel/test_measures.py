"""The layout by measurement, in Chromium, at every size the panel must hold."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import SIZES, check, check_accessibility
from tests.e2e.panel.states import STATES, bring_to
from tests.support import stories
from tests.support.house import House


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_nothing_is_cut_too_small_or_too_pale(
    build_house: Callable[..., House], state: str, size: tuple[int, int]
) -> None:
    names = ("Certificado digital e assinatura eletrônica de contratos", "Troca do firewall")
    house = build_house(
        stories.tickets(30),
        stories.projects(
            *(stories.project(n, n * 9 - 20, id=f"p{n}", name=names[n % 2]) for n in range(13))
        ),
        stories.dashboard(),
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *size)
    bring_to(house, wall.page, state)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    if state != "test":
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
    if size == SIZES[0]:
        check_accessibility(wall.page)


@pytest.mark.parametrize("count", [2, 6, 7])
def test_a_few_projects_fit_their_large_cards_in_portrait_too(
    build_house: Callable[..., House], count: int
) -> None:
    dues = (-20, -400, 7, 25, 34, 120, -2)
    projects = (stories.project(n, dues[n], id=f"p{n}") for n in range(count))
    house = build_house(stories.tickets(2), stories.projects(*projects))
    wall = house.open("/projects?id=Kiosk-RECEPCAO", 1080, 1920)
    expect(wall.page.locator(".project")).to_have_count(count)
    check(wall.page, smallest_row=24, smallest=19.2)
    wide = wall.page.locator(".project .due > b").evaluate_all(
        "(all) => all.filter((each) => each.scrollWidth > each.parentElement.clientWidth)"
    )
    assert wide == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scale", [0.75, 1.3])
def test_it_fits_in_any_scale_and_stays_away_from_edges_that_are_cut_off(
    build_house: Callable[..., House], scale: float, size: tuple[int, int]
) -> None:
    projects = (stories.project(n, n * 9 - 20, id=f"p{n}") for n in range(9))
    house = build_house(
        stories.tickets(30),
        stories.projects(*projects),
        stories.dashboard(),
        more=f"display: {{scale: {scale}, margin: 5}}\n",
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *size)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9) * scale * 0.9
    for state in ("tickets", "projects", "dashboard", "critical"):
        house.upstream.say(stories.switch("tickets"))
        bring_to(house, wall.page, state)
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
        box = wall.page.locator("#app > *").first.bounding_box()
        assert box
        for start, length, whole in (
            (box["x"], box["width"], size[0]),
            (box["y"], box["height"], size[1]),
        ):
            assert start >= whole * 0.05 - unit
            assert start + length <= whole * 0.95 + unit


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("state", ["tickets", "projects", "dashboard", "remote", "critical"])
def test_the_words_of_the_other_languages_fit_too(
    build_house: Callable[..., House], language: str, state: str
) -> None:
    house = build_house(
        stories.tickets(30),
        stories.projects(*(stories.project(n, n * 9 - 20, id=f"p{n}") for n in range(9))),
        stories.dashboard(),
        kiosk=f"development: true, language: {language}",
        more="rotation: {screens: [{screen: tickets, for: 1h}, {screen: projects, for: 1h}]}\n",
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *SIZES[1])
    bring_to(house, wall.page, state)
    unit = SIZES[1][0] / 100
    check(wall.page, smallest_row=1.25 * unit, smallest=unit)
    check_accessibility(wall.page)


@pytest.mark.parametrize("connected", [True, False])
def test_the_phone_has_room_for_a_thumb_and_nothing_runs_out(house: House, connected: bool) -> None:
    house.open("/?id=Kiosk-A-LONG-NAME-FOR-THE-WALL-IN-THE-RECEPTION")
    phone = house.open("/remote", 390, 844)
    expect(phone.page.locator(".panels li")).to_have_count(2)
    house.upstream.say(stories.alert("critical", "c", "Servidor principal fora do ar", "critical"))
    expect(phone.page.locator(".alerts li")).to_have_count(1)
    house.daemon.ask("/api/notice", {"text": "Manutenção do ERP hoje às 18:00"})
    expect(phone.page.locator(".tell li")).to_have_count(1)
    if not connected:
        house.daemon.kill()
        expect(phone.page.locator(".remote .warn")).to_be_visible()
    check(phone.page, smallest_row=14, smallest=14)
    for button in phone.page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["height"], box["width"]) >= 44
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    check_accessibility(phone.page)


SPARE = """() => {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize)
  return [...document.querySelectorAll('.people li, .activity li')].map((row) => {
    const [hull, boxes] = [row.getBoundingClientRect(),
      [...row.querySelectorAll('.line')].map((text) => text.getBoundingClientRect())]
    return Math.min(...boxes.map((box) => Math.min(box.top - hull.top, hull.bottom - box.bottom)))
      / rem
  })
}"""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(("screen", "scale"), [("dashboard", 1), ("dashboard", 1.3), ("remote", 1)])
def test_beside_banners_nothing_is_cut_and_no_row_touches_its_lines(
    build_house: Callable[..., House], screen: str, scale: float, size: tuple[int, int]
) -> None:
    house = build_house(
        stories.tickets(30),
        stories.projects(),
        stories.dashboard(),
        more=f"display: {{scale: {scale}}}\n",
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *size)
    bring_to(house, wall.page, screen)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9) * scale
    title = "Erro 500 no portal do colaborador ao anexar comprovantes"
    expect(wall.page.locator(".people li, .panels li").first).to_be_visible()
    for number in range(4):
        if number:
            house.daemon.ask("/api/alerts", {"severity": "high", "title": title})
            expect(wall.page.locator(".banner")).to_have_count(number)
        else:
            house.daemon.ask("/api/notice", {"text": "Manutenção do ERP hoje às 18:00"})
            expect(wall.page.locator(".strip")).to_be_visible()
        wall.page.wait_for_function(  # the lists have found out how much room they have
            f"() => Math.min(...({SPARE})()) >= 0.25", timeout=10_000
        )
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)


CHANGES = """async () => {
  const frame = () => new Promise(requestAnimationFrame)
  for (let n = 0; n < 6; n += 1) await frame()
  let changes = 0
  const observer = new MutationObserver((found) => { changes += found.length })
  observer.observe(document.querySelector('main'), { subtree: true, childList: true,
    attributes: true, attributeFilter: ['class'] })
  for (let n = 0; n < 12; n += 1) await frame()
  observer.disconnect()
  return changes
}"""


@pytest.mark.parametrize("screen", ["dashboard", "remote"])
def test_what_room_there_is_decides_the_layout_and_never_the_layout_the_room(
    house: House, screen: str
) -> None:
    wall = house.open("/?id=Kiosk-RECEPCAO", 1280, 720)
    bring_to(house, wall.page, screen)
    restless = {}
    for height in range(420, 740, 8):
        wall.page.set_viewport_size({"width": 1280, "height": height})
        # A clock may tick and a page may turn, but not twice in half a second.
        if wall.page.evaluate(CHANGES) > 6 and (changes := wall.page.evaluate(CHANGES)) > 6:
            restless[height] = changes
    assert restless == {}
