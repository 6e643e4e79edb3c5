"""A house to look at: a helpdesk, a kioskd, and pages of the panel in a real Chromium."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket

from tests.support.panel_daemon import Daemon
from tests.support.upstream import Upstream

CHROMIUM = "/usr/bin/chromium"


@dataclass
class PanelPage:
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
        self.walls: list[PanelPage] = []

    def open(
        self,
        path: str = "/?id=Kiosk-TEST",
        width: int = 1920,
        height: int = 1080,
        context: BrowserContext | None = None,
    ) -> PanelPage:
        if context is None:
            context = self._browser.new_context(viewport={"width": width, "height": height})
            self._contexts.append(context)
        page = context.new_page()
        wall = PanelPage(page)
        page.on("request", lambda request: wall.requests.append(request.url))
        page.on("websocket", lambda opened: self._listen(wall, opened))
        page.on("pageerror", lambda error: wall.complaints.append(str(error)))
        page.on("console", lambda message: self._console(wall, message.type, message.text))
        page.goto(self.daemon.url + path)
        self.walls.append(wall)
        return wall

    @staticmethod
    def _listen(wall: PanelPage, opened: WebSocket) -> None:
        wall.requests.append(opened.url)
        opened.on("framesent", lambda frame: wall.said.append(str(frame)))

    def _console(self, wall: PanelPage, kind: str, text: str) -> None:
        # A refused connection is what the tests of loss are about, and so is an answer that a
        # daemon left half said when a test ended it; all else is a complaint.
        lost = "WebSocket" in text or "ERR_CONNECTION" in text
        cut = self.daemon.ended and text.startswith("Failed to load resource: net::")
        if kind == "error" and not lost and not cut:
            wall.complaints.append(text)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self.daemon.stop()
        self.upstream.close()
