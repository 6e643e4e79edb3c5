"""Every kiosk in one table, in plain text."""

import datetime

from kioskd.config.plain import one_line
from kioskd.core.fleet_status import Seen
from kioskd.core.summary import span
from kioskd.words import later, tr

HEAD = (
    later("kiosk"),
    later("state"),
    later("version"),
    later("screen"),
    later("picture"),
    later("oldest data"),
    later("alerts"),
    later("file"),
    later("faults"),
    later("told"),
)


def table(found: list[Seen]) -> list[str]:
    """The kiosks as a table, in plain text."""
    rows = [tuple(map(tr, HEAD)), *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(seen: Seen) -> tuple[str, ...]:
    told = seen.told
    picture = {None: "-", True: tr("proved"), False: tr("NONE")}[seen.proved]
    row: tuple[str, ...] = (seen.kiosk, tr("online") if seen.online else tr("AWAY"))
    if told is None:
        row += ("-", seen.screen or "-", picture, "-", "-", "-", "-", "-")
    else:
        faults = ", ".join(fault.code or fault.part for fault in told.faults) or "-"
        passed = _passed(told.timestamp)
        ago = "-" if passed is None else tr("{age} ago", age=span(passed))
        # What was old when it spoke last is older now.
        oldest = "-" if told.oldest is None else span(told.oldest + (passed or 0.0))
        alerts = str(told.activeAlerts)
        file = (
            tr("own")
            if not told.file
            else told.file
            if told.fileFits
            else tr("{file} UNFIT", file=told.file)
        )
        row += (told.version, seen.screen or "-", picture, oldest, alerts, file, faults, ago)
    return tuple(one_line(cell)[:40] for cell in row)


def _passed(timestamp: str) -> float | None:
    """Seconds since then; None for a time that can't be read."""
    try:
        then = datetime.datetime.fromisoformat(timestamp)
        passed = (datetime.datetime.now(datetime.UTC) - then).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(0.0, passed)  # its clock and ours may differ: less than nothing is now
