"""Collections of alerts that can't grow without end: by severity, and by age."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import TypeVar

from kioskd.config import SEVERITIES
from kioskd.core.alert_entry import Entry

MOST_BYTES = 256_000  # of their texts: each panel is told all of them
K = TypeVar("K")


class Bounded(OrderedDict[K, Entry]):
    """Entries by a key, the newest last; beyond a number or ``MOST_BYTES`` the oldest go."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._bytes = 0

    def put(self, key: K, entry: Entry) -> None:
        self.drop(key)
        self[key] = entry
        self._bytes += entry.size
        while len(self) > self._most or (self._bytes > MOST_BYTES and len(self) > 1):
            self.drop(next(iter(self)))

    def drop(self, key: K) -> None:
        """Must come before anything in the entry changes that counts."""
        if (gone := self.pop(key, None)) is not None:
            self._bytes -= gone.size


class Ranked:
    """Entries by severity, of each severity the oldest first; says when they are too many."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = self._count = 0
        self._ranks: tuple[dict[int, Entry], ...] = tuple({} for _ in SEVERITIES)

    def put(self, entry: Entry) -> None:
        self._ranks[entry.rank][entry.number] = entry
        self._bytes += entry.size
        self._count += 1

    def drop(self, entry: Entry) -> None:
        """Must come before anything in the entry changes that counts."""
        del self._ranks[entry.rank][entry.number]
        self._bytes -= entry.size
        self._count -= 1

    def worst(self) -> Iterable[Entry]:
        """Those of the highest severity."""
        return self._ranks[0].values()

    def lesser(self) -> Iterable[Entry]:
        """All others, the worse ones first."""
        return (entry for rank in self._ranks[1:] for entry in rank.values())

    def surplus(self) -> Entry | None:
        """While they are too many: the mildest, of several the oldest."""
        if self._count > self._most or (self._bytes > MOST_BYTES and self._count > 1):
            mildest = next(rank for rank in reversed(self._ranks) if rank)
            return next(iter(mildest.values()))
        return None
