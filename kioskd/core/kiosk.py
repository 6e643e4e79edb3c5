"""The core that decides. A message or a wish comes in, frames and sounds go out."""

import collections
import logging
import socket
import time
from collections.abc import Callable, Collection
from typing import Any, Protocol

import msgspec

from kioskd import __version__
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
from kioskd.core import messages, status
from kioskd.core.faults import Fault
from kioskd.core.hub import Hub, Panel
from kioskd.core.messages import (
    Alert,
    Confirmed,
    Connected,
    Failed,
    Json,
    Message,
    Switch,
    Update,
)
from kioskd.core.policy import Kept, Policy, sound_of
from kioskd.core.rotation import Rotation
from kioskd.core.state import State
from kioskd.core.status import PartFault, SourceView

log = logging.getLogger(__name__)
DEFAULT_MUTE = 1800.0  # seconds, for a mute without a time
TOGETHER = 0.005  # seconds in which alerts that come count as one burst
STATUS_EVERY = 0.25  # seconds at least between two messages about the same kiosk
LOG_EVERY = 3600.0  # seconds: an upstream that talks nonsense must not fill the card
CLOCK_STARTS = 1_767_225_600  # 2026-01-01 UTC: no clock that is right shows less


class Player(Protocol):
    """What makes the sounds."""

    def play(self, name: SoundName, severity: Severity = "medium") -> None: ...
    def ring(self, name: SoundName, alert: Alert) -> None: ...
    def hush(self) -> None: ...


class Kiosk:
    """``later`` calls a function after so many seconds, as the event loop's ``call_later`` does."""

    def __init__(
        self,
        config: Config,
        state: State,
        hub: Hub,
        player: Player,
        build: str,
        later: Callable[[float, Callable[[], None]], object] = lambda seconds, call: call(),
    ) -> None:
        self.config = config
        self.state = state
        self.hub = hub
        self.policy = Policy(config.alerts, config.sound, config.kiosk.time_zone.zone)
        self.rotation = Rotation(config.rotation)
        self.sources: list[SourceView] = []
        self.faults: dict[str, str] = {}
        self.unknown: collections.Counter[str] = collections.Counter()
        self.ask: Callable[[View], None] = lambda view: None
        self.run: Callable[[Command], None] = lambda command: None
        self.wake: Callable[[], bool] = lambda: False
        self.sound_status: Callable[[], Any] = lambda: None
        self.watch_buttons: Callable[[Callable[[Any], None]], Callable[[], None]] = _unwatched
        self.buttons_status: Callable[[], Any] = lambda: None
        self.display_status: Callable[[], Json] = lambda: {"state": "on", "detail": ""}
        self.remote_status: Callable[[], Json] = lambda: {"access": "local", "urls": []}
        self.card_faults: Callable[[], list[PartFault] | None] = lambda: None
        self._player = player
        self._build = build
        self._later = later
        self._started = time.monotonic()
        self._chosen: Screen | None = None
        self._to_sound: list[Alert] = []
        self._status_due, self._status_at = False, float("-inf")
        self._around: object = None
        self._stale: dict[View, bool] = {}
        self._logged: dict[tuple[View, str, str | None], float] = {}
        self._quiet = self.policy.quiet()

    def configure(self, config: Config) -> None:
        """Take another configuration; what is active, muted or shown stays so."""
        if config.rotation != self.config.rotation:
            self.rotation.configure(config.rotation)
        self.config = config
        self.policy.configure(config.alerts, config.sound, config.kiosk.time_zone.zone)
        self.state.configure(config.stale_after, config.alerts.derive)
        self.hub.publish(self.settings_frame(), "settings")
        self._publish_sources()
        self.publish_status()

    # What sources say

    def ingest(self, message: Message, origin: str = "") -> None:
        """Take in what a source said; ``origin`` is the source's address."""
        match message:
            case Update():
                self._update(message)
            case Alert():
                if self.state.announce(message):
                    self.raise_alert(msgspec.structs.replace(message, origin=origin))
            case Switch():
                self.switch(message.target, "upstream", message.client_id)
            case Confirmed():
                self.state.confirm(message.view)
            case Failed():
                if self.state.unavailable.get(message.view) != message.fault:
                    self.state.unavailable[message.view] = message.fault
                    self._log(message.view, message.fault)
                    self._publish_sources()
            case Connected():
                pass

    def report(self, source: SourceView, state: str, fault: Fault | None) -> None:
        """A source's link turned; told to the panels only when it really did."""
        if (source.state, source.fault) == (state, fault):
            return
        if state == "connecting" and source.state in ("offline", "refused"):
            return  # trying again is no news to the person at the wall
        source.state, source.fault = state, fault
        source.since, source.turned = messages.timestamp(), time.monotonic()
        self._publish_sources()

    def _update(self, update: Update) -> None:
        before = self.state.held.get(update.view)
        applied = self.state.apply(update)
        if applied.changed:
            self.hub.publish(update.frame, update.view)
        for alert in applied.alerts:
            self.raise_alert(alert)
        if update.view == "tickets" and before is not None and self.policy.active:
            self._resolve(before.update, update)
        remarked = before.remarks if before else ()
        fresh = self._stale.get(update.view, True) and not self.state.stale(update.view)
        if fresh or update.remarks != remarked:
            self._publish_sources()
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
            self.state.forget(view)
        if "tickets" in views and (gone := self.policy.end(list(self.policy.active))):
            self.hub.publish(messages.frame("alert_resolved", ids=gone))
            self._player.hush()

    def raise_alert(self, alert: Alert) -> None:
        """Tell an alert to every panel, remember it while it is active, and let it be heard."""
        self.hub.publish(messages.alert_frame(alert, self.config.sound.panels_play))
        self.policy.raised(alert)
        self._pause()
        if alert.severity == "critical":
            self.wake()
        self._to_sound.append(alert)
        if len(self._to_sound) == 1:
            self._later(TOGETHER, self._sound)

    def _pause(self) -> None:
        """Stand still for a while; told when that is news."""
        if self.rotation.pause():
            self.publish_status()

    def _sound(self) -> None:
        """Alerts that came together are one sound, the highest."""
        waiting, self._to_sound = self._to_sound, []
        if (alert := self.policy.loudest(waiting)) is not None:
            self._player.ring(sound_of(alert), alert)

    def _resolve(self, before: Update, after: Update) -> None:
        """An alert ends when its ticket was there and is gone, or is critical no more."""
        critical = {t.id for t in after.rows if messages.severity(t.priority) == "critical"}
        known = {ticket.id for ticket in before.rows}
        gone = self.policy.end([i for i in self.policy.active if i in known and i not in critical])
        if not gone:
            return
        self.hub.publish(messages.frame("alert_resolved", ids=gone))
        self.publish_status()
        if not self.policy.active:
            self._player.hush()
            if self.config.sound.resolved and self.policy.audible("medium"):
                self._player.play("resolved")

    # What people ask

    def perform(self, action: Action, by: str) -> None:
        """Do what a button, a knob or a movement asks; a dark wall's first press only wakes it."""
        if self.wake() and by != "motion":
            return
        self._pause()
        match action:
            case ActionKeys(switch=str() as screen):
                self.switch(screen, by)
            case ActionKeys(mute=float() as seconds):
                self.mute(0.0 if self.policy.muted() else seconds, by)
            case ActionKeys(run=Command() as command):
                self.run(command)
            case "mute":
                self.mute(0.0 if self.policy.muted() else DEFAULT_MUTE, by)
            case "acknowledge":
                self.acknowledge(None, by)
            case "refresh":
                for view in VIEWS:
                    self.ask(view)
            case "test_sound":
                self.test_sound("self-test")
            case "next" | "previous":
                step = 1 if action == "next" else -1
                outside = -1 if step == 1 else 0
                at = VIEWS.index(self.state.screen) if self.state.screen in VIEWS else outside
                self.switch(VIEWS[(at + step) % len(VIEWS)], by)

    def switch(self, target: Screen, by: str, client_id: str | None = None) -> None:
        """Change the screen: of every panel, or of those that call themselves ``client_id``."""
        frame = messages.frame("remote_switch", target=target)
        if by != "rotation":
            self.rotation.pause()
        if client_id is not None:
            for panel in list(self.hub.panels.values()):
                if panel.client_id == client_id:
                    panel.screen = target
                    self.hub.send(panel, frame)
        else:
            self.state.screen = target
            self._chosen = self._chosen if by == "rotation" else target
            for panel in self.hub.panels.values():
                panel.screen = target
            self.hub.publish(frame)
        self.publish_status()

    def acknowledge(self, identity: str | None, by: str) -> list[str]:
        """End one active alert or all; the ids that ended. Told to all panels either way."""
        ids = [identity] if identity is not None else list(self.policy.active)
        self.policy.end(ids)
        if not self.policy.active:
            self._player.hush()
        self.hub.publish(messages.frame("acknowledge", ids=ids, by=by))
        self.publish_status()
        return ids

    def mute(self, seconds: float, by: str) -> None:
        self.policy.mute(seconds)
        if seconds:
            self._player.hush()
        self.publish_status()

    def ring(self, alert: Alert) -> None:
        """Only the sound of an alert, whatever the policy says."""
        self._player.ring(sound_of(alert), alert)

    def test_sound(self, name: SoundName) -> None:
        self._player.play(name, "critical" if name == "critical" else "medium")

    def alert(self, severity: Severity, title: str, sound_url: str | None = None) -> Alert:
        """An alert raised by hand, from the command line or over HTTP."""
        kind: messages.AlertKind = (
            "critical_alert" if severity == "critical" else "new_ticket_alert"
        )
        alert = Alert(kind, own_id(), title, severity, sound_url)
        self.raise_alert(alert)
        return alert

    def greet(self, panel: Panel) -> None:
        """Everything a newcomer needs, to this panel only."""
        self.hub.send(panel, self.settings_frame(), "settings")
        self.hub.send(panel, self.status_frame(), "kiosk_status")
        self.publish_status()
        self.hub.send(panel, self.sources_frame(), "source_status")
        for view in self.state.views():
            self.hub.send(panel, self.state.held[view].update.frame, view)
        if self.state.screen is not None:
            self.hub.send(panel, messages.frame("remote_switch", target=self.state.screen))

    # What time does

    def tick(self) -> None:
        """Once a second: repeats and ends critical alerts, turns the screen, sees what is stale."""
        if self.policy.end(self.policy.expired()):
            self.publish_status()
        if (alert := self.policy.repeated()) is not None:
            self._player.ring(sound_of(alert), alert)
        if self.policy.active:
            self.rotation.pause()
        if (screen := self.rotation.turn(self.state.screen, self._empty)) is not None:
            self.switch(screen, "rotation")
        if self.policy.quiet() != self._quiet:
            self._quiet = not self._quiet
            self.publish_status()
        if {view: self.state.stale(view) for view in VIEWS} != self._stale:
            self._publish_sources()
        self._check_clock()
        # What is outside of kioskd says not when it turns: the network, and the image's faults.
        if (around := (self.remote_status(), self.card_faults())) != self._around:
            self._around = around
            self.publish_status()

    def _check_clock(self) -> None:
        wrong = time.time() < CLOCK_STARTS
        if wrong != ("clock" in self.faults):
            self.faults.pop("clock", None)
            if wrong:
                said = "the clock is wrong (no network yet?); times and quiet hours are not right"
                self.faults["clock"] = said
            self.publish_status()

    def _empty(self, view: View) -> bool:
        held = self.state.held.get(view)
        return held is None or (view != "dashboard" and not held.update.rows)

    # What kioskd says of itself

    def settings_frame(self) -> bytes:
        kiosk, alerts = self.config.kiosk, self.config.alerts
        stale_after = {view: float(getattr(self.config.stale_after, view)) for view in VIEWS}
        return messages.frame(
            "settings",
            kioskId=kiosk_id(self.config),
            name=kiosk.name,
            language=kiosk.language,
            timeZone=str(kiosk.time_zone),
            version=__version__,
            build=self._build,
            development=kiosk.development,
            staleAfter=stale_after,
            bannerSeconds=float(alerts.banner),
            criticalSeconds=float(alerts.critical_timeout),
            panelsPlaySound=self.config.sound.panels_play,
        )

    def sources_frame(self) -> bytes:
        return messages.frame("source_status", sources=status.sources(self.sources, self.state))

    def publish_status(self) -> None:
        """Tell the panels how kioskd is, soon; what changes together is told once.

        Hundreds of panels that connect would else each be told to all the others.
        """
        if not self._status_due:
            self._status_due = True
            wait = self._status_at + STATUS_EVERY - time.monotonic()
            self._later(max(0.0, wait), self._say_status)

    def _say_status(self) -> None:
        self._status_due, self._status_at = False, time.monotonic()
        self.hub.publish(self.status_frame(), "kiosk_status")

    def status_frame(self) -> bytes:
        return messages.frame("kiosk_status", **self.facts())

    def _publish_sources(self) -> None:
        self._stale = {view: self.state.stale(view) for view in VIEWS}
        self.hub.publish(self.sources_frame(), "source_status")

    def facts(self) -> Json:
        sound, buttons = self.sound_status(), self.buttons_status()
        turning = self.rotation.configured
        card = self.card_faults()
        return {
            "screen": self.state.screen,
            "rotation": self.rotation.facts(self.state.screen, self._empty) if turning else None,
            "sound": {
                "state": sound.state if sound else "off",
                "detail": sound.detail if sound else "",
                "muted": round(self.policy.muted(), 1),
                "quiet": self._quiet,
            },
            "panels": [status.panel(panel) for panel in self.hub.panels.values()],
            "buttons": {
                "state": buttons.state if buttons else "off",
                "detail": buttons.detail if buttons else "",
                "count": buttons.count if buttons else 0,
            },
            "display": self.display_status(),
            "remote": self.remote_status(),
            "card": card is not None,
            "faults": status.faults(self.faults, card or []),
        }

    def status(self) -> Json:
        """The whole of it, for ``/api/status`` and the command line."""
        panels = [
            status.panel(panel) | {"build": panel.build, "waiting": len(panel.waiting)}
            for panel in self.hub.panels.values()
        ]
        return (
            {
                "kioskId": kiosk_id(self.config),
                "version": __version__,
                "build": self._build,
                "uptime": round(time.monotonic() - self._started, 1),
                "sources": status.sources(self.sources, self.state),
                "tickets": status.severities(self.state),
                "alerts": list(self.policy.active),
                "dropped": self.hub.dropped,
                "unknown": dict(self.unknown),
            }
            | self.facts()
            | {"panels": panels}
        )

    def summary(self) -> str:
        """One ASCII line for ``systemctl status``."""
        return status.summary(self.status(), self.state)

    def restore(self, screen: Screen | None, kept: Kept) -> None:
        """Go on where an earlier run stopped."""
        self._chosen = screen
        self.policy.restore(kept)

    def wishes(self) -> tuple[Screen | None, Kept]:
        """What people chose, for the state file: the screen, and what the policy keeps."""
        return self._chosen, self.policy.keep()


def own_id() -> str:
    """An id for an alert of kioskd's own."""
    return f"kioskd-{time.time_ns()}"


def _unwatched(callback: Callable[[Any], None]) -> Callable[[], None]:
    return lambda: None


def kiosk_id(config: Config) -> str:
    """The configured id, else one made of the host's name."""
    return config.kiosk.id or f"Kiosk-{socket.gethostname().upper()}"
