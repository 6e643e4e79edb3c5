"""A Chromium that listens to us: one command at a time through ``--remote-debugging-pipe``.

A pipe and not a port, so that no other program of the machine can drive the browser.
"""

import binascii
import json
import os
import select
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from kioskd.errors import KioskdError
from kioskd.words import tr

ANSWER = 5.0  # seconds a command may take
PICTURE = 2.0  # seconds a picture of the page may take: 0.1 here
SENDS = 1.0  # seconds in which a message should be through the pipe, once it has begun
MOST_HEARD = 200  # events at once: there is more to do than to listen
FIRST = 60.0  # seconds the first may take: Chromium from a slow card; below the unit's WatchdogSec

# A key goes to the page first, and to the browser only where the page lets it through: F12, Ctrl+F
# and the like would cover the wall until somebody presses Escape. What is typed into a field goes
# there all the same.
NO_KEYS = """
addEventListener('keydown', event => {
  const field = event.target instanceof Element && event.target.closest('input, textarea, select')
  const chord = event.ctrlKey || event.altKey || event.metaKey || /^F\\d/.test(event.key)
  if (!field || chord) event.preventDefault()
}, true)
addEventListener('contextmenu', event => event.preventDefault(), true)
"""


class BrowserError(KioskdError, OSError):
    """A browser that doesn't do what it is told."""


class Devtools:
    """``into`` and ``out_of`` are our ends of the two pipes; both are closed by ``close``."""

    def __init__(self, into: int, out_of: int) -> None:
        self._into = into
        self.out_of = out_of
        """Readable when the browser says something."""
        self.heard: Callable[[dict[str, Any]], None] = lambda event: None
        """Called with each event, also while an answer is waited for; must not wait itself."""
        self.front = ""
        """The session of the tab that covers the panel; empty: none does."""
        self.others: set[str] = set()
        """The targets that show the panels of other screens."""
        self._panel = ""
        os.set_blocking(into, False)  # a Chromium that reads no more must not hold us up
        self._number = 0
        self._heard = b""
        self._later: dict[int, Callable[[dict[str, Any]], None]] = {}
        self._session = ""
        self._answered = False
        self._focused = False

    def navigate(self, address: str, session: str = "") -> None:
        """Show ``address``; also after the page's process died. Raises ``BrowserError``.

        ``session``: of another tab than the panel's; so it is below.
        """
        self.ask("Page.navigate", {"url": address}, session or self.session())

    def set_cookie(self, address: str, name: str, value: str, session: str = "") -> None:
        """Let pages of ``address`` show this. Raises ``BrowserError``."""
        cookie = {"name": name, "value": value, "url": address, "httpOnly": True}
        given = cookie | {"sameSite": "Strict"}
        self.ask("Network.setCookie", given, session or self.session())

    def fills_the_screen(self) -> bool:
        """Whether the page is as large as the screen, and nothing has come to lie over it.

        A dialog or another window takes the focus that the page had. Chromium-shell never has it:
        where there was none, none is missed. Raises ``BrowserError``.
        """
        code = "[innerWidth === screen.width && innerHeight === screen.height, document.hasFocus()]"
        given = {"expression": code, "returnByValue": True}
        answer = self.ask("Runtime.evaluate", given, self.session())
        large, focused = answer["result"].get("value") or (False, False)
        covered = self._focused and not focused
        self._focused = self._focused or focused
        return large is True and not covered

    def screenshot(self) -> bytes:
        """What is seen as JPEG: the panel, or the tab that covers it. Raises ``BrowserError``, also
        for a page that nobody sees: of such a one Chromium never makes a picture."""
        given = {"format": "jpeg", "quality": 80, "optimizeForSpeed": True}
        shown = self.front or self.session()
        answer = self.ask("Page.captureScreenshot", given, shown, PICTURE)
        return binascii.a2b_base64(answer["data"])

    def close(self) -> None:
        os.close(self._into)
        os.close(self.out_of)

    def session(self) -> str:
        """The panel's; made when there is none. Raises ``BrowserError``."""
        if not self._session:
            pages = [page for page in self.pages() if page not in self.others]
            if not pages:
                raise BrowserError(tr("Chromium has no page"))
            if self._panel not in pages:
                self._panel = pages[0]
            self._session = self.attach(self._panel)
        return self._session

    @property
    def panel(self) -> str:
        """The id of the panel's target, once there was a session."""
        return self._panel

    def pages(self) -> list[str]:
        """The ids of all tabs. Raises ``BrowserError``."""
        targets = self.ask("Target.getTargets")["targetInfos"]
        return [target["targetId"] for target in targets if target["type"] == "page"]

    def end(self, target: str) -> None:
        """Close a tab; it may have closed itself."""
        with suppress(BrowserError):
            self.ask("Target.closeTarget", {"targetId": target})

    def attach(self, target: str) -> str:
        """A session with a tab, in which no key opens anything. Raises ``BrowserError``."""
        session = str(
            self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        )
        self.ask("Page.enable", {}, session)
        self.ask("Page.addScriptToEvaluateOnNewDocument", {"source": NO_KEYS}, session)
        self.ask("Runtime.evaluate", {"expression": NO_KEYS}, session)
        return session

    def ask(
        self,
        method: str,
        given: dict[str, Any] | None = None,
        session: str = "",
        patience: float | None = None,
    ) -> Any:
        """What the browser answers to a command. Raises ``BrowserError``, in ``patience`` seconds
        at the latest."""
        limit = (patience or ANSWER) if self._answered else FIRST
        deadline = time.monotonic() + limit
        try:
            number = self._write(method, given, session, deadline)
            answer = json.loads(self._message(deadline))
            while answer.get("id") != number:  # an event, or an answer that came too late
                self._hear(answer)
                answer = json.loads(self._message(deadline))
        except TimeoutError:
            self._lose(session)
            raise _disobeys(method, tr("no answer in {seconds:.0f} s", seconds=limit)) from None
        except (OSError, ValueError) as error:
            self._lose(session)
            raise _disobeys(method, str(error)) from None
        self._answered = True
        if "error" in answer:
            self._lose(session)
            why = answer["error"].get("message")
            raise BrowserError(tr("Chromium refuses {method}: {why}", method=method, why=why))
        return answer["result"]

    def send(
        self,
        method: str,
        given: dict[str, Any],
        session: str,
        then: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        """A command whose answer nobody waits for; ``then`` gets it, or its ``error``, and must not
        wait itself. Raises ``BrowserError`` when it takes none."""
        try:
            number = self._write(method, given, session, time.monotonic() + SENDS)
        except OSError as error:
            raise _disobeys(method, str(error)) from None
        if then is not None:
            self._later[number] = then

    def listen(self) -> None:
        """Take in what the browser has said by itself. Raises ``BrowserError``."""
        try:
            for _ in range(MOST_HEARD):
                if b"\0" not in self._heard and not select.select([self.out_of], [], [], 0)[0]:
                    return
                self._hear(json.loads(self._message(time.monotonic() + SENDS)))
        except (OSError, ValueError) as error:
            raise BrowserError(tr("Chromium can't be heard: {why}", why=error)) from None

    def _hear(self, said: dict[str, Any]) -> None:
        if "method" in said:
            self.heard(said)
        elif then := self._later.pop(said.get("id", 0), None):
            then(said)

    def _lose(self, session: str) -> None:
        """A session that fails may be gone; whose it was, looks for it again."""
        if session in ("", self._session):
            self._session = ""

    def _write(
        self, method: str, given: dict[str, Any] | None, session: str, deadline: float
    ) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given or {}}
        if session:
            message["sessionId"] = session
        left = json.dumps(message).encode() + b"\0"
        left = left[os.write(self._into, left) :]
        while left:  # a half would spoil whatever comes after it
            if not select.select([], [self._into], [], max(0.0, deadline - time.monotonic()))[1]:
                raise TimeoutError
            left = left[os.write(self._into, left) :]
        return self._number

    def _message(self, deadline: float) -> bytes:
        while b"\0" not in self._heard:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self.out_of], [], [], left)[0]:
                raise TimeoutError
            got = os.read(self.out_of, 65536)
            if not got:
                raise ConnectionError(tr("it has closed the pipe"))
            self._heard += got
        if time.monotonic() > deadline:
            raise TimeoutError
        message, _, self._heard = self._heard.partition(b"\0")
        return message


def _disobeys(method: str, why: str) -> BrowserError:
    return BrowserError(tr("Chromium doesn't obey {method}: {why}", method=method, why=why))
