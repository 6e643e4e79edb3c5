"""Web pages in tabs of their own, before the panel that lives on behind them.

The panel says which page it wants before it, and only while nothing calls: it is asked, and it
wakes who asks (``frontend/src/parts/page.ts``). A page is shown once it has painted, and goes as
soon as it no longer does what a page should. Its requests pass through here: any that is not to its
own host and port is refused, also one to which its server redirects.
"""

import json
from pathlib import Path
from typing import Any

from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.frames import Frames
from kioskd.browser.news import News
from kioskd.browser.programs import Way
from kioskd.browser.tab import LOOK, Tab, Told, passed
from kioskd.browser.tabs import Before, Tabs

EVERY = 0.25  # seconds between two looks at what the panel wants, while a page covers it
SELDOM = 1.0  # seconds between two looks at a page, and while none is there
PATIENCE = 0.6  # seconds for a page or the panel to answer: an alert waits for no page
RETRY = 30.0  # seconds after which a page that failed is tried again, unseen
SHORT = 0.12  # of the machine's memory: with less left, a page that nobody sees is closed
WOKEN = "kioskdWoken"  # the function by which the panel says that it wants another page
NO_LOGIN = {"response": "CancelAuth"}
MEMORY = Path("/proc/meminfo")


class Pages:
    """``way``: the one to the pages by which the browser was started; None: by none.
    ``tabs``: whether the browser has any."""

    def __init__(self, devtools: Devtools, way: Way | None, tabs: bool) -> None:
        self._devtools = devtools
        self._before: Before = Tabs(devtools) if tabs else Frames(devtools)
        self._proxied = tabs
        self._way = way
        self._written = ""
        self._given: dict[str, Told] = {}
        self._tabs: dict[str, Tab] = {}
        self._due_at: dict[str, float] = {}
        self.news = News()
        self._front: Tab | None = None
        self._bound = ""  # the panel's session that can wake us
        self._woken = False
        self._due = self._swept = 0.0
        devtools.heard = self._heard

    @property
    def front(self) -> str:
        """The page that covers the panel; empty: none."""
        return "" if self._front is None else self._front.page.name

    @property
    def patience(self) -> float:
        """Seconds until the next step."""
        waits = self._front is not None or any(not tab.well for tab in self._tabs.values())
        return EVERY if waits else SELDOM

    def take(self, written: str) -> bool:
        """Take what the daemon has written down; False: the browser must be started anew for it."""
        if written == self._written:
            return True
        self._written = written
        way, self._given = read(written)
        if self._given and not self._leads(way):
            return False
        for tab in list(self._tabs.values()):
            if self._given.get(tab.page.name) != tab.page:
                self._close(tab)
        self.news.states = {
            name: said for name, said in self.news.states.items() if name in self._given
        }
        self._due_at = dict.fromkeys(self._given.keys() - self._tabs.keys(), 0.0)
        for page in [each for each in self._given.values() if not self._before.able(each)]:
            self.news.states[page.name] = ("browser", "")
            del self._given[page.name], self._due_at[page.name]
        return True

    def _leads(self, way: Way | None) -> bool:
        """Whether the browser was started for this way; a proxy leads to other pages, too."""
        if self._proxied and way is not None and self._way is not None:
            return way[:3] == self._way[:3]
        return way == self._way

    def step(self, now: float, well: bool) -> None:
        """Do what there is to do; call it often. ``well``: the panel has its picture, and before
        that no page takes anything from it. Raises ``BrowserError``."""
        if not self._given or (now < self._due and not self._woken):
            return
        self._woken, self._due = False, now + self.patience - EVERY / 5
        wanted = self._wanted()
        if self._front is not None and self.front != wanted:
            self._back()
        if now - self._swept >= SELDOM:
            self._swept = now
            self._sweep()
        if well and (page := self._next(wanted, now)) is not None:
            self._open(page, now)
        for tab in list(self._tabs.values()):
            self._look_at(tab, now, wanted)

    # The panel

    def _wanted(self) -> str:
        """The page that the panel wants before it; empty: none, or it does not answer."""
        asked = {"expression": "window.kioskdPage || ''", "returnByValue": True}
        try:
            session = self._devtools.session()
            if session != self._bound:
                self._devtools.ask("Runtime.addBinding", {"name": WOKEN}, session, PATIENCE)
                self._bound = session
            self._before.step()
            answer = self._devtools.ask("Runtime.evaluate", asked, session, PATIENCE)
        except BrowserError:
            return ""
        said = answer["result"].get("value")
        return said if isinstance(said, str) and said in self._given else ""

    def _back(self) -> None:
        self._front = None
        self._before.show(None)

    # The pages

    def _next(self, wanted: str, now: float) -> Told | None:
        """The page to open now: the wanted one, one at first, or one that failed a while ago."""
        if wanted and wanted not in self._tabs and wanted not in self._due_at:
            return self._given[wanted]
        for name, due in self._due_at.items():
            if now >= due and (name == wanted or not _memory_is_short()):
                return self._given[name]
        return None

    def _open(self, page: Told, now: float) -> None:
        self._due_at.pop(page.name, None)
        try:
            self._tabs[page.name] = self._before.make(page, now)
        except BrowserError:  # the panel is just being loaded anew; a browser that is gone is seen
            self._due_at[page.name] = now + RETRY

    def _look_at(self, tab: Tab, now: float, wanted: str) -> None:
        shown, was_well = tab is self._front, tab.well
        if tab.gone:
            self._close(tab)
            self._due_at[tab.page.name] = now
            return
        if was_well and tab.page.reload is not None and now - tab.began >= tab.page.reload:
            tab.loads_again(now)
            self._before.load(tab)
            return
        comes = was_well and not shown and tab.page.name == wanted
        if was_well and not comes and not (shown and now - tab.looked >= SELDOM):
            return
        if comes:  # it may have died, or grown old, while nobody saw it
            self._before.paint(tab, True)
        tab.looked = now
        seen = self._seen(tab)
        verdict = tab.judge(seen, now)
        if verdict.code:
            self._close(tab)
            self._due_at[tab.page.name] = now + RETRY
            self.news.states[tab.page.name] = (verdict.code, verdict.detail)
            return
        if verdict.well:
            self.news.states[tab.page.name] = ("", "")
            if tab.page.name == wanted and not shown and seen is not None:
                try:
                    self._before.show(tab)
                    self._front = tab
                except BrowserError:  # it has just closed itself
                    self._close(tab)
                    return
            if not was_well or comes:
                self._before.paint(tab, False)

    def _seen(self, tab: Tab) -> dict[str, Any] | None:
        if not tab.session:  # its process does not live yet
            return None
        asked = {"expression": LOOK, "awaitPromise": True, "returnByValue": True}
        try:
            answer = self._devtools.ask("Runtime.evaluate", asked, tab.session, PATIENCE)
        except BrowserError:
            return None
        found = answer["result"].get("value")
        return found if isinstance(found, dict) else None

    def _close(self, tab: Tab) -> None:
        if tab is self._front:
            self._back()
        del self._tabs[tab.page.name]
        self._before.end(tab)

    def _sweep(self) -> None:
        """Close what nobody sees while memory is short, and what pages have opened."""
        if not self._tabs:
            return
        if _memory_is_short():
            for tab in [each for each in self._tabs.values() if each is not self._front]:
                self._close(tab)
        ours = {self._devtools.panel, *(tab.target for tab in self._tabs.values())}
        ours |= self._devtools.others
        for target in self._devtools.pages():
            if target not in ours:
                self._devtools.end(target)

    # What the browser says by itself

    def _heard(self, event: dict[str, Any]) -> None:
        session, given = event.get("sessionId", ""), event.get("params", {})
        woken = event["method"] == "Runtime.bindingCalled" and session == self._bound
        if woken or self._before.heard(event):
            self._woken = True
        elif event["method"] == "Fetch.requestPaused":
            tab = next((tab for tab in self._tabs.values() if tab.session == session), None)
            self._devtools.send(*passed(given, tab), session)
        elif event["method"] == "Page.javascriptDialogOpening":  # it would lie over the wall
            leaves = {"accept": given["type"] == "beforeunload"}
            self._devtools.send("Page.handleJavaScriptDialog", leaves, session)
        elif event["method"] == "Fetch.authRequired":  # its dialog would wait for somebody
            answer = {"requestId": given["requestId"], "authChallengeResponse": NO_LOGIN}
            self._devtools.send("Fetch.continueWithAuth", answer, session)


def read(written: str) -> tuple[Way | None, dict[str, Told]]:
    """The way to the pages, and each page by its name."""
    if not written:
        return None, {}
    try:
        found = json.loads(written)
        pages = {page["name"]: Told(**page) for page in found["pages"]}
        doors = tuple(sorted({page.door for page in pages.values()}))
        return Way(int(found["port"]), int(found["panel"]), str(found["spki"]), doors), pages
    except (ValueError, TypeError, KeyError):
        return None, {}


def _memory_is_short() -> bool:
    found: dict[str, int] = {}
    try:
        for line in MEMORY.read_text().splitlines():
            name, _, value = line.partition(":")
            if name in ("MemTotal", "MemAvailable"):
                found[name] = int(value.split()[0])
        return found["MemAvailable"] < SHORT * found["MemTotal"]
    except (OSError, ValueError, KeyError, IndexError):
        return False
