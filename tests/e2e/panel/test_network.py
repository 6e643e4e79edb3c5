"""The panel talks to its own daemon and to nobody else, under a strict policy."""

from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import expect

from tests.support import stories
from tests.support.house import House


def test_no_request_leaves_the_daemon(house: House) -> None:
    walls = [house.open(), house.open("/remote", 390, 844)]
    for screen in ("projects", "dashboard", "remote", "tickets"):
        house.upstream.say(stories.switch(screen))
        expect(walls[0].page.locator(f".{screen}").first).to_be_visible()
    house.upstream.say(stories.alert("critical", "c", "Tudo parado", "critical"))
    expect(walls[0].page.locator(".takeover")).to_be_visible()
    for wall in walls:
        hosts = {urlsplit(url).netloc for url in wall.requests}
        assert hosts == {f"127.0.0.1:{house.daemon.port}"}


def test_the_policy_forbids_inline_code_and_the_page_needs_none(house: House) -> None:
    with urlopen(f"{house.daemon.url}/") as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = answer.read().decode()
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page
    assert "style=" not in page
    wall = house.open()
    wall.page.evaluate(
        "window.broken = []; addEventListener('securitypolicyviolation',"
        " (event) => broken.push(event.violatedDirective))"
    )
    house.upstream.say(stories.alert("critical", "c", "Tudo parado", "critical"))
    expect(wall.page.locator(".takeover")).to_be_visible()
    assert wall.page.evaluate("window.broken") == []


def test_the_fonts_are_the_panels_own(house: House) -> None:
    wall = house.open()
    expect(wall.page.locator(".body .row").first).to_be_visible()
    assert wall.page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Inter'))")
    assert [url for url in wall.requests if url.endswith(".woff2")]
