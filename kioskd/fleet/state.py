"""What this kiosk tells of itself: retained, one topic a part, when it changes and once a minute.

Never a secret, and of tickets only how many there are, unless ``share`` has the tickets.
"""

import time
from collections.abc import Callable

import msgspec
from msgspec import Struct

from kioskd.config import Config
from kioskd.core import messages
from kioskd.core.alert_status import ActiveAlertsStatus, AlertState, AlertStatus
from kioskd.core.inputs import together
from kioskd.core.links import LinkState
from kioskd.core.messages import AlertKind
from kioskd.core.ports import Changed, Later
from kioskd.core.status import PartFault, SoundStatus, Status
from kioskd.fleet.part import Fleet
from kioskd.fleet.wire import Outgoing

FORMAT = 1  # of these messages; a field that comes later raises nothing
TOGETHER = 0.2  # seconds in which changes count as one
EVERY = 60.0  # seconds after which all is told again, since ages grow
PROVED = 12.0  # seconds since a panel of this machine painted, as browser.liveness has it
GESTURES = ("press", "hold", "double")
HERE = ("127.0.0.1", "::1")


class SourceState(Struct, frozen=True, rename="camel"):
    """``oldest``: seconds since the source last confirmed the oldest of its views."""

    name: str
    kind: str
    state: LinkState
    reason: str | None
    since: str
    oldest: float | None


class WallState(Struct, frozen=True, rename="camel"):
    """``status``: how the kiosk is, with no word of what its tickets say."""

    format: int
    kiosk_id: str
    name: str
    version: str
    uptime: float
    groups: tuple[str, ...]
    sources: list[SourceState]
    oldest: float | None
    """Seconds since the oldest view was last confirmed; None: there is none."""
    tickets: dict[str, int]
    active_alerts: int
    sound: SoundStatus
    display: str
    buttons: str
    temperature: float | None
    """Degrees Celsius of the board; None where its kernel tells none."""
    undervoltage: bool | None
    panels: int
    faults: list[PartFault]
    file: str
    """The mark of the fleet's file that lies over the kiosk's own; empty: none does."""
    file_fits: bool
    timestamp: str


class AlertBrief(Struct, frozen=True, rename="camel"):
    """One alert; ``title`` and ``entity`` are empty unless the tickets are shared."""

    number: int
    severity: str
    kind: AlertKind
    state: AlertState
    source: str
    raised: str | None
    title: str = ""
    entity: str = ""


class AlertsState(Struct, frozen=True):
    """``alerts``: the active ones."""

    format: int
    total: int
    alerts: list[AlertBrief]


class ScreenState(Struct, frozen=True):
    """``screen``: the one that was last chosen for every panel."""

    format: int
    screen: str | None


class PictureState(Struct, frozen=True):
    """``picture``: whether a browser of this machine paints; None: the display is off."""

    format: int
    proved: bool | None


class ButtonPress(Struct, frozen=True):
    """A button of the room was used; ``event_type``, as Home Assistant calls it: how."""

    format: int
    event_type: str
    button: str


class StateOut:
    """Tells it. ``status`` and ``alerts`` give it; ``later`` is the event loop's ``call_later``."""

    def __init__(
        self,
        fleet: Fleet,
        config: Config,
        status: Callable[[], Status],
        alerts: Callable[[], ActiveAlertsStatus],
        changed: Changed,
        later: Later,
    ) -> None:
        self._fleet = fleet
        self._config = config
        self._status = status
        self._alerts = alerts
        self._later = later
        self._due = False
        self._told: dict[str, bytes] = {}
        self._at = float("-inf")
        changed.connect(self.publish)
        fleet.up.connect(self.tell_all)

    def configure(self, config: Config) -> None:
        self._config = config
        self.publish()

    def publish(self) -> None:
        """Something may have changed: tell it soon."""
        if self._fleet.settings is not None and not self._due:
            self._due = True
            self._later(TOGETHER, self._publish)

    def tick(self) -> None:
        """Once a second: all of it once a minute; between, a picture that was lost says nothing."""
        if self._fleet.settings is None or not self._fleet.connected:
            return
        if time.monotonic() - self._at >= EVERY:
            self.tell_all()
        else:
            self._tell("picture", picture(self._status()))

    def pressed(self, button: str, gesture: str) -> None:
        """Tell of a button, now or never: what comes late would be taken for a press of then."""
        if gesture in GESTURES and self._fleet.connected:
            payload = messages.encode(ButtonPress(FORMAT, gesture, button))
            self._fleet.say(Outgoing(self._fleet.topics.of("button"), payload))

    def tell_all(self) -> None:
        """Tell everything again, whether it changed or not."""
        self._told.clear()
        self._at = time.monotonic()
        self._publish()

    def _publish(self) -> None:
        self._due = False
        if self._fleet.settings is None:
            return
        status, mqtt = self._status(), self._fleet.settings
        state = wall(status, self._config)
        self._tell("status", state, steady(state))
        self._tell("alerts", active(self._alerts(), "tickets" in mqtt.share))
        self._tell("screen", ScreenState(FORMAT, status.screen))
        self._tell("picture", picture(status))

    def _tell(self, part: str, state: Struct, key: Struct | None = None) -> None:
        """Say it where ``key``, the state without what always changes, is another than before."""
        seen = messages.encode(state if key is None else key)
        if self._told.get(part) != seen:
            self._told[part] = seen
            payload = messages.encode(state)
            self._fleet.say(Outgoing(self._fleet.topics.of(part), payload, retain=True))


def wall(status: Status, config: Config) -> WallState:
    """The status as other machines may read it."""
    sources = [
        SourceState(
            source.name,
            source.kind,
            source.state,
            source.reason,
            source.since,
            _oldest([view.age for view in source.views.values()]),
        )
        for source in status.sources
    ]
    return WallState(
        format=FORMAT,
        kiosk_id=status.kiosk_id,
        name=config.kiosk.name,
        version=status.version,
        uptime=status.uptime,
        groups=config.mqtt.groups if config.mqtt else (),
        sources=sources,
        oldest=_oldest([source.oldest for source in sources]),
        tickets=status.tickets,
        active_alerts=status.active_alerts,
        sound=status.sound,
        display=status.display.state,
        buttons=together(status.buttons, status.keys).state,
        temperature=status.board.temperature,
        undervoltage=status.board.undervoltage,
        panels=len(status.panels),
        faults=status.faults,
        file="" if status.fleet_file is None else status.fleet_file.mark,
        file_fits=status.fleet_file is None or status.fleet_file.fits,
        timestamp=messages.timestamp(),
    )


def steady(state: WallState) -> WallState:
    """``state`` without the ages, so that two of them are equal while nothing changed."""
    replace = msgspec.structs.replace
    return replace(
        state,
        uptime=0.0,
        oldest=None,
        temperature=None,
        timestamp="",
        sources=[replace(source, oldest=None) for source in state.sources],
        sound=replace(state.sound, muted=float(state.sound.muted > 0)),
    )


def active(alerts: ActiveAlertsStatus, shared: bool) -> AlertsState:
    """The active alerts; what they say only where it is shared."""
    calling = [each for each in alerts.alerts if each.state in ("active", "snoozed")]
    return AlertsState(FORMAT, alerts.total, [_alert(each, shared) for each in calling])


def picture(status: Status) -> PictureState:
    if status.display.state == "off":
        return PictureState(FORMAT, None)
    ages = [panel.painted for panel in status.panels if panel.address in HERE]
    return PictureState(FORMAT, any(age is not None and age < PROVED for age in ages))


def _alert(alert: AlertStatus, shared: bool) -> AlertBrief:
    found = AlertBrief(
        alert.number, alert.severity, alert.kind, alert.state, alert.source, alert.raised
    )
    if not shared:
        return found
    return msgspec.structs.replace(found, title=alert.title, entity=alert.entity)


def _oldest(ages: "list[float | None]") -> float | None:
    return max((age for age in ages if age is not None), default=None)
