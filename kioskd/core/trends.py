"""What panels draw of the history: the figures' last day, the days, the backlog, the hours."""

import datetime
from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct

from kioskd.config import Config
from kioskd.core import messages
from kioskd.core.alert_entry import iso
from kioskd.core.history import HOUR, STEP, STEPS, History, Tags
from kioskd.core.hub import Hub, Panel
from kioskd.core.recorder import Recorder
from kioskd.core.samples import Sample
from kioskd.core.trend_status import FigureTrend, FigureTrends, TrendDay, TrendHour, TrendsStatus

DAY = 86400
POINT = 1800  # seconds that one point of a figure stands for
POINTS = DAY // POINT
DAYS = 14
HOURS_OF = 28  # days of which the hours of the day are the mean
NEAR = 1800  # seconds: another sample would not be of this hour yesterday
WHOLE_DAY, WHOLE_HOUR = 0.98, 0.9  # so much of it was seen; the rest is a restart or two

_OF_TICKETS = ("critical", "high", "medium", "low", "total")
_OF_DASHBOARD = {
    "open_tickets": "open_tickets",
    "avg_response_time": "response",
    "resolution_rate": "resolution",
    "customer_satisfaction": "satisfaction",
    "survey_count": "surveys",
}


class _Tally(Struct):
    """What was opened and closed in some hours, and for how many of their steps that is known."""

    opened: int = 0
    closed: int = 0
    covers: int = 0


class Trends:
    """Tells panels what there is, after each sample and when they come."""

    def __init__(self, config: Config, history: History, recorder: Recorder, hub: Hub) -> None:
        self._history = history
        self._recorder = recorder
        self._hub = hub
        self._zone = config.kiosk.time_zone.zone
        self._told: tuple[bool, Tags] | None = None
        self._frame = b""

    def configure(self, config: Config) -> None:
        """Take another configuration; the next tick tells what changed by it."""
        self._zone = config.kiosk.time_zone.zone
        self._told = None

    def tick(self) -> bool:
        """Called once a second; whether a look at the figures was due, and went well."""
        sampled = self._recorder.tick()
        now = (self._recorder.now() is not None, self._recorder.tags())
        if sampled or now != self._told:
            self._told = now
            self._frame = messages.encode(self.status())
            self._hub.publish(self._frame, "trends")
        return sampled

    def greet(self, panel: Panel) -> None:
        """Tell a newcomer what was told last; before the first tick there is nothing."""
        if self._frame:
            self._hub.send(panel, self._frame, "trends")

    def status(self) -> TrendsStatus:
        """The whole of it; without a clock nobody knows what was yesterday, and it is empty."""
        now, tags = self._recorder.now(), self._recorder.tags()
        if now is None:
            return TrendsStatus(False, None, FigureTrends(), [], [], [], messages.timestamp())
        days = self._days(now)
        start = _midnight(days[0], self._zone)
        earliest = _midnight(days[-1] - datetime.timedelta(days=HOURS_OF), self._zone)
        found = self._history.hourly(earliest, now)
        hours = [hour for hour in found if tags.tickets and hour.tickets == tags.tickets]
        first = self._history.first(tags)
        return TrendsStatus(
            recording=True,
            since=iso(first),
            figures=self._figures(now, tags),
            days=self._by_day(days, hours, now),
            backlog=_backlog(hours, start, now),
            hours=self._by_hour(days[-1], hours),
            timestamp=messages.timestamp(),
        )

    def _figures(self, now: int, tags: Tags) -> FigureTrends:
        samples = list(self._history.fine(now - DAY - NEAR, now))
        tickets = [each for each in samples if tags.tickets and each.tickets == tags.tickets]
        board = [each for each in samples if tags.dashboard and each.dashboard == tags.dashboard]
        found = {name: _trend(tickets, name, now) for name in _OF_TICKETS}
        found |= {figure: _trend(board, name, now) for figure, name in _OF_DASHBOARD.items()}
        return FigureTrends(**found)

    def _days(self, now: int) -> list[datetime.date]:
        today = self._local(now).date()
        return [today - datetime.timedelta(days=back) for back in range(DAYS - 1, -1, -1)]

    def _by_day(
        self, days: Sequence[datetime.date], hours: Sequence[Sample], now: int
    ) -> list[TrendDay]:
        tallies: dict[datetime.date, _Tally] = defaultdict(_Tally)
        for hour in hours:
            _count(tallies[self._middle(hour).date()], hour)
        return [self._day(day, tallies[day], now) for day in days]

    def _day(self, day: datetime.date, tally: _Tally, now: int) -> TrendDay:
        begins = _midnight(day, self._zone)
        ends = _midnight(day + datetime.timedelta(days=1), self._zone)
        steps = (min(ends, now) - begins) / STEP
        if not tally.covers:
            return TrendDay(day.isoformat(), None, None, False)
        whole = tally.covers >= WHOLE_DAY * steps
        return TrendDay(day.isoformat(), tally.opened, tally.closed, whole)

    def _by_hour(self, today: datetime.date, hours: Sequence[Sample]) -> list[TrendHour]:
        seen: dict[int, list[int]] = defaultdict(list)
        for hour in hours:
            middle, whole = self._middle(hour), hour.covers >= WHOLE_HOUR * STEPS
            if whole and hour.opened is not None and middle.date() < today:
                seen[middle.hour].append(hour.opened)
        return [_mean(seen[hour]) for hour in range(24)]

    def _middle(self, hour: Sample) -> datetime.datetime:
        """A zone may be half an hour off: an hour is where its middle is."""
        return self._local(hour.at - HOUR / 2)

    def _local(self, at: float) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(at, self._zone)


def _trend(samples: Sequence[Sample], name: str, now: int) -> FigureTrend:
    """``samples`` in order; each point is the last one of its half hour."""
    points: list[float | None] = [None] * POINTS
    yesterday, nearest = None, NEAR + 1
    for sample in samples:
        value: float | None = getattr(sample, name)
        at = POINTS - 1 - (now - sample.at) // POINT
        if at >= 0 and value is not None:
            points[at] = value
        away = abs(sample.at - (now - DAY))
        if away < nearest and value is not None:
            yesterday, nearest = value, away
    return FigureTrend(points, yesterday, points[-1])


def _backlog(hours: Sequence[Sample], start: int, now: int) -> list[int | None]:
    found: list[int | None] = [None] * -(-(now - start) // HOUR)
    for hour in hours:
        at = (hour.at - start - 1) // HOUR
        if 0 <= at < len(found):
            found[at] = hour.open
    return found


def _count(tally: _Tally, hour: Sample) -> None:
    tally.opened += hour.opened or 0
    tally.closed += hour.closed or 0
    tally.covers += hour.covers


def _mean(counts: Sequence[int]) -> TrendHour:
    if not counts:
        return TrendHour(None, 0)
    return TrendHour(round(sum(counts) / len(counts), 2), len(counts))


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> int:
    return int(datetime.datetime.combine(day, datetime.time(), zone).timestamp())
