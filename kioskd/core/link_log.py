"""What the log is told of a link that is lost and tried again."""

import logging
from collections.abc import Callable

from kioskd.core.faults import Code, Fault
from kioskd.words import tr, tr_many

log = logging.getLogger(__name__)
LOG_AGAIN = 3600.0  # seconds between two lines about the same fault
FORGIVEN = 600.0  # seconds of a link after which its next fault is news


class LinkLog:
    """What the log is told: a fault when it is new, then once an hour, and when it is over.

    An upstream that is away for a week, or that hangs up once a minute, must not fill the card.
    """

    def __init__(self, what: str, clock: Callable[[], float]) -> None:
        self._what = what
        self._clock = clock
        self._told: dict[Code, float] = {}
        self._tries = 0
        self._since: float | None = None
        self._owed = False

    def lost(self, fault: Fault, held: float, wait: float | None) -> None:
        """The link ended with ``fault``, after it was of use for ``held`` seconds.

        ``wait``: seconds until the next try; None: there is nothing to try here.
        """
        now = self._clock()
        if held > FORGIVEN:
            self._told.clear()
        if held or self._since is None:
            self._since, self._tries = now, 0
        self._tries += 1
        last = self._told.get(fault.code)
        if last is not None and now - last < LOG_AGAIN:
            return
        self._told[fault.code], self._owed = now, True
        if self._tries == 1:
            again = "" if wait is None else tr("; trying again in {seconds:.0f} s", seconds=wait)
            log.warning("%s: %s%s", self._what, fault, again)
            return
        away = (now - self._since) / 60
        said = tr("; without data for {minutes:.0f} min", minutes=away)
        said += tr_many(", {count} try so far", ", {count} tries so far", self._tries)
        log.warning("%s: %s%s", self._what, fault, said)

    def bug(self, error: Exception) -> None:
        """Its program failed; where, is said as seldom as the fault itself."""
        last = self._told.get("internal")
        if last is None or self._clock() - last >= LOG_AGAIN:
            log.error(tr("{what} failed; this is a bug in it", what=self._what), exc_info=error)

    def connected(self) -> None:
        """It gives data again."""
        if self._owed:
            log.info("%s: connected again", self._what)
        self._owed = False
