"""The daemon lives: its parts start in order, take another configuration, and stop in time."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from kioskd.config import Config, fleet_file
from kioskd.config.active import ActiveConfig
from kioskd.config.fleet_file import FleetFiles
from kioskd.config.origins import origins
from kioskd.core.identity import kiosk_id
from kioskd.daemon import build
from kioskd.errors import ConfigError
from kioskd.host import address, network, systemd
from kioskd.host.threads import DaemonThreads
from kioskd.web.serving import Serving
from kioskd.words import tr

log = logging.getLogger(__name__)
FIRST_ATTEMPT = 1.0  # seconds for server.host; the wall is not held up for longer
Ready = Callable[[str, Sequence[str]], None]
Reload = Callable[[str | None], ActiveConfig]
"""Reads the files again, with the fleet's file that is on trial in place of the one that is kept.
"""
GOODBYE = 1.0  # seconds for panels to close, of the 5 that a stop may take


async def run(found: ActiveConfig, reload: Reload | None, ready: Ready) -> None:
    """Run until SIGTERM or SIGINT; ``ready`` gets the address for programs of this machine, and
    those of the remote page for other machines.

    Raises ``PortError`` when an address can't be had.
    """
    daemon = Daemon(found.config, reload, found.file, found.pushed)
    daemon.parts.core.faults.say("configuration", found.fault)
    await daemon.run(ready)


class Daemon:
    """The life of the parts: start, reload, stop."""

    def __init__(
        self,
        config: Config,
        reload: Reload | None = None,
        file: Path | None = None,
        pushed: bool = False,
    ) -> None:
        self.config = config
        self._started_with = config
        self._reload = reload
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._file = file if reload is not None else None
        self._files = FleetFiles(
            fleet_file.place(), lambda: self.config, lambda: self._file, self.reload
        )
        self._files.fits = pushed
        self.parts = build(lambda: self.config, self.alive, self._files)

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
        parts.kept.alerts.restore()
        parts.past.keeper.restore()
        if not parts.kept.state.restore():
            parts.alerting.forget_tickets()
        serving = Serving(
            parts.web.application(),
            parts.listening.access.connections,
            parts.listening.https.context,
        )
        try:
            await self._listen(serving)
            self._start_tasks(serving)
            await parts.listening.binding.first_attempt(FIRST_ATTEMPT)
            systemd.ready(parts.reporter.summary())
            port, hosts = parts.listening.binding.port, parts.listening.binding.hosts
            encrypted = self.config.server.encrypted
            urls = network.remote(hosts, port, True, encrypted=encrypted).urls
            ready(address.local(port), urls)
            # After READY: a card, a pin or an upstream may take its time.
            self._follow_sources()
            parts.fleet.start()
            parts.sound.player.start()
            parts.buttons.open()
            parts.keys.open()
            parts.alerting.resume()
            parts.sources.acknowledgements.resume()
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
        self.parts.listening.access.admit_wall(address.runtime_folder())
        await serving.start(address.control_socket(self.config))
        self.parts.listening.binding.open(serving)
        port = self.parts.listening.binding.port
        self.parts.page_gate.start(self.config, address.runtime_folder(), port)

    def _start_tasks(self, serving: Serving) -> None:
        self._tasks = [
            asyncio.create_task(self.parts.listening.https.follow(), name="https"),
            asyncio.create_task(self.parts.listening.binding.follow(serving), name="listen"),
            asyncio.create_task(self._every_second(), name="every second"),
            asyncio.create_task(self.parts.core.hub.deliver(), name="deliver"),
            asyncio.create_task(self.parts.machine.display.follow(), name="display"),
            asyncio.create_task(self.parts.listening.local_name.follow(), name="local name"),
        ]

    def _follow_sources(self) -> None:
        self.parts.sources.following.start(self.config, self.parts.kiosk.ingest)
        self.parts.hooks.configure(self.config.sources)

    async def _every_second(self) -> None:
        interval, parts = systemd.watchdog_interval(), self.parts
        said, fed = "", 0.0
        while True:
            parts.kiosk.tick()
            parts.reporter.tick()
            parts.listening.access.tick()
            parts.on_broker.tick()
            parts.others.tick()
            parts.kept.state.keep()
            parts.kept.alerts.keep()
            parts.past.clock.tick()
            self._look_back()
            parts.past.keeper.keep()
            parts.core.faults.say("board", *parts.machine.board.fault())
            parts.buttons.show(
                parts.core.links.any_connected(),
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

    def _look_back(self) -> None:
        """Record and draw the past; whatever is wrong with it, the present goes on."""
        faults = self.parts.core.faults
        try:
            if self.parts.past.trends.tick():
                faults.say("past", None)
        except Exception as bug:
            if "past" not in faults:
                log.exception(tr("a look at the figures failed"))
            said = tr(
                "the figures can't be recorded: {error}; the log says more",
                error=type(bug).__name__,
            )
            faults.say("past", said)

    # Reload

    def reload(self) -> None:
        """Take the file again; a bad one changes nothing and is shown."""
        systemd.reloading()
        faults = self.parts.core.faults
        try:
            if self._reload is not None:
                self._files.read_again()
                found = self._reload(self._files.trial)
                self._file = found.file
                self._files.fits = found.pushed
                self._take(found.config)
                faults.say("configuration", found.fault)
                log.info("configuration reloaded from %s", found.file)
        except ConfigError as error:
            first = str(error).splitlines()[0]
            faults.say(
                "configuration",
                tr("{fault}; the earlier configuration stays in force", fault=first),
            )
        self.parts.fleet.hurry()
        self.parts.sources.following.hurry()  # a secret was changed, or the network mended
        systemd.ready(self.parts.reporter.summary())
        self.parts.reporter.publish()

    def _take(self, config: Config) -> None:
        before, self.config = self.config, config
        parts = self.parts
        self._say_what_needs_a_restart()
        parts.listening.https.configure(config.server)
        parts.web.configure(config.server, config.kiosk.development)
        parts.core.hub.configure(config.server.limits.waiting_events, config.server.limits.stall)
        parts.sound.alert_sounds.configure(config.sound)
        parts.sound.cards.configure(config.sound)
        if (config.sound, config.kiosk.language) != (before.sound, before.kiosk.language):
            parts.sound.player.reconfigure(config.sound, config.kiosk.language)
        if (config.display, config.kiosk.time_zone) != (before.display, before.kiosk.time_zone):
            parts.machine.display.configure(config.display, config.kiosk.time_zone.zone)
        if _pins(config) != _pins(before):
            parts.buttons.replace(config)
        if config.keys != before.keys:
            parts.keys.replace(config)
        if _followed(config) != _followed(before):
            then, now = origins(before.sources), origins(config.sources)
            parts.kiosk.forget([view for view in then if then[view] != now.get(view)])
            parts.past.recorder.forget()
            self._follow_sources()
        parts.sources.escalations.configure(config, kiosk_id(config))
        parts.sources.acknowledgements.configure(config, kiosk_id(config))
        parts.hooks.configure(config.sources)  # their secrets may be others
        parts.core.pages.configure(config)
        parts.core.outputs.configure(config)
        parts.kiosk.configure(config)
        parts.page_gate.configure(config)
        parts.on_broker.configure(config)
        parts.others.configure(config)
        parts.past.trends.configure(config)
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
        said = tr(
            "{keys}: changed, but in force only after systemctl restart kioskd",
            keys=", ".join(late),
        )
        self.parts.core.faults.say("restart", said if late else None)

    # Stop

    async def _shut_down(self, serving: Serving) -> None:
        systemd.stopping()
        parts = self.parts
        ending = [
            *parts.sources.following.stop(),
            *parts.sources.escalations.stop(),
            *parts.machine.commands.stop(),
        ]
        ending += parts.sources.acknowledgements.stop()
        ending += parts.on_broker.stop()
        leaving = parts.fleet.stop() + parts.others.stop()
        for task in self._tasks:
            task.cancel()
        parts.buttons.close()
        parts.keys.close()
        if ending:
            await asyncio.wait(ending, timeout=0.5)
        await parts.web.close_panels(GOODBYE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await serving.close()
        await asyncio.wait(
            [
                *leaving,
                asyncio.ensure_future(parts.kept.state.close()),
                asyncio.ensure_future(parts.past.keeper.close()),
                asyncio.ensure_future(parts.listening.access.sessions.close()),
                asyncio.ensure_future(parts.kept.alerts.close()),
                asyncio.ensure_future(parts.page_gate.close()),
                asyncio.ensure_future(parts.sound.player.close(0.5)),
                asyncio.ensure_future(parts.sound.alert_sounds.close()),
            ],
            timeout=2.0,
        )


def _followed(config: Config) -> tuple[object, ...]:
    return config.sources, config.proxy, config.kiosk.id, config.kiosk.language


def _pins(config: Config) -> tuple[object, ...]:
    wired = config.buttons, config.chords, config.leds, config.rotary, config.motion
    return *wired, config.gpio
