"""What sounds, when, and how often: the alert policy. No sound card, no loop; clocks are given.

One id sounds once, a burst is one sound (the highest), a critical alert sounds again until somebody
saw to it, and quiet hours and a mute keep the room calm without losing an alert.
"""

import datetime
import time
import zoneinfo
from collections.abc import Callable, Iterable
from typing import cast

from msgspec import Struct

from kioskd.config import SEVERITIES, Alerts, Severity, Sound, SoundName
from kioskd.core.messages import Alert
from kioskd.core.schedule import covers

BURST = 2.0  # seconds after a sound in which only a higher alert is heard: about a sound's length
KEPT = 500  # active alerts; beyond it the oldest end, so that a flood can't fill the memory


class Active(Struct):
    """A critical alert that nobody has seen to: times are seconds on the monotonic clock."""

    alert: Alert
    raised: float
    sounded: float
    repeats: int = 0


class Kept(Struct):
    """What of the policy survives a restart; times are seconds of the wall clock (Unix time)."""

    muted_until: float = 0.0
    active: list[tuple[Alert, float, int]] = []
    """Each active alert, when it was raised, and how often it was repeated."""


class Policy:
    def __init__(
        self,
        alerts: Alerts,
        sound: Sound,
        zone: zoneinfo.ZoneInfo,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.active: dict[str, Active] = {}
        self._clock = clock
        self._wall = wall
        self._muted_until = float("-inf")
        self._heard = (float("-inf"), len(SEVERITIES))
        self.configure(alerts, sound, zone)

    def configure(self, alerts: Alerts, sound: Sound, zone: zoneinfo.ZoneInfo) -> None:
        """Take other settings; what is active or muted stays so."""
        self._alerts, self._sound, self._zone = alerts, sound, zone

    # Alerts

    def raised(self, alert: Alert) -> None:
        """Remember a critical alert until it ends."""
        if alert.severity == "critical":
            now = self._clock()
            self.active[alert.id] = Active(alert, now, now)
            while len(self.active) > KEPT:
                del self.active[next(iter(self.active))]

    def loudest(self, alerts: Iterable[Alert]) -> Alert | None:
        """The one of several alerts that is to be heard now, if any."""
        found = min(alerts, key=_rank, default=None)
        if found is None or not self.audible(found.severity):
            return None
        now = self._clock()
        at, rank = self._heard
        if now - at < BURST and _rank(found) >= rank:
            return None
        self._heard = (now, _rank(found))
        return found

    def audible(self, severity: Severity) -> bool:
        """Whether an alert of this severity may make a noise now."""
        if self.muted() > 0:
            return False
        loud = severity == "critical" and self._sound.critical_in_quiet_hours
        return loud or not self.quiet()

    def repeated(self) -> Alert | None:
        """The critical alert whose turn it is to sound again; of several that are due, the newest.

        A mute or quiet hours only put it off: what was not heard is not counted.
        """
        now, every = self._clock(), self._alerts.repeat
        due = [
            active
            for active in self.active.values()
            if every and now - active.sounded >= every and active.repeats < self._alerts.max_repeats
        ]
        if not due or not self.audible("critical"):
            return None
        for active in due:
            active.sounded, active.repeats = now, active.repeats + 1
        self._heard = (now, 0)
        return due[-1].alert

    def expired(self) -> list[str]:
        """The critical alerts that have kept the screen for as long as they may."""
        longest = self._alerts.critical_timeout
        if not longest:
            return []
        oldest = self._clock() - longest
        return [name for name, active in self.active.items() if active.raised < oldest]

    def end(self, ids: Iterable[str]) -> list[str]:
        """End these alerts; the ids that were active."""
        return [name for name in ids if self.active.pop(name, None) is not None]

    # Silence

    def mute(self, seconds: float) -> None:
        """Silence every alert for so long; 0 ends it."""
        self._muted_until = self._clock() + seconds if seconds > 0 else float("-inf")

    def muted(self) -> float:
        """Seconds of the mute that are left; 0 when there is none."""
        return max(0.0, self._muted_until - self._clock())

    def quiet(self) -> bool:
        """Whether the clock on the kiosk's wall stands in the quiet hours."""
        now = datetime.datetime.fromtimestamp(self._wall(), self._zone)
        return any(covers(hours, now) for hours in self._sound.quiet_hours)

    # Over a restart

    def keep(self) -> Kept:
        """What is to be kept; by the wall clock, since the monotonic one starts anew."""
        to_wall = self._wall() - self._clock()
        muted = self._muted_until + to_wall if self.muted() else 0.0
        active = [(a.alert, a.raised + to_wall, a.repeats) for a in self.active.values()]
        # Whole seconds: what did not change must look unchanged.
        return Kept(round(muted), [(alert, round(at), count) for alert, at, count in active])

    def restore(self, kept: Kept) -> None:
        """Go on where an earlier run stopped; a clock that went back shortens no mute's promise."""
        now, to_clock = self._clock(), self._clock() - self._wall()
        left = min(kept.muted_until + to_clock - now, 86400.0)
        self.mute(max(0.0, left) if kept.muted_until else 0.0)
        for alert, at, repeats in kept.active:
            raised = min(now, at + to_clock)
            self.active[alert.id] = Active(alert, raised, now, repeats)
        self.end(self.expired())


def sound_of(alert: Alert) -> SoundName:
    """Which sound an alert makes, by its severity first and its kind second."""
    if alert.severity in ("critical", "high"):
        return cast(SoundName, alert.severity)
    return "project" if alert.kind == "project_update_alert" else "notification"


def _rank(alert: Alert) -> int:
    return SEVERITIES.index(alert.severity)
