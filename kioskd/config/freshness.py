"""How often a view is confirmed, and after how long it counts as old: one follows from the other.

A view that is confirmed less often than it may be old would be called old while all is well.
"""

from collections.abc import Mapping

from kioskd.config.sections.glpi import Glpi
from kioskd.config.sections.neighbour import Neighbour
from kioskd.config.sections.source_base import Source
from kioskd.config.sections.sources import Channels, Rest
from kioskd.config.sections.wall import StaleAfter
from kioskd.config.sections.whole import Config
from kioskd.config.sections.words import VIEWS, View

SHARED = 15.0  # seconds between two words of a kiosk about the age of what it shares
REFRESH = 60.0  # seconds between two questions for all views of a server that pushes
STALE: Mapping[View, float] = {"tickets": 120.0, "projects": 600.0, "dashboard": 600.0}  # seconds


def asked_every(source: Source, view: View, stale_after: StaleAfter) -> float:
    """How often a source is asked for a view, in seconds; 0 for one that confirms by itself."""
    match source:
        case Channels(refresh=None):
            given = [getattr(stale_after, each) for each in source.views]
            return min([REFRESH, *(float(each) / 2 for each in given if each is not None)])
        case Channels(refresh=every) if every is not None:
            return float(every)
        case Rest():
            return float(source.interval)
        case Glpi():
            return float(source.check if view == "tickets" else source.interval)
        case Neighbour():
            return SHARED
    return 0.0


def stale_limits(config: Config) -> dict[View, float]:
    """After how many seconds without a confirmation each view counts as old.

    What the file leaves out is long enough for one question that was lost.
    """
    limits = dict(STALE)
    for source in config.sources:
        for view in source.views:
            every = asked_every(source, view, config.stale_after)
            limits[view] = max(limits[view], 2 * every)
    for view in VIEWS:
        if (given := getattr(config.stale_after, view)) is not None:
            limits[view] = float(given)
    return limits
