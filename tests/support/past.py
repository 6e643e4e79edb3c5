"""A made-up history of a helpdesk, always the same, as an earlier run of kioskd left it."""

import math
import time
import zlib
from pathlib import Path

from kioskd.config import Channels
from kioskd.config.origins import selections
from kioskd.core.history import STEP, History
from kioskd.core.samples import Sample
from kioskd.host.history_file import HistoryFile

DAY = 86400
BUSY = (9, 14)  # hours of the kiosk's day in which most comes
ZONE = -3 * 3600  # São Paulo


def write_past(
    folder: Path, url: str, days: int = 40, away: tuple[tuple[float, float], ...] = ()
) -> None:
    """Fill ``folder`` with what kioskd saw of the source at ``url`` in the last days.

    ``away``: from and to, in days before today began, when it was off.
    """
    found = selections([Channels(name="central", url=url)])
    tags = [zlib.crc32(found[view].encode()) for view in ("tickets", "dashboard")]
    history, now, owed = History(), int(time.time()) // STEP * STEP, [0.0, 0.0]
    total, midnight = 14.0, (now + ZONE) // DAY * DAY - ZONE
    for at in range(now - days * DAY, now + 1, STEP):
        ago = (now - at) / 3600
        hour, weekday = (at + ZONE) % DAY / 3600, (at + ZONE) // DAY % 7  # 1970 began on a Thursday
        calm = 0.15 if weekday in (2, 3) else 1.0
        rush = sum(math.exp(-((hour - each) ** 2) / 4) for each in BUSY)
        opened = _whole(owed, 0, calm * (0.02 + 0.35 * rush))
        closed = _whole(
            owed, 1, calm * (0.02 + 0.35 * rush) * max(0.0, total / 20 + 0.4 * math.sin(at / DAY))
        )
        total += opened - closed
        if any(late <= (midnight - at) / DAY <= early for early, late in away):
            continue
        wave = math.sin(at / 9000)
        history.add(
            Sample(
                at=at,
                tickets=tags[0],
                dashboard=tags[1],
                critical=1 if wave > 0.6 else 0,
                high=int(total * 0.25),
                medium=int(total * 0.4),
                low=int(total) - int(total * 0.25) - int(total * 0.4) - (1 if wave > 0.6 else 0),
                unknown=0,
                open=int(total),
                opened=opened,
                closed=closed,
                covers=1,
                oldest=12 * DAY,
                open_tickets=float(int(total)),
                response=9000 + 1800 * wave,
                resolution=90 + 3 * wave,
                satisfaction=88.5,
                surveys=float(40 + int(ago < 20) * 7),
            )
        )
    HistoryFile(folder / "history").write({}, history.whole)


def _whole(owed: list[float], which: int, rate: float) -> int:
    """So many of a rate, as whole ones; what is left of one comes later."""
    owed[which] += rate
    whole = int(owed[which])
    owed[which] -= whole
    return whole
