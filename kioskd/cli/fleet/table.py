"""Every kiosk in one table, in plain text."""

import datetime

from kioskd.config.plain import one_line
from kioskd.core.fleet_status import Seen
from kioskd.core.summary import span

HEAD = (
    "kiosk",
    "state",
    "version",
    "screen",
    "picture",
    "oldest data",
    "alerts",
    "file",
    "faults",
    "told",
)


def table(found: list[Seen]) -> list[str]:
    """The kiosks as a table, in plain text."""
    rows = [HEAD, *map(_row, found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _row(seen: Seen) -> tuple[str, ...]:
    told = seen.told
    picture = {None: "-", True: "proved", False: "NONE"}[seen.proved]
    row: tuple[str, ...] = (seen.kiosk, "online" if seen.online else "AWAY")
    if told is None:
        row += ("-", seen.screen or "-", picture, "-", "-", "-", "-", "-")
    else:
        faults = ", ".join(fault.code or fault.part for fault in told.faults) or "-"
        passed = _passed(told.timestamp)
        ago = "-" if passed is None else f"{span(passed)} ago"
        # What was old when it spoke last is older now.
        oldest = "-" if told.oldest is None else span(told.oldest + (passed or 0.0))
        alerts = str(told.activeAlerts)
        file = "own" if not told.file else told.file if told.fileFits else f"{told.file} UNFIT"
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
