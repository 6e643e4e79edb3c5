"""The parts list: what kioskd is made of, in the order in which each part needs the ones before."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct

from kioskd.audio.alert_sounds import AlertSounds
from kioskd.audio.cache import SoundCache
from kioskd.audio.player import Player
from kioskd.config import Config, paths
from kioskd.config.active import ActiveConfig
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
from kioskd.errors import ConfigError
from kioskd.fleet.part import Fleet
from kioskd.fleet.wall import WallOnBroker
from kioskd.gpio.buttons import Buttons
from kioskd.host import address, image, network, systemd
from kioskd.host.alert_keeper import AlertKeeper
from kioskd.host.board import Board
from kioskd.host.browser import BrowserRequests
from kioskd.host.commands import CommandRunner
from kioskd.host.display import Display
from kioskd.host.mdns import LocalName
from kioskd.host.state_keeper import Keeper
from kioskd.host.threads import DaemonThreads
from kioskd.sources.escalation import Escalations
from kioskd.sources.following import Following
from kioskd.sources.outbox import Acknowledgements
from kioskd.sources.webhook.hooks import Hooks
from kioskd.web.access import Access
from kioskd.web.binding import Binding
from kioskd.web.https import Https
from kioskd.web.server import Web, build_id
from kioskd.web.serving import Serving

log = logging.getLogger(__name__)
FIRST_ATTEMPT = 1.0  # seconds for server.host; the wall is not held up for longer
Ready = Callable[[str, Sequence[str]], None]
GOODBYE = 1.0  # seconds for panels to close, of the 5 that a stop may take


async def run(found: ActiveConfig, reload: Callable[[], ActiveConfig] | None, ready: Ready) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` gets the address for programs of this machine, and
    those of the remote page for other machines.

    Raises ``PortError`` when an address can't be had.
    """
    daemon = Daemon(found.config, reload)
    daemon.parts.faults.say("configuration", found.fault)
    await daemon.run(ready)


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


class Daemon:
    """The life of the parts: start, reload, stop."""

    def __init__(self, config: Config, reload: Callable[[], ActiveConfig] | None = None) -> None:
        self.config = config
        self._started_with = config
        self._reload = reload
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.parts = build(lambda: self.config, self.alive)

    def alive(self) -> bool:
        """Whether every core task still runs."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    # Start

    async def run(self, ready: Ready) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(DaemonThreads())
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        parts = self.parts
        parts.alert_keeper.restore()
        if not parts.keeper.restore():
            parts.alerting.forget_tickets()
        serving = Serving(parts.web.application(), parts.access.connections, parts.https.context)
        try:
            await self._listen(serving)
            self._start_tasks(serving)
            await parts.binding.first_attempt(FIRST_ATTEMPT)
            systemd.ready(parts.reporter.summary())
            port, hosts = parts.binding.port, parts.binding.hosts
            encrypted = self.config.server.encrypted
            urls = network.remote(hosts, port, True, encrypted=encrypted).urls
            ready(address.local(port), urls)
            # After READY: a card, a pin or an upstream may take its time.
            self._follow_sources()
            parts.fleet.start()
            parts.player.start()
            parts.buttons.open()
            parts.alerting.resume()
            parts.acknowledgements.resume()
            await asyncio.wait(
                [asyncio.ensure_future(self._stop.wait()), *self._tasks],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            await self._shut_down(serving)
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    async def _listen(self, serving: Serving) -> None:
        self.parts.access.admit_wall(address.runtime_folder())
        await serving.start(address.control_socket(self.config))
        self.parts.binding.open(serving)

    def _start_tasks(self, serving: Serving) -> None:
        self._tasks = [
            asyncio.create_task(self.parts.https.follow(), name="https"),
            asyncio.create_task(self.parts.binding.follow(serving), name="listen"),
            asyncio.create_task(self._every_second(), name="every second"),
            asyncio.create_task(self.parts.hub.deliver(), name="deliver"),
            asyncio.create_task(self.parts.display.follow(), name="display"),
            asyncio.create_task(self.parts.local_name.follow(), name="local name"),
        ]

    def _follow_sources(self) -> None:
        self.parts.following.start(self.config, self.parts.kiosk.ingest)
        self.parts.hooks.configure(self.config.sources)

    async def _every_second(self) -> None:
        interval, parts = systemd.watchdog_interval(), self.parts
        said, fed = "", 0.0
        while True:
            parts.kiosk.tick()
            parts.reporter.tick()
            parts.access.tick()
            parts.on_broker.tick()
            parts.keeper.keep()
            parts.alert_keeper.keep()
            parts.faults.say("board", *parts.board.fault())
            parts.buttons.show(
                parts.links.any_connected(),
                bool(parts.alerting.alerts.critical()),
                parts.alerting.sounding.muted() > 0,
            )
            if (
                interval is not None
                and time.monotonic() - fed >= min(interval, 10)
                and self.alive()
            ):
                systemd.watchdog()
                fed = time.monotonic()
            if (line := parts.reporter.summary()) != said:
                systemd.status(line)
                said = line
            await asyncio.sleep(1)

    # Reload

    def reload(self) -> None:
        """Take the file again; a bad one changes nothing and is shown."""
        systemd.reloading()
        faults = self.parts.faults
        try:
            if self._reload is not None:
                found = self._reload()
                self._take(found.config)
                faults.say("configuration", found.fault)
                log.info("configuration reloaded from %s", found.file)
        except ConfigError as error:
            first = str(error).splitlines()[0]
            faults.say("configuration", f"{first}; the earlier configuration stays in force")
        self.parts.fleet.hurry()
        self.parts.following.hurry()  # a secret was changed, or the network mended
        systemd.ready(self.parts.reporter.summary())
        self.parts.reporter.publish()

    def _take(self, config: Config) -> None:
        before, self.config = self.config, config
        parts = self.parts
        self._say_what_needs_a_restart()
        parts.https.configure(config.server)
        parts.web.configure(config.server, config.kiosk.development)
        parts.hub.configure(config.server.limits.waiting_events, config.server.limits.stall)
        parts.alert_sounds.configure(config.sound)
        if (config.sound, config.kiosk.language) != (before.sound, before.kiosk.language):
            parts.player.reconfigure(config.sound, config.kiosk.language)
        if (config.display, config.kiosk.time_zone) != (before.display, before.kiosk.time_zone):
            parts.display.configure(config.display, config.kiosk.time_zone.zone)
        if _pins(config) != _pins(before):
            parts.buttons.replace(config)
        if _followed(config) != _followed(before):
            then, now = origins(before.sources), origins(config.sources)
            parts.kiosk.forget([view for view in then if then[view] != now.get(view)])
            self._follow_sources()
        parts.escalations.configure(config, kiosk_id(config))
        parts.acknowledgements.configure(config, kiosk_id(config))
        parts.hooks.configure(config.sources)  # their secrets may be others
        parts.kiosk.configure(config)
        parts.on_broker.configure(config)
        parts.reporter.configure(config)

    def _say_what_needs_a_restart(self) -> None:
        now, then = self.config, self._started_with
        fixed = {
            "server.host": (now.server.host, then.server.host),
            "server.port": (now.server.port, then.server.port),
            "kiosk.state_directory": (now.kiosk.state_directory, then.kiosk.state_directory),
            "kiosk.cache_directory": (now.kiosk.cache_directory, then.kiosk.cache_directory),
        }
        late = [name for name, (new, old) in fixed.items() if new != old]
        said = f"{', '.join(late)}: changed, but in force only after systemctl restart kioskd"
        self.parts.faults.say("restart", said if late else None)

    # Stop

    async def _shut_down(self, serving: Serving) -> None:
        systemd.stopping()
        parts = self.parts
        ending = [*parts.following.stop(), *parts.escalations.stop(), *parts.commands.stop()]
        ending += parts.acknowledgements.stop()
        leaving = parts.fleet.stop()
        for task in self._tasks:
            task.cancel()
        parts.buttons.close()
        if ending:
            await asyncio.wait(ending, timeout=0.5)
        await parts.web.close_panels(GOODBYE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await serving.close()
        await asyncio.wait(
            [
                *leaving,
                asyncio.ensure_future(parts.keeper.close()),
                asyncio.ensure_future(parts.access.sessions.close()),
                asyncio.ensure_future(parts.alert_keeper.close()),
                asyncio.ensure_future(parts.player.close(0.5)),
                asyncio.ensure_future(parts.alert_sounds.close()),
            ],
            timeout=2.0,
        )


def _followed(config: Config) -> tuple[object, ...]:
    return config.sources, config.proxy, config.kiosk.id, config.kiosk.language


def _tell(port: int) -> None:
    """Write down where programs of this machine reach the daemon."""
    try:
        address.tell(port)
    except OSError as error:
        log.warning("the address can't be written down: %s", reason(error))


def _pins(config: Config) -> tuple[object, ...]:
    return config.buttons, config.leds, config.rotary, config.motion, config.gpio


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
