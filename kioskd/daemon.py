"""The parts list: builds everything, owns the tasks, and the order of start and stop."""

import asyncio
import contextlib
import errno
import logging
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from aiohttp import web

from kioskd import statefile, systemd
from kioskd.buttons import Buttons
from kioskd.chime import Chime
from kioskd.config import ActionKeys, Config, Source, View
from kioskd.errors import ConfigError, KioskdError, PortError
from kioskd.facts import SourceView
from kioskd.hub import Hub
from kioskd.kiosk import Kiosk, kiosk_id
from kioskd.sound import Player
from kioskd.sources import Context, follow
from kioskd.state import State
from kioskd.web import Web, build_id

log = logging.getLogger(__name__)
SAVE_AT_MOST_EVERY = 60.0  # seconds: cards wear out
TOGETHER = 0.02  # seconds in which alerts that come count as one burst
GOODBYE = 1.0  # seconds for panels to close, of the 5 that a stop may take


async def run(
    config: Config, reload: Callable[[], Config] | None, ready: Callable[[], None]
) -> None:
    """Run until SIGTERM or SIGINT. Raises ``PortError`` when the address can't be had."""
    daemon = Daemon(config, reload)
    await daemon.run(ready)


class Daemon:
    def __init__(self, config: Config, reload: Callable[[], Config] | None) -> None:
        self.config = config
        self._started_with = config
        self._reload = reload
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._following: list[asyncio.Task[None]] = []
        self._asks: dict[View, Context] = {}
        limits = config.server.limits
        self.state = State(config.stale_after, config.alerts.derive)
        self.hub = Hub(limits.waiting_events, limits.stall, time.monotonic)
        self.player = Player(config.sound, self._changed)
        self.chime = Chime(self.player)
        self.kiosk = Kiosk(config, self.state, self.hub, self.chime, build_id(), _soon)
        self.buttons = Buttons(config, self.kiosk.perform, lambda: None)
        self.web = Web(config.server, self.kiosk, self.hub, _token(config), self.alive)
        self.kiosk.ask = self._ask
        self.kiosk.sound_status = self.player.status
        self.kiosk.buttons_status = lambda: self.buttons.status()
        self._say_unbuilt()
        self._statefile = _state_directory(config) / "state.json"
        self._saved: object = None
        self._saved_at = -SAVE_AT_MOST_EVERY

    def alive(self) -> bool:
        """Whether every core task still runs."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def run(self, ready: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        self._restore()
        runner = web.AppRunner(self.web.application(), access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await self._listen(runner)
            self._start()
            systemd.ready(self.kiosk.summary())
            ready()
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
        try:
            await web.TCPSite(runner, server.host, server.port, reuse_address=True).start()
        except OSError as error:
            why = (
                "another program listens there"
                if error.errno == errno.EADDRINUSE
                else error.strerror
            )
            raise PortError(
                f"can't listen on {server.host}:{server.port}: {why}; "
                "stop that program or change server.port"
            ) from None

    def _start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._every_second(), name="every second"),
            asyncio.create_task(self.hub.deliver(), name="deliver"),
        ]
        self.player.start()
        self.buttons.open()
        self._follow_sources()

    def _follow_sources(self) -> None:
        self.kiosk.sources = []
        self._asks = {}
        for settings in self.config.sources:
            view = SourceView(settings.title, settings.kind, settings.views)
            context = Context(kiosk_id(self.config))
            self._asks |= dict.fromkeys(settings.views, context)
            self.kiosk.sources.append(view)
            self._following.append(
                asyncio.create_task(
                    self._follow(settings, context, view), name=f"source {settings.title}"
                )
            )

    async def _follow(self, settings: Source, context: Context, view: SourceView) -> None:
        ingest = partial(self.kiosk.ingest, origin=str(getattr(settings, "url", None) or ""))
        await follow(settings, context, ingest, partial(self.kiosk.report, view))

    def _ask(self, view: View) -> None:
        if context := self._asks.get(view):
            context.asks.add(view)

    def _changed(self) -> None:
        self.kiosk.publish_status()

    async def _every_second(self) -> None:
        interval = systemd.watchdog_interval()
        said, fed = "", 0.0
        while True:
            self.kiosk.tick()
            self._save()
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

    def reload(self) -> None:
        """Take the file again; a bad one changes nothing and is shown."""
        systemd.reloading()
        try:
            if self._reload is not None:
                self._take(self._reload())
                self.kiosk.faults.pop("configuration", None)
                log.info("configuration reloaded")
        except (ConfigError, KioskdError) as error:
            first = str(error).splitlines()[0]
            self.kiosk.faults["configuration"] = (
                f"{first}; the earlier configuration stays in force"
            )
            log.error("%s", self.kiosk.faults["configuration"])
        systemd.ready(self.kiosk.summary())
        self.kiosk.publish_status()

    def _say_unbuilt(self) -> None:
        """Keys that are read but do nothing yet are a fault that is shown, not a silence."""
        config, default = self.config, Config()
        names = ("leds", "rotary", "motion", "display")
        unbuilt = [name for name in names if getattr(config, name) != getattr(default, name)]
        for name in ("speak", "allowed_origins"):
            if getattr(config.sound, name) != getattr(default.sound, name):
                unbuilt.append(f"sound.{name}")
        actions = [a for b in config.buttons for a in (b.press, b.hold, b.double)]
        if any(isinstance(action, ActionKeys) and action.run for action in actions):
            unbuilt.append("the action run")
        self.kiosk.faults.pop("keys", None)
        if unbuilt:
            said = f"{', '.join(unbuilt)}: not available in this version; nothing happens"
            self.kiosk.faults["keys"] = said

    def _take(self, config: Config) -> None:
        fixed = ("server", "sound")
        started = self._started_with
        late = [name for name in fixed if getattr(config, name) != getattr(started, name)]
        self.kiosk.faults.pop("restart", None)
        if late:
            said = f"{', '.join(late)}: changed, but in force only after systemctl restart kioskd"
            self.kiosk.faults["restart"] = said
        changed_sources = config.sources != self.config.sources
        changed_buttons = (config.buttons, config.gpio) != (self.config.buttons, self.config.gpio)
        self.config = config
        self._say_unbuilt()
        if changed_buttons:
            self.buttons.close()
            self.buttons = Buttons(config, self.kiosk.perform, lambda: None)
            self.buttons.open()
        if changed_sources:
            for task in self._following:
                task.cancel()
            self._following = []
            self._follow_sources()
        self.kiosk.configure(config)

    # The state file

    def _restore(self) -> None:
        if (saved := statefile.load(self._statefile)) is not None:
            self.state.screen = saved.screen
            for update in saved.updates:
                self.state.restore(update, saved.age)

    def _snapshot(self) -> tuple[object, ...]:
        return (self.state.screen, *(id(held.update) for held in self.state.held.values()))

    def _save(self, at_once: bool = False) -> None:
        now, snapshot = time.monotonic(), self._snapshot()
        if snapshot == self._saved or (not at_once and now - self._saved_at < SAVE_AT_MOST_EVERY):
            return
        self._saved_at = now
        try:
            updates = [held.update for held in self.state.held.values()]
            statefile.save(self._statefile, self.state.screen, updates)
            self._saved = snapshot
            self.kiosk.faults.pop("state", None)
        except OSError as error:
            self.kiosk.faults["state"] = f"the last state can't be kept: {error.strerror}"

    # Stop

    async def _shut_down(self, runner: web.AppRunner) -> None:
        systemd.stopping()
        for task in (*self._following, *self._tasks):
            task.cancel()
        self.buttons.close()
        if self._following:
            await asyncio.wait(self._following, timeout=0.5)
        await self.web.close_panels(GOODBYE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await runner.cleanup()
        self._save(at_once=True)
        await self.player.close(1.0)


def _soon(later: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(TOGETHER, later)


def _token(config: Config) -> str | None:
    if config.server.token_file is None:
        return None
    try:
        token = Path(config.server.token_file).read_text().strip()
    except (OSError, UnicodeError) as error:
        raise KioskdError(f"server.token_file can't be read: {error}") from None
    if not token:
        raise KioskdError(f"server.token_file {config.server.token_file} is empty")
    return token


def _state_directory(config: Config) -> Path:
    given = config.kiosk.state_directory or os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local/state")
    return Path(given or Path(home) / "kioskd").absolute()
