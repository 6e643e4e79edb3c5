"""The parts list: builds everything, owns the tasks, and the order of start and stop."""

import asyncio
import contextlib
import errno
import logging
import signal
import time
from collections.abc import Callable
from functools import partial

from aiohttp import web

from kioskd.audio.alert_sounds import AlertSounds
from kioskd.audio.cache import SoundCache
from kioskd.audio.player import Player
from kioskd.config import Command, Config, Source, View, paths
from kioskd.config.active import ActiveConfig
from kioskd.config.files import read_secret, reason, why_no_secret
from kioskd.config.origins import origins
from kioskd.config.paths import cache_folder, state_folder
from kioskd.core.hub import Hub
from kioskd.core.kiosk import Kiosk, kiosk_id
from kioskd.core.messages import Json
from kioskd.core.state import State
from kioskd.core.status import SourceView
from kioskd.errors import ConfigError, KioskdError, PortError
from kioskd.gpio.buttons import Buttons
from kioskd.host import address, image, network, systemd
from kioskd.host.commands import run_command
from kioskd.host.display import Display
from kioskd.host.state_keeper import Keeper
from kioskd.sources import Context, follow
from kioskd.web.server import Web, build_id

log = logging.getLogger(__name__)
GOODBYE = 1.0  # seconds for panels to close, of the 5 that a stop may take
MOST_COMMANDS = 5  # of buttons, that may run at once


async def run(
    found: ActiveConfig, reload: Callable[[], ActiveConfig] | None, ready: Callable[[str], None]
) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` gets the address for programs of this machine.

    Raises ``PortError`` when an address can't be had.
    """
    daemon = Daemon(found.config, reload)
    daemon.say("configuration", found.fault)
    await daemon.run(ready)


class Daemon:
    def __init__(self, config: Config, reload: Callable[[], ActiveConfig] | None = None) -> None:
        self.config = config
        self._started_with = config
        self._reload = reload
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._following: list[asyncio.Task[None]] = []
        self._commands: set[asyncio.Task[None]] = set()
        self._asks: dict[View, Context] = {}
        limits, zone = config.server.limits, config.kiosk.time_zone.zone
        self.state = State(config.stale_after, config.alerts.derive)
        self.hub = Hub(limits.waiting_events, limits.stall, time.monotonic)
        self.player = Player(config.sound, config.kiosk.language, self._changed)
        self.alert_sounds = AlertSounds(
            config.sound,
            self.player,
            SoundCache(cache_folder(config) / "sounds"),
            partial(self.say, "soundUrl"),
        )
        self.kiosk = Kiosk(config, self.state, self.hub, self.alert_sounds, build_id(), _later)
        self.display = Display(
            config.display,
            zone,
            urgent=lambda: bool(self.kiosk.policy.active),
            trusted=lambda: "clock" not in self.kiosk.faults,
            changed=self._changed,
        )
        self.buttons = Buttons(
            config, self.kiosk.perform, self.display.moved, changed=self._changed
        )
        self.web = Web(config.server, self.kiosk, self.hub, self._token(), self.alive)
        self.keeper = Keeper(
            state_folder(config),
            self.state,
            self.kiosk,
            partial(self.say, "state"),
            lambda: origins(self.config.sources),
        )
        self.kiosk.ask = self._ask
        self.kiosk.run = self._run_command
        self.kiosk.wake = self.display.wake
        self.kiosk.sound_status = self.player.status
        self.kiosk.buttons_status = self.buttons.status
        self.kiosk.watch_buttons = self.buttons.watch
        self.kiosk.display_status = self.display.status
        self.kiosk.remote_status = self._remote
        self.kiosk.card_faults = partial(image.faults, paths.IMAGE)

    def alive(self) -> bool:
        """Whether every core task still runs."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def run(self, ready: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        self.keeper.restore()
        runner = web.AppRunner(self.web.application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await self._listen(runner)
            self._start()
            systemd.ready(self.kiosk.summary())
            ready(address.local(self.config.server.port))
            # After READY: a card, a pin or an upstream may take its time.
            self._follow_sources()
            self.player.start()
            self.buttons.open()
            await asyncio.wait(
                [asyncio.ensure_future(self._stop.wait()), *self._tasks],
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            await self._shut_down(runner)
        for task in self._tasks:
            if task.done() and not task.cancelled() and (error := task.exception()):
                raise error

    async def _listen(self, runner: web.AppRunner) -> None:
        server = self.config.server
        await _listen_on(runner, server.host, server.port)
        if not {host for host, *_ in runner.addresses} & {address.LOOPBACK, "0.0.0.0"}:
            await _listen_on(runner, address.LOOPBACK, server.port)
        try:
            address.tell(server.port)
        except OSError as error:
            log.warning("the address can't be written down: %s", reason(error))

    def _start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._every_second(), name="every second"),
            asyncio.create_task(self.hub.deliver(), name="deliver"),
            asyncio.create_task(self.display.follow(), name="display"),
        ]

    def _follow_sources(self) -> None:
        self.kiosk.sources = []
        self._asks = {}
        for settings in self.config.sources:
            view = SourceView(settings.title, settings.kind, settings.views)
            view.origins = origins([settings])
            view.secret_file = next((auth.file for auth in getattr(settings, "auth", ())), None)
            context = Context(kiosk_id(self.config))
            self._asks |= dict.fromkeys(settings.views, context)
            self.kiosk.sources.append(view)
            self._following.append(
                asyncio.create_task(
                    self._follow(settings, context, view), name=f"source {settings.title}"
                )
            )

    async def _follow(self, settings: Source, context: Context, view: SourceView) -> None:
        origin = str(getattr(settings, "url", None) or "")
        self.alert_sounds.trust(origin, getattr(settings, "ca_file", None))
        ingest = partial(self.kiosk.ingest, origin=origin)
        await follow(settings, context, ingest, partial(self.kiosk.report, view))

    def _ask(self, view: View) -> None:
        if context := self._asks.get(view):
            context.asks.add(view)

    def _remote(self) -> Json:
        # The address can't change without a restart; who is let in can.
        server = self._started_with.server
        open_to_all, announced = self.config.server.open_without_token, paths.IMAGE.is_dir()
        return network.remote(server.host, server.port, open_to_all, announced)

    def _changed(self) -> None:
        self.kiosk.publish_status()

    async def _every_second(self) -> None:
        interval = systemd.watchdog_interval()
        said, fed = "", 0.0
        while True:
            self.kiosk.tick()
            self.keeper.keep()
            connected = any(source.state == "connected" for source in self.kiosk.sources)
            policy = self.kiosk.policy
            self.buttons.show(connected, bool(policy.active), policy.muted() > 0)
            if (
                interval is not None
                and time.monotonic() - fed >= min(interval, 10)
                and self.alive()
            ):
                systemd.watchdog()
                fed = time.monotonic()
            if (line := self.kiosk.summary()) != said:
                systemd.status(line)
                said = line
            await asyncio.sleep(1)

    # The action run

    def _run_command(self, command: Command) -> None:
        if len(self._commands) >= MOST_COMMANDS:
            log.warning("%s is not run: %d commands still are", command.argv[0], MOST_COMMANDS)
            return
        task = asyncio.create_task(self._ran(command), name="command")
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)

    async def _ran(self, command: Command) -> None:
        try:
            log.info("%s", await run_command(command))
            self.say("command", None)
        except KioskdError as error:
            self.say("command", str(error))

    # Reload

    def reload(self) -> None:
        """Take the file again; a bad one changes nothing and is shown."""
        systemd.reloading()
        try:
            if self._reload is not None:
                found = self._reload()
                self._take(found.config)
                self.say("configuration", found.fault)
                log.info("configuration reloaded from %s", found.file)
        except ConfigError as error:
            first = str(error).splitlines()[0]
            self.say("configuration", f"{first}; the earlier configuration stays in force")
        systemd.ready(self.kiosk.summary())
        self.kiosk.publish_status()

    def _take(self, config: Config) -> None:
        before, self.config = self.config, config
        self._say_what_needs_a_restart()
        self.web.configure(config.server, self._token())
        self.hub.configure(config.server.limits.waiting_events, config.server.limits.stall)
        self.alert_sounds.configure(config.sound)
        if (config.sound, config.kiosk.language) != (before.sound, before.kiosk.language):
            self.player.reconfigure(config.sound, config.kiosk.language)
        if (config.display, config.kiosk.time_zone) != (before.display, before.kiosk.time_zone):
            self.display.configure(config.display, config.kiosk.time_zone.zone)
        if _pins(config) != _pins(before):
            self.buttons.replace(config)
        if (config.sources, config.kiosk.id) != (before.sources, before.kiosk.id):
            for task in self._following:
                task.cancel()
            self._following = []
            then, now = origins(before.sources), origins(config.sources)
            self.kiosk.forget([view for view in then if then[view] != now.get(view)])
            self._follow_sources()
        self.kiosk.configure(config)

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
        self.say("restart", said if late else None)

    def _token(self) -> str | None:
        """The access token; one that can't be had locks other machines out, and is shown."""
        file, token, fault = self.config.server.token_file, None, None
        if file is not None:
            try:
                token = read_secret(file)
            except OSError as error:
                fault = f"server.token_file {file} can't be used: {why_no_secret(error, file)}"
        self.say("token", fault and f"{fault}; until then no other machine is let in")
        return token

    def say(self, part: str, fault: str | None) -> None:
        """Show what is wrong with a part, or (None) that it is well again."""
        if self.kiosk.faults.get(part) == fault:
            return
        if fault is None:
            del self.kiosk.faults[part]
        else:
            self.kiosk.faults[part] = fault
            log.error("%s: %s", part, fault)
        self.kiosk.publish_status()

    # Stop

    async def _shut_down(self, runner: web.AppRunner) -> None:
        systemd.stopping()
        for task in (*self._following, *self._commands, *self._tasks):
            task.cancel()
        self.buttons.close()
        if waiting := [*self._following, *self._commands]:
            await asyncio.wait(waiting, timeout=0.5)
        await self.web.close_panels(GOODBYE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await runner.cleanup()
        await asyncio.wait(
            [
                asyncio.ensure_future(self.keeper.close()),
                asyncio.ensure_future(self.player.close(0.5)),
                asyncio.ensure_future(self.alert_sounds.close()),
            ],
            timeout=2.0,
        )


async def _listen_on(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port, reuse_address=True).start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "another program listens there" if taken else error.strerror
        raise PortError(
            f"can't listen on {host}:{port}: {why}; stop that program or change server.port"
        ) from None


def _pins(config: Config) -> tuple[object, ...]:
    return config.buttons, config.leds, config.rotary, config.motion, config.gpio


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)
