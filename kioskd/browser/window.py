"""One panel in a window of its own beside the first, and what each window shows until then."""

import sys
import time
from typing import Any

from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.liveness import Liveness
from kioskd.browser.sway import Output, Place, Sway, title
from kioskd.words import tr

WAITING = (
    "data:text/html;charset=utf-8,<!doctype html><title>{}</title>"
    "<body style='margin:0;height:100vh;display:grid;place-content:center;text-align:center;"
    "font:3vw sans-serif;cursor:none;background:%230b1220;color:%23cbd5e1'>"
    "<p>{}<p style='font-size:1.5vw'>systemctl status kioskd"
)
SIZE = {"expression": "[innerWidth, innerHeight]", "returnByValue": True}
PATIENCE = 1.0  # seconds for a page to say its size: the first panel waits for no other


def waiting(number: int | None = None) -> str:
    """The page that is shown until there is the panel; ``number``: of its place in sway."""
    return WAITING.format(
        "kioskd" if number is None else title(number), tr("Waiting for kioskd...")
    )


def quoted(name: str) -> str:
    """A name as a part of an address."""
    return "".join(f"%{byte:02X}" for byte in name.encode(errors="replace"))


def log(line: str) -> None:
    print(f"kioskd browser: {line}", file=sys.stderr)


def fills(devtools: Devtools, output: Output, session: str = "") -> bool:
    """Whether a page is as large as the screen on which it should be: in sway nothing comes before
    a window that is so. ``session``: of its window, empty for the first."""
    try:
        answer = devtools.ask("Runtime.evaluate", SIZE, session or devtools.session(), PATIENCE)
    except BrowserError:
        return False
    return bool(answer["result"].get("value") == [output.width, output.height])


class Window:
    """``number``: of its place; ``own``: its cookies and tabs are its own, too."""

    def __init__(self, devtools: Devtools, place: Place, number: int, own: bool) -> None:
        self.place = place
        self.proof = Liveness(time.monotonic())
        self.proved = False
        """It had its picture, in this life of the browser."""
        self._devtools = devtools
        self._number = number
        self._own = own
        self._context = ""
        self._target = ""
        self._session = self._said = ""
        self._cookie: tuple[str, str] = ("", "")

    def ready(self, sway: Sway, output: Output) -> None:
        """Let there be a window, and a way to talk to it. Raises ``BrowserError``."""
        if self._session:
            return
        if self._target not in self._devtools.pages():
            self.open(sway, output)
        else:
            self._session = self._devtools.attach(self._target)
            self._cookie = ("", "")

    @property
    def attached(self) -> bool:
        """Whether it can be talked to."""
        return bool(self._session)

    def open(self, sway: Sway, output: Output) -> None:
        """Open it, in the place of an earlier one. Raises ``BrowserError``."""
        sway.expect(self._number, output)
        ask = self._devtools.ask
        if self._target:
            self._devtools.others.discard(self._target)
            self._devtools.end(self._target)
        given: dict[str, Any] = {"url": waiting(self._number), "newWindow": True}
        if self._own:  # else new tabs, which are for the first window, would open in this one
            self._context = self._context or ask("Target.createBrowserContext")["browserContextId"]
            given["browserContextId"] = self._context
        self._target, self._cookie = str(ask("Target.createTarget", given)["targetId"]), ("", "")
        self._devtools.others.add(self._target)
        self._session = self._devtools.attach(self._target)

    def authorise(self, at: str, name: str, secret: str) -> None:
        """Let its pages show this. Raises ``BrowserError``."""
        if self._cookie != (at, secret):
            self._devtools.set_cookie(at, name, secret, self._session)
            self._cookie = (at, secret)

    def navigate(self, address: str) -> None:
        """Raises ``BrowserError``."""
        self._devtools.navigate(address, self._session)

    def fills(self, output: Output) -> bool:
        return fills(self._devtools, output, self._session)

    def lose(self, why: str) -> None:
        """Its session may be gone."""
        self._session = ""
        if why != self._said:
            self._said = why
            log(f"{self.place.output}: {why}")
