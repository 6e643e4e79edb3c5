"""Logo, accent colour and the light theme."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import MEASURE, SIZES, check, check_accessibility, settle
from tests.e2e.panel.states import STATES, bring_to
from tests.support import stories
from tests.support.house import House

PALE = "#ffe98a"  # which nobody could read on white
GROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(233, 237, 242)", "rgb(10, 14, 19)"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40">'
    '<rect width="100" height="40" fill="#2f9e6b"/></svg>'
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_in_a_bright_room_everything_can_be_read(
    build_house: Callable[..., House], tmp_path: Path, state: str, size: tuple[int, int]
) -> None:
    (tmp_path / "logo.svg").write_text(LOGO)
    house = build_house(
        stories.tickets(30),
        stories.projects(*(stories.project(n, n * 9 - 20, id=f"p{n}") for n in range(7))),
        stories.dashboard(),
        more=f"display: {{theme: light, accent: '{PALE}', logo: {tmp_path}/logo.svg}}\n",
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *size)
    bring_to(house, wall.page, state)
    assert wall.page.evaluate(GROUND) == LIGHT
    if state != "test":
        unit = max(size) / 100
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
    check_accessibility(wall.page)
    if state == "remote" and size == SIZES[0]:
        phone = house.open("/remote", 390, 844)
        expect(phone.page.locator(".panels li")).to_have_count(2)
        check(phone.page, smallest_row=14, smallest=14)
        check_accessibility(phone.page)


def test_who_is_not_let_in_yet_sees_the_rooms_look_too(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    (tmp_path / "logo.svg").write_text(LOGO)
    look = f"display: {{theme: light, accent: '{PALE}', logo: {tmp_path}/logo.svg}}\n"
    house = build_house(stories.tickets(3), more=look)
    for width, height in ((390, 844), (1280, 720)):
        phone = house.open("/pair", width, height)
        expect(phone.page.locator("body")).to_have_css("background-color", LIGHT)
        phone.page.wait_for_function("() => document.querySelector('.logo')?.naturalWidth > 0")
        phone.page.get_by_role("textbox").first.fill("123456")
        check(phone.page, smallest_row=14, smallest=14)
        check_accessibility(phone.page)
    phone.page.get_by_role("button").click()
    expect(phone.page.get_by_role("status")).to_be_visible()
    check(phone.page, smallest_row=14, smallest=14)
    phone.complaints.clear()  # the browser names the answer 403, too


def test_a_reload_brings_another_look_to_panels_that_run(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    assert wall.page.evaluate(GROUND) == DARK
    accent = "document.documentElement.style.getPropertyValue('--accent')"
    assert wall.page.evaluate(accent) == ""
    file = house.daemon.config
    ours = file.read_text()
    file.write_text(f"{ours}display: {{theme: light, accent: '#2f7d5b'}}\n")
    house.daemon.reload()
    wall.page.wait_for_function(f"() => {GROUND} === '{LIGHT}'")
    assert wall.page.evaluate(accent) != ""
    file.write_text(ours)
    house.daemon.reload()
    wall.page.wait_for_function(f"() => {GROUND} === '{DARK}' && {accent} === ''")


def test_the_logo_stands_in_the_header_and_one_that_cannot_be_shown_is_said(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    file = tmp_path / "logo.svg"
    file.write_text(LOGO)
    house = build_house(stories.tickets(3), more=f"display: {{logo: {file}}}\n")
    wall = house.open()
    logo = wall.page.locator("header .logo")
    wall.page.wait_for_function("() => document.querySelector('.logo')?.naturalWidth > 0")
    settle(wall.page)
    box = logo.bounding_box()
    assert box
    assert 50 < box["height"] < 90
    file.write_text("no picture")
    house.daemon.reload()
    expect(logo).to_have_count(0)
    expect(wall.page.locator(".troubles")).to_contain_text("O logotipo não pode ser mostrado")
    wall.complaints.clear()  # the browser names the answer 503, too
    file.write_text(LOGO)
    house.daemon.reload()
    expect(logo).to_have_count(1)
    expect(wall.page.locator(".troubles")).to_have_count(0)


# Of the room's name: is it cut; of the logo: how wide and high it is, if it is seen.
HEADER = """() => {
  const name = document.querySelector('header h1')
  const logo = document.querySelector('header .logo')
  const [seen, hull] = [logo, logo.parentElement].map((each) => each.getBoundingClientRect())
  const shown = seen.top < hull.bottom - 1
  const text = document.createRange()
  text.selectNodeContents(name)
  return {
    cut: text.getBoundingClientRect().width > name.getBoundingClientRect().width,
    wide: shown ? seen.width : 0, high: shown ? seen.height : 0,
  }
}"""


@pytest.mark.parametrize("size", [SIZES[1], SIZES[3]], ids=["landscape", "portrait"])
@pytest.mark.parametrize("ratio", [1, 4], ids=["square", "wide"])
@pytest.mark.parametrize("name", ["TI", "Suporte de TI - Recepção", "Suporte " * 6])
def test_the_logo_gives_way_before_the_name_of_the_room_is_cut(
    build_house: Callable[..., House], tmp_path: Path, name: str, ratio: int, size: tuple[int, int]
) -> None:
    (tmp_path / "logo.svg").write_text(
        LOGO.replace("100 40", f"{40 * ratio} 40").replace('"100"', f'"{40 * ratio}"')
    )
    house = build_house(
        stories.tickets(30),
        stories.dashboard(),
        kiosk=f"name: '{name.strip()}'",
        more=f"display: {{scale: 1.3, logo: {tmp_path}/logo.svg}}\n",
    )
    wall = house.open("/?id=Kiosk-RECEPCAO", *size)
    wall.page.wait_for_function("() => document.querySelector('.logo')?.naturalWidth > 0")
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9) * 1.3
    for screen in ("tickets", "dashboard"):  # there the header says what burns, too
        house.upstream.say(stories.switch(screen))
        expect(wall.page.locator(f".{screen}").first).to_be_visible()
        settle(wall.page)
        header = wall.page.evaluate(HEADER)
        assert not (header["cut"] and header["wide"]), header
        assert header["wide"] == 0 or header["wide"] >= 3 * unit - 1, header
        if name == "TI" and screen == "tickets":
            assert header["high"] > 2 * unit, header
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
    house.daemon.kill()  # "Sem conexão com o quiosque" is wider than "Ao vivo"
    expect(wall.page.locator("header .fresh.bad")).to_be_visible()
    settle(wall.page)
    header = wall.page.evaluate(HEADER)
    assert not (header["cut"] and header["wide"]), header
    assert wall.page.evaluate(MEASURE)["complaints"] == []


def test_an_svg_runs_nothing_and_loads_nothing_in_the_panel_and_by_itself(
    build_house: Callable[..., House], tmp_path: Path
) -> None:
    foreign_host = socket.create_server(("127.0.0.1", 0))
    foreign_host.setblocking(False)
    foreign = f"http://127.0.0.1:{foreign_host.getsockname()[1]}"
    evil = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40"
      onload="fetch('/api/switch', {{method: 'POST', body: '{{}}'}}); document.title = 'ran'">
      <style>@import url({foreign}/import.css); rect {{ fill: url({foreign}/fill.svg#a) }}</style>
      <script>document.title = 'ran'; new Image().src = '{foreign}/script'</script>
      <script href="{foreign}/linked.js"/>
      <image href="{foreign}/image.png" width="10" height="10"/>
      <rect width="100" height="40"/>
      <foreignObject width="50" height="20"><body xmlns="http://www.w3.org/1999/xhtml">
        <img src="{foreign}/inner.png"/><iframe src="{foreign}/frame"></iframe>
      </body></foreignObject></svg>"""
    (tmp_path / "evil.svg").write_text(evil)
    house = build_house(stories.tickets(3), more=f"display: {{logo: {tmp_path}/evil.svg}}\n")
    wall = house.open()
    wall.page.wait_for_function("() => document.querySelector('.logo')?.naturalWidth > 0")
    alone = house.open()
    with alone.page.expect_download():  # it is no page that could be shown
        alone.page.evaluate("() => { location.href = '/logo' }")
    alone.page.wait_for_load_state("networkidle")
    assert "ran" not in (wall.page.title(), alone.page.title())
    assert not [url for each in (wall, alone) for url in each.requests if url.startswith(foreign)]
    with foreign_host, pytest.raises(BlockingIOError):  # nobody has knocked
        foreign_host.accept()
    assert house.daemon.ask("/api/status")["screen"] is None
