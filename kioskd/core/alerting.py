"""From an alert to the panels, the sound and whoever must know: one door for all of them.

The guide's alert messages go out as events; what is active goes out as state, in one message that
each panel gets when it comes and whenever it changed.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from kioskd.config import SEVERITIES, Config
from kioskd.config.scalars import TimeOfDay
from kioskd.core import alert_tickets, messages
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerts import MOST_ACTIVE, ActiveAlerts
from kioskd.core.hub import Hub, Panel
from kioskd.core.messages import Alert, Lives, Update
from kioskd.core.mirror import mirror
from kioskd.core.outgoing import Acknowledge, AlertResolved
from kioskd.core.ports import Changed, Display, Escalation, Later, Outbox, Sounds
from kioskd.core.sounding import Sounding, sound_of
from kioskd.core.switching import Switching
from kioskd.words import tr

log = logging.getLogger(__name__)
TOGETHER = 0.005  # seconds in which alerts that come count as one burst
SHARE = 4  # panels are told at most in a fifth of the time
LONGEST_WAIT = 0.25  # seconds until they are told, however many they are
MOST_EVENT = 100_000  # bytes of an alert's event; beyond it panels get the guide's fields only


class Alerting:
    """``changed`` is called whenever something that the status shows has changed.

    Each of ``outboxes`` is told of every acknowledgement, ``escalation`` of what nobody answers.
    They note in ``alerts`` what became of it, and then call ``noted``. ``told`` is called when the
    panels were told what is active.
    """

    def __init__(
        self,
        config: Config,
        alerts: ActiveAlerts,
        sounding: Sounding,
        switching: Switching,
        hub: Hub,
        sounds: Sounds,
        display: Display,
        outboxes: Sequence[Outbox],
        escalation: Escalation,
        changed: Changed,
        noted: Changed,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.alerts = alerts
        self.sounding = sounding
        self.told = Changed()
        self._config = config
        self._switching = switching
        self._hub = hub
        self._sounds = sounds
        self._display = display
        self._outboxes = outboxes
        self._escalation = escalation
        self._changed = changed
        self._later = later
        self._clock = clock
        self._to_sound: list[Entry] = []
        self._due, self._not_before = False, float("-inf")
        self._silent = sounding.silent()
        self._came = True  # since the tickets were looked through; or in an earlier run
        noted.connect(self.publish)

    def configure(self, config: Config) -> None:
        """Take other settings; what is active or muted stays so."""
        self._config = config
        self.alerts.configure(config.alerts)
        self.sounding.configure(config.alerts, config.sound, config.kiosk.time_zone.zone)

    # What sources say

    def take(self, alert: Alert, derived: bool = False) -> Entry:
        """An alert came; ``derived`` as in ``ActiveAlerts.take``. Its life."""
        entry, news, richer = self.alerts.take(alert, derived)
        self._came = True
        if news or richer:
            self._tell(entry, alert)
        if news:
            self._alarm(entry)
        elif richer and entry.sound_url and entry not in self._to_sound:
            self._ring_own(entry)
        self.publish()
        return entry

    def take_derived(self, came: list[Alert], source: str) -> None:
        """What was made of a change in the tickets of a source.

        Of a flood in one update only as many as there is room for: each costs time, in which no
        panel hears anything.
        """
        taken = came
        if (more := len(came) - MOST_ACTIVE) > 0:
            worst_first = sorted(
                range(len(came)), key=lambda at: (SEVERITIES.index(came[at].severity), -at)
            )
            taken = [came[at] for at in sorted(worst_first[:MOST_ACTIVE])]
        for alert in taken:
            self.take(msgspec.structs.replace(alert, source=source), derived=True)
        if more > 0:
            self.alerts.displaced += more

    def resolve(self, space: str, identity: str) -> list[Entry]:
        """A source says that its alert is over; those that were active."""
        return self._resolved(self.alerts.resolve_id(space, identity))

    def follow_tickets(self, update: Update, touched: Collection[str]) -> None:
        """What the tickets say of the alerts about them; ``touched`` as ``Applied`` has it."""
        if not self._came and not any(alert_tickets.follows(self.alerts, each) for each in touched):
            return
        self._came = False
        followed = alert_tickets.followed(self.alerts)
        rows = [ticket for ticket in update.rows if ticket.id in followed]
        critical = {row.id for row in rows if messages.severity(row.priority) == "critical"}
        self._resolved(alert_tickets.follow(self.alerts, {row.id for row in rows}, critical))

    def mirror(self, lives: Lives) -> None:
        """Another kiosk says how its alerts live: they live so here, too."""
        found = mirror(self.alerts, lives)
        for entry, alert in found.news:
            self._tell(entry, alert)
            self._alarm(entry)
        for entry in found.ended:
            said = f" by {entry.by}" if entry.by else ""
            log.info(
                "alert %s (%s) is %s at %s%s", entry.id, entry.title, entry.state, entry.kiosk, said
            )
        for state, by in {(entry.state, entry.by) for entry in found.ended if entry.by}:
            ids = [entry.id for entry in found.ended if (entry.state, entry.by) == (state, by)]
            self._hub.publish(messages.encode(Acknowledge(ids, by.kind if by else "")))
        self._resolved([entry for entry in found.ended if entry.state == "resolved"])
        if found.ended:
            self._calmer()
        elif found.changed:
            self.publish()

    def forget_tickets(self) -> None:
        """The tickets come from elsewhere now."""
        self._resolved(self.alerts.forget(), say=False)

    # What people ask

    def acknowledge(self, found: Iterable[Entry], by: Actor) -> list[Entry]:
        """End these; the ones that were active."""
        ended = self.alerts.acknowledge(found, by)
        for entry in ended:
            log.info("alert %s (%s) was acknowledged by %s", entry.id, entry.title, by)
            for outbox in self._outboxes:
                outbox.acknowledged(entry, by)
        ids = [entry.id for entry in ended]
        self._hub.publish(messages.encode(Acknowledge(ids, by.kind)))
        self._calmer()
        return ended

    def acknowledge_id(self, identity: str, by: Actor) -> list[Entry]:
        """End what has this id; panels are told even if it had ended."""
        found = self.alerts.find(identity=identity)
        if not found:
            self._hub.publish(messages.encode(Acknowledge([identity], by.kind)))
        return self.acknowledge(found, by) if found else []

    def snooze(self, found: Iterable[Entry], seconds: float, by: Actor) -> list[Entry]:
        """Put these off; the ones that are active."""
        snoozed = self.alerts.snooze(found, seconds, by)
        for entry in snoozed:
            log.info("alert %s is snoozed for %.0f s by %s", entry.id, seconds, by)
            for outbox in self._outboxes:
                outbox.snoozed(entry, by)
        # Panels of other make know no snooze: there it is gone until it comes again.
        if ids := [entry.id for entry in snoozed]:
            self._hub.publish(messages.encode(Acknowledge(ids, by.kind)))
        self._calmer()
        return snoozed

    def until_tomorrow(self, at: TimeOfDay) -> float | None:
        """Seconds until this time of tomorrow on the kiosk's wall; None: the clock is not set."""
        return self.sounding.until_tomorrow(at)

    def mute(self, seconds: float, by: Actor) -> None:
        """Silence every alert for so long; 0 ends it."""
        log.info("muted for %.0f s by %s", seconds, by)
        self.sounding.mute(seconds)
        if seconds:
            self._sounds.hush()
        self._changed()

    # What time does

    def tick(self) -> None:
        """Once a second: repeats, expiry, snoozes, escalation, and the end of a mute."""
        passed = self.alerts.tick()
        for entry in passed.expired:
            log.warning(
                tr("alert {id} ({title}) expired: nobody answered", id=entry.id, title=entry.title)
            )
        for entry in passed.woken:
            self._tell(entry, entry.sound())
            self._alarm(entry)
        critical = self.alerts.critical()
        if (breaker := self.sounding.breaks_mute(critical)) is not None:
            log.warning(
                tr(
                    "the mute ends: nobody answered alert {id} ({title})",
                    id=breaker.id,
                    title=breaker.title,
                )
            )
            self._changed()
        for entry in self.sounding.escalates(critical):
            self._escalate(entry)
        self._repeat(critical)
        if critical:
            self._switching.pause()
        if (silent := self.sounding.silent()) != self._silent:
            self._silent = silent
            if not silent:
                self.sounding.unheard = 0
            self._changed()
        if passed.changed:
            self._changed()
            self.publish()

    def resume(self) -> None:
        """After a restart: calls that had not gone out when it came go out now."""
        for entry in self.alerts.critical():
            if entry.escalated is not None:
                self._escalation.resume(entry)

    # Panels

    def greet(self, panel: Panel) -> None:
        """What is active, to a panel that has just identified itself."""
        self._hub.send(panel, messages.encode(self.alerts.status()), "active_alerts")

    def publish(self) -> None:
        """Tell every panel what is active, soon; what changes together is told once.

        It paces itself: after telling took long, as it does with many panels, it waits longer.
        """
        if not self._due:
            self._due = True
            wait = self._not_before - self._clock()
            self._later(max(0.0, wait), self._publish)

    def _publish(self) -> None:
        self._due, began = False, self._clock()
        self._hub.publish(messages.encode(self.alerts.status()), "active_alerts")
        self.told()
        ended = self._clock()
        self._not_before = ended + min(LONGEST_WAIT, SHARE * (ended - began))

    def _tell(self, entry: Entry, alert: Alert) -> None:
        """The guide's own message, as an event."""
        alert = msgspec.structs.replace(alert, id=entry.id)
        panels_play = self._config.sound.panels_play
        frame = messages.alert_frame(alert, panels_play)
        if len(frame) > MOST_EVENT:
            frame = messages.alert_frame(entry.sound(), panels_play)
        self._hub.publish(frame)

    # Sound

    def _alarm(self, entry: Entry) -> None:
        """Let the room hear of it, with what comes together with it."""
        if self._switching.pause():
            self._changed()
        if entry.severity == "critical":
            self._display.wake()
        self._to_sound.append(entry)
        if len(self._to_sound) == 1:
            self._later(TOGETHER, self._sound)

    def _sound(self) -> None:
        """Alerts that came together are one sound, the highest."""
        waiting, self._to_sound = self._to_sound, []
        came = [entry for entry in waiting if entry.state == "active"]
        found, heard = self.sounding.loudest(came)
        self.alerts.heard(heard)
        if found is not None:
            self._ring(found)
        if len(heard) < len(came):
            self._changed()  # what was not heard is counted there
        self.publish()

    def _repeat(self, critical: Sequence[Entry]) -> None:
        found, heard = self.sounding.repeated(critical)
        if found is None:
            return
        if any(entry.heard is None for entry in heard):
            self.alerts.heard(heard)
            self.publish()
        self._ring(found)

    def _ring_own(self, entry: Entry) -> None:
        """Its own sound has come, and takes the place of the one that plays."""
        if self.sounding.audible(entry):
            self._ring(entry)

    def _ring(self, entry: Entry) -> None:
        alert = entry.sound()
        self._sounds.ring(sound_of(alert), alert, self.sounding.volume(entry))

    def _escalate(self, entry: Entry) -> None:
        log.warning(
            tr("alert {id} ({title}) escalates: nobody answered", id=entry.id, title=entry.title)
        )
        self.alerts.escalated(entry, "")
        self._escalation.escalate(entry)
        self._display.wake()
        if self.sounding.audible(entry):
            entry.sounded = self._clock()
            self.alerts.heard([entry])
            self._ring(entry)
        self._changed()
        self.publish()

    def _resolved(self, gone: list[Entry], say: bool = True) -> list[Entry]:
        if not gone:
            return gone
        ids = [entry.id for entry in gone]
        self._hub.publish(messages.encode(AlertResolved(ids)))
        last = any(entry.severity == "critical" for entry in gone) and not self.alerts.critical()
        self._calmer()
        if say and last and self._config.sound.resolved and self.sounding.may_play("medium"):
            self._sounds.play("resolved")
        return gone

    def _calmer(self) -> None:
        """Something ended or was put off."""
        if not self.alerts.critical():
            self._sounds.hush()
        self._changed()
        self.publish()
