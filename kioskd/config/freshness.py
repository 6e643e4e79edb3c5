"""After how long a view counts as old: that follows from how often it is confirmed.

A view that is confirmed less often than it may be old would be called old while all is well.
"""

from collections.abc import Mapping

from kioskd.config.sections.whole import Config
from kioskd.config.sections.words import VIEWS, View

STALE: Mapping[View, float] = {"tickets": 120.0, "projects": 600.0, "dashboard": 600.0}  # seconds


def stale_limits(config: Config) -> dict[View, float]:
    """After how many seconds without a confirmation each view counts as old.

    What the file leaves out is long enough for one question that was lost.
    """
    limits = dict(STALE)
    for source in config.sources:
        for view in source.views:
            every = source.asked_every(view, config.stale_after)
            limits[view] = max(limits[view], 2 * every)
    for view in VIEWS:
        if (given := getattr(config.stale_after, view)) is not None:
            limits[view] = float(given)
    return limits
