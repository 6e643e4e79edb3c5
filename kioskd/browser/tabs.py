"""Pages in tabs of Chromium's own window, of which one is before the others."""

from typing import Any, Protocol

from kioskd.browser.devtools import Devtools
from kioskd.browser.tab import Tab, Told

# No picture that comes of this is ever taken in, so that Chromium makes only the first few.
BEHIND = {"format": "jpeg", "quality": 1, "maxWidth": 16, "maxHeight": 16}
# A service worker would answer in the server's place, past all that is looked at. A dialog or a
# window would lie over the wall for as long as it takes to close it.
QUIET = """
delete Navigator.prototype.serviceWorker
for (const name of ['alert', 'confirm', 'print', 'prompt', 'open']) window[name] = () => null
"""


class Before(Protocol):
    """Where pages stand before the panel. All raise ``BrowserError``."""

    def able(self, page: Told) -> bool:
        """Whether a page can stand here."""

    def make(self, page: Told, now: float) -> Tab:
        """A tab in which the page is loaded, unseen."""

    def load(self, tab: Tab) -> None:
        """Load it again."""

    def show(self, tab: Tab | None) -> None:
        """Bring one before the panel; None: the panel before all."""

    def paint(self, tab: Tab, on: bool) -> None:
        """Let it paint though nobody sees it."""

    def end(self, tab: Tab) -> None:
        """Close it; it may have closed itself."""

    def heard(self, event: dict[str, Any]) -> bool:
        """What the browser says, and whether that is all to be done about it; must not wait."""

    def step(self) -> None:
        """Put the panel in order when its session is another."""


class Tabs:
    def __init__(self, devtools: Devtools) -> None:
        self._devtools = devtools
        self._bound = ""
        self._shown: Tab | None = None

    def able(self, page: Told) -> bool:
        return True

    def make(self, page: Told, now: float) -> Tab:
        given = {"url": "about:blank", "background": True}
        target = str(self._devtools.ask("Target.createTarget", given)["targetId"])
        tab = Tab(page, target, self._devtools.attach(target), now)
        guard(self._devtools, tab, tab.session)
        self.paint(tab, True)
        self._devtools.send("Page.navigate", {"url": page.url}, tab.session)
        return tab

    def load(self, tab: Tab) -> None:
        self.paint(tab, True)
        self._devtools.send("Page.reload", {}, tab.session)

    def show(self, tab: Tab | None) -> None:
        if tab is not None:
            self._paint(self._bound, True)  # the panel lives on behind it
        target = self._devtools.panel if tab is None else tab.target
        self._devtools.ask("Target.activateTarget", {"targetId": target})
        self._shown, self._devtools.front = tab, "" if tab is None else tab.session
        if tab is None and self._bound:
            self._paint(self._bound, False)

    def paint(self, tab: Tab, on: bool) -> None:
        self._paint(tab.session, on)

    def _paint(self, session: str, on: bool) -> None:
        """Both commands: either alone is not enough."""
        self._devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": on}, session)
        if on:
            self._devtools.send("Page.startScreencast", BEHIND, session)
        else:
            self._devtools.send("Page.stopScreencast", {}, session)

    def end(self, tab: Tab) -> None:
        self._devtools.end(tab.target)

    def heard(self, event: dict[str, Any]) -> bool:
        return False

    def step(self) -> None:
        session = self._devtools.session()
        if session != self._bound:
            self._bound = session
            if self._shown is not None:
                self._paint(session, True)


def guard(devtools: Devtools, tab: Tab, session: str) -> None:
    """Let nothing of a page pass without a look. Raises ``BrowserError``."""
    everything = {"patterns": [{"urlPattern": "*"}], "handleAuthRequests": True}
    devtools.ask("Fetch.enable", everything, session)
    devtools.ask("Browser.setDownloadBehavior", {"behavior": "deny"})
    devtools.ask("Page.addScriptToEvaluateOnNewDocument", {"source": QUIET}, session)
    if tab.page.sign:  # web.page_requests takes it off again
        agent = devtools.ask("Browser.getVersion")["userAgent"]
        signed = {"userAgent": f"{agent} kioskd/{tab.page.sign}"}
        devtools.ask("Emulation.setUserAgentOverride", signed, session)
