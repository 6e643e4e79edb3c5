"""Decides what to do about the picture, from what is seen of it. No clock and no I/O of its own.

A process that lives proves nothing, a page that painted does: only that counts as a picture. What
keeps the wall dark on purpose, or is not the browser's fault, is no reason to restart it.
"""

from dataclasses import dataclass
from typing import Any, Literal

Seen = Literal["picture", "none", "daemon away", "display off", "no screen"]
Step = Literal["well", "wait", "reload", "restart"]

LOCAL = ("127.0.0.1", "::1")
FRESH = 12.0  # seconds; a page reports every 5 s that it painted
START = 60.0  # for a browser to start on a slow Pi, until the first frame
RELOAD = 6.0  # after the last proof, besides FRESH
RESTART = 20.0  # after a reload that did not help
STEADY = 60.0  # a browser that painted for so long has recovered
LONGEST_PAUSE = 60.0


def seen(status: Any, name: str, darkened: bool = True) -> Seen:
    """What the daemon's ``/api/status`` says of this machine's panel called ``name``; ``darkened``:
    a display that is off on purpose is that panel's, too.

    Another machine may show a page by the same name; it proves nothing here.
    """
    try:
        if darkened and status["display"]["state"] == "off":
            return "display off"
        ages = [
            panel["painted"]
            for panel in status["panels"]
            if panel["clientId"] == name and panel["address"] in LOCAL
        ]
        painted = any(age is not None and age < FRESH for age in ages)
    except (KeyError, TypeError):
        return "daemon away"  # another program answers at its address
    return "picture" if painted else "none"


def pause(failures: int) -> float:
    """Seconds to wait before the next start, after so many failures in a row."""
    return 0.0 if failures < 2 else min(LONGEST_PAUSE, 2.0 ** min(failures - 1, 10))


@dataclass
class Liveness:
    """Told each second what is seen; ``now`` in seconds of any steady clock."""

    started: float
    painted_since: float | None = None
    _well: float | None = None  # when last all was well; None: no picture yet
    _shown: float | None = None  # when the page was last loaded

    def step(self, now: float, what: Seen) -> Step:
        """``reload`` is said once for a lost picture, and first of all to show the panel."""
        if what == "picture":
            if self.painted_since is None:
                self.painted_since = now
            self._well = self._shown = now
            return "well"
        self.painted_since = None
        if what != "none":
            self.started = now
            if self._well is None:
                self._shown = None  # a page that was loaded in vain is loaded once more
            else:
                self._well = now
            return "well"
        if self._shown is None:
            self._shown = self.started = now
            return "reload"
        if self._well is None:
            return "restart" if now - self.started > START else "wait"
        lost = now - self._well
        if lost > RELOAD and self._shown <= self._well:
            self._shown = now
            return "reload"
        return "restart" if self._shown > self._well and now - self._shown > RESTART else "wait"

    def steady(self, now: float) -> bool:
        """Whether it has painted long enough to forget earlier failures."""
        return self.painted_since is not None and now - self.painted_since > STEADY
