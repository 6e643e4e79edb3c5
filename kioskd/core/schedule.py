"""Hours of a week, as quiet hours and the display's schedule use them."""

import datetime
from typing import Protocol

from kioskd.config import DAYS, Day
from kioskd.config.scalars import TimeOfDay


class Hours(Protocol):
    """From ``start`` on each of ``days`` until ``end``."""

    @property
    def days(self) -> tuple[Day, ...]: ...
    @property
    def start(self) -> TimeOfDay: ...
    @property
    def end(self) -> TimeOfDay: ...


def covers(hours: Hours, now: datetime.datetime) -> bool:
    """Whether ``now``, a time on the wall of the kiosk's zone, lies in these hours.

    Compared as the wall clock reads, so that a change to summer time moves nothing. Hours that end
    where they start, or earlier, reach over midnight and belong to the day on which they start.
    """
    clock, today = now.time(), DAYS[now.weekday()]
    yesterday = DAYS[now.weekday() - 1]
    if hours.start < hours.end:
        return today in hours.days and hours.start <= clock < hours.end
    return (today in hours.days and clock >= hours.start) or (
        yesterday in hours.days and clock < hours.end
    )


def moment(text: str, after: datetime.datetime) -> datetime.datetime:
    """The moment that a person wrote: ``18:00`` is the first one after ``after``, and a date
    such as ``2026-11-30 18:00`` without a zone is one of the zone of ``after``.

    Raises ``ValueError`` for anything else.
    """
    try:
        clock = TimeOfDay.parse(text)
    except ValueError:
        found = datetime.datetime.fromisoformat(text.strip())
        return found if found.tzinfo else found.replace(tzinfo=after.tzinfo)
    found = after.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return found if found > after else found + datetime.timedelta(days=1)
