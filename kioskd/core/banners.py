"""Which of the lesser alerts stand on the walls as banners, and until when."""

from collections.abc import Iterable

from kioskd.core.alert_entry import Entry

BANNERS = 3  # side by side on a wall; the others wait for their turn
HURRIED = 6.0  # seconds after which a banner gives way to one that waits


class Banners:
    def __init__(self) -> None:
        self.standing: dict[int, Entry] = {}
        """By their numbers."""
        self._waiting = 0

    def choose(self, lesser: Iterable[Entry]) -> None:
        """Of these, what stands keeps its place; then come the worst, the oldest first."""
        active = [entry for entry in lesser if entry.state == "active"]
        active.sort(key=lambda entry: (entry.number not in self.standing, entry.rank))
        self.standing = {entry.number: entry for entry in active[:BANNERS]}
        self._waiting = len(active) - len(self.standing)

    def age(self, passed: float, longest: float) -> list[Entry]:
        """So many seconds pass; those that have stood for long enough. ``longest`` 0: for ever."""
        if self._waiting:
            longest = min(longest or HURRIED, HURRIED)
        for entry in self.standing.values():
            entry.stood += passed
        return [entry for entry in self.standing.values() if longest and entry.stood >= longest]
