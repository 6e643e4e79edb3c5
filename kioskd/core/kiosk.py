"""The core that decides. A message comes in or somebody asks, frames and sounds go out."""

import logging
import time
from collections.abc import Callable, Collection

import msgspec

from kioskd.config import (
    VIEWS,
    Action,
    ActionKeys,
    Command,
    Config,
    Screen,
    Severity,
    SoundName,
    View,
)
from kioskd.core import messages
from kioskd.core.actor import ROTATION, UPSTREAM, Actor
from kioskd.core.faults import Fault
from kioskd.core.hub import Hub, Panel
from kioskd.core.identity import own_id
from kioskd.core.messages import Alert, Confirmed, Connected, Failed, Message, Switch, Update
from kioskd.core.part_faults import PartFaults
from kioskd.core.policy import Kept, Policy, sound_of
from kioskd.core.ports import Asks, Changed, Commands, Later, Sounds
from kioskd.core.ports import Screen as Display
from kioskd.core.rotation import Rotation
from kioskd.core.state import State

log = logging.getLogger(__name__)
DEFAULT_MUTE = 1800.0  # seconds, for a mute without a time
TOGETHER = 0.005  # seconds in which alerts that come count as one burst
LOG_EVERY = 3600.0  # seconds: an upstream that talks nonsense must not fill the card
CLOCK_STARTS = 1_767_225_600  # 2026-01-01 UTC: no clock that is right shows less


class Kiosk:
    """``changed`` is called whenever something that the status shows has changed."""

    def __init__(
        self,
        config: Config,
        state: State,
        policy: Policy,
        rotation: Rotation,
        hub: Hub,
        faults: PartFaults,
        sounds: Sounds,
        display: Display,
        commands: Commands,
        asks: Asks,
        changed: Changed,
        later: Later,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._state = state
        self._policy = policy
        self._rotation = rotation
        self._hub = hub
        self._faults = faults
        self._sounds = sounds
        self._display = display
        self._commands = commands
        self._asks = asks
        self._changed = changed
        self._later = later
        self._wall = wall
        self._chosen: Screen | None = None
        self._to_sound: list[Alert] = []
        self._logged: dict[tuple[View, str, str | None], float] = {}
        self._quiet = policy.quiet()

    def configure(self, config: Config) -> None:
        """Take another configuration; what is active, muted or shown stays so."""
        if config.rotation != self._config.rotation:
            self._rotation.configure(config.rotation)
        self._config = config
        self._policy.configure(config.alerts, config.sound, config.kiosk.time_zone.zone)
        self._state.configure(config.stale_after, config.alerts.derive)
        self._changed()

    @property
    def screen(self) -> Screen | None:
        """The screen that was last chosen for every panel; None when none ever was."""
        return self._state.screen

    # What sources say

    def ingest(self, message: Message, origin: str = "") -> None:
        """Take in what a source said; ``origin`` is the source's address."""
        match message:
            case Update():
                self._update(message)
            case Alert():
                if self._state.announce(message):
                    self.raise_alert(msgspec.structs.replace(message, origin=origin))
                if not self._state.lists(message):
                    self._asks.ask("tickets")
            case Switch():
                self.switch(message.target, UPSTREAM, message.client_id)
            case Confirmed():
                self._state.confirm(message.view)
            case Failed():
                if self._state.unavailable.get(message.view) != message.fault:
                    self._state.unavailable[message.view] = message.fault
                    self._log(message.view, message.fault)
                    self._changed()
            case Connected():
                pass

    def _update(self, update: Update) -> None:
        before, was_stale = self._state.held.get(update.view), self._state.stale(update.view)
        applied = self._state.apply(update)
        if applied.changed:
            self._hub.publish(update.frame, update.view)
        for alert in applied.alerts:
            self.raise_alert(alert)
        if update.view == "tickets" and before is not None and self._policy.active:
            self._resolve(before.update, update)
        remarked = before.remarks if before else ()
        if (was_stale and not self._state.stale(update.view)) or update.remarks != remarked:
            self._changed()
            for remark in update.remarks:
                self._log(update.view, remark)

    def _log(self, view: View, fault: Fault) -> None:
        """Write down what is wrong with a view; what changes all the time only now and then."""
        subject, now = (view, fault.code, fault.params.get("field")), time.monotonic()
        if now - self._logged.get(subject, float("-inf")) >= LOG_EVERY:
            self._logged[subject] = now
            log.warning("%s: %s", view, fault)

    def forget(self, views: Collection[View]) -> None:
        """These views come from elsewhere now: what is held of them, and its alerts, go."""
        for view in views:
            self._state.forget(view)
        if "tickets" in views and (gone := self._policy.end(list(self._policy.active))):
            self._hub.publish(messages.frame("alert_resolved", ids=gone))
            self._sounds.hush()

    def raise_alert(self, alert: Alert) -> None:
        """Tell an alert to every panel, remember it while it is active, and let it be heard."""
        self._hub.publish(messages.alert_frame(alert, self._config.sound.panels_play))
        self._policy.raised(alert)
        self._pause()
        if alert.severity == "critical":
            self._display.wake()
        self._to_sound.append(alert)
        if len(self._to_sound) == 1:
            self._later(TOGETHER, self._sound)

    def _pause(self) -> None:
        """Stand still for a while; told when that is news."""
        if self._rotation.pause():
            self._changed()

    def _sound(self) -> None:
        """Alerts that came together are one sound, the highest."""
        waiting, self._to_sound = self._to_sound, []
        if (alert := self._policy.loudest(waiting)) is not None:
            self._sounds.ring(sound_of(alert), alert)

    def _resolve(self, before: Update, after: Update) -> None:
        """An alert ends when its ticket was there and is gone, or is critical no more."""
        critical = {t.id for t in after.rows if messages.severity(t.priority) == "critical"}
        known = {ticket.id for ticket in before.rows}
        gone = self._policy.end(
            [i for i in self._policy.active if i in known and i not in critical]
        )
        if not gone:
            return
        self._hub.publish(messages.frame("alert_resolved", ids=gone))
        self._changed()
        if not self._policy.active:
            self._sounds.hush()
            if self._config.sound.resolved and self._policy.audible("medium"):
                self._sounds.play("resolved")

    # What people ask

    def perform(self, action: Action, by: Actor) -> None:
        """Do what a button, a knob or a movement asks; a dark wall's first press only wakes it."""
        if self._display.wake() and by.kind != "motion":
            return
        self._pause()
        match action:
            case ActionKeys(switch=str() as screen):
                self.switch(screen, by)
            case ActionKeys(mute=float() as seconds):
                self.mute(0.0 if self._policy.muted() else seconds, by)
            case ActionKeys(run=Command() as command):
                self._commands.start(command)
            case "mute":
                self.mute(0.0 if self._policy.muted() else DEFAULT_MUTE, by)
            case "acknowledge":
                self.acknowledge(None, by)
            case "refresh":
                for view in VIEWS:
                    self._asks.ask(view)
            case "test_sound":
                self.test_sound("self-test")
            case "next" | "previous":
                step = 1 if action == "next" else -1
                outside = -1 if step == 1 else 0
                at = VIEWS.index(self._state.screen) if self._state.screen in VIEWS else outside
                self.switch(VIEWS[(at + step) % len(VIEWS)], by)

    def switch(self, target: Screen, by: Actor, client_id: str | None = None) -> None:
        """Change the screen: of every panel, or of those that call themselves ``client_id``."""
        frame = messages.frame("remote_switch", target=target)
        if by != ROTATION:
            self._rotation.pause()
        if client_id is not None:
            for panel in list(self._hub.panels.values()):
                if panel.client_id == client_id:
                    panel.screen = target
                    self._hub.send(panel, frame)
        else:
            self._state.screen = target
            self._chosen = self._chosen if by == ROTATION else target
            for panel in self._hub.panels.values():
                panel.screen = target
            self._hub.publish(frame)
        self._changed()

    def acknowledge(self, identity: str | None, by: Actor) -> list[str]:
        """End one active alert or all; the ids that ended. Told to all panels either way."""
        ids = [identity] if identity is not None else list(self._policy.active)
        self._policy.end(ids)
        if not self._policy.active:
            self._sounds.hush()
        self._hub.publish(messages.frame("acknowledge", ids=ids, by=by.kind))
        self._changed()
        return ids

    def mute(self, seconds: float, by: Actor) -> None:
        self._policy.mute(seconds)
        if seconds:
            self._sounds.hush()
        self._changed()

    def ring(self, alert: Alert) -> None:
        """Only the sound of an alert, whatever the policy says."""
        self._sounds.ring(sound_of(alert), alert)

    def test_sound(self, name: SoundName) -> None:
        self._sounds.play(name, "critical" if name == "critical" else "medium")

    def alert(self, severity: Severity, title: str, sound_url: str | None = None) -> Alert:
        """An alert raised by hand, from the command line or over HTTP."""
        kind: messages.AlertKind = (
            "critical_alert" if severity == "critical" else "new_ticket_alert"
        )
        alert = Alert(kind, own_id(), title, severity, sound_url)
        self.raise_alert(alert)
        return alert

    def greet(self, panel: Panel) -> None:
        """The views and the screen, to a panel that has just identified itself."""
        for view in self._state.views():
            self._send(panel, view)
        if self._state.screen is not None:
            self._hub.send(panel, messages.frame("remote_switch", target=self._state.screen))

    def request(self, panel: Panel, view: View) -> None:
        """A view to this panel; one that is missing or stale is also asked of its source."""
        if view in self._state.held:
            self._send(panel, view)
        if self._state.stale(view):
            self._asks.ask(view)

    def _send(self, panel: Panel, view: View) -> None:
        self._hub.send(panel, self._state.held[view].update.frame, view)

    # What time does

    def tick(self) -> None:
        """Once a second: repeats and ends critical alerts, turns the screen, looks at the clock."""
        if self._policy.end(self._policy.expired()):
            self._changed()
        if (alert := self._policy.repeated()) is not None:
            self._sounds.ring(sound_of(alert), alert)
        if self._policy.active:
            self._rotation.pause()
        if (screen := self._rotation.turn(self._state.screen, self._state.empty)) is not None:
            self.switch(screen, ROTATION)
        if self._policy.quiet() != self._quiet:
            self._quiet = not self._quiet
            self._changed()
        wrong = self._wall() < CLOCK_STARTS
        said = "the clock is wrong (no network yet?); times and quiet hours are not right"
        self._faults.say("clock", said if wrong else None)

    # Over a restart

    def restore(self, screen: Screen | None, kept: Kept) -> None:
        """Go on where an earlier run stopped."""
        self._chosen = screen
        self._policy.restore(kept)

    def wishes(self) -> tuple[Screen | None, Kept]:
        """What people chose, for the state file: the screen, and what the policy keeps."""
        return self._chosen, self._policy.keep()
