"""All text of strangers is text: markup, floods, other directions, emoji."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.panel.measuring import settle
from tests.support import stories
from tests.support.house import House

MARKUP = '<img src=x onerror="document.title=1"><script>document.title=1</script><b>negrito</b>'
HOSTILE = (
    MARKUP,
    "A" * 5000,
    "é muito longo e tem palavras " * 170,
    "הדפסה נכשלה בקומה שלוש",
    "\u202eltr override \u2066 isolates \u2069",
    "🔥🚒 Fogo no rack 👩🏽‍🚒 🇧🇷",
    "{{ 7 * 7 }} ${7*7} %s \\u0000",
    "linha um\nlinha dois\r\n\tlinha três",
)


def hostile_tickets() -> dict[str, object]:
    return stories.tickets(
        0,
        *(
            stories.ticket(
                number,
                id=f"h{number}",
                title=text,
                entity=text,
                assignedTo=text,
                status=text,
                priority=("critical", text)[number % 2],
            )
            for number, text in enumerate(HOSTILE)
        ),
    )


def holds_still(page: Page) -> bool:
    """Nothing pushes the page wider or taller than the wall."""
    settle(page)
    fits: bool = page.evaluate(
        "(wall => wall.scrollWidth <= wall.clientWidth && wall.scrollHeight <= wall.clientHeight)"
        "(document.querySelector('.wall'))"
    )
    return fits


def test_hostile_texts_in_every_place_stay_text(build_house: Callable[..., House]) -> None:
    house = build_house(
        hostile_tickets(),
        stories.projects(
            *(
                stories.project(n, 3, id=f"p{n}", name=text, responsible=text, status=text)
                for n, text in enumerate(HOSTILE)
            )
        ),
        stories.dashboard(
            kpis={"avgResponseTime": MARKUP},
            technicians=[
                {"name": text, "specialization": text, "available": True, "assignedCount": 1}
                for text in HOSTILE
            ],
            recentActivity=[
                {"timestamp": "2026-11-26T10:00:00Z", "description": text, "type": text}
                for text in HOSTILE
            ],
        ),
    )
    wall = house.open()
    expect(wall.page.locator(".body .row")).to_have_count(len(HOSTILE))
    expect(wall.page.locator(".title", has_text="<script>")).to_have_count(1)
    for screen, mark in (("tickets", ".tickets"), ("projects", ".project"), ("dashboard", ".kpis")):
        house.upstream.say(stories.switch(screen))
        expect(wall.page.locator(mark).first).to_be_visible()
        assert wall.page.locator("main img, main script, main b b").count() == 0
        assert holds_still(wall.page)
    assert wall.page.title() == "Suporte de TI · kioskd"


def test_hostile_alerts_stay_text_and_leave_the_buttons_in_sight(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    for number, text in enumerate(HOSTILE[:3]):
        house.upstream.say(stories.alert("new_ticket", f"n{number}", text, "high"))
    expect(wall.page.locator(".banner")).to_have_count(3)
    assert holds_still(wall.page)
    for number, text in enumerate(HOSTILE):
        house.upstream.say(stories.alert("critical", f"c{number}", text, "critical"))
        expect(wall.page.locator(".takeover")).to_be_visible()
        settle(wall.page)
        button = wall.page.locator(".buttons button").first.bounding_box()
        counters = wall.page.locator(".takeover .counters").bounding_box()
        assert button
        assert counters
        assert button["y"] + button["height"] < counters["y"]
        assert holds_still(wall.page)
    assert wall.page.locator("main img, main script").count() == 0
