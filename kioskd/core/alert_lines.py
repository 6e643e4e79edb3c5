"""What of the alerts is still to be written down, one line for each life that changed."""

from msgspec import Struct

from kioskd.core.alert_entry import Entry, Moment

MOST_CHANGED = 1000  # since the last write: beyond it all that is kept is written anew


class Line(Struct, frozen=True, omit_defaults=True):
    """One change as it is written down: a life as it now is, or what is muted."""

    at: Moment
    entry: Entry | None = None
    muted_until: float | None = None


class Unwritten:
    """The lives that changed since the last write."""

    def __init__(self) -> None:
        self.anew = False
        """So much changed that all is to be written, in place of the rest."""
        self.urgent = False
        """Something changed that a power cut must not undo."""
        self._lives: dict[int, Entry] = {}

    def __bool__(self) -> bool:
        """Whether anything is to be written down."""
        return bool(self._lives) or self.anew

    def changed(self, entry: Entry, urgent: bool = False) -> None:
        """Keep it: at once if critical, done by a person or sent out; else with the next write."""
        self.mark(entry)
        self.urgent |= urgent or entry.severity == "critical"

    def mark(self, entry: Entry) -> None:
        """It is to be written; what changed is bounded, as what is kept of it is."""
        self._lives[entry.number] = entry
        if len(self._lives) > MOST_CHANGED:
            self._lives.clear()
            self.anew = True

    def drain(self, at: Moment) -> list[Line]:
        """What changed since the last time."""
        lines = [Line(at, entry) for entry in self._lives.values()]
        self._lives.clear()
        self.urgent = False
        return lines

    def written_anew(self) -> None:
        """All that is kept was written: nothing of it is left."""
        self._lives.clear()
        self.urgent = self.anew = False
