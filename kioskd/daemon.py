"""The parts list: what kioskd is made of, in the order in which each part needs the ones before."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct

from kioskd.audio.alert_sounds import AlertSounds
from kioskd.audio.cache import SoundCache
from kioskd.audio.player import Player
from kioskd.config import Config, paths
from kioskd.config.files import reason
from kioskd.config.freshness import stale_limits
from kioskd.config.origins import origins
from kioskd.core.alerting import Alerting
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.hub import Hub
from kioskd.core.identity import kiosk_id
from kioskd.core.kiosk import Kiosk
from kioskd.core.links import Links
from kioskd.core.notices import Notices
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.reporter import Reporter
from kioskd.core.rotation import Rotation
from kioskd.core.screens import Screens
from kioskd.core.sounding import Sounding
from kioskd.core.state import State
from kioskd.core.status import (
    BoardStatus,
    BrokerStatus,
    ButtonsStatus,
    CertificateStatus,
    DisplayStatus,
    HookStatus,
    PartFault,
    RemoteStatus,
    SoundPart,
)
from kioskd.fleet.others import OtherKiosks
from kioskd.fleet.part import Fleet
from kioskd.fleet.wall import WallOnBroker
from kioskd.gpio.buttons import Buttons
from kioskd.host import address, image, network
from kioskd.host.alert_keeper import AlertKeeper
from kioskd.host.board import Board
from kioskd.host.browser import BrowserRequests
from kioskd.host.commands import CommandRunner
from kioskd.host.display import Display
from kioskd.host.mdns import LocalName
from kioskd.host.screenshot import Screenshots
from kioskd.host.state_keeper import Keeper
from kioskd.sources.escalation import Escalations
from kioskd.sources.following import Following
from kioskd.sources.outbox import Acknowledgements
from kioskd.sources.webhook.hooks import Hooks
from kioskd.web.access import Access
from kioskd.web.binding import Binding
from kioskd.web.https import Https
from kioskd.web.server import Web, build_id

log = logging.getLogger(__name__)


class Parts(Struct, frozen=True):
    """Everything that is built once and lives as long as the daemon."""

    faults: PartFaults
    state: State
    alerting: Alerting
    escalations: Escalations
    acknowledgements: Acknowledgements
    links: Links
    hub: Hub
    player: Player
    alert_sounds: AlertSounds
    display: Display
    commands: CommandRunner
    following: Following
    kiosk: Kiosk
    buttons: Buttons
    reporter: Reporter
    access: Access
    https: Https
    binding: Binding
    local_name: LocalName
    board: Board
    web: Web
    keeper: Keeper
    alert_keeper: AlertKeeper
    hooks: Hooks
    fleet: Fleet
    others: OtherKiosks
    on_broker: WallOnBroker


def build(current: Callable[[], Config], alive: Callable[[], bool]) -> Parts:
    """Build every part; nothing runs yet. ``current`` gives the configuration in force."""
    config = current()
    limits, zone = config.server.limits, config.kiosk.time_zone.zone
    changed = Changed()
    faults = PartFaults(changed)
    state = State(stale_limits(config), config.alerts.derive)
    alerts = ActiveAlerts(config.alerts, time.monotonic, time.time)
    sounding = Sounding(config.alerts, config.sound, zone)
    rotation = Rotation(config.rotation)
    screens = Screens(config, state)
    notices = Notices()
    links = Links(changed)
    hub = Hub(limits.waiting_events, limits.stall, time.monotonic)
    player = Player(config.sound, config.kiosk.language, changed)
    cache = SoundCache(paths.cache_folder(config) / "sounds")
    alert_sounds = AlertSounds(config.sound, player, cache, partial(faults.say, "soundUrl"))
    display = Display(
        config.display,
        zone,
        urgent=lambda: bool(alerts.critical()),
        trusted=lambda: "clock" not in faults,
        changed=changed,
    )
    commands = CommandRunner(faults)
    following = Following(links, alert_sounds.trust, network.has_network)
    noted = Changed()
    escalations = Escalations(config, kiosk_id(config), alerts, commands, noted)
    acknowledgements = Acknowledgements(config, kiosk_id(config), alerts, noted, following.uplink)
    alerting = Alerting(
        config,
        alerts,
        sounding,
        rotation,
        hub,
        sounds=alert_sounds,
        display=display,
        outboxes=(acknowledgements,),
        escalation=escalations,
        changed=changed,
        noted=noted,
        later=_later,
    )
    browser = BrowserRequests()
    access = Access(config.server, paths.state_folder(config), faults.say)
    kiosk = Kiosk(
        config,
        state,
        alerting,
        rotation,
        screens,
        notices,
        hub,
        faults,
        sounds=alert_sounds,
        display=display,
        commands=commands,
        asks=following,
        browser=browser,
        invitation=access,
        changed=changed,
    )
    binding = Binding(config.server, partial(faults.say, "listening"), network.addresses, _tell)
    board = Board()
    local_name = LocalName(lambda: network.reached(binding.hosts))
    buttons = Buttons(config, kiosk.perform, display.moved, changed=changed)
    folder = paths.state_folder(config)
    https = Https(
        config.server,
        folder,
        partial(faults.say, "https"),
        network.addresses,
        lambda: local_name.name,
    )
    alert_keeper = AlertKeeper(folder, alerts, sounding, partial(faults.say, "alerts"))
    hooks = Hooks(kiosk.ingest, alert_keeper.kept, faults.say, following.ask)
    fleet = Fleet(config, faults, changed, network.has_network)
    reporter = Reporter(
        config,
        state,
        hub,
        alerts,
        sounding,
        rotation,
        screens,
        notices,
        links,
        faults,
        Reports(
            binding,
            local_name,
            current,
            player,
            buttons,
            display,
            hooks,
            https,
            board,
            fleet,
            browser,
        ),
        changed,
        build_id(),
        _later,
    )
    on_broker = WallOnBroker(fleet, config, kiosk, alerting, reporter.status, changed, _later)
    others = OtherKiosks(config)
    development = config.kiosk.development
    server = Web(
        config.server,
        kiosk,
        alerting,
        alert_keeper.kept,
        notices,
        reporter,
        hub,
        buttons.watch,
        hooks,
        Screenshots(display.status).take,
        others,
        development,
        access,
        alive,
        https.status,
    )
    keeper = Keeper(
        folder,
        state,
        kiosk,
        notices,
        partial(faults.say, "state"),
        lambda: origins(current().sources),
    )
    return Parts(
        faults,
        state,
        alerting,
        escalations,
        acknowledgements,
        links,
        hub,
        player,
        alert_sounds,
        display,
        commands,
        following,
        kiosk,
        buttons,
        reporter,
        access,
        https,
        binding,
        local_name,
        board,
        server,
        keeper,
        alert_keeper,
        hooks,
        fleet,
        others,
        on_broker,
    )


class Reports:
    """What the parts outside of the core say of themselves, for the status."""

    def __init__(
        self,
        binding: Binding,
        local_name: LocalName,
        current: Callable[[], Config],
        player: Player,
        buttons: Buttons,
        display: Display,
        hooks: Hooks,
        https: Https,
        board: Board,
        fleet: Fleet,
        browser: BrowserRequests,
    ) -> None:
        self._board = board
        self._browser = browser
        self._fleet = fleet
        self._hooks = hooks
        self._https = https
        self._binding = binding
        self._local_name = local_name
        self._current = current
        self._player = player
        self._buttons = buttons
        self._display = display

    def sound(self) -> SoundPart:
        return self._player.status()

    def buttons(self) -> ButtonsStatus:
        return self._buttons.status()

    def display(self) -> DisplayStatus:
        return self._display.status()

    def hooks(self) -> list[HookStatus]:
        return self._hooks.status()

    def certificate(self) -> CertificateStatus | None:
        return self._https.status()

    def broker(self) -> BrokerStatus | None:
        return self._fleet.status()

    def volume(self) -> int:
        return self._player.volume

    def browser_restarts(self) -> int:
        return self._browser.restarts

    def remote(self) -> RemoteStatus:
        server = self._current().server
        hosts, port, name = self._binding.hosts, self._binding.port, self._local_name.name
        return network.remote(
            hosts, port, server.open_without_token, name, server.encrypted, server.public_url
        )

    def board(self) -> BoardStatus:
        return self._board.status()

    def image_faults(self) -> Sequence[PartFault] | None:
        return image.faults(paths.IMAGE)


def _tell(port: int) -> None:
    """Write down where programs of this machine reach the daemon."""
    try:
        address.tell(port)
    except OSError as error:
        log.warning("the address can't be written down: %s", reason(error))


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
