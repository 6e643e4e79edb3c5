"""What the kiosk says of itself stands on the wall as marks: rotation, quiet hours, display."""

import json
import re
from collections.abc import Callable
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.support import stories
from tests.support.house import House

TURNS = "rotation: {{pause: {pause}, screens: [{screens}]}}\n"

# Writes down when each screen came, as the page itself saw it.
WATCH = """
window.turns = []
setInterval(() => {
  const screen = document.querySelector('main > section')?.className
  if (screen && turns.at(-1)?.screen !== screen) turns.push({ screen, at: Date.now() })
}, 20)
"""


def turning(*screens: str, each: str = "3s", pause: str = "4s") -> str:
    named = ", ".join(f"{{screen: {screen}, for: {each}}}" for screen in screens)
    return TURNS.format(pause=pause, screens=named)


def held() -> tuple[dict[str, object], ...]:
    return stories.tickets(3), stories.projects(stories.project(0, 1)), stories.dashboard()


def open_watched(house: House, name: str) -> Page:
    wall = house.open(f"/?id={name}")
    wall.page.evaluate(WATCH)
    return wall.page


def status(house: House) -> dict[str, dict[str, object]]:
    with urlopen(f"{house.daemon.url}/api/status", timeout=10) as answer:
        found: dict[str, dict[str, object]] = json.load(answer)
    return found


def test_the_rotation_turns_every_panel_at_once_and_the_status_agrees(
    build_house: Callable[..., House],
) -> None:
    house = build_house(*held(), more=turning("tickets", "projects", "dashboard"))
    pages = [open_watched(house, f"Kiosk-{number}") for number in range(2)]
    for page in pages:
        page.wait_for_function("() => turns.length >= 6", timeout=40_000)
    told = [page.evaluate("turns.slice(1, 6)") for page in pages]
    order = ["tickets", "projects", "dashboard"]
    start = order.index(told[0][0]["screen"])
    for turns in told:
        assert [turn["screen"] for turn in turns] == [order[(start + n) % 3] for n in range(5)]
    for one, other in zip(*told, strict=True):
        assert abs(one["at"] - other["at"]) < 1000
    now = status(house)["rotation"]
    shown = str(now["screen"])
    expect(pages[0].locator(f"main > .{shown}")).to_be_visible()
    for page in pages:
        page.wait_for_selector("main > .projects")
        expect(page.locator(".marks")).to_contain_text("A seguir: Indicadores")


def test_somebody_at_a_panel_stops_the_rotation_for_a_while_and_it_says_so(
    build_house: Callable[..., House],
) -> None:
    house = build_house(*held(), more=turning("tickets", "projects", each="20s", pause="6s"))
    wall, phone = house.open("/?id=Kiosk-1"), house.open("/remote", 390, 844)
    phone.page.get_by_role("button", name="Indicadores").click()
    expect(wall.page.locator(".kpis")).to_be_visible()
    expect(wall.page.locator(".marks")).to_contain_text(re.compile(r"Rotação pausada por 0:0[1-6]"))
    expect(phone.page.locator(".parts")).to_contain_text("Rotação pausada por 0:0")
    expect(wall.page.locator(".kpis")).to_have_count(0, timeout=20_000)
    expect(wall.page.locator(".marks")).to_contain_text("A seguir:")
    expect(phone.page.locator(".parts")).to_contain_text(re.compile(r"A seguir: \w+ em 0:[01]\d"))


def test_an_alert_stops_the_rotation_too(build_house: Callable[..., House]) -> None:
    house = build_house(*held(), more=turning("tickets", "projects", each="1s", pause="8s"))
    page = open_watched(house, "Kiosk-1")
    page.wait_for_function("() => turns.length >= 3")
    house.upstream.say(stories.alert("new_ticket", "n", "Impressora parada", "high"))
    page.wait_for_selector(".banner")
    came = page.evaluate("Date.now()")
    page.wait_for_function("(came) => turns.at(-1).at > came", arg=came, timeout=20_000)
    after = page.evaluate("(came) => turns.find((turn) => turn.at > came).at", came)
    assert after - came > 6000


def test_a_screen_with_nothing_to_say_is_passed_over(build_house: Callable[..., House]) -> None:
    house = build_house(
        stories.tickets(3),
        stories.projects(),
        stories.dashboard(),
        more=turning("tickets", "projects", "dashboard", each="1s"),
    )
    page = open_watched(house, "Kiosk-1")
    page.wait_for_function("() => turns.length >= 6", timeout=30_000)
    shown = {turn["screen"] for turn in page.evaluate("turns.slice(1)")}
    assert shown == {"tickets", "dashboard"}


def test_quiet_hours_are_a_mark_with_words(build_house: Callable[..., House]) -> None:
    always = "[{from: '00:00', to: '13:00'}, {from: '12:00', to: '01:00'}]"
    house = build_house(*held(), sound=f"enabled: true, quiet_hours: {always}")
    wall, phone = house.open(), house.open("/remote", 390, 844)
    expect(wall.page.locator(".marks")).to_contain_text("Horário de silêncio")
    expect(phone.page.locator(".sound .state")).to_have_text("Horário de silêncio")


def test_a_display_that_cannot_be_switched_is_shown_as_a_fault(
    build_house: Callable[..., House],
) -> None:
    commands = "{'on': ['/bin/false'], 'off': ['/bin/false']}"
    house = build_house(*held(), more=f"display: {{backend: command, commands: {commands}}}\n")
    wall, phone = house.open(), house.open("/remote", 390, 844)
    expect(wall.page.locator(".marks .bad")).to_have_text("Controle da tela com falha")
    expect(wall.page.locator(".troubles")).to_contain_text("A tela não pode ser ligada e desligada")
    expect(phone.page.locator(".parts .bad").first).to_be_visible()
