"""Runs kioskd with a wall clock that is wrong by so many seconds; the monotonic one is right.

``python other_clock.py SECONDS python -m kioskd run …``: the clock is shifted where Python asks
for it, in ``time.time`` and in ``datetime``.
"""

import datetime
import runpy
import sys
import time

SHIFT = float(sys.argv[1])
_time = time.time


class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> "Shifted":
        return cls.fromtimestamp(_time() + SHIFT, tz)


if __name__ == "__main__":
    time.time = lambda: _time() + SHIFT
    datetime.datetime = Shifted  # type: ignore[misc]
    module = sys.argv.index("-m") + 1
    sys.argv = sys.argv[module:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
