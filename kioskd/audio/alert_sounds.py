"""What the kiosk rings: the file that belongs to an alert, handed to the player.

The configured sound comes first, then the source's own ``soundUrl``, then the built-in one.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kioskd.audio.plays import Plays
from kioskd.config import Severity, Sound, SoundName
from kioskd.core.messages import Alert
from kioskd.errors import SoundError, UnplayableError
from kioskd.words import tr

PATIENCE = 1.0  # seconds for a sound that must be fetched; it comes later for the next time
MOST_FETCHES = 20  # at once; what a burst asks beyond it gets the built-in sound


class Player(Plays, Protocol):
    def stop_all(self) -> None: ...
    def set_volume(self, percent: int) -> None: ...


class Cache(Protocol):
    async def get(
        self, url: str, base: str, allowed: tuple[str, ...], ca_file: str | None = None
    ) -> Path: ...
    async def close(self) -> None: ...


class AlertSounds:
    """``say`` shows, with a code, what is wrong with an upstream's sound; None: nothing is."""

    def __init__(
        self, settings: Sound, player: Player, cache: Cache, say: Callable[[str | None, str], None]
    ) -> None:
        self._settings = settings
        self._player = player
        self._cache = cache
        self._say = say
        self._ca_files: dict[str, str | None] = {}
        self._fetching: set[asyncio.Task[None]] = set()

    def configure(self, settings: Sound) -> None:
        """Take other settings."""
        self._settings = settings
        if not settings.enabled:
            self._say(None, "")  # what nobody could hear is nothing to mend

    def trust(self, origin: str, ca_file: str | None) -> None:
        """The authority of the house that vouches for a source's address."""
        self._ca_files[origin] = ca_file

    def play(self, name: SoundName, severity: Severity = "medium") -> None:
        """Play one of the named sounds."""
        self._player.play(name, severity)

    def ring(self, name: SoundName, alert: Alert, volume: int | None = None) -> None:
        """Play what belongs to an alert; a sound that must be fetched follows when it is here.

        ``volume`` in per cent; None: as configured.
        """
        if not self._settings.enabled:
            return
        own = getattr(self._settings.sounds, name.replace("-", "_"), None)
        if alert.sound_url is None or own is not None or len(self._fetching) >= MOST_FETCHES:
            self._play(name, alert, None, volume)
            return
        fetched = self._fetched(name, alert, alert.sound_url, volume)
        task = asyncio.get_running_loop().create_task(fetched)
        self._fetching.add(task)
        task.add_done_callback(self._fetching.discard)

    def hush(self) -> None:
        """End what still sounds, and what was still to come."""
        for task in self._fetching:
            task.cancel()
        self._player.stop_all()

    def set_volume(self, percent: int) -> None:
        """How loud everything is from now on, until the configuration of sound changes."""
        self._player.set_volume(percent)

    async def close(self) -> None:
        for task in self._fetching:
            task.cancel()
        await self._cache.close()

    async def _fetched(self, name: SoundName, alert: Alert, url: str, volume: int | None) -> None:
        file = None
        try:
            async with asyncio.timeout(PATIENCE):  # the fetch itself goes on, for the next time
                file = await self._cache.get(
                    url,
                    alert.origin,
                    self._settings.allowed_origins,
                    self._ca_files.get(alert.origin),
                )
            self._say(None, "")
        except TimeoutError:
            self._fault(
                tr(
                    "{url:.80} does not come in {seconds:.0f} s; the built-in sound plays",
                    url=url,
                    seconds=PATIENCE,
                )
            )
        except SoundError as error:
            code = "soundUnplayable" if isinstance(error, UnplayableError) else "soundUrl"
            self._fault(tr("{error}; the built-in sound plays", error=error), code)
        self._play(name, alert, file, volume)

    def _fault(self, said: str, code: str = "soundUrl") -> None:
        self._say(said if self._settings.enabled else None, code)

    def _play(self, name: SoundName, alert: Alert, file: Path | None, volume: int | None) -> None:
        say = alert.title if self._settings.speak else ""
        self._player.play(name, alert.severity, file, say, volume)
