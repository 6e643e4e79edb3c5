"""What sounds, when, and how often. No sound card, no loop; clocks are given.

A burst is one sound (the highest), a critical alert sounds again until somebody saw to it, and
quiet hours and a mute keep the room calm without losing an alert: a critical one that nobody
answers ends a mute, and what was not heard is counted.
"""

import datetime
import time
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from kioskd.config import SEVERITIES, Alerts, Severity, Sound, SoundName
from kioskd.config.scalars import TimeOfDay
from kioskd.core.alert_entry import CLOCK_STARTS, Entry, Moment, deadline
from kioskd.core.messages import Alert
from kioskd.core.schedule import covers

BURST = 2.0  # seconds after a sound in which only a higher alert is heard: about a sound's length


class Sounding:
    """``clock`` is monotonic, ``wall`` is Unix time, both in seconds."""

    def __init__(
        self,
        alerts: Alerts,
        sound: Sound,
        zone: zoneinfo.ZoneInfo,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.unheard = 0
        """Alerts that came since the room is muted or quiet, and made no sound."""
        self.broken: float | None = None
        """When a critical alert ended a mute, on the monotonic clock; until the next mute."""
        self.unkept = False
        """Whether a mute began or ended that is to be written down."""
        self._clock = clock
        self._wall = wall
        self._muted = (float("-inf"), float("-inf"))  # since when, and until when
        self._heard = (float("-inf"), len(SEVERITIES))
        self.configure(alerts, sound, zone)

    def configure(self, alerts: Alerts, sound: Sound, zone: zoneinfo.ZoneInfo) -> None:
        """Take other settings; what is muted stays so."""
        self._alerts, self._sound, self._zone = alerts, sound, zone

    # Alerts

    def loudest(self, came: Sequence[Entry]) -> tuple[Entry | None, list[Entry]]:
        """Of alerts that came together: the one to be heard now, if any, and all that are heard."""
        heard = [entry for entry in came if self.audible(entry)]
        self.unheard += len(came) - len(heard)
        found = min(heard, key=lambda entry: entry.rank, default=None)
        now = self._clock()
        for entry in heard:
            entry.sounded = now
        if found is None:
            return None, heard
        at, rank = self._heard
        if now - at < BURST and found.rank >= rank:
            return None, heard
        self._heard = (now, found.rank)
        return found, heard

    def repeated(self, critical: Iterable[Entry]) -> tuple[Entry | None, list[Entry]]:
        """The critical alert whose turn it is, and all that are heard with it.

        Of several that are due it is the newest. A mute or quiet hours only put it off: what was
        not heard is not counted.
        """
        now = self._clock()
        due = [entry for entry in critical if self._due(entry, now) and self.audible(entry)]
        if not due:
            return None, []
        for entry in due:
            entry.repeats += entry.sounded is not None
            entry.sounded = now
        self._heard = (now, 0)
        return due[-1], due

    def breaks_mute(self, critical: Iterable[Entry]) -> Entry | None:
        """The alert that has called in vain for so long that the mute ends; it is ended then."""
        now, (since, until) = self._clock(), self._muted
        longest = self._alerts.break_mute
        if not longest or until <= now:
            return None
        for entry in critical:
            if now - max(entry.began, since) >= longest:
                self._muted = (since, float("-inf"))
                self.broken, self.unkept = now, True
                return entry
        return None

    def escalates(self, critical: Iterable[Entry]) -> list[Entry]:
        """The critical alerts that nobody answered for as long as is configured."""
        if (escalate := self._alerts.escalate) is None:
            return []
        now = self._clock()
        waiting = [entry for entry in critical if entry.escalated is None]
        return [entry for entry in waiting if now - entry.began >= escalate.after]

    def volume(self, entry: Entry) -> int | None:
        """How loud this one is; None: as configured."""
        escalate = self._alerts.escalate
        return escalate.volume if escalate and entry.escalated is not None else None

    def audible(self, entry: Entry) -> bool:
        """Whether this alert may make a noise now."""
        escalate = self._alerts.escalate if entry.escalated is not None else None
        if self.muted() > 0 and not (escalate and escalate.break_mute):
            return False
        return (escalate is not None and escalate.break_quiet_hours) or self.loud(entry.severity)

    def loud(self, severity: Severity) -> bool:
        """Whether quiet hours let a sound of this severity through."""
        through = severity == "critical" and self._sound.critical_in_quiet_hours
        return through or not self.quiet()

    def may_play(self, severity: Severity) -> bool:
        """Whether a sound of this severity that belongs to no alert may play now."""
        return self.muted() <= 0 and self.loud(severity)

    def silent(self) -> bool:
        """Whether the room is muted or quiet."""
        return self.muted() > 0 or self.quiet()

    def _due(self, entry: Entry, now: float) -> bool:
        if entry.sounded is None:
            return True
        every = self._alerts.repeat
        may = bool(every) and entry.repeats < self._alerts.max_repeats
        return may and now - entry.sounded >= every

    # Silence

    def mute(self, seconds: float) -> None:
        """Silence every alert for so long; 0 ends it."""
        now = self._clock()
        self._muted = (now, now + seconds if seconds > 0 else float("-inf"))
        self.broken, self.unkept = None, True
        if not self.silent():
            self.unheard = 0

    def muted(self) -> float:
        """Seconds of the mute that are left; 0 when there is none."""
        return max(0.0, self._muted[1] - self._clock())

    def quiet(self) -> bool:
        """Whether the clock on the kiosk's wall stands in the quiet hours."""
        now = datetime.datetime.fromtimestamp(self._wall(), self._zone)
        return any(covers(hours, now) for hours in self._sound.quiet_hours)

    def until_tomorrow(self, at: TimeOfDay) -> float | None:
        """Seconds until this time of tomorrow on the kiosk's wall; None: the clock is not set."""
        if self._wall() < CLOCK_STARTS:
            return None
        now = datetime.datetime.fromtimestamp(self._wall(), self._zone)
        tomorrow = now.date() + datetime.timedelta(days=1)
        then = datetime.datetime.combine(tomorrow, at, self._zone)
        return then.timestamp() - now.timestamp()

    # Over a restart

    @property
    def muted_until(self) -> float:
        """On the monotonic clock, for ``restore``; 0 when there is no mute."""
        return self._muted[1] if self.muted() else 0.0

    def restore(self, muted_until: float, then: Moment, now: Moment) -> None:
        """Go on with a mute that was kept at ``then``; never longer than what was left of it."""
        left = deadline(muted_until, then, now) - now.monotonic
        if muted_until and left > 0:
            self.mute(min(left, 86400.0))
            self.unkept = False


def sound_of(alert: Alert) -> SoundName:
    """Which sound an alert makes, by its severity first and its kind second."""
    if alert.severity in ("critical", "high"):
        return cast(SoundName, alert.severity)
    return "project" if alert.kind == "project_update_alert" else "notification"
