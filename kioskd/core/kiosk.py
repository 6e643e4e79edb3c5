"""The core that decides. A message comes in or somebody asks, frames and sounds go out."""

import datetime
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
    Severity,
    SoundName,
    View,
)
from kioskd.config.freshness import stale_limits
from kioskd.config.scalars import TimeOfDay
from kioskd.core import alert_tickets, messages
from kioskd.core.actor import UPSTREAM, Actor
from kioskd.core.alert_entry import CLOCK_STARTS, Entry
from kioskd.core.alerting import Alerting
from kioskd.core.faults import Fault
from kioskd.core.hub import Hub, Panel
from kioskd.core.messages import (
    Alert,
    Away,
    Confirmed,
    Connected,
    Failed,
    Gone,
    Lives,
    Message,
    Resolved,
    Switch,
    Update,
)
from kioskd.core.notices import Notice, Notices
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Asks, Browser, Changed, Commands, Display, Invitation, Sounds
from kioskd.core.screens import Screens
from kioskd.core.sounding import sound_of
from kioskd.core.state import State
from kioskd.core.state_words import word
from kioskd.core.status import Look
from kioskd.core.switching import Switching
from kioskd.errors import ProtocolError
from kioskd.words import tr

log = logging.getLogger(__name__)
DEFAULT_MUTE = 1800.0  # seconds, for a mute without a time
DEFAULT_SNOOZE = 1800.0  # seconds, for a snooze without a time
LOG_EVERY = 3600.0  # seconds: an upstream that talks nonsense must not fill the card


class Kiosk:
    """``changed`` is called whenever something that the status shows has changed."""

    def __init__(
        self,
        config: Config,
        state: State,
        alerting: Alerting,
        screens: Screens,
        switching: Switching,
        notices: Notices,
        hub: Hub,
        faults: PartFaults,
        sounds: Sounds,
        display: Display,
        commands: Commands,
        asks: Asks,
        browser: Browser,
        invitation: Invitation,
        changed: Changed,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._state = state
        self._alerting = alerting
        self._screens = screens
        self._switching = switching
        self._notices = notices
        self._hub = hub
        self._faults = faults
        self._sounds = sounds
        self._display = display
        self._commands = commands
        self._asks = asks
        self._browser = browser
        self._invitation = invitation
        self._changed = changed
        self._wall = wall
        self._clock = clock
        self._logged: dict[tuple[View, str, str | None], float] = {}

    def configure(self, config: Config) -> None:
        """Take another configuration; what is active, muted or shown stays so."""
        self._config = config
        self._alerting.configure(config)
        self._switching.configure(config)
        self._state.configure(stale_limits(config), config.alerts.derive)
        self._changed()

    @property
    def zone(self) -> datetime.tzinfo:
        """The zone in which times without one are meant."""
        return self._config.kiosk.time_zone.zone

    @property
    def screen(self) -> str | None:
        """The screen that was last chosen for every panel; None when none ever was."""
        return self._state.screen

    def screen_of(self, client_id: str) -> str | None:
        """The screen that was last chosen for the panels of this id."""
        return self._switching.screen(client_id)

    # What sources say

    def ingest(self, message: Message, origin: str = "", source: str = "") -> None:
        """Take in what a source said; ``origin`` is its address, ``source`` its name."""
        match message:
            case Update():
                self._update(message, source)
            case Alert():
                self._state.announced(message)
                alert = msgspec.structs.replace(message, origin=origin, source=source)
                entry = self._alerting.take(alert)
                if (priority := self._state.priority(message.id)) is not None:
                    alert_tickets.about(self._alerting.alerts, entry, priority == "critical")
                if not self._state.lists(message):
                    self._asks.ask("tickets")
            case Resolved():
                for identity in message.ids:
                    self._alerting.resolve(message.space, identity)
            case Switch():
                self._switched(message)
            case Confirmed():
                self._state.confirm(message)
            case Lives():
                self._alerting.mirror(message)
            case Gone():
                self.forget([message.view])
            case Failed():
                if self._state.unavailable.get(message.view) != message.fault:
                    self._state.unavailable[message.view] = message.fault
                    self._log(message.view, message.fault)
                    self._changed()
            case Connected() | Away():
                pass

    def _switched(self, message: Switch) -> None:
        try:
            self.switch(message.target, UPSTREAM, message.client_id)
        except ProtocolError as error:
            log.warning(tr("the upstream's switch is ignored: {error}", error=error))

    def _update(self, update: Update, source: str) -> None:
        before, was_stale = self._state.held.get(update.view), self._state.stale(update.view)
        applied = self._state.apply(update)
        if applied.changed:
            self._hub.publish(update.frame, update.view)
        self._alerting.take_derived(applied.alerts, source)
        if update.view == "tickets":
            self._alerting.follow_tickets(update, applied.touched)
        remarked = before.remarks if before else ()
        if (was_stale and not self._state.stale(update.view)) or update.remarks != remarked:
            self._changed()
            for remark in update.remarks:
                self._log(update.view, remark)

    def _log(self, view: View, fault: Fault) -> None:
        """Write down what is wrong with a view; what changes all the time only now and then."""
        subject, now = (view, fault.code, fault.params.get("field")), self._clock()
        if now - self._logged.get(subject, float("-inf")) >= LOG_EVERY:
            self._logged[subject] = now
            log.warning("%s: %s", view, fault)

    def forget(self, views: Collection[View]) -> None:
        """These views come from elsewhere now: what is held of them, and its alerts, go."""
        for view in views:
            self._state.forget(view)
        if "tickets" in views:
            self._alerting.forget_tickets()

    # What people ask

    def perform(self, action: Action, by: Actor) -> None:
        """Do what a button, a knob or a movement asks; a dark wall's first press only wakes it."""
        if self._display.wake() and by.kind != "motion":
            return
        if self._switching.pause():
            self._changed()
        alerts = self._alerting.alerts
        match action:
            case ActionKeys(switch=str() as screen):
                self._switch_by_hand(screen, by)
            case ActionKeys(mute=float() as seconds):
                self._toggle_mute(seconds, by)
            case ActionKeys(run=Command() as command):
                self._commands.start(command)
            case ActionKeys(snooze=float() as seconds):
                self._alerting.snooze(alerts.front(), seconds, by)
            case ActionKeys(snooze_until=TimeOfDay() as at):
                # Without a clock nobody knows when tomorrow is: then it is half an hour.
                left = self._alerting.until_tomorrow(at) or DEFAULT_SNOOZE
                self._alerting.snooze(alerts.front(), left, by)
            case "mute":
                self._toggle_mute(DEFAULT_MUTE, by)
            case "acknowledge":
                self._alerting.acknowledge(alerts.find(), by)
            case "snooze":
                self._alerting.snooze(alerts.front(), DEFAULT_SNOOZE, by)
            case "refresh":
                self.refresh()
            case "test_sound":
                self.test_sound("self-test")
            case "pair":
                self._invitation.invite()
            case "next" | "previous":
                self._switching.step(1 if action == "next" else -1, by)

    def _switch_by_hand(self, screen: str, by: Actor) -> None:
        """A button has no ear: what keeps it from its work is in the log."""
        try:
            self.switch(screen, by)
        except ProtocolError as error:
            log.warning(tr("a {by}'s switch is not done: {error}", by=word(str(by)), error=error))

    @property
    def logo(self) -> str | None:
        """The file with the room's logo; None: there is none."""
        return self._config.display.logo

    def picture_of(self, screen: str) -> str | None:
        """The file of the picture that a screen shows; None when it shows none."""
        return self._screens.picture(screen)

    def switch(self, target: str, by: Actor, client_id: str | None = None) -> None:
        """Change the screen, as ``Switching.switch`` has it; ``ProtocolError`` says why not."""
        self._switching.switch(target, by, client_id)

    def _toggle_mute(self, seconds: float, by: Actor) -> None:
        muted = self._alerting.sounding.muted()
        self._alerting.mute(0.0 if muted else seconds, by)

    def ring(self, alert: Alert) -> None:
        """Only the sound of an alert, whatever the policy says."""
        self._sounds.ring(sound_of(alert), alert)

    def test_sound(self, name: SoundName) -> None:
        self._sounds.play(name, "critical" if name == "critical" else "medium")

    def set_volume(self, percent: int, by: Actor) -> None:
        """How loud everything is from now on, until the configuration of sound changes."""
        log.info("volume %d %% by %s", percent, by)
        self._sounds.set_volume(percent)
        self._changed()

    def switch_display(self, on: bool, by: Actor) -> bool:
        """Keep the display on or off until its hours would switch it, or somebody wakes it.

        Whether it will be so: a critical alert keeps it on. Raises ``ProtocolError`` where the
        configuration has no way to switch it.
        """
        obeys = self._display.hold(on)
        log.info("display %s by %s", "on" if on else "off", by)
        self._changed()
        return obeys

    def restart_browser(self, by: Actor) -> None:
        """Start what shows the panel on this machine's screen anew."""
        log.info("browser restarted by %s", by)
        self._browser.restart()
        self._changed()

    def refresh(self) -> None:
        """Ask the sources for every view."""
        for view in VIEWS:
            self._asks.ask(view)

    def alert(self, severity: Severity, title: str, sound_url: str | None = None) -> Entry:
        """An alert raised by hand, from a panel, the command line or over HTTP."""
        kind: messages.AlertKind = (
            "critical_alert" if severity == "critical" else "new_ticket_alert"
        )
        return self._alerting.take(Alert(kind, "", title, severity, sound_url))

    def notice(
        self,
        text: str,
        by: Actor,
        look: Look = "strip",
        seconds: float | None = None,
        starts: float | None = None,
        until: float | None = None,
    ) -> Notice:
        """Tell the room something, as ``Notices.post`` has it; ``ProtocolError`` says why not."""
        notice = self._notices.post(text, by, look, seconds, starts, until)
        log.info("notice %d by %s: %s", notice.number, by, notice.text)
        self._notices.tick()
        self._changed()
        return notice

    def end_notice(self, by: Actor, number: int | None = None) -> list[Notice]:
        """Take back one notice, or all; those that stood."""
        ended = self._notices.end(number)
        for notice in ended:
            log.info("notice %d ended by %s", notice.number, by)
        self._notices.tick()
        self._changed()
        return ended

    def greet(self, panel: Panel) -> None:
        """The alerts, the views and the screen, to a panel that has just identified itself."""
        self._alerting.greet(panel)
        for view in self._state.views():
            self._send(panel, view)
        self._switching.greet(panel)

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
        """Once a second: what the time does to alerts, turns the screen, looks at the clock."""
        self._alerting.tick()
        if self._notices.tick():
            self._changed()
        self._switching.turn()
        wrong = self._wall() < CLOCK_STARTS
        said = tr("the clock is wrong (no network yet?); times and quiet hours are not right")
        self._faults.say("clock", said if wrong else None)
