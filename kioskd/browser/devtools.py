"""A Chromium that listens to us: one command at a time through ``--remote-debugging-pipe``.

A pipe and not a port, so that no other program of the machine can drive the browser.
"""

import binascii
import json
import os
import select
import time
from typing import Any

from kioskd.errors import KioskdError

ANSWER = 5.0  # seconds a command may take
PICTURE = 2.0  # seconds a picture of the page may take: 0.1 here
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
        self._out_of = out_of
        os.set_blocking(into, False)  # a Chromium that reads no more must not hold us up
        self._number = 0
        self._heard = b""
        self._session = ""
        self._answered = False
        self._focused = False

    def navigate(self, address: str) -> None:
        """Show ``address``; also after the page's process died. Raises ``BrowserError``."""
        self._ask("Page.navigate", {"url": address}, self._page())

    def set_cookie(self, address: str, name: str, value: str) -> None:
        """Let pages of ``address`` show this. Raises ``BrowserError``."""
        cookie = {"name": name, "value": value, "url": address, "httpOnly": True}
        self._ask("Network.setCookie", cookie | {"sameSite": "Strict"}, self._page())

    def fills_the_screen(self) -> bool:
        """Whether the page is as large as the screen, and nothing has come to lie over it.

        A dialog or another window takes the focus that the page had. Chromium-shell never has it:
        where there was none, none is missed. Raises ``BrowserError``.
        """
        code = "[innerWidth === screen.width && innerHeight === screen.height, document.hasFocus()]"
        given = {"expression": code, "returnByValue": True}
        answer = self._ask("Runtime.evaluate", given, self._page())
        large, focused = answer["result"].get("value") or (False, False)
        covered = self._focused and not focused
        self._focused = self._focused or focused
        return large is True and not covered

    def screenshot(self) -> bytes:
        """The page as JPEG. Raises ``BrowserError``, also for a page that nobody sees: of such a
        one Chromium never makes a picture."""
        given = {"format": "jpeg", "quality": 80, "optimizeForSpeed": True}
        answer = self._ask("Page.captureScreenshot", given, self._page(), PICTURE)
        return binascii.a2b_base64(answer["data"])

    def close(self) -> None:
        os.close(self._into)
        os.close(self._out_of)

    def _page(self) -> str:
        if not self._session:
            targets = self._ask("Target.getTargets")["targetInfos"]
            pages = [target for target in targets if target["type"] == "page"]
            if not pages:
                raise BrowserError("Chromium has no page")
            wanted = {"targetId": pages[0]["targetId"], "flatten": True}
            session = self._ask("Target.attachToTarget", wanted)["sessionId"]
            self._ask("Page.enable", {}, session)
            self._ask("Page.addScriptToEvaluateOnNewDocument", {"source": NO_KEYS}, session)
            self._ask("Runtime.evaluate", {"expression": NO_KEYS}, session)
            self._session = session
        return self._session

    def _ask(
        self,
        method: str,
        given: dict[str, Any] | None = None,
        session: str = "",
        patience: float | None = None,
    ) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given or {}}
        if session:
            message["sessionId"] = session
        limit = (patience or ANSWER) if self._answered else FIRST
        deadline = time.monotonic() + limit
        try:
            os.write(self._into, json.dumps(message).encode() + b"\0")
            answer = json.loads(self._message(deadline))
            while answer.get("id") != self._number:  # an event, or an answer that came too late
                answer = json.loads(self._message(deadline))
        except TimeoutError:
            self._session = ""
            raise BrowserError(
                f"Chromium doesn't obey {method}: no answer in {limit:.0f} s"
            ) from None
        except (OSError, ValueError) as error:
            self._session = ""
            raise BrowserError(f"Chromium doesn't obey {method}: {error}") from None
        self._answered = True
        if "error" in answer:
            self._session = ""
            raise BrowserError(f"Chromium refuses {method}: {answer['error'].get('message')}")
        return answer["result"]

    def _message(self, deadline: float) -> bytes:
        while b"\0" not in self._heard:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._out_of], [], [], left)[0]:
                raise TimeoutError
            got = os.read(self._out_of, 65536)
            if not got:
                raise ConnectionError("it has closed the pipe")
            self._heard += got
        if time.monotonic() > deadline:
            raise TimeoutError
        message, _, self._heard = self._heard.partition(b"\0")
        return message
