"""No stranger fills the card by the log: lines of one kind, and each line, have their bounds."""

import logging
import time
from collections.abc import Callable

from msgspec import Struct

from kioskd.words import tr

AT_ONCE = 60  # lines from one place of the code
EVERY = 10.0  # seconds in which it may say one more
LONGEST = 4000  # characters of a line; a list of 30 faults has 3,000


class _Place(Struct):
    left: float
    at: float
    held: int = 0


class Bounded(logging.Filter):
    """Lets lines through that are few; later says how many it held back. ``clock`` in seconds.

    A kind of line is a place in the code: there are no more of them than the code has.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._places: dict[tuple[str, int], _Place] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        key, now = (record.pathname, record.lineno), self._clock()
        place = self._places.setdefault(key, _Place(AT_ONCE, now))
        place.left = min(AT_ONCE, place.left + (now - place.at) / EVERY)
        place.at = now
        if place.left < 1:
            place.held += 1
            return False
        place.left -= 1
        said = record.getMessage()
        if len(said) > LONGEST:
            said = f"{said[:LONGEST]} [...]"
        if place.held:
            said = tr("{said} (and {count} more of this kind since)", said=said, count=place.held)
            place.held = 0
        record.msg, record.args = said, ()
        return True
