"""The pictures of the documents: every screen of the demo, taken in Chromium.

``python -m tests.e2e.panel.screenshots`` writes them to docs/pictures.
"""

import json
import sys
import tempfile
import urllib.request
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

from tests.support import stories
from tests.support.house import CHROMIUM
from tests.support.panel_daemon import Daemon
from tests.support.past import write_past
from tests.support.upstream import Upstream

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
RIGHT = (sys.executable, str(Path(__file__).parents[2] / "support/right_clock.py"), "-m", "kioskd")
WALL = (1280, 720)
PORTRAIT = (720, 1280)
PHONE = (390, 844)
# In this story something escalates early, and it is somebody's.
SECTIONS = "sources:\n  - {kind: demo, seed: 45, tickets: 22, tempo: 6}\n"
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60">
<rect width="60" height="60" rx="14" fill="#2f7d5b"/>
<path d="M17 31l9 9 18-20" stroke="#fff" stroke-width="7" fill="none"/></svg>"""
MISSPELT = "sources: [{kind: channels, name: central, url: 'wss://helpdesk.empresa.invalid/ws/'}]\n"


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        daemon = Daemon(Path(folder), SECTIONS, "id: Kiosk-RECEPCAO", sound="enabled: true")
        daemon.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            take_all(browser, daemon)
        finally:
            daemon.stop()
        take_light(browser, Path(folder) / "bright")
        take_trends(browser, Path(folder) / "past")
        fresh = Path(folder) / "fresh"  # nothing is kept there from before
        fresh.mkdir()
        first = Daemon(fresh, MISSPELT, "id: Kiosk-RECEPCAO", sound="enabled: true")
        first.start()
        try:
            take_setup(browser, first)
        finally:
            browser.close()
            first.stop()


def take_all(browser: Browser, daemon: Daemon) -> None:
    wall = open_page(browser, daemon, "/?id=Kiosk-RECEPCAO", WALL)
    wall.wait_for_selector(".takeover .whose", timeout=60_000)
    take(wall, "critical")
    ask(daemon, "switch", {"target": "dashboard"})
    while wall.locator(".activity li").count() < 7:  # until the story has something to tell
        quiet(wall)
        wall.wait_for_timeout(300)
    for screen in ("dashboard", "projects", "tickets"):
        ask(daemon, "switch", {"target": screen})
        wall.wait_for_selector(f".{screen}")
        quiet(wall)
        take(wall, screen)
    portrait = open_page(browser, daemon, "/?id=Kiosk-CORREDOR", PORTRAIT)
    take(portrait, "portrait")
    phone = open_page(browser, daemon, "/remote", PHONE)
    phone.wait_for_selector(".panels li:nth-child(3)")
    phone.wait_for_function("() => !document.querySelector('.late')")
    quiet(wall)
    take(phone, "phone")
    ask(daemon, "switch", {"target": "remote"})
    wall.wait_for_selector(".remote")
    quiet(wall)
    take(wall, "remote")
    ask(daemon, "switch", {"target": "tickets"})
    quiet(wall)
    ask(daemon, "alerts", {"severity": "high", "title": "Impressora da expedição sem rede"})
    ask(daemon, "alerts", {"severity": "medium", "title": "Notebook novo para a contabilidade"})
    wall.wait_for_selector(".banner:nth-child(2)")
    take(wall, "banner")
    quiet(wall)
    daemon.kill()
    wall.wait_for_selector("main.dimmed")
    wall.wait_for_timeout(6000)
    take(wall, "lost")


def take_trends(browser: Browser, folder: Path) -> None:
    """Forty days of a helpdesk, of which kioskd was off for two."""
    folder.mkdir()
    upstream = Upstream()
    rows = [stories.ticket(n, createdAt=stories.ago(hours=n * n % 400)) for n in range(27)]
    calm = [row for row in rows if row["priority"] != "critical"]
    upstream.hold(stories.tickets(0, *calm), stories.dashboard())
    write_past(folder / "state", upstream.url, away=((3.6, 1.5),))
    source = f"sources: [{{kind: channels, name: central, url: '{upstream.url}'}}]\n"
    screens = "screens: [{name: tendencia, kind: trends, title: Tendências}]\n"
    daemon = Daemon(folder, source + screens, "id: Kiosk-RECEPCAO", command=RIGHT)
    daemon.start()
    try:
        wall = open_page(browser, daemon, "/?id=Kiosk-RECEPCAO", WALL)
        wall.wait_for_selector(".backlog .drawn")
        take(wall, "trends")
    finally:
        daemon.stop()
        upstream.close()


def take_light(browser: Browser, folder: Path) -> None:
    """A bright room, with a logo and a colour of its own."""
    folder.mkdir()
    (folder / "logo.svg").write_text(LOGO)
    look = f"display: {{theme: light, accent: '#2f7d5b', logo: {folder}/logo.svg}}\n"
    daemon = Daemon(folder, SECTIONS + look, "id: Kiosk-RECEPCAO", sound="enabled: true")
    daemon.start()
    try:
        wall = open_page(browser, daemon, "/?id=Kiosk-RECEPCAO&screen=tickets", WALL)
        wall.wait_for_function("() => document.querySelector('.logo')?.naturalWidth > 0")
        quiet(wall)
        take(wall, "light")
    finally:
        daemon.stop()


def take_setup(browser: Browser, daemon: Daemon) -> None:
    """A first start with a wrong address."""
    page = browser.new_page(viewport={"width": WALL[0], "height": WALL[1]})
    page.goto(daemon.url)
    page.wait_for_selector(".setup h2")
    take(page, "setup")


def open_page(browser: Browser, daemon: Daemon, path: str, size: tuple[int, int]) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(daemon.url + path)
    page.wait_for_selector(".fresh.good")
    return page


def take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.evaluate("Promise.allSettled(document.getAnimations().map((motion) => motion.finished))")
    page.screenshot(path=PICTURES / f"{name}.png")


def quiet(wall: Page) -> None:
    """The demo's story raises alerts; a picture of a screen is better without."""
    for _ in range(20):  # one more may come while the others go
        wall.keyboard.press("Enter")
        with suppress(TimeoutError):
            wall.wait_for_function(
                "() => !document.querySelector('.takeover, .banner')", timeout=3_000
            )
            return
    raise RuntimeError("the alerts of the demo don't go")


def ask(daemon: Daemon, action: str, values: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{daemon.url}/api/{action}",
        json.dumps(values).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10):
        pass


if __name__ == "__main__":
    main()
