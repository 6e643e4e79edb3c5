"""The history as panels are told of it, field names in camel case; what is not known is null."""

from msgspec import Struct


class FigureTrend(Struct, frozen=True):
    """One figure: the last 24 hours by half hours, and as it was at this hour yesterday.

    ``avg_response_time`` is in seconds. ``latest`` is as of the last sample.
    """

    points: list[float | None]
    yesterday: float | None
    latest: float | None


class FigureTrends(Struct, frozen=True, rename="camel"):
    """Those that the wall shows as numbers; None while nobody knows the time."""

    critical: FigureTrend | None = None
    high: FigureTrend | None = None
    medium: FigureTrend | None = None
    low: FigureTrend | None = None
    total: FigureTrend | None = None
    open_tickets: FigureTrend | None = None
    avg_response_time: FigureTrend | None = None
    resolution_rate: FigureTrend | None = None
    customer_satisfaction: FigureTrend | None = None
    survey_count: FigureTrend | None = None


class TrendDay(Struct, frozen=True):
    """One day in the kiosk's zone; ``whole`` false: kioskd did not see all of it."""

    day: str
    opened: int | None
    closed: int | None
    whole: bool


class TrendHour(Struct, frozen=True):
    """One hour of the day: how many tickets are opened in it, as the mean of so many days."""

    opened: float | None
    days: int


class TrendsStatus(Struct, frozen=True, rename="camel", tag="trends"):
    """What kioskd itself saw of the figures. The newest replaces the older."""

    recording: bool
    """False: the clock is not known to be right, so nothing is."""
    since: str | None
    """When the first sample of today's sources was taken."""
    figures: FigureTrends
    days: list[TrendDay]
    """The last of them is today."""
    backlog: list[int | None]
    """How many tickets were open, hour by hour, from the first of the ``days`` on until now."""
    hours: list[TrendHour]
    """From midnight on; without today."""
    timestamp: str
