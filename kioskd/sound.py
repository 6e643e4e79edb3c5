"""Plays alert sounds on the Pi's own audio. Owns the package pygame.

One thread makes every mixer call, since one of them may hang for ever: the event loop only puts
orders into its queue. Without a card the thread keeps trying, and becomes loud without a restart.
"""

import asyncio
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


@dataclass(frozen=True)
class Status:
    state: Literal["ok", "off", "failed", "opening"]
    detail: str = ""


class Player:
    """``changed`` is called in the event loop whenever ``status()`` turned."""

    def __init__(self, settings: Sound, changed: Callable[[], None]) -> None:
        self._settings = settings
        self._changed = changed
        self._orders: queue.SimpleQueue[tuple[SoundName, Severity] | None] = queue.SimpleQueue()
        self._status = Status("opening" if settings.enabled else "off")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the card in the background; returns at once."""
        self._loop = asyncio.get_running_loop()
        if self._settings.enabled:
            self._thread = threading.Thread(target=self._work, name="sound", daemon=True)
            self._thread.start()

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        """Order a sound; never waits. Orders made while there is no card are dropped."""
        if self._status.state == "ok":
            self._orders.put((name, severity))

    def status(self) -> Status:
        return self._status

    async def close(self, timeout: float = 2.0) -> None:
        """End the thread; one that hangs for ``timeout`` seconds is left to the process's end."""
        if self._thread is None:
            return
        self._orders.put(None)
        deadline = time.monotonic() + timeout
        while self._thread.is_alive() and time.monotonic() < deadline:
            await asyncio.sleep(0.01)

    def _say(self, status: Status) -> None:
        if status != self._status and self._loop is not None:
            self._status = status
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._changed)

    # From here on: the sound thread

    def _work(self) -> None:
        os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
        os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
        if self._settings.driver:
            os.environ["SDL_AUDIODRIVER"] = self._settings.driver
        import pygame.mixer

        delay = FIRST_RETRY
        while True:
            try:
                pygame.mixer.init(RATE, -16, 2, self._settings.buffer, self._settings.device)
            except pygame.error as error:
                tried = self._settings.driver or os.environ.get("SDL_AUDIODRIVER", "any driver")
                self._say(Status("failed", f"no sound card ({tried}): {error}"))
                if self._ends_within(delay):
                    return
                delay = min(delay * 2, LONGEST_RETRY)
                continue
            delay = FIRST_RETRY
            ended = self._serve(pygame.mixer, pygame.error)
            pygame.mixer.quit()
            if ended:
                return

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                if self._orders.get(timeout=left) is None:
                    return True
            except queue.Empty:
                break
        return False

    def _serve(self, mixer: Any, failure: type[Exception]) -> bool:
        """Play until told to end (True) or the card is dead (False)."""
        sounds, bad = self._load(mixer, failure)
        self._say(Status("ok", "; ".join(bad)))
        channel, critical = mixer.Channel(0), mixer.Channel(1)
        due = None
        while True:
            try:
                order = self._orders.get(
                    timeout=None if due is None else max(0.0, due - time.monotonic())
                )
            except queue.Empty:
                if channel.get_busy() or critical.get_busy():
                    self._say(Status("failed", "the sound card stopped taking sound"))
                    return False
                due = None
                continue
            if order is None:
                return True
            name, severity = order
            sound = sounds[name]
            # A channel of its own: nothing that comes later can take a critical sound's place.
            on = critical if severity == "critical" else channel
            on.play(sound)
            on.set_volume(self._volume(severity) / 100)
            due = time.monotonic() + 2 * sound.get_length() + 1

    def _load(self, mixer: Any, failure: type[Exception]) -> tuple[dict[SoundName, Any], list[str]]:
        sounds: dict[SoundName, Any] = {}
        bad = []
        silence = bytes(int(self._settings.lead_in * RATE) * 4)
        for name in get_args(SoundName):
            built_in = mixer.Sound(str(BUILT_IN / f"{name}.wav"))
            given = getattr(self._settings.sounds, name.replace("-", "_"), None)
            try:
                sound = mixer.Sound(given) if given else built_in
                if sound.get_length() < 0.02:
                    raise ValueError("holds no sound")
            except (failure, OSError, ValueError) as error:
                bad.append(f"{given}: {error}; the built-in sound plays")
                sound = built_in
            sounds[name] = mixer.Sound(buffer=silence + sound.get_raw()) if silence else sound
        return sounds, bad

    def _volume(self, severity: Severity) -> int:
        own: int | None = getattr(self._settings.volumes, severity)
        return self._settings.volume if own is None else own
