"""Helpdesks that speak another dialect of the guide: what the wall shows, and what status says."""

import json
import re
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.panel.measuring import settle
from tests.support import stories
from tests.support.dialects import DIALECTS, PORTUGUESE, REMEDY, SNAKE, TROUBLE, Dialect, renamed
from tests.support.house import House, PanelPage


def status_of(house: House, view: str) -> dict[str, Any]:
    """What the daemon says of a view, to programs."""
    with urllib.request.urlopen(f"{house.daemon.url}/api/status", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)["sources"][0]["views"][view]
        return found


def shows(wall: PanelPage, wanted: Mapping[str, Sequence[str | re.Pattern[str]]]) -> None:
    for selector, texts in wanted.items():
        expect(wall.page.locator(selector)).to_have_text(list(texts))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_the_wall_shows_what_is_right_and_status_says_the_rest(
    build_house: Callable[..., House], dialect: Dialect
) -> None:
    house = build_house(dialect.sent, source=dialect.settings)
    wall = house.open(f"/{dialect.view}?id=Kiosk-TEST")
    shows(wall, dialect.shows)
    told = status_of(house, dialect.view)
    assert (told["fault"] or {"code": ""})["code"] == dialect.fault
    assert tuple(remark["code"] for remark in told["remarks"]) == dialect.remarks
    if not dialect.fault:
        expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")


def test_a_serializer_that_changes_keeps_the_last_good_picture_and_says_what_to_write(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(3), stories.projects(), stories.dashboard())
    wall = house.open()
    rows = wall.page.locator(".body .row .title")
    expect(rows).to_have_count(3)
    before = rows.all_inner_texts()
    house.upstream.say(stories.tickets(0, renamed(SNAKE)))
    expect(wall.page.locator(TROUBLE)).to_contain_text(
        "Chamados: Faltam campos nos dados do helpdesk: assignedTo, createdAt"
        f"{REMEDY}fields: {{assignedTo: assigned_to, createdAt: created_at}}"
    )
    assert rows.all_inner_texts() == before
    expect(wall.page.locator(".head .fresh")).not_to_have_text("Ao vivo")
    house.upstream.say(stories.switch("projects"))
    expect(wall.page.locator(".projects")).to_be_visible()
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")  # these are not in doubt
    house.upstream.say(stories.switch("tickets"))
    house.upstream.say(stories.tickets(4))
    expect(wall.page.locator(TROUBLE)).to_have_count(0)
    expect(wall.page.locator(".head .fresh")).to_have_text("Ao vivo")


def test_nothing_critical_is_not_claimed_while_a_priority_is_not_known(
    build_house: Callable[..., House],
) -> None:
    low, odd = stories.ticket(0, priority="low"), stories.ticket(1, priority="P7")
    house = build_house(stories.tickets(0, low), stories.projects(), stories.dashboard())
    wall = house.open("/projects?id=Kiosk-TEST")
    calm = wall.page.locator(".fire.calm")
    expect(calm).to_have_text("Nada crítico")
    house.upstream.say(stories.tickets(0, low, odd))
    expect(wall.page.locator(".fire.unsure")).to_have_text("1 com prioridade desconhecida")
    expect(calm).to_have_count(0)
    house.upstream.say(stories.switch("tickets"))
    expect(wall.page.locator(".counter.critical.unsure .count")).to_have_text("0")
    house.upstream.say(stories.tickets(0, low))
    expect(wall.page.locator(".counter.critical.zero:not(.unsure)")).to_be_visible()


def test_the_remedy_of_a_failed_view_is_not_cut_off(build_house: Callable[..., House]) -> None:
    house = build_house(stories.tickets(3), stories.projects(), stories.dashboard())
    wall = house.open(width=1280, height=720)
    expect(wall.page.locator(".body .row")).to_have_count(3)
    house.upstream.say(stories.tickets(0, renamed(PORTUGUESE)))
    line = wall.page.locator(TROUBLE)
    expect(line).to_contain_text("createdAt: abertura}")
    settle(wall.page)
    box = line.bounding_box()
    assert box is not None
    # Where the last letter of the remedy stands: inside what is shown of the line.
    bottom = line.evaluate(
        """line => {
            const text = line.firstChild, range = document.createRange()
            const at = text.data.indexOf('}')
            range.setStart(text, at)
            range.setEnd(text, at + 1)
            return range.getBoundingClientRect().bottom
        }"""
    )
    assert bottom <= box["y"] + box["height"] + 1


def test_a_phone_reads_the_remarks_in_the_wall_s_language(
    build_house: Callable[..., House],
) -> None:
    house = build_house(stories.tickets(0, stories.ticket(0, priority="P7")), kiosk="language: es")
    phone = house.open("/remote?id=Phone", width=400, height=800)
    expect(phone.page.locator(".sources")).to_contain_text(
        "priority: 1 en una palabra desconocida (P7); indíquela en words, en kioskd.yaml."
    )


def test_two_failed_views_say_each_its_own(build_house: Callable[..., House]) -> None:
    house = build_house(
        stories.tickets(0, renamed(SNAKE)),
        {"type": "projects_update", "data": "nenhum", "timestamp": ""},
        stories.dashboard(),
    )
    wall = house.open()
    expect(wall.page.locator(".setup h2")).to_contain_text("assignedTo, createdAt")
    house.upstream.say(stories.switch("projects"))
    expect(wall.page.locator(".setup .todo")).to_contain_text("`data` tem de ser uma lista")
    house.upstream.say(stories.switch("dashboard"))
    expect(wall.page.locator(".kpi dd").first).to_have_text("12")


def test_a_long_arabic_title_that_is_new_loses_its_end_and_not_its_beginning(
    build_house: Callable[..., House],
) -> None:
    title = "الطابعة في الطابق الثالث لا تعمل منذ صباح اليوم ويحتاج الموظفون إلى المساعدة " * 4
    house = build_house(stories.tickets(1))
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(1)
    house.upstream.say(stories.tickets(1, stories.ticket(1, title=title)))
    row = wall.page.locator(".body .row", has=wall.page.locator(".new"))
    line = row.locator(".title .line")
    expect(line).to_contain_text(title[:40])
    # Where the first letter stands: inside the line, at its right edge, for the text runs leftward.
    settle(wall.page)
    begins, left, right = line.evaluate(
        """line => {
            const range = document.createRange(), text = line.firstChild
            const first = text.data.search(/\\S/)
            range.setStart(text, first)
            range.setEnd(text, first + 1)
            const box = line.getBoundingClientRect()
            return [range.getBoundingClientRect().right, box.left, box.right]
        }"""
    )
    assert left < begins <= right + 1
    assert begins > right - 30
