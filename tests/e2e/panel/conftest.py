"""A helpdesk, a kioskd and a Chromium for the end-to-end tests of the panel."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    WebSocket,
    expect,
    sync_playwright,
)

from tests.support import stories
from tests.support.panel_daemon import Daemon
from tests.support.upstream import Upstream

CHROMIUM = "/usr/bin/chromium"
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Wall:
    """A page on the panel, with everything that went wrong or went out of it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    """The frames that the page sent to the daemon."""

    def text(self, selector: str) -> str:
        return re.sub(r"\s+", " ", self.page.locator(selector).first.inner_text()).strip()


class House:
    """Upstream, daemon and panels that belong together."""

    def __init__(self, browser: Browser, folder: Path, upstream: Upstream, daemon: Daemon) -> None:
        self.upstream = upstream
        self.daemon = daemon
        self.folder = folder
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.walls: list[Wall] = []

    def open(
        self,
        path: str = "/?id=Kiosk-TEST",
        width: int = 1920,
        height: int = 1080,
        context: BrowserContext | None = None,
    ) -> Wall:
        if context is None:
            context = self._browser.new_context(viewport={"width": width, "height": height})
            self._contexts.append(context)
        page = context.new_page()
        wall = Wall(page)
        page.on("request", lambda request: wall.requests.append(request.url))
        page.on("websocket", lambda opened: self._listen(wall, opened))
        page.on("pageerror", lambda error: wall.complaints.append(str(error)))
        page.on("console", lambda message: self._console(wall, message.type, message.text))
        page.goto(self.daemon.url + path)
        self.walls.append(wall)
        return wall

    @staticmethod
    def _listen(wall: Wall, opened: WebSocket) -> None:
        wall.requests.append(opened.url)
        opened.on("framesent", lambda frame: wall.said.append(str(frame)))

    @staticmethod
    def _console(wall: Wall, kind: str, text: str) -> None:
        # A refused connection is what the tests of loss are about; all else is a complaint.
        if kind == "error" and "WebSocket" not in text and "ERR_CONNECTION" not in text:
            wall.complaints.append(text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self.daemon.stop()
        self.upstream.close()


@pytest.fixture
def build_house(browser: Browser, tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house from what the helpdesk holds; every page must stay free of complaints."""
    houses: list[House] = []

    def build(
        *held: dict[str, object],
        kiosk: str = "development: true",
        more: str = "",
        sound: str = "enabled: false",
        package_folder: Path | None = None,
    ) -> House:
        upstream = Upstream()
        upstream.hold(*held)
        sections = f"sources:\n  - {{kind: channels, name: central, url: '{upstream.url}'}}\n{more}"
        daemon = Daemon(tmp_path, sections, kiosk, package_folder, sound)
        house = House(browser, tmp_path, upstream, daemon)
        houses.append(house)
        daemon.start()
        return house

    yield build
    for house in houses:
        house.close()
    assert [wall.complaints for house in houses for wall in house.walls if wall.complaints] == []


@pytest.fixture
def house(build_house: Callable[..., House]) -> House:
    """The ordinary one: a dozen tickets, three projects, a dashboard."""
    return build_house(
        stories.tickets(12),
        stories.projects(stories.project(0, -3), stories.project(1, 0), stories.project(2, 5)),
        stories.dashboard(),
    )
