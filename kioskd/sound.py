"""Plays alert sounds on the Pi's own audio. Owns the package pygame.

One thread makes every mixer call, since one of them may hang for ever: the event loop only puts
orders into its queue. Without a card the thread keeps trying, and becomes loud without a restart.
"""

import asyncio
import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from kioskd.config import Severity, Sound, SoundName

BUILT_IN = Path(__file__).parent / "sounds"
FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0  # seconds
RATE = 44100  # samples per second
SHORTEST = 0.02  # seconds; a truncated wav loads as 2 ms of silence
CRITICAL_WAITS = 30.0  # seconds a critical sound waits for a card; later it is repeated anyway
MOST_ORDERS = 50  # waiting while the thread hangs
MIXER_FAILURES = (RuntimeError, OSError, ValueError)  # pygame.error is a RuntimeError


@dataclass(frozen=True)
class Status:
    state: Literal["ok", "off", "failed", "opening"]
    detail: str = ""


@dataclass(frozen=True)
class Order:
    name: SoundName
    severity: Severity
    at: float  # time.monotonic()


def open_pygame(settings: Sound) -> Any:
    """The opened ``pygame.mixer``; ``pygame.error`` (a ``RuntimeError``) without a card."""
    os.environ["SDL_NO_SIGNAL_HANDLERS"] = "1"  # else SDL eats SIGTERM
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    if settings.driver:
        os.environ["SDL_AUDIODRIVER"] = settings.driver
    import pygame.mixer

    # allowedchanges=0: SDL converts for a card of another format, and our silence stays in step.
    pygame.mixer.init(RATE, -16, 2, settings.buffer, settings.device, allowedchanges=0)
    return pygame.mixer


class Player:
    """``changed`` is called in the event loop whenever ``status()`` turned.

    ``open_mixer`` runs in the sound thread; a call that takes ``patience`` seconds is a failure.
    """

    def __init__(
        self,
        settings: Sound,
        changed: Callable[[], None],
        open_mixer: Callable[[Sound], Any] = open_pygame,
        patience: float = 10.0,
    ) -> None:
        self._settings = settings
        self._changed = changed
        self._open_mixer = open_mixer
        self._patience = patience
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._status = Status("opening" if settings.enabled else "off")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._calling_since: float | None = None  # when the thread went into the mixer
        self._hangs = False
        self._watch: asyncio.TimerHandle | None = None
        self._waiting: Order | None = None  # the critical one that has not been heard yet

    def start(self) -> None:
        """Open the card in the background; returns at once."""
        self._loop = asyncio.get_running_loop()
        if self._settings.enabled:
            self._calling_since = time.monotonic()
            self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
            self._thread.start()
            self._look()

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        """Order a sound; never waits. Without a card only a critical one is kept, for 30 s."""
        wanted = self._status.state == "ok" or severity == "critical"
        if wanted and self._thread is not None and self._orders.qsize() < MOST_ORDERS:
            self._orders.put(Order(name, severity, time.monotonic()))

    def status(self) -> Status:
        if self._hangs:
            return Status("failed", "the sound card does not answer; if it stays so, restart")
        return self._status

    async def close(self, timeout: float = 2.0) -> None:
        """End the thread; one that hangs for ``timeout`` seconds is left to the process's end."""
        if self._watch is not None:
            self._watch.cancel()
        if self._thread is None:
            return
        self._orders.put(None)
        deadline = time.monotonic() + timeout
        while self._thread.is_alive() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    def _look(self) -> None:
        """See that the thread is not stuck in the mixer: it could not say so itself."""
        since = self._calling_since
        hangs = since is not None and time.monotonic() - since > self._patience
        if hangs != self._hangs:
            self._hangs = hangs
            self._changed()
        self._watch = asyncio.get_running_loop().call_later(self._patience / 5, self._look)

    # From here on: the sound thread

    def _say(self, status: Status) -> None:
        if status != self._status and self._loop is not None:
            self._status = status
            with contextlib.suppress(RuntimeError):  # the loop closed without waiting for us
                self._loop.call_soon_threadsafe(self._changed)

    def _work(self) -> None:
        delay = FIRST_RETRY
        while True:
            self._calling_since = time.monotonic()
            try:
                mixer = self._open_mixer(self._settings)
            except (*MIXER_FAILURES, ImportError) as error:
                self._say(Status("failed", f"no sound card ({self._tried()}): {error}"))
            else:
                ended = False
                try:
                    ended, delay = self._serve(mixer), FIRST_RETRY
                except MIXER_FAILURES as error:
                    self._say(Status("failed", f"the sound card failed: {error}"))
                self._calling_since = time.monotonic()
                mixer.quit()
                if ended:
                    self._calling_since = None
                    return
            self._calling_since = None
            if self._ends_within(delay):
                return
            delay = min(delay * 2, LONGEST_RETRY)

    def _tried(self) -> str:
        driver = self._settings.driver or os.environ.get("SDL_AUDIODRIVER", "any driver")
        return f"{driver}, {self._settings.device}" if self._settings.device else driver

    def _ends_within(self, seconds: float) -> bool:
        """Wait for the next try; of what is ordered meanwhile the last critical one is kept."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                order = self._orders.get(timeout=left)
            except queue.Empty:
                break
            if order is None:
                return True
            if order.severity == "critical":
                self._waiting = order
        return False

    def _serve(self, mixer: Any) -> bool:
        """Play until told to end (True) or the card is dead (False)."""
        sounds, bad = self._load(mixer)
        # A channel of its own: nothing that comes later can take a critical sound's place.
        channels = {False: mixer.Channel(0), True: mixer.Channel(1)}
        due: dict[bool, float] = {}  # by when each channel must have fallen silent
        self._say(Status("ok", "; ".join(bad)))
        if self._waiting and time.monotonic() - self._waiting.at < CRITICAL_WAITS:
            self._orders.put(self._waiting)
        self._waiting = None
        while True:
            self._calling_since = None
            try:
                wait = max(0.0, min(due.values()) - time.monotonic()) if due else None
                order = self._orders.get(timeout=wait)
            except queue.Empty:
                order = None
            else:
                if order is None:
                    return True
            self._calling_since = now = time.monotonic()
            for critical in [key for key, at in due.items() if at <= now]:
                if channels[critical].get_busy():
                    self._say(Status("failed", "the sound card stopped taking sound"))
                    if order is not None and order.severity == "critical":
                        self._waiting = order
                    return False
                del due[critical]
                if critical:
                    self._waiting = None
            if order is not None:
                critical, sound = order.severity == "critical", sounds[order.name]
                if critical:
                    self._waiting = order
                sound.set_volume(self._volume(order.severity) / 100)
                channels[critical].play(sound)
                due[critical] = now + 2 * sound.get_length() + 1

    def _load(self, mixer: Any) -> tuple[dict[SoundName, Any], list[str]]:
        sounds: dict[SoundName, Any] = {}
        bad = []
        silence = bytes(int(self._settings.lead_in * RATE) * 4)
        for name in get_args(SoundName):
            built_in = mixer.Sound(str(BUILT_IN / f"{name}.wav"))
            given = getattr(self._settings.sounds, name.replace("-", "_"), None)
            try:
                sound = mixer.Sound(given) if given else built_in
                if sound.get_length() < SHORTEST:
                    raise ValueError("holds no sound")
            except MIXER_FAILURES as error:
                bad.append(f"{given}: {error}; the built-in sound plays")
                sound = built_in
            sounds[name] = mixer.Sound(buffer=silence + sound.get_raw()) if silence else sound
        return sounds, bad

    def _volume(self, severity: Severity) -> int:
        own: int | None = getattr(self._settings.volumes, severity)
        return self._settings.volume if own is None else own
