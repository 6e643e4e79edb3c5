"""The history as panels are told of it, field names in camel case; what is not known is null."""

from typing import Literal

from msgspec import Struct

Figure = Literal[
    "critical",
    "high",
    "medium",
    "low",
    "total",
    "openTickets",
    "avgResponseTime",
    "resolutionRate",
    "customerSatisfaction",
    "surveyCount",
]


class FigureTrend(Struct, frozen=True):
    """One figure: the last 24 hours by half hours, and as it was at this hour yesterday.

    ``avgResponseTime`` is in seconds. ``latest`` is as of the last sample.
    """

    points: list[float | None]
    yesterday: float | None
    latest: float | None


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
    figures: dict[Figure, FigureTrend]
    days: list[TrendDay]
    """The last of them is today."""
    backlog: list[int | None]
    """How many tickets were open, hour by hour, from the first of the ``days`` on until now."""
    hours: list[TrendHour]
    """From midnight on; without today."""
    timestamp: str
