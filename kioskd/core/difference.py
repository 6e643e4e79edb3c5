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
    same = _alike(before, now, alike)
    front = _found(same.find(0), same)
    if len(before) == len(now):
        end = len(same) - 1 - same.rfind(0) if front < len(same) else 0
    else:
        back = _alike(
            before[: front - len(before) - 1 : -1], now[: front - len(now) - 1 : -1], alike
        )
        end = _found(back.find(0), back)
    return slice(front, len(before) - end), slice(front, len(now) - end)


def _alike(before: Sequence[T], now: Sequence[T], alike: Callable[[T, T], bool]) -> bytes:
    """A byte a row, 0 where the two differ."""
    return bytes(map(alike, before, now))


def _found(at: int, same: bytes) -> int:
    """How many rows are alike before the one at ``at``; all of them when it is -1."""
    return at if at >= 0 else len(same)
