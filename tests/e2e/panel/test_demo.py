"""Invented tickets never pass as real ones: every screen says DEMO, and only then."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.house import House
from tests.support.panel_daemon import Daemon

SIZES = [(1920, 1080), (1080, 1920), (800, 480), (390, 844)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_demo_is_called_so_in_the_header_of_every_screen(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    daemon = Daemon(tmp_path, "sources: [{kind: demo}]\n")
    daemon.start()
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    try:
        for path in ("tickets", "projects", "dashboard", "?screen=remote", "remote"):
            page.goto(f"{daemon.url}/{path}")
            mark = page.locator("header .demo")
            expect(mark).to_have_text("DEMO")
            expect(mark).to_be_visible()
            box = mark.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
    finally:
        page.close()
        daemon.stop()


def test_real_tickets_are_not(house: House) -> None:
    wall = house.open("/tickets")
    expect(wall.page.locator("main .row").first).to_be_visible()
    expect(wall.page.locator(".demo")).to_have_count(0)
