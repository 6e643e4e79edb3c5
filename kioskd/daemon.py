"""The parts list: what kioskd is made of, in the order in which each part needs the ones before.

``build`` is the list; a function below it builds the parts of each room.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial

from msgspec import Struct

from kioskd.audio.alert_sounds import AlertSounds
from kioskd.audio.cache import SoundCache
from kioskd.audio.cards import Cards
from kioskd.audio.player import Player
from kioskd.config import Config, paths
from kioskd.config.files import reason
from kioskd.config.fleet_file import FleetFiles, mark_of
from kioskd.config.freshness import stale_limits
from kioskd.config.origins import origins, selections
from kioskd.core.alerting import Alerting
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.history import History
from kioskd.core.hub import Hub
from kioskd.core.identity import kiosk_id
from kioskd.core.kiosk import Kiosk
from kioskd.core.links import Links
from kioskd.core.notices import Notices
from kioskd.core.outputs import Outputs
from kioskd.core.pages import Pages
from kioskd.core.part_faults import PartFaults
from kioskd.core.ports import Changed
from kioskd.core.recorder import Recorder
from kioskd.core.reporter import Reporter, Reports
from kioskd.core.rotation import Rotation
from kioskd.core.screens import Screens
from kioskd.core.screenshot import Screenshot
from kioskd.core.sounding import Sounding
from kioskd.core.state import State
from kioskd.core.status import (
    FleetFileStatus,
    RemoteStatus,
)
from kioskd.core.switching import Switching
from kioskd.core.trends import Trends
from kioskd.fleet.asking import Asking
from kioskd.fleet.neighbours import NeighboursOnBroker
from kioskd.fleet.others import OtherKiosks
from kioskd.fleet.part import Fleet
from kioskd.fleet.rollout import Rollout
from kioskd.fleet.updates import Updates
from kioskd.fleet.wall import WallOnBroker
from kioskd.gpio.buttons import Buttons
from kioskd.gpio.keys.keys import Keys
from kioskd.host import address, image, network, offered
from kioskd.host.alert_keeper import AlertKeeper
from kioskd.host.board import Board
from kioskd.host.browser import BrowserRequests
from kioskd.host.commands import CommandRunner
from kioskd.host.display import Display
from kioskd.host.history_keeper import HistoryKeeper
from kioskd.host.mdns import LocalName
from kioskd.host.right_clock import RightClock
from kioskd.host.screenshot import Screenshots
from kioskd.host.signature import verify_bytes
from kioskd.host.state_keeper import Keeper
from kioskd.host.update_box import UpdateBox
from kioskd.sources.acknowledgements import Acknowledgements
from kioskd.sources.escalation import Escalations
from kioskd.sources.following import Following
from kioskd.sources.webhook.hooks import Hooks
from kioskd.web.access import Access
from kioskd.web.binding import Binding
from kioskd.web.https import Https
from kioskd.web.page_api import PageApi
from kioskd.web.page_gate import PageGate
from kioskd.web.server import Web, build_id
from kioskd.web.sound_api import SoundApi
from kioskd.words import tr

log = logging.getLogger(__name__)


class Core(Struct, frozen=True):
    """What is held and what is decided by it: all in memory, and needed by every room."""

    changed: Changed
    faults: PartFaults
    state: State
    alerts: ActiveAlerts
    sounding: Sounding
    pages: Pages
    outputs: Outputs
    screens: Screens
    switching: Switching
    notices: Notices
    links: Links
    hub: Hub


class Sound(Struct, frozen=True):
    player: Player
    alert_sounds: AlertSounds
    cards: Cards


class Machine(Struct, frozen=True):
    display: Display
    commands: CommandRunner
    browser: BrowserRequests
    board: Board


class Past(Struct, frozen=True):
    """What kioskd itself saw of the figures, and who knows the time for that."""

    clock: RightClock
    recorder: Recorder
    trends: Trends
    keeper: HistoryKeeper


class Sources(Struct, frozen=True):
    """``noted`` says that it became known whether something was told upstream."""

    neighbours: NeighboursOnBroker
    following: Following
    escalations: Escalations
    acknowledgements: Acknowledgements
    asking: Asking
    noted: Changed


class Listening(Struct, frozen=True):
    """By which addresses and names kioskd is reached, and by whom."""

    access: Access
    binding: Binding
    local_name: LocalName
    https: Https


class Kept(Struct, frozen=True):
    """What writes down whatever must outlast a power cut."""

    state: Keeper
    alerts: AlertKeeper


class Parts(Struct, frozen=True):
    """Everything that is built once and lives as long as the daemon."""

    core: Core
    past: Past
    sound: Sound
    machine: Machine
    sources: Sources
    listening: Listening
    alerting: Alerting
    kiosk: Kiosk
    buttons: Buttons
    keys: Keys
    kept: Kept
    hooks: Hooks
    fleet: Fleet
    others: OtherKiosks
    reporter: Reporter
    on_broker: WallOnBroker
    page_gate: PageGate
    web: Web


def build(current: Callable[[], Config], alive: Callable[[], bool], files: FleetFiles) -> Parts:
    """Build every part; nothing runs yet. ``current`` gives the configuration in force, ``files``
    what the fleet pushed over the kiosk's own."""
    config = current()
    core = _core(config)
    past = _past(config, current, core)
    sound = _sound(config, core)
    machine = _machine(config, core)
    fleet = Fleet(config, core.faults, core.changed, network.has_network)
    sources = _sources(config, core, sound, machine, fleet)
    listening = _listening(config, core)
    alerting = _alerting(config, core, sound, machine, sources)
    kiosk = _kiosk(config, core, alerting, sound, machine, sources, listening)
    buttons = Buttons(config, kiosk.perform, machine.display.moved, changed=core.changed)
    keys = Keys(config, buttons.outside, core.changed)
    kept, hooks = _kept(config, current, core, kiosk, sources, sound)
    reports = _reports(current, past, sound, machine, listening, buttons, keys, hooks, fleet, files)
    reporter = _reporter(config, core, past, reports)
    rollout = Rollout(fleet, files, verify_bytes, reporter.status)
    updates = Updates(fleet, files, UpdateBox(paths.state_folder(config) / "update"), verify_bytes)
    screenshot = Screenshots(machine.display.status).take
    on_broker = _on_broker(
        config, core, sources, alerting, kiosk, fleet, reporter, screenshot, rollout, updates
    )
    buttons.watch(lambda event: on_broker.pressed(event.what, event.gesture))
    others = OtherKiosks(config)
    page_gate = PageGate(core.pages.said, paths.state_folder(config))
    web = Web(
        config.server,
        kiosk,
        alerting,
        kept=kept.alerts.kept,
        notices=core.notices,
        reporter=reporter,
        hub=core.hub,
        watch_buttons=buttons.watch,
        hooks=hooks,
        screenshot=screenshot,
        others=others,
        package=offered.find,
        development=config.kiosk.development,
        access=listening.access,
        alive=alive,
        certificate=listening.https.status,
        say_logo=partial(core.faults.say, "logo"),
        page_api=PageApi(core.pages, page_gate.cause),
        sound_api=SoundApi(sound.cards),
        outputs=core.outputs,
    )
    return Parts(
        core=core,
        past=past,
        sound=sound,
        machine=machine,
        sources=sources,
        listening=listening,
        alerting=alerting,
        kiosk=kiosk,
        buttons=buttons,
        keys=keys,
        kept=kept,
        hooks=hooks,
        fleet=fleet,
        others=others,
        reporter=reporter,
        on_broker=on_broker,
        page_gate=page_gate,
        web=web,
    )


def _core(config: Config) -> Core:
    limits = config.server.limits
    changed = Changed()
    state = State(stale_limits(config), config.alerts.derive)
    faults = PartFaults(changed)
    pages = Pages(config, faults)
    screens = Screens(config, state, failed=pages.failed)
    rotation = Rotation(config.rotation)
    hub = Hub(limits.waiting_events, limits.stall, time.monotonic)
    return Core(
        changed=changed,
        faults=faults,
        state=state,
        alerts=ActiveAlerts(config.alerts, time.monotonic, time.time),
        sounding=Sounding(config.alerts, config.sound, config.kiosk.time_zone.zone),
        pages=pages,
        outputs=Outputs(config, faults),
        screens=screens,
        switching=Switching(config, state, screens, rotation, hub, changed),
        notices=Notices(),
        links=Links(changed),
        hub=hub,
    )


def _past(config: Config, current: Callable[[], Config], core: Core) -> Past:
    history, clock = History(), RightClock()
    recorder = Recorder(
        core.state,
        history,
        lambda: selections(current().sources),
        clock.right,
        lambda: current().kiosk.time_zone.zone,
    )
    folder, say = paths.state_folder(config), partial(core.faults.say, "history")
    trends = Trends(config, history, recorder, core.hub)
    return Past(clock, recorder, trends, HistoryKeeper(folder, history, say))


def _sound(config: Config, core: Core) -> Sound:
    player = Player(config.sound, config.kiosk.language, core.changed)
    cache = SoundCache(paths.cache_folder(config) / "sounds")
    say = partial(core.faults.say, "soundUrl")
    cards = Cards(config.sound, player, core.changed)
    return Sound(player, AlertSounds(config.sound, player, cache, say), cards)


def _machine(config: Config, core: Core) -> Machine:
    display = Display(
        config.display,
        config.kiosk.time_zone.zone,
        urgent=lambda: bool(core.alerts.critical()),
        trusted=lambda: "clock" not in core.faults,
        changed=core.changed,
    )
    return Machine(display, CommandRunner(core.faults), BrowserRequests(), Board())


def _sources(config: Config, core: Core, sound: Sound, machine: Machine, fleet: Fleet) -> Sources:
    own, noted, neighbours = kiosk_id(config), Changed(), NeighboursOnBroker(fleet)
    following = Following(core.links, sound.alert_sounds.trust, network.has_network, neighbours)
    return Sources(
        neighbours,
        following,
        Escalations(config, own, core.alerts, machine.commands, noted),
        Acknowledgements(config, own, core.alerts, noted, following.uplink),
        Asking(fleet, core.alerts, noted, _later),
        noted,
    )


def _listening(config: Config, core: Core) -> Listening:
    say, folder = core.faults.say, paths.state_folder(config)
    binding = Binding(config.server, partial(say, "listening"), network.addresses, _tell)
    local_name = LocalName(lambda: network.reached(binding.hosts))
    https = Https(
        config.server,
        folder,
        partial(say, "https"),
        network.addresses,
        lambda: local_name.name,
    )
    return Listening(Access(config.server, folder, say), binding, local_name, https)


def _kept(
    config: Config,
    current: Callable[[], Config],
    core: Core,
    kiosk: Kiosk,
    sources: Sources,
    sound: Sound,
) -> tuple[Kept, Hooks]:
    """What is written down, and the webhooks: their answers wait for it, and it keeps theirs."""
    say, folder = core.faults.say, paths.state_folder(config)
    alerts = AlertKeeper(folder, core.alerts, core.sounding, partial(say, "alerts"))
    hooks = Hooks(kiosk.ingest, alerts.kept, say, sources.following.ask)
    keeper = Keeper(
        folder,
        core.state,
        core.switching,
        core.notices,
        partial(say, "state"),
        lambda: origins(current().sources),
        hooks,
        sound.cards,
    )
    return Kept(keeper, alerts), hooks


def _alerting(
    config: Config, core: Core, sound: Sound, machine: Machine, sources: Sources
) -> Alerting:
    return Alerting(
        config,
        core.alerts,
        core.sounding,
        core.switching,
        core.hub,
        sounds=sound.alert_sounds,
        display=machine.display,
        outboxes=(sources.acknowledgements, sources.asking),
        escalation=sources.escalations,
        changed=core.changed,
        noted=sources.noted,
        later=_later,
    )


def _kiosk(
    config: Config,
    core: Core,
    alerting: Alerting,
    sound: Sound,
    machine: Machine,
    sources: Sources,
    listening: Listening,
) -> Kiosk:
    return Kiosk(
        config,
        core.state,
        alerting,
        core.screens,
        core.switching,
        core.notices,
        core.hub,
        core.faults,
        sounds=sound.alert_sounds,
        display=machine.display,
        commands=machine.commands,
        asks=sources.following,
        browser=machine.browser,
        invitation=listening.access,
        changed=core.changed,
    )


def _reporter(config: Config, core: Core, past: Past, reports: Reports) -> Reporter:
    return Reporter(
        config,
        core.state,
        core.hub,
        core.alerts,
        core.sounding,
        core.screens,
        core.switching,
        core.notices,
        past.trends,
        core.links,
        core.faults,
        reports,
        core.changed,
        build_id(),
        _later,
    )


def _on_broker(
    config: Config,
    core: Core,
    sources: Sources,
    alerting: Alerting,
    kiosk: Kiosk,
    fleet: Fleet,
    reporter: Reporter,
    screenshot: Callable[[], Awaitable[Screenshot]],
    rollout: Rollout,
    updates: Updates,
) -> WallOnBroker:
    return WallOnBroker(
        fleet,
        config,
        kiosk,
        alerting,
        core.state,
        core.links,
        core.faults,
        sources.neighbours,
        sources.asking,
        reporter.status,
        screenshot,
        core.changed,
        _later,
        rollout,
        updates,
    )


def _reports(
    current: Callable[[], Config],
    past: Past,
    sound: Sound,
    machine: Machine,
    listening: Listening,
    buttons: Buttons,
    keys: Keys,
    hooks: Hooks,
    fleet: Fleet,
    files: FleetFiles,
) -> Reports:
    return Reports(
        sound=sound.player.status,
        volume=lambda: sound.player.volume,
        display=machine.display.status,
        board=machine.board.status,
        clock=past.clock.status,
        browser_restarts=lambda: machine.browser.restarts,
        image_faults=lambda: image.faults(paths.IMAGE),
        certificate=listening.https.status,
        remote=lambda: _remote(current(), listening),
        buttons=buttons.status,
        keys=keys.status,
        hooks=hooks.status,
        broker=fleet.status,
        fleet_file=lambda: _fleet_file(files),
    )


def _remote(config: Config, listening: Listening) -> RemoteStatus:
    server, binding = config.server, listening.binding
    return network.remote(
        binding.hosts,
        binding.port,
        server.open_without_token,
        listening.local_name.name,
        server.encrypted,
        server.public_url,
    )


def _fleet_file(files: FleetFiles) -> FleetFileStatus | None:
    held, trial = files.held(), files.trial
    if not held.file and trial is None:
        return None
    mark = mark_of(held.file if trial is None else trial)
    return FleetFileStatus(held.number, held.by, held.at, trial is not None, files.fits, mark)


def _tell(port: int) -> None:
    """Write down where programs of this machine reach the daemon."""
    try:
        address.tell(port)
    except OSError as error:
        log.warning(tr("the address can't be written down: {reason}", reason=reason(error)))


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
