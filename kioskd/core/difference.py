"""In which part a list differs from the one before it: mostly in a few rows, or in none.

No row is looked at in Python: 2,000 rows of which one changed cost little more than that one.
"""

import operator
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def between(
    before: Sequence[T], now: Sequence[T], alike: Callable[[T, T], bool] = operator.eq
) -> tuple[slice, slice]:
    """The parts of two lists between what is alike at their fronts and at their ends."""
    front = _alike(before, now, alike)
    end = _alike(before[: front - len(before) - 1 : -1], now[: front - len(now) - 1 : -1], alike)
    return slice(front, len(before) - end), slice(front, len(now) - end)


def _alike(before: Sequence[T], now: Sequence[T], alike: Callable[[T, T], bool]) -> int:
    """How many of the first rows are alike."""
    same = list(map(alike, before, now))
    return same.index(False) if False in same else len(same)
