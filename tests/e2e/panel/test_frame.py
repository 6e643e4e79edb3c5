"""The frame: the clock of the configured zone, stillness, the drift, and the proof of painting."""

import datetime
import json
import time
from collections.abc import Callable
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect

from tests.support import stories
from tests.support.house import House

# What is drawn at each tick, by the class of the nearest element that has one; by its own name
# where none has, as when it is gone already.
WATCH = """
window.ticks = []
const element = ({ target }) => (target.closest ? target : target.parentElement)
const named = (record) =>
  element(record)?.closest('[class]')?.className ?? record.target.nodeName
new MutationObserver((records) => {
  ticks.push([...new Set(records.map(named))].join(' and '))
}).observe(document, { subtree: true, childList: true, characterData: true })
"""


def test_the_clock_shows_the_configured_zone(build_house: Callable[..., House]) -> None:
    house = build_house(stories.tickets(2), kiosk="time_zone: Asia/Kathmandu, language: en")
    wall = house.open()
    expect(wall.page.locator(".head .fresh")).to_have_text("Live")
    now = datetime.datetime.now(ZoneInfo("Asia/Kathmandu"))
    shown = datetime.time.fromisoformat(wall.text(".clock"))
    off = datetime.datetime.combine(now.date(), shown, now.tzinfo) - now
    assert abs(off.total_seconds()) % 86_400 < 5
    expect(wall.page.locator(".date")).to_contain_text(now.strftime("%A"))


def test_nothing_moves_on_an_idle_wall_but_the_clock(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    assert wall.page.evaluate("document.getAnimations().length") == 0
    wall.page.evaluate(WATCH)
    wall.page.wait_for_function("() => ticks.length >= 3")
    ticks = wall.page.evaluate("ticks.slice(0, 3)")
    # Once in a quarter of a minute the ages of the tickets are looked at too.
    assert ticks.count("clock") >= 2, ticks


def test_who_prefers_less_motion_gets_none(house: House, browser: Browser) -> None:
    context = browser.new_context(reduced_motion="reduce")
    wall = house.open(context=context)
    expect(wall.page.locator(".body .row").first).to_be_visible()
    for kind, seen in (("new_ticket", ".banner"), ("critical", ".takeover")):
        house.upstream.say(stories.alert(kind, kind, "Impressora parada", "high"))
        wall.page.wait_for_selector(seen)
        assert wall.page.evaluate("document.getAnimations().length") == 0
    context.close()


def test_the_cursor_is_seen_only_while_the_mouse_moves(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    cursor = "getComputedStyle(document.querySelector('.side button')).cursor"
    assert wall.page.evaluate(cursor) == "none"
    wall.page.mouse.move(300, 300)
    wall.page.mouse.move(320, 310)
    wall.page.wait_for_function("() => document.documentElement.classList.contains('pointer')")
    assert wall.page.evaluate(cursor) == "pointer"
    wall.page.wait_for_function("() => !document.documentElement.classList.contains('pointer')")
    assert wall.page.evaluate(cursor) == "none"


def test_the_picture_drifts_by_a_few_pixels_and_stays_whole(house: House, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    context.clock.install()
    wall = house.open(context=context)
    expect(wall.page.locator(".body .row").first).to_be_visible()
    places = set()
    for _ in range(10):
        context.clock.fast_forward(60_000)
        box = wall.page.locator(".head h1").bounding_box()
        assert box
        places.add((round(box["x"], 1), round(box["y"], 1)))
        assert wall.page.evaluate(
            "[...document.querySelectorAll('.side, .head, main')].every((part) => {"
            " const {left, top, right, bottom} = part.getBoundingClientRect();"
            " return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight })"
        )
    assert len(places) > 5
    for axis in (0, 1):
        spread = [place[axis] for place in places]
        assert 0 < max(spread) - min(spread) <= 8
    context.close()


def test_a_wall_that_paints_says_so_with_its_screen_and_build(house: House) -> None:
    house.open("/?id=Kiosk-1")

    def panel() -> dict[str, object]:
        with urlopen(f"{house.daemon.url}/api/status", timeout=10) as answer:
            panels: list[dict[str, object]] = json.load(answer)["panels"]
        return panels[0] if panels else {}

    seen: list[float] = []
    deadline = time.monotonic() + 30
    while len(seen) < 2 and time.monotonic() < deadline:
        age = panel().get("painted")
        # A proof is younger than the one before it was when last looked at.
        if isinstance(age, float) and (not seen or age < seen[-1]):
            seen.append(age)
        elif isinstance(age, float):
            seen[-1] = age
        time.sleep(0.2)
    assert len(seen) == 2
    assert panel()["screen"] == "tickets"
