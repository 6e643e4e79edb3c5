"""The core between a panel and an ear that both remember what they were told."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from kioskd.config import VIEWS, Command, Config, Kiosk, Severity, SoundName, View
from kioskd.config.freshness import stale_limits
from kioskd.core import reporter
from kioskd.core.actor import Actor
from kioskd.core.alert_entry import Entry
from kioskd.core.alerting import Alerting
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.history import History
from kioskd.core.hub import Hub
from kioskd.core.kiosk import Kiosk as Core
from kioskd.core.links import Link, Links
from kioskd.core.messages import Alert
from kioskd.core.notices import Notices
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed, Later
from kioskd.core.recorder import Recorder
from kioskd.core.reporter import Reporter
from kioskd.core.rotation import Rotation
from kioskd.core.screens import Screens
from kioskd.core.sounding import Sounding
from kioskd.core.state import State
from kioskd.core.status import (
    BoardStatus,
    ButtonsStatus,
    CertificateStatus,
    ClockStatus,
    DisplayStatus,
    KeysStatus,
    PartFault,
    RemoteStatus,
    SoundPart,
)
from kioskd.core.switching import Switching
from kioskd.core.trends import Trends
from tests.support.frames import TICKET


class Ear:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        self.heard.append(name)

    def ring(self, name: SoundName, alert: Alert, volume: int | None = None) -> None:
        own = f" {alert.sound_url}" if alert.sound_url else ""
        loud = "" if volume is None else f" at {volume}"
        self.heard.append(f"{name} {alert.id}{own}{loud}")

    def hush(self) -> None:
        self.heard.append("hush")

    def set_volume(self, percent: int) -> None:
        self.heard.append(f"volume {percent}")


class Line:
    """A panel's transport that remembers each message."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        size = data[1]
        self.said.append(json.loads(data[{126: 4, 127: 10}.get(size, 2) :]))

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


class Outside:
    """What the core's ports were asked for."""

    def __init__(self) -> None:
        self.woken = 0
        self.invited = 0
        self.dark = False
        self.held: bool | None = None
        self.restarts = 0
        self.obeys = True
        self.commands: list[Command] = []
        self.asked: list[View] = []
        self.acknowledgements: list[tuple[str, str]] = []
        self.escalations: list[str] = []

    def wake(self) -> bool:
        self.woken += 1
        return self.dark

    def start(self, command: Command, environment: Mapping[str, str] | None = None) -> None:
        self.commands.append(command)

    def hold(self, on: bool) -> bool:
        self.held = on
        return self.obeys

    def restart(self) -> None:
        self.restarts += 1

    def snoozed(self, alert: Entry, by: Actor) -> None: ...

    def invite(self) -> None:
        self.invited += 1

    def ask(self, view: View) -> None:
        self.asked.append(view)

    def acknowledged(self, alert: Entry, by: Actor) -> None:
        self.acknowledgements.append((alert.id, str(by)))

    def escalate(self, alert: Entry) -> None:
        self.escalations.append(alert.id)

    def resume(self, alert: Entry) -> None:
        self.escalations.append(f"{alert.id} again")


class Reports:
    """What the parts outside of the core would say of themselves; set by a test."""

    def __init__(self) -> None:
        self.of_sound = SoundPart("off")
        self.of_buttons = ButtonsStatus("off")
        self.of_display = DisplayStatus("on")
        self.of_remote = RemoteStatus("local", [])
        self.of_image: list[PartFault] | None = None
        self.of_certificate: CertificateStatus | None = None

    def parts(self) -> reporter.Reports:
        return reporter.Reports(
            sound=lambda: self.of_sound,
            keys=lambda: KeysStatus("off"),
            buttons=lambda: self.of_buttons,
            display=lambda: self.of_display,
            remote=lambda: self.of_remote,
            board=BoardStatus,
            clock=ClockStatus,
            hooks=list,
            certificate=lambda: self.of_certificate,
            broker=lambda: None,
            fleet_file=lambda: None,
            volume=lambda: 80,
            browser_restarts=lambda: 0,
            image_faults=lambda: self.of_image,
        )


class Wall:
    """``line`` is what one panel was told, ``ear`` what was played, ``card_works`` whether what
    is known of alerts can be kept."""

    def __init__(self, later: Later | None = None, **sections: Any) -> None:
        self.ear, self.line = Ear(), Line()
        self.card_works = True
        self.outside, self.reports = Outside(), Reports()
        sections.setdefault("kiosk", Kiosk(id="Kiosk-T", development=True))
        self.config = Config(**sections)
        self.now = 1_800_000_000.0
        self.later: list[Callable[[], None]] = []
        self.origins: dict[View, str] = {"tickets": "a helpdesk", "dashboard": "a helpdesk"}
        self.changed = Changed()
        self.faults = PartFaults(self.changed)
        self.state = State(stale_limits(self.config), derive=True)
        zone = self.config.kiosk.time_zone.zone
        self.passed = 0.0
        self.alerts = ActiveAlerts(self.config.alerts, self.monotonic, lambda: self.now)
        self.sounding = Sounding(
            self.config.alerts, self.config.sound, zone, self.monotonic, lambda: self.now
        )
        self.rotation = Rotation(self.config.rotation, self.monotonic)
        self.screens = Screens(self.config, self.state, lambda: self.now)
        self.notices = Notices(lambda: self.now, self.monotonic)
        self.links = Links(self.changed)
        self.hub = Hub(200, 15, time.monotonic)
        self.switching = Switching(
            self.config,
            self.state,
            self.screens,
            self.rotation,
            self.hub,
            self.changed,
            self.monotonic,
        )
        self.noted = Changed()
        self.alerting = Alerting(
            self.config,
            self.alerts,
            self.sounding,
            self.switching,
            self.hub,
            sounds=self.ear,
            display=self.outside,
            outboxes=(self.outside,),
            escalation=self.outside,
            changed=self.changed,
            noted=self.noted,
            later=later or self.remember,
            clock=self.monotonic,
        )
        self.core = Core(
            self.config,
            self.state,
            self.alerting,
            self.screens,
            self.switching,
            self.notices,
            self.hub,
            self.faults,
            sounds=self.ear,
            display=self.outside,
            commands=self.outside,
            asks=self.outside,
            browser=self.outside,
            invitation=self.outside,
            changed=self.changed,
            wall=lambda: self.now,
        )
        self.clock_is_right, self.history = True, History()
        self.recorder = Recorder(
            self.state,
            self.history,
            lambda: self.origins,
            lambda: self.clock_is_right,
            lambda: zone,
            lambda: self.now,
            self.monotonic,
        )
        self.trends = Trends(self.config, self.history, self.recorder, self.hub)
        self.reporter = Reporter(
            self.config,
            self.state,
            self.hub,
            self.alerts,
            self.sounding,
            self.screens,
            self.switching,
            self.notices,
            self.trends,
            self.links,
            self.faults,
            self.reports.parts(),
            self.changed,
            "b1",
            later or self.remember,
        )
        self.panel = self.hub.attach("127.0.0.1", self.line)

    def link(self, name: str = "central", views: tuple[View, ...] = VIEWS) -> Link:
        """A source that delivers these views."""
        link = Link(name, "channels", views)
        self.links.add(link)
        return link

    async def kept(self) -> bool:
        return self.card_works

    def monotonic(self) -> float:
        """The clock of alerts and sounds; ``passed`` moves it on."""
        return time.monotonic() + self.passed

    def wait(self, seconds: int) -> None:
        """So many seconds pass, and each is a tick."""
        for _ in range(seconds):
            self.passed += 1
            self.now += 1
            self.core.tick()
            self.soon()

    def remember(self, seconds: float, call: Callable[[], None]) -> None:
        self.later.append(call)

    def soon(self) -> None:
        while self.later:
            self.later.pop(0)()

    def said(self, kind: str) -> list[dict[str, Any]]:
        self.soon()
        return [message for message in self.line.said if message["type"] == kind]

    def switched(self) -> list[str]:
        return [message["target"] for message in self.said("remote_switch")]


def ticket(identity: str, priority: str = "critical") -> dict[str, Any]:
    return TICKET | {"id": identity, "priority": priority}
