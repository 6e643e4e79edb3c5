"""The core that decides. A message or a wish comes in, frames and sounds go out."""

import collections
import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from kioskd import __version__, protocol
from kioskd.config import (
    SEVERITIES,
    VIEWS,
    Action,
    ActionKeys,
    Config,
    Screen,
    Severity,
    SoundName,
    View,
)
from kioskd.errors import ProtocolError
from kioskd.hub import Hub, Panel
from kioskd.protocol import Alert, Confirmed, Connected, Failed, Json, Message, Switch, Update
from kioskd.state import State

log = logging.getLogger(__name__)
DEFAULT_MUTE = 1800.0  # seconds, for a mute without a time


class Player(Protocol):
    """What makes the sounds."""

    def play(self, name: SoundName, severity: Severity = "medium") -> None: ...


@dataclass
class SourceView:
    """One source as status and the panels show it."""

    name: str
    kind: str
    views: tuple[View, ...]
    state: str = "connecting"
    since: str = field(default_factory=protocol.timestamp)
    turned: float = field(default_factory=time.monotonic)
    error: str | None = None


class Kiosk:
    def __init__(self, config: Config, state: State, hub: Hub, player: Player, build: str) -> None:
        self.config = config
        self.state = state
        self.hub = hub
        self.sources: list[SourceView] = []
        self.faults: dict[str, str] = {}
        self.unknown: collections.Counter[str] = collections.Counter()
        self.active: dict[str, Alert] = {}
        self.ask: Callable[[View], None] = lambda view: None
        self.sound_status: Callable[[], Any] = lambda: None
        self.buttons_status: Callable[[], Any] = lambda: None
        self._player = player
        self._build = build
        self._started = time.monotonic()
        self._muted_until = 0.0
        self._repeats: dict[str, tuple[float, int]] = {}
        self._raised: dict[str, float] = {}
        self._ticket_ids: set[str] = set()
        self._stale: dict[View, bool] = {}
        self._sounded = (-1e9, 9)

    # What sources say

    def ingest(self, message: Message) -> None:
        match message:
            case Update():
                self._update(message)
            case Alert():
                if self.state.announce(message):
                    self._alert(message)
            case Switch():
                self.switch(message.target, "upstream", message.client_id)
            case Confirmed():
                self.state.confirm(message.view)
            case Failed():
                if self.state.unavailable.get(message.view) != message.reason:
                    self.state.unavailable[message.view] = message.reason
                    self._publish_sources()
            case Connected():
                pass

    def report(self, source: SourceView, state: str, error: str | None) -> None:
        """A source's link turned; told to the panels only when it really did."""
        if (source.state, source.error) == (state, error):
            return
        if state == "connecting" and source.state in ("offline", "refused"):
            return  # trying again is no news to the person at the wall
        source.state, source.error = state, error
        source.since, source.turned = protocol.timestamp(), time.monotonic()
        self._publish_sources()

    def _update(self, update: Update) -> None:
        applied = self.state.apply(update)
        if applied.changed:
            self.hub.publish(update.frame, update.view)
        for alert in applied.alerts:
            self._alert(alert)
        if update.view == "tickets" and self.active:
            self._resolve(update)
        if self._stale.get(update.view, True) and not self.state.stale(update.view):
            self._publish_sources()

    def _alert(self, alert: Alert) -> None:
        self.hub.publish(protocol.alert_frame(alert, self.config.sound.panels_play))
        if alert.severity == "critical":
            self.active[alert.id] = alert
            self._raised[alert.id] = time.monotonic()
            self._repeats[alert.id] = (time.monotonic(), 0)
        self._sound(alert)

    def _sound(self, alert: Alert) -> None:
        rank = SEVERITIES.index(alert.severity)
        now = time.monotonic()
        if now < self._muted_until or (now - self._sounded[0] < 1.0 and rank >= self._sounded[1]):
            return  # a burst is one sound, the highest
        self._sounded = (now, rank)
        name: SoundName = "notification"
        if alert.severity in ("critical", "high"):
            name = cast(SoundName, alert.severity)
        elif alert.kind == "project_update_alert":
            name = "project"
        self._player.play(name, alert.severity)

    def _resolve(self, update: Update) -> None:
        critical = {t.id for t in update.rows if protocol.severity(t.priority) == "critical"}
        gone = [
            a.id for a in self.active.values() if a.id in self._ticket_ids and a.id not in critical
        ]
        self._ticket_ids = {t.id for t in update.rows}
        if gone:
            self._end(gone)
            self.hub.publish(protocol.frame("alert_resolved", ids=gone))

    # What people ask

    def perform(self, action: Action, by: str) -> None:
        """Do what a button asks."""
        match action:
            case ActionKeys(switch=str() as screen):
                self.switch(screen, by)
            case ActionKeys(mute=float() as seconds):
                self.mute(seconds, by)
            case "mute":
                self.mute(0.0 if self.muted() else DEFAULT_MUTE, by)
            case "acknowledge":
                self.acknowledge(None, by)
            case "refresh":
                for view in VIEWS:
                    self.ask(view)
            case "test_sound":
                self.test_sound("self-test")
            case "next" | "previous":
                step = 1 if action == "next" else -1
                at = VIEWS.index(self.state.screen) if self.state.screen in VIEWS else -1
                self.switch(VIEWS[(at + step) % len(VIEWS)], by)

    def switch(self, target: Screen, by: str, client_id: str | None = None) -> None:
        """Change the screen: of every panel, or of those that call themselves ``client_id``."""
        frame = protocol.frame("remote_switch", target=target)
        if client_id is not None:
            for panel in list(self.hub.panels.values()):
                if panel.client_id == client_id:
                    panel.screen = target
                    self.hub.send(panel, frame)
        else:
            self.state.screen = target
            for panel in self.hub.panels.values():
                panel.screen = target
            self.hub.publish(frame)
        self.publish_status()

    def acknowledge(self, identity: str | None, by: str) -> list[str]:
        """End one active alert or all; the ids that ended. Told to all panels either way."""
        ids = [identity] if identity is not None else list(self.active)
        self._end(ids)
        self.hub.publish(protocol.frame("acknowledge", ids=ids, by=by))
        return ids

    def mute(self, seconds: float, by: str) -> None:
        self._muted_until = time.monotonic() + seconds if seconds > 0 else 0.0
        self.publish_status()

    def muted(self) -> float:
        """Seconds for which alert sounds stay silent."""
        return max(0.0, self._muted_until - time.monotonic())

    def test_sound(self, name: SoundName) -> None:
        self._player.play(name, "critical" if name == "critical" else "medium")

    def alert(self, severity: Severity, title: str) -> Alert:
        """An alert raised by hand, from the command line or over HTTP."""
        kind: protocol.AlertKind = (
            "critical_alert" if severity == "critical" else "new_ticket_alert"
        )
        alert = Alert(kind, f"kioskd-{time.time_ns()}", title, severity)
        self._alert(alert)
        return alert

    def _end(self, ids: list[str]) -> None:
        for identity in ids:
            self.active.pop(identity, None)
            self._repeats.pop(identity, None)
            self._raised.pop(identity, None)

    # What panels say

    def greet(self, panel: Panel) -> None:
        """Everything a newcomer needs, to this panel only."""
        self.hub.send(panel, self.settings_frame(), "settings")
        self.publish_status()
        self.hub.send(panel, self.sources_frame(), "source_status")
        for view in self.state.views():
            self.hub.send(panel, self.state.held[view].update.frame, view)
        if self.state.screen is not None:
            self.hub.send(panel, protocol.frame("remote_switch", target=self.state.screen))

    def hear(self, panel: Panel, message: Json) -> None:
        """What a panel said; raises ``ProtocolError`` for a wrong field."""
        match message["type"]:
            case "identify":
                name = "clientId" if message.get("clientId") is not None else "client_id"
                panel.client_id = protocol.text_field(message, name)
                panel.screen = panel.screen or self.state.screen
                self.greet(panel)
            case "request_data":
                view = protocol.parse_view(message)
                if view in self.state.held:
                    self.hub.send(panel, self.state.held[view].update.frame, view)
                if self.state.stale(view):
                    self.ask(view)
            case "remote_switch":
                wish = protocol.parse_switch(message)
                self.switch(wish.target, "panel", wish.client_id)
            case "acknowledge":
                given = message.get("id")
                self.acknowledge(
                    None if given is None else protocol.text_field(message, "id"), "panel"
                )
            case "mute":
                self.mute(protocol.seconds_field(message, "seconds"), "panel")
            case "test_sound":
                self.test_sound(protocol.sound_field(message))
            case "painted":
                fresh, panel.painted = panel.painted is None, time.monotonic()
                screen = protocol.text_field(message, "screen") or None
                panel.build = protocol.text_field(message, "build")
                if fresh or screen != panel.screen:
                    panel.screen = screen
                    self.publish_status()
            case "ping":
                self.hub.send(panel, protocol.frame("pong"))
            case "request_ip":
                self.hub.send(panel, protocol.frame("client_ip_response", client_ip=panel.address))
            case "simulate":
                self._simulate(message)
            case other:
                if not self.unknown[other[:60]] and len(self.unknown) < 100:
                    log.info("a panel sent a message of the unknown type %r; ignored", other[:60])
                if len(self.unknown) < 100:
                    self.unknown[other[:60]] += 1

    def _simulate(self, message: Json) -> None:
        if not self.config.kiosk.development:
            raise ProtocolError("`simulate` works in demo and development mode only")
        match message.get("event"):
            case "new_ticket":
                level = protocol.severity(protocol.text_field(message, "priority", "medium"))
                self.alert(level, protocol.text_field(message, "title", "Teste"))
            case "project_update":
                name = protocol.text_field(message, "name", "Teste")
                self._alert(
                    Alert("project_update_alert", f"kioskd-{time.time_ns()}", name, "medium")
                )
            case "sound":
                self.test_sound("notification")
            case other:
                raise ProtocolError(f"`event` {other!r:.60} is none that can be simulated")

    # What time does

    def tick(self) -> None:
        """Once a second: ends and repeats critical alerts, notices views that turned stale."""
        now, alerts = time.monotonic(), self.config.alerts
        if alerts.critical_timeout:
            oldest = now - alerts.critical_timeout
            self._end([identity for identity, at in self._raised.items() if at < oldest])
        for identity, (last, count) in list(self._repeats.items()):
            if alerts.repeat and now - last >= alerts.repeat and count < alerts.max_repeats:
                self._repeats[identity] = (now, count + 1)
                self._sound(self.active[identity])
        stale = {view: self.state.stale(view) for view in VIEWS}
        if stale != self._stale:
            self._publish_sources()

    # What kioskd says of itself

    def settings_frame(self) -> bytes:
        kiosk, alerts = self.config.kiosk, self.config.alerts
        stale_after = {view: float(getattr(self.config.stale_after, view)) for view in VIEWS}
        return protocol.frame(
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
        return protocol.frame("source_status", sources=self.source_facts())

    def source_facts(self) -> list[Json]:
        return [
            {
                "name": s.name,
                "kind": s.kind,
                "state": s.state,
                "since": s.since,
                "seconds": round(time.monotonic() - s.turned, 1),
                "error": s.error
                or next(
                    (self.state.unavailable[v] for v in s.views if v in self.state.unavailable),
                    None,
                ),
                "views": {view: self._view_facts(view) for view in s.views},
            }
            for s in self.sources
        ]

    def _view_facts(self, view: View) -> Json:
        age, held = self.state.age(view), self.state.held.get(view)
        return {
            "age": None if age is None else round(age, 1),
            "stale": self.state.stale(view),
            "restored": bool(held and held.restored),
        }

    def publish_status(self) -> None:
        self.hub.publish(protocol.frame("kiosk_status", **self.facts()), "kiosk_status")

    def _publish_sources(self) -> None:
        self._stale = {view: self.state.stale(view) for view in VIEWS}
        self.hub.publish(self.sources_frame(), "source_status")

    def facts(self) -> Json:
        sound, buttons = self.sound_status(), self.buttons_status()
        return {
            "screen": self.state.screen,
            "rotation": None,
            "sound": {
                "state": sound.state if sound else "off",
                "detail": sound.detail if sound else "",
                "muted": round(self.muted(), 1),
                "quiet": False,
            },
            "panels": [
                {
                    "panel": p.number,
                    "clientId": p.client_id,
                    "address": p.address,
                    "screen": p.screen,
                    "painted": None
                    if p.painted is None
                    else round(time.monotonic() - p.painted, 1),
                }
                for p in self.hub.panels.values()
            ],
            "buttons": {
                "state": buttons.state if buttons else "off",
                "detail": buttons.detail if buttons else "",
                "count": buttons.count if buttons else 0,
            },
            "display": {"state": "on", "detail": ""},
            "faults": [{"part": part, "message": said} for part, said in self.faults.items()],
        }

    def status(self) -> Json:
        """The whole of it, for ``/api/status`` and the command line."""
        panels = [
            fact | {"waiting": len(p.waiting)}
            for fact, p in zip(self.facts()["panels"], self.hub.panels.values(), strict=True)
        ]
        return (
            {
                "version": __version__,
                "build": self._build,
                "uptime": round(time.monotonic() - self._started, 1),
                "sources": self.source_facts(),
                "alerts": list(self.active),
                "dropped": self.hub.dropped,
            }
            | self.facts()
            | {"panels": panels}
        )

    def summary(self) -> str:
        """One ASCII line for ``systemctl status``."""
        parts = [f"up {_span(time.monotonic() - self._started)}"]
        for s in self.sources:
            said = f"source {s.name} {s.state}"
            if (age := self.state.age("tickets")) is not None and "tickets" in s.views:
                said += f", tickets {_span(age)} old"
            parts.append(said)
        if held := self.state.held.get("tickets"):
            critical = sum(protocol.severity(t.priority) == "critical" for t in held.update.rows)
            parts.append(f"{len(held.update.rows)} tickets ({critical} critical)")
        facts = self.facts()
        parts += [
            f"{len(facts['panels'])} panels",
            f"sound {facts['sound']['state']}",
            f"{facts['buttons']['count']} buttons",
        ]
        return "; ".join(parts).encode("ascii", "replace").decode()


def kiosk_id(config: Config) -> str:
    """The configured id, else one made of the host's name."""
    return config.kiosk.id or f"Kiosk-{socket.gethostname().upper()}"


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"
