"""Alerts that are over: the last 200, those that may come again, those still to be told upstream.

All of it is bounded. What is kept here never becomes active by itself.
"""

from collections.abc import Iterator

from kioskd.core.alert_bounds import Bounded
from kioskd.core.alert_entry import Entry, Key

MOST_OVER = 500  # as many as may be active: all of them may end at once
HISTORY = 200
SHOWN_AFTER = 60.0  # seconds for which a wall says who took an alert


class EndedAlerts:
    """Each is in the history; ``over`` and ``untold`` keep those of them that still matter."""

    def __init__(self) -> None:
        self.over: Bounded[Key] = Bounded(MOST_OVER)
        """What is the same alert, and not a new one, when it comes again."""
        self._history: Bounded[int] = Bounded(HISTORY)
        self._untold: dict[int, Entry] = {}
        self._shown = 0

    def __iter__(self) -> Iterator[Entry]:
        """The last ones, the oldest first."""
        return iter(self._history.values())

    def newest(self) -> Iterator[Entry]:
        """The last ones, the newest first."""
        return reversed(self._history.values())

    def find(self, number: int) -> Entry | None:
        """One that is still known, by its number."""
        return self._history.get(number) or self._untold.get(number)

    def put(self, entry: Entry) -> None:
        """It has ended: it goes to the history, and what may come again is known a while.

        A later life counts, also where a clock that was set makes an earlier one end after it.
        """
        self._history.put(entry.number, entry)
        later = self.over.get(entry.key)
        if entry.state != "displaced" and (later is None or later.number < entry.number):
            self.over.put(entry.key, entry)

    def drop(self, entry: Entry) -> None:
        """It is active again. Must come before anything in it changes that its bounds count."""
        self.over.drop(entry.key)
        self._history.drop(entry.number)

    def follow_up(self, entry: Entry) -> None:
        """Keep one whose source is still to be told, however many end after it."""
        if entry.upstream == "waiting":
            self._untold[entry.number] = entry
        else:
            self._untold.pop(entry.number, None)

    def untold(self) -> list[Entry]:
        """Acknowledged alerts whose source still waits to be told; the oldest first."""
        return [self._untold[number] for number in sorted(self._untold)]

    def prune(self, now: float, again_after: float) -> bool:
        """Forget what may be new when it comes again; whether a wall shows less now."""
        after = max(again_after, SHOWN_AFTER)
        for known, entry in list(self.over.items()):
            ended = entry.ended if entry.resolved is None else entry.resolved
            if ended is None or now - ended < after:
                continue
            told_again = entry.state == "acknowledged" and bool(entry.since)
            if entry.resolved is not None or not (told_again or entry.severity == "critical"):
                self.over.drop(known)
        shown = len(self.shown(now))
        before, self._shown = self._shown, shown
        return shown < before

    def shown(self, now: float) -> list[Entry]:
        """What a wall still says a word about: who took it, or that nobody did."""
        return [
            entry
            for entry in self.over.values()
            if entry.ended is not None
            and now - entry.ended < SHOWN_AFTER
            and (
                entry.state == "acknowledged"
                or (entry.state == "expired" and entry.severity == "critical")
            )
        ]
