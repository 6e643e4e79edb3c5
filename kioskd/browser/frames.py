"""Pages in frames of the panel: chromium-shell has no tabs, and no window of its own comes forward.

A frame is refused by what most servers of dashboards say of frames, so that is taken out of what
they answer. Each is a process of its own, as a tab is: one that hangs does not hold the panel up.
A page in a frame is a stranger to the panel that it stands in: its server sees none of the cookies
that it has set, unless they are made for that (SameSite=None).
"""

import binascii
import json
from contextlib import suppress
from typing import Any

from kioskd.browser.devtools import NO_KEYS, BrowserError, Devtools
from kioskd.browser.tab import Tab, Told, passed
from kioskd.browser.tabs import QUIET
from kioskd.host.told import LOOPBACK
from kioskd.words import tr

# What would keep it out of a frame.
REFUSE = ("x-frame-options", "content-security-policy", "content-length", "content-encoding")
WHOLE = {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}
LOADS = {"urlPattern": "*", "resourceType": "Document"}
MAKE = """(name => {
  const frame = document.createElement('iframe')
  frame.name = name
  frame.sandbox = 'allow-scripts allow-same-origin allow-forms'
  Object.assign(frame.style, {position: 'fixed', inset: 0, width: '100vw', height: '100vh',
    border: 0, zIndex: 99999, opacity: 0, pointerEvents: 'none'})
  document.body.append(frame)
})(%s)"""
# One that is hidden does not paint; one that can't be seen through does.
SEEN = "here.style.visibility = %s || here.style.opacity === '1' ? 'visible' : 'hidden'"
# All frames of pages: `here` is one of them, by its name.
EACH = "for (const here of document.querySelectorAll('body > iframe')) { %s }"


class Frames:
    """As ``Before`` in ``browser.tabs`` says."""

    def __init__(self, devtools: Devtools) -> None:
        self._devtools = devtools
        self._frames: dict[str, Tab] = {}
        self._bound = ""
        self._agent = ""

    def able(self, page: Told) -> bool:
        """One of the panel's own machine would share its process, and come by no door."""
        return page.origin.partition("://")[2].partition(":")[0] not in (LOOPBACK, "localhost")

    def make(self, page: Told, now: float) -> Tab:
        self._in_panel(MAKE % json.dumps(page.name))
        tree = self._devtools.ask("Page.getFrameTree", {}, self._bound)["frameTree"]
        found = (child["frame"] for child in tree.get("childFrames", ()))
        target = next((each["id"] for each in found if each.get("name") == page.name), None)
        if target is None:
            raise BrowserError(tr("Chromium makes no frame"))
        tab = self._frames[target] = Tab(page, target, "", now)
        self._of(tab, f"here.src = {json.dumps(page.url)}")
        return tab

    def load(self, tab: Tab) -> None:
        self.paint(tab, True)
        if tab.session:
            again = {"expression": "location.reload()"}
            self._devtools.send("Runtime.evaluate", again, tab.session)

    def show(self, tab: Tab | None) -> None:
        name = json.dumps("" if tab is None else tab.page.name)
        shown = f"here.style.opacity = here.name === {name} ? 1 : 0"
        self._in_panel(EACH % f"{shown}; {SEEN % 'false'}")

    def paint(self, tab: Tab, on: bool) -> None:
        self._of(tab, SEEN % json.dumps(on))

    def end(self, tab: Tab) -> None:
        self._frames.pop(tab.target, None)
        with suppress(BrowserError):
            self._of(tab, "here.remove()")

    def heard(self, event: dict[str, Any]) -> bool:
        given, session = event.get("params", {}), event.get("sessionId", "")
        match event["method"]:
            case "Target.attachedToTarget":
                self._attached(given["targetInfo"]["targetId"], given["sessionId"])
            case "Page.frameDetached" if given.get("reason") == "remove":
                if tab := self._frames.pop(given["frameId"], None):
                    tab.gone = True  # the panel was loaded anew
            case "Fetch.requestPaused":
                self._paused(given, session)
            case _:
                return False
        return True

    def step(self) -> None:
        session = self._devtools.session()
        if session != self._bound:
            ask, self._bound = self._devtools.ask, session
            self._agent = str(ask("Browser.getVersion")["userAgent"])
            ask("Fetch.enable", {"patterns": [LOADS, WHOLE], "handleAuthRequests": True}, session)
            waits = {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}
            ask("Target.setAutoAttach", waits, session)

    def _attached(self, target: str, session: str) -> None:
        """A frame has a process, which waits: another one than before, after a fault."""
        send = self._devtools.send
        if tab := self._frames.get(target):
            tab.session = session
            send("Page.enable", {}, session)
            everything = {"patterns": [{"urlPattern": "*"}, WHOLE], "handleAuthRequests": True}
            send("Fetch.enable", everything, session)
            for source in (NO_KEYS, QUIET):
                send("Page.addScriptToEvaluateOnNewDocument", {"source": source}, session)
            if tab.page.sign:
                send("Emulation.setUserAgentOverride", {"userAgent": self._signed(tab)}, session)
        send("Runtime.runIfWaitingForDebugger", {}, session)

    def _paused(self, given: dict[str, Any], session: str) -> None:
        frame = given.get("frameId", "")
        own = (each for each in self._frames.values() if each.session == session)
        tab = self._frames.get(frame) or next(own, None)
        whole = {"requestId": given["requestId"]}
        if "responseStatusCode" in given and tab is not None:
            self._hand_over(given, session)
        elif "responseErrorReason" in given or frame == self._devtools.panel:
            self._devtools.send("Fetch.continueRequest", whole, session)
        else:
            method, how = passed(given, tab)
            # What a page asks for itself is signed already; what asks for the page, is the panel.
            signed = session == self._bound and method == "Fetch.continueRequest"
            if tab is not None and tab.page.sign and signed:
                said = given["request"]["headers"] | {"User-Agent": self._signed(tab)}
                how |= {"headers": [{"name": key, "value": each} for key, each in said.items()]}
            self._devtools.send(method, how, session)

    def _hand_over(self, given: dict[str, Any], session: str) -> None:
        """What a server answered, without what it says of frames, once all of it is there."""
        number, code = {"requestId": given["requestId"]}, given["responseStatusCode"]
        if 300 <= code < 400:  # it has no content
            self._devtools.send("Fetch.continueRequest", number, session)
            return

        def then(answer: dict[str, Any]) -> None:
            if "error" in answer:
                failed = number | {"errorReason": "Failed"}
                self._devtools.send("Fetch.failRequest", failed, session)
                return
            body = answer["result"]["body"]
            if not answer["result"]["base64Encoded"]:
                body = binascii.b2a_base64(body.encode(), newline=False).decode()
            kept = [each for each in given["responseHeaders"] if each["name"].lower() not in REFUSE]
            whole = number | {"responseCode": code, "responseHeaders": kept, "body": body}
            self._devtools.send("Fetch.fulfillRequest", whole, session)

        self._devtools.send("Fetch.getResponseBody", number, session, then)

    def _signed(self, tab: Tab) -> str:
        return f"{self._agent} kioskd/{tab.page.sign}"

    def _of(self, tab: Tab, do: str) -> None:
        self._in_panel(EACH % f"if (here.name === {json.dumps(tab.page.name)}) {{ {do} }}")

    def _in_panel(self, expression: str) -> None:
        self._devtools.ask("Runtime.evaluate", {"expression": expression}, self._bound)
