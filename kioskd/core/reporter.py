"""Makes the status of what the parts say, and tells the panels when it changed. Decides nothing."""

import collections
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from kioskd import __version__
from kioskd.config import SEVERITIES, VIEWS, Config, View
from kioskd.config.freshness import stale_limits
from kioskd.config.names import clean_name
from kioskd.core import messages, summary
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.faults import Fault
from kioskd.core.hub import Hub, Panel
from kioskd.core.identity import kiosk_id
from kioskd.core.inputs import together
from kioskd.core.links import Link, Links
from kioskd.core.notices import Notices
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed, Later
from kioskd.core.screens import Screens
from kioskd.core.scripts import Scripts
from kioskd.core.sounding import Sounding
from kioskd.core.state import State
from kioskd.core.status import (
    Appearance,
    BoardStatus,
    BrokerStatus,
    ButtonsStatus,
    CertificateStatus,
    ClockStatus,
    DisplayStatus,
    FaultStatus,
    FleetFileStatus,
    HookStatus,
    KeysStatus,
    KioskStatus,
    PanelDetail,
    PanelStatus,
    PartFault,
    RemoteStatus,
    Settings,
    SoundPart,
    SoundStatus,
    SourcesStatus,
    SourceStatus,
    Status,
    ViewStatus,
)
from kioskd.core.switching import Switching
from kioskd.core.trends import Trends

STATUS_EVERY = 0.25  # seconds at least between two messages about the same kiosk
MOST_UNKNOWN = 100  # kinds of unknown messages that are counted


class Reports(Struct, frozen=True):
    """What the parts outside of the core say of themselves."""

    sound: Callable[[], SoundPart]
    buttons: Callable[[], ButtonsStatus]
    keys: Callable[[], KeysStatus]
    display: Callable[[], DisplayStatus]
    remote: Callable[[], RemoteStatus]
    board: Callable[[], BoardStatus]
    clock: Callable[[], ClockStatus]
    hooks: Callable[[], list[HookStatus]]
    certificate: Callable[[], CertificateStatus | None]
    broker: Callable[[], BrokerStatus | None]
    fleet_file: Callable[[], FleetFileStatus | None]
    volume: Callable[[], int]
    """How loud everything is, in per cent."""
    browser_restarts: Callable[[], int]
    """How often the browser was to be started anew."""
    image_faults: Callable[[], Sequence[PartFault] | None]
    """What the image's own programs found wrong; None where no such image runs."""


class Reporter:
    """``later`` is the event loop's ``call_later``; ``build`` the id of the panel's build."""

    def __init__(
        self,
        config: Config,
        state: State,
        hub: Hub,
        alerts: ActiveAlerts,
        sounding: Sounding,
        screens: Screens,
        switching: Switching,
        notices: Notices,
        trends: Trends,
        links: Links,
        faults: PartFaults,
        parts: Reports,
        changed: Changed,
        build: str,
        later: Later,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._state = state
        self._hub = hub
        self._alerts = alerts
        self._sounding = sounding
        self._screens = screens
        self._switching = switching
        self._notices = notices
        self._scripts = Scripts(state, alerts, notices)
        self._trends = trends
        self._links = links
        self._faults = faults
        self._parts = parts
        self._build = build
        self._later = later
        self._clock = clock
        self._started = clock()
        self._due, self._at = False, float("-inf")
        self._told_links: object = None
        self._around: object = None
        self.unknown: collections.Counter[str] = collections.Counter()
        changed.connect(self.publish)

    def configure(self, config: Config) -> None:
        """Take another configuration, and tell the panels."""
        self._config = config
        for panel in list(self._hub.panels.values()):
            self._send_settings(panel)
        self._switching.catch_up()
        self.publish()

    def greet(self, panel: Panel) -> None:
        """What a newcomer must know of the kiosk, before any view."""
        self._send_settings(panel)
        self._hub.send(panel, messages.encode(self.kiosk_status()), "kiosk_status")
        self._hub.send(panel, messages.encode(self.sources_status()), "source_status")
        self._trends.greet(panel)
        self.publish()

    def _send_settings(self, panel: Panel) -> None:
        self._hub.send(panel, messages.encode(self.settings(panel.client_id)), "settings")

    def publish(self) -> None:
        """Tell the panels how kioskd is, soon; what changes together is told once.

        Hundreds of panels that connect would else each be told to all the others.
        """
        if not self._due:
            self._due = True
            wait = self._at + STATUS_EVERY - self._clock()
            self._later(max(0.0, wait), self._publish)

    def tick(self) -> None:
        """Once a second: what becomes stale or changes outside of kioskd does not say so itself."""
        posts = [(hook.name, hook.count, hook.refused) for hook in self._parts.hooks()]
        around = (self._parts.remote(), self._parts.image_faults(), posts)
        if self._links_key() != self._told_links or around != self._around:
            self._around = around
            self.publish()

    def count_unknown(self, kind: str) -> bool:
        """Count a panel's message of an unknown type; whether it is the first of its kind."""
        first = kind not in self.unknown and len(self.unknown) < MOST_UNKNOWN
        if first or kind in self.unknown:
            self.unknown[kind] += 1
        return first

    def _publish(self) -> None:
        self._due, self._at = False, self._clock()
        self._hub.publish(messages.encode(self.kiosk_status()), "kiosk_status")
        if (key := self._links_key()) != self._told_links:
            self._told_links = key
            self._hub.publish(messages.encode(self.sources_status()), "source_status")

    def _links_key(self) -> object:
        """Equal while nothing about the sources changed but their age."""
        state = self._state
        stale = [state.stale(view) for view in VIEWS]
        links = [(link.name, link.state, link.fault, link.since) for link in self._links]
        remarks = [held.remarks for held in state.held.values()]
        return links, stale, dict(state.unavailable), remarks

    # The tree

    def settings(self, client_id: str = "") -> Settings:
        """What the panels of this id need of the configuration."""
        own = next((each for each in self._config.panels if each.id == client_id), None)
        display = self._config.display
        kiosk, alerts = self._config.kiosk, self._config.alerts
        return Settings(
            kiosk_id=kiosk_id(self._config),
            name=clean_name(kiosk.name),
            language=kiosk.language,
            time_zone=str(kiosk.time_zone),
            version=__version__,
            build=self._build,
            development=kiosk.development,
            stale_after=stale_limits(self._config),
            banner_seconds=float(alerts.banner),
            critical_seconds=float(alerts.critical_timeout),
            panels_play_sound=self._config.sound.panels_play,
            scale=display.scale if own is None or own.scale is None else own.scale,
            margin=display.margin,
            theme=display.theme,
            light_from=str(display.day.start),
            light_to=str(display.day.end),
            accent=display.accent or "",
            logo=display.logo is not None,
            screens=self._screens.status(self._switching.order(client_id)),
            own_screens=self._switching.listed(client_id),
            timestamp=messages.timestamp(),
        )

    def appearance(self) -> Appearance:
        """How the pages without a socket look."""
        all_of_it = self.settings()
        return Appearance(
            theme=all_of_it.theme,
            light_from=all_of_it.light_from,
            light_to=all_of_it.light_to,
            time_zone=all_of_it.time_zone,
            accent=all_of_it.accent,
            logo=all_of_it.logo,
        )

    def sources_status(self) -> SourcesStatus:
        return SourcesStatus([self._source(link) for link in self._links], messages.timestamp())

    def kiosk_status(self) -> KioskStatus:
        whole = self.status()
        return KioskStatus(
            screen=whole.screen,
            rotation=whole.rotation,
            sound=whole.sound,
            panels=[self._panel(panel) for panel in self._hub.panels.values()],
            buttons=together(whole.buttons, whole.keys),
            display=whole.display,
            remote=whole.remote,
            card=whole.card,
            faults=whole.faults,
            notices=whole.notices,
            hooks=whole.hooks,
            fleet=self._config.mqtt is not None and self._config.mqtt.fleet is not None,
            timestamp=messages.timestamp(),
        )

    def status(self, scripts: bool = False) -> Status:
        """The whole of it, for ``/api/status`` and the command line.

        ``scripts``: the wall's texts are looked through for them, which takes a while.
        """
        state, sound = self._state, self._parts.sound()
        alerts = self._alerts.status()
        image_faults = self._parts.image_faults()
        return Status(
            kiosk_id=kiosk_id(self._config),
            version=__version__,
            build=self._build,
            uptime=round(self._clock() - self._started, 1),
            sources=[self._source(link) for link in self._links],
            tickets=severities(state),
            alerts=alerts.alerts,
            active_alerts=alerts.total,
            dropped=self._hub.dropped,
            unknown=dict(self.unknown),
            screen=state.screen,
            rotation=self._switching.rotation(),
            sound=self._sound(sound),
            panels=[self._panel_detail(panel) for panel in self._hub.panels.values()],
            buttons=self._parts.buttons(),
            keys=self._parts.keys(),
            display=self._parts.display(),
            remote=self._parts.remote(),
            card=image_faults is not None,
            # The causes stand before what follows from them.
            faults=[
                *(image_faults or ()),
                *self._faults.all().values(),
            ],
            hooks=self._parts.hooks(),
            board=self._parts.board(),
            clock=self._parts.clock(),
            notices=self._notices.status(),
            certificate=self._parts.certificate(),
            broker=self._parts.broker(),
            fleet_file=self._parts.fleet_file(),
            browser_restarts=self._parts.browser_restarts(),
            panels_unseen=self._switching.unseen(),
            scripts=self._scripts.found(self._config) if scripts else {},
        )

    def _sound(self, part: SoundPart) -> SoundStatus:
        sounding = self._sounding
        return SoundStatus(
            part.state,
            part.detail,
            muted=round(sounding.muted(), 1),
            quiet=sounding.quiet(),
            unheard=sounding.unheard if sounding.silent() else 0,
            broken=sounding.broken is not None and bool(self._alerts.critical()),
            code=part.code,
            card=part.card,
            volume=self._parts.volume(),
            chosen=part.chosen,
        )

    def summary(self) -> str:
        """One ASCII line for ``systemctl status``."""
        return summary.summary(self.status())

    def _source(self, link: Link) -> SourceStatus:
        fault, unavailable = link.fault, self._state.unavailable
        faults = (fault, *(unavailable.get(view) for view in link.views))
        return SourceStatus(
            name=link.name,
            kind=link.kind,
            state=link.state,
            since=link.since,
            seconds=round(self._clock() - link.changed_at, 1),
            error=next((str(found) for found in faults if found), None),
            reason=fault.code if fault else None,
            about=fault.about if fault else "",
            params=fault.params if fault else {},
            secret_file=link.secret_file,
            views={view: self._view(view, link.origins.get(view, "")) for view in link.views},
            definitions=dict(link.definitions),
        )

    def _view(self, view: View, origin: str) -> ViewStatus:
        state = self._state
        age, held = state.age(view), state.held.get(view)
        return ViewStatus(
            age=None if age is None else round(age, 1),
            stale=state.stale(view),
            restored=bool(held and held.restored),
            origin=origin,
            fault=_told(state.unavailable.get(view)),
            remarks=[_fault(remark) for remark in (held.remarks if held else ())],
        )

    def _panel(self, panel: Panel) -> PanelStatus:
        return PanelStatus(
            panel.number,
            panel.client_id,
            panel.address,
            panel.screen,
            self._painted(panel),
            self._own_screens(panel),
            self._switching.own_rotation(panel.client_id),
        )

    def _panel_detail(self, panel: Panel) -> PanelDetail:
        return PanelDetail(
            panel=panel.number,
            client_id=panel.client_id,
            address=panel.address,
            screen=panel.screen,
            painted=self._painted(panel),
            screens=self._own_screens(panel),
            rotation=self._switching.own_rotation(panel.client_id),
            build=panel.build,
            waiting=len(panel.waiting),
        )

    def _own_screens(self, panel: Panel) -> list[str]:
        own = self._switching.listed(panel.client_id)
        return [*self._switching.order(panel.client_id)] if own else []

    def _painted(self, panel: Panel) -> float | None:
        return None if panel.painted is None else round(self._clock() - panel.painted, 1)


def severities(state: State) -> dict[str, int]:
    """How many tickets of each severity are held; ``unknown``: in a word of no table."""
    counts: dict[str, int] = dict.fromkeys((*SEVERITIES, "unknown"), 0)
    if held := state.held.get("tickets"):
        for ticket in held.update.rows:
            counts[ticket.priority if ticket.priority in counts else "unknown"] += 1
    return counts


def _told(fault: Fault | None) -> FaultStatus | None:
    return None if fault is None else _fault(fault)


def _fault(fault: Fault) -> FaultStatus:
    return FaultStatus(fault.code, fault.params, str(fault))
