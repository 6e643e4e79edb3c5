"""The panels on the other screens of this machine, beside the first: a window of its own for each.

One browser shows them all, which takes 61 MB less than two. What happens to one of them is mended
there: only a panel that had its picture may cost all of them a new start of the browser.
"""

from collections.abc import Sequence
from typing import Any

from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.liveness import Liveness, Seen, seen
from kioskd.browser.news import News
from kioskd.browser.sway import Output, Place, Sway
from kioskd.browser.window import Window, log, quoted
from kioskd.words import later, tr

WORDS: dict[Seen, str] = {
    "picture": later("{output}: picture confirmed"),
    "none": later("{output}: no picture yet"),
    "daemon away": later("{output}: waiting for kioskd"),
    "display off": later("{output}: off on purpose"),
    "no screen": later("{output}: nothing is shown there"),
}

PATIENCE = 10.0  # seconds after which a panel that does not come up holds up no other


class Beside:
    """``sway`` None: cage runs, which shows the first panel alone; ``why``: the code of the reason.

    ``cookie``: as `web.authorisation` calls it.
    """

    def __init__(
        self,
        devtools: Devtools,
        places: Sequence[Place],
        sway: Sway | None,
        why: str,
        own: bool,
        cookie: str,
    ) -> None:
        self._devtools = devtools
        self._places = places
        self._sway = sway
        self._cookie = cookie
        self._where: list[Output | None] = []
        self._began: float | None = None
        self.news = News()
        self.news.states |= {place.output: (why, "") for place in places if place.output and why}
        self._windows = [
            Window(devtools, place, number, own)
            for number, place in enumerate(places)
            if number and sway is not None
        ]

    def arrange(self) -> None:
        """Let sway show each panel where it belongs. Raises ``BrowserError``."""
        if self._sway is not None:
            self._where = self._sway.arrange()

    @property
    def first(self) -> Output | None:
        """Where the first panel is shown; None also where cage shows it."""
        return self._where[0] if self._where else None

    @property
    def apart(self) -> bool:
        """Whether sway runs, and each panel has its own screen."""
        return self._sway is not None

    @property
    def darkened(self) -> bool:
        """Whether the display's hours are those of the first panel."""
        return not self._places or self._places[0].darkened

    def step(self, now: float, at: str, secret: str, status: Any, well: bool) -> tuple[str, str]:
        """What is seen of them, and why the browser must be started anew for one of them; empty:
        nothing. ``status``: as the daemon ``at`` this address says; None: it is away. ``well``:
        the first panel has its picture."""
        self._note(status)
        said, may_open = [], self._may_open(now, well)
        for window, output in zip(self._windows, self._where[1:], strict=False):
            what = _seen(window, output, status)
            if what == "picture" and output is not None and not window.fills(output):
                what = "none"
            said.append(tr(WORDS[what], output=window.place.output))
            window.proved |= what == "picture"
            if not window.attached:
                if not may_open:
                    continue
                may_open = False  # one in each step
            try:
                reason = self._mend(window, output, now, what, (at, secret))
            except BrowserError as error:
                window.lose(str(error))
                continue
            if reason:
                return "; ".join(said), reason
        return "; ".join(said), ""

    def _may_open(self, now: float, well: bool) -> bool:
        """Whether the panels before have their picture: chromium-shell 156 ended (SIGTRAP) in three
        of four starts where another window opened while the first one came up."""
        if self._began is None:
            self._began = now
        late = now - self._began > PATIENCE
        proved = all(window.proved for window in self._windows if window.attached)
        return late or self.first is None or (well and proved)

    def _mend(
        self, window: Window, output: Output | None, now: float, what: Seen, at: tuple[str, str]
    ) -> str:
        """Do about one panel what is to be done; why the browser must be started anew for it."""
        if self._sway is None or output is None or not output.active:
            window.proof.step(now, what)
            return ""
        window.ready(self._sway, output)
        window.authorise(at[0], self._cookie, at[1])
        where = {"output": window.place.output, "panel": window.place.panel}
        step = window.proof.step(now, what)
        if step == "reload":
            log(tr("no picture on {output} ({panel}); loading the page", **where))
            window.navigate(f"{at[0]}/?id={quoted(window.place.panel)}")
        if step == "restart" and window.proved:
            return tr("no picture on {output} ({panel}), and a reload did not help", **where)
        if step == "restart":
            log(tr("no picture on {output} ({panel}); opening another window", **where))
            window.proof = Liveness(now)
            window.open(self._sway, output)
        return ""

    def _note(self, status: Any) -> None:
        """A screen that is off on purpose may be gone, as if it had been unplugged."""
        try:
            dark = status["display"]["state"] == "off"
        except (KeyError, TypeError):
            dark = False
        for place, output in zip(self._places, self._where, strict=False):
            if place.output and output is not None:
                self.news.states[place.output] = ("", "")
            elif place.output and self._sway is not None and not (dark and place.darkened):
                there = ", ".join(self._sway.connected)
                self.news.states[place.output] = ("missing", there)


def _seen(window: Window, output: Output | None, status: Any) -> Seen:
    if output is None:
        return "no screen"
    if status is None:
        return "daemon away"
    return unless_dark(seen(status, window.place.panel, window.place.darkened), output)


def unless_dark(what: Seen, output: Output) -> Seen:
    """Nothing is seen on an output that somebody has switched off in the compositor."""
    return "no screen" if what in ("picture", "none") and not output.active else what
