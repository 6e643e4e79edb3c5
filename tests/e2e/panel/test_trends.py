"""What kioskd saw of the past, on the wall: the day of a figure, and the screen of trends."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import SIZES, check, check_accessibility
from tests.support import stories
from tests.support.house import House
from tests.support.past import write_past

SCREENS = """
screens:
  - {name: chamados, kind: tickets}
  - {name: indicadores, kind: dashboard}
  - {name: tendencia, kind: trends, title: Tendências}
  - {name: redes, kind: tickets, filter: {priorities: [high]}}
"""
SUPPORT = Path(__file__).parents[2] / "support"
RIGHT = (sys.executable, str(SUPPORT / "right_clock.py"), "-m", "kioskd")
AWAY = ((3.6, 1.5), (8.05, 8.0))  # days before today began


@pytest.fixture
def past(build_house: Callable[..., House], tmp_path: Path) -> Callable[..., House]:
    """A wall that has seen forty days of its helpdesk, and was off twice."""

    def build(critical: bool = True, language: str = "pt-BR", more: str = "") -> House:
        held = stories.tickets(30)
        if not critical:
            held["data"] = [row for row in held["data"] if row["priority"] != "critical"]
        held["data"].append(stories.ticket(90, createdAt=stories.ago(days=40)))
        return build_house(
            held,
            stories.projects(),
            stories.dashboard(),
            kiosk=f"development: true, language: {language}",
            more=SCREENS + more,
            command=RIGHT,
            prepare=partial(write_past, tmp_path / "state", away=AWAY),
        )

    return build


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("critical", [True, False], ids=["burning", "calm"])
def test_the_past_has_room_in_every_counter_and_kpi_and_on_its_screen(
    past: Callable[..., House], size: tuple[int, int], critical: bool
) -> None:
    house = past(critical)
    wall = house.open("/?screen=chamados", *size)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    expect(wall.page.locator(".counter .spark")).to_have_count(5)
    expect(wall.page.locator(".counter .change:not(:empty)")).to_have_count(5)
    for name in ("chamados", "indicadores", "tendencia"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)
        if size in (SIZES[0], SIZES[3]):
            check_accessibility(wall.page)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_of_the_other_languages_fit_beside_the_plots_in_the_light_look_too(
    past: Callable[..., House], language: str
) -> None:
    house = past(True, language, "display: {theme: light}\n")
    wall = house.open("/?screen=tendencia", *SIZES[1])
    expect(wall.page.locator(".trends .plot")).to_have_count(3)
    for name in ("tendencia", "indicadores", "chamados"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        check(wall.page, smallest_row=16, smallest=12.8)
    check_accessibility(wall.page)


def test_a_figure_is_told_against_this_hour_yesterday(past: Callable[..., House]) -> None:
    house = past(False)
    wall = house.open("/?screen=indicadores")
    kpis = wall.page.locator(".kpi")
    expect(kpis.nth(3).locator(".change")).to_have_text("igual em 24 h")
    expect(kpis.nth(4).locator(".change")).to_have_text("+7 em 24 h")
    house.daemon.ask("/api/switch", {"target": "redes"})  # what a filter keeps has no history
    expect(wall.page.locator(".counter")).to_have_count(5)
    expect(wall.page.locator(".change, .spark")).to_have_count(0)


def test_the_screen_of_trends_shows_gaps_where_kioskd_was_off(past: Callable[..., House]) -> None:
    wall = past().open("/?screen=tendencia")
    trends = wall.page.locator(".trends")
    expect(trends.locator(".days .key")).to_contain_text("hoje")
    expect(trends.locator(".days rect.opened.partial").first).to_be_visible()
    expect(trends.locator(".days .note")).to_contain_text("visto só em parte")
    expect(trends.locator(".backlog .field .gap")).to_have_count(2)
    line = trends.locator(".backlog .drawn").get_attribute("d")
    assert line
    assert line.count("M") == 3
    expect(trends.locator(".backlog .key")).to_contain_text("31 agora")
    expect(trends.locator(".age li").last).to_contain_text("mais de 7 dias")
    expect(trends.locator(".age .key")).to_have_text("o mais antigo: 40 d")
    expect(trends.locator(".load li").last).to_contain_text("Sem responsável")
    expect(trends.locator(".hours .key")).to_have_text("média de até 26 dias")
    expect(trends.locator(".hours rect")).to_have_count(24)
    feet = trends.locator(".days rect").evaluate_all(
        "bars => bars.map(bar => bar.getBBox()).map(({y, height}) => Math.round(y + height))"
    )
    assert set(feet) == {1000}  # every bar stands on zero


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_opened_and_closed_are_told_apart_without_their_colours(
    past: Callable[..., House], theme: str
) -> None:
    wall = past(more=f"display: {{theme: {theme}}}\n").open("/?screen=tendencia")
    days = wall.page.locator(".trends .days")
    # By the pixels of a bar and of its key: how many colours stand one above the other.
    colours = """async (element, bytes) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]))
      const { width, height } = picture
      const canvas = new OffscreenCanvas(width, height).getContext('2d')
      canvas.drawImage(picture, 0, 0)
      const { data } = canvas.getImageData(width >> 1, 0, 1, height)
      let changes = 0
      for (let at = 4; at < data.length; at += 4)
        changes += Math.abs(data[at + 1] - data[at - 3]) > 12
      return changes
    }"""
    striped = {}
    for kind in ("opened", "closed"):
        for name in (f"rect.{kind}:not(.partial)", f".key i.{kind}"):
            one = days.locator(name).last
            expect(one).to_be_visible()
            striped[name] = one.evaluate(colours, list(one.screenshot()))
    assert striped["rect.closed:not(.partial)"] > 6, striped
    assert striped[".key i.closed"] > 3, striped
    assert striped["rect.opened:not(.partial)"] <= 4, striped  # its edges
    assert striped[".key i.opened"] <= 2, striped


@pytest.mark.parametrize("size", [SIZES[1], SIZES[3]], ids=["landscape", "portrait"])
def test_nothing_is_squeezed_below_banners(
    past: Callable[..., House], size: tuple[int, int]
) -> None:
    house = past()
    wall = house.open("/?screen=tendencia", *size)
    expect(wall.page.locator(".trends .plot")).to_have_count(3)
    for number in range(2):
        title = f"Impressora da expedição {number} sem rede"
        house.daemon.ask("/api/alerts", {"severity": "high", "title": title})
    expect(wall.page.locator(".banner")).to_have_count(2)
    expect(wall.page.locator(".load .key")).to_contain_text("mais")  # lists are cut to their room
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9)
    for name in ("tendencia", "indicadores", "chamados"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)


def test_a_wall_that_lost_kioskd_says_nothing_of_yesterday(past: Callable[..., House]) -> None:
    house = past()
    wall = house.open("/?screen=chamados")
    expect(wall.page.locator(".counter .spark")).to_have_count(5)
    house.daemon.kill()
    expect(wall.page.locator(".change, .spark")).to_have_count(0)
    expect(wall.page.locator(".counter.total .count")).to_have_text("31")


def test_the_screen_of_trends_keeps_what_kioskd_said_last_and_looks_old(
    past: Callable[..., House],
) -> None:
    house = past()
    wall = house.open("/?screen=tendencia")
    expect(wall.page.locator(".trends .plot")).to_have_count(3)
    expect(wall.page.locator(".backlog .key")).to_contain_text("agora")
    house.daemon.kill()
    expect(wall.page.locator("main.dimmed")).to_be_visible()
    expect(wall.page.locator(".backlog .key")).not_to_contain_text("agora")
    expect(wall.page.locator(".trends .plot")).to_have_count(3)
    check(wall.page, smallest_row=24, smallest=19.2)


@pytest.mark.parametrize("size", [SIZES[1], SIZES[3]], ids=["landscape", "portrait"])
@pytest.mark.parametrize("scale", [0.75, 1.3])
def test_the_past_has_room_in_any_scale(
    past: Callable[..., House], scale: float, size: tuple[int, int]
) -> None:
    house = past(more=f"display: {{scale: {scale}, margin: 5}}\n")
    wall = house.open("/?screen=chamados", *size)
    expect(wall.page.locator(".counter .spark")).to_have_count(5)
    unit = min(max(size) / 100, min(size) / 100 * 16 / 9) * scale * 0.9
    for name in ("chamados", "indicadores", "tendencia"):
        house.daemon.ask("/api/switch", {"target": name})
        expect(wall.page.locator(f"[data-screen={name}]")).to_be_visible()
        check(wall.page, smallest_row=1.25 * unit, smallest=unit)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (RIGHT, "O kioskd começou a contar agora."),
        (
            (sys.executable, str(SUPPORT / "other_clock.py"), "-700000000", "-m", "kioskd"),
            "Sem hora certa: o kioskd ainda não conta.",
        ),
    ],
    ids=["new", "no clock"],
)
def test_a_wall_without_a_past_says_so_and_shows_what_it_knows(
    build_house: Callable[..., House], command: tuple[str, ...], said: str
) -> None:
    house = build_house(stories.tickets(12), stories.dashboard(), more=SCREENS, command=command)
    wall = house.open("/?screen=tendencia")
    expect(wall.page.locator(".trends .nothing")).to_have_text([said] * 3)
    expect(wall.page.locator(".load li").first).to_contain_text("2")
    check(wall.page, smallest_row=24, smallest=19.2)
    house.daemon.ask("/api/switch", {"target": "indicadores"})
    expect(wall.page.locator(".kpi")).to_have_count(5)
    expect(wall.page.locator(".trend")).to_have_count(0)
