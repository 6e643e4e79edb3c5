"""An open card with its sounds and its two channels: one for critical alerts, one for the rest.

Nothing that comes later can take a critical sound's place. Not a thing here waits.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, get_args

from msgspec import Struct

from kioskd.audio import card
from kioskd.config import SEVERITIES, Severity, Sound, SoundName
from kioskd.words import tr

KEPT = 8  # decoded files of the upstream
FADE = 150  # milliseconds
LOOK_EVERY = 5.0  # seconds: a card that was pulled out is shown soon
PAUSE = 0.15  # seconds between a sound and the words after it


class Lane(Struct):
    """One channel; times in seconds of the monotonic clock."""

    channel: Any
    number: int = 0
    """Of the order that plays; 0: none."""
    rank: int = 0
    """Of its severity, from 0, the highest."""
    ends: float = 0.0
    due: float | None = None
    """By when it must have fallen silent; later the card is dead."""
    then: Any | None = None
    """What follows at ``ends``. SDL's own queue would play it after a ``fadeout``, too."""

    def play(self, sound: Any) -> None:
        self.channel.play(sound)
        length, now = sound.get_length(), time.monotonic()
        self.ends, self.due, self.then = now + length + PAUSE, now + 2 * length + 1, None

    def wakes(self) -> float | None:
        """When to look at it: at its end, and if it plays on then, once more."""
        over = self.then is None and time.monotonic() >= self.ends
        return self.due if self.due is None or over else self.ends


class SoundChannels:
    """``reading`` is told the file before it is read, and an empty text after."""

    def __init__(self, card: Any, reading: Callable[[str], None]) -> None:
        self.faults: dict[str, str] = {}
        """What of the sounds can't be used, and what plays instead, in one line each."""
        self._card = card
        self._reading = reading
        self._settings = Sound()
        self._skip: frozenset[str] = frozenset()
        self._sounds: dict[SoundName, Any] = {}
        self._files: OrderedDict[tuple[str, bool], Any] = OrderedDict()
        self._lanes = {critical: Lane(card.Channel(int(critical))) for critical in (False, True)}

    def load(self, settings: Sound, skip: Iterable[str]) -> None:
        """Read every configured sound now; a bad one is named and the built-in one plays."""
        self._settings, self._skip = settings, frozenset(skip)
        self.faults.clear()
        self._files.clear()
        files = card.configured(settings)
        for name in get_args(SoundName):
            given = files.get(name)
            sound = self._read(given, name) if given else None
            self._sounds[name] = sound or self._decode(str(card.built_in(name)))

    def play(
        self,
        name: SoundName,
        severity: Severity,
        file: str | None,
        number: int,
        volume: int | None = None,
    ) -> None:
        """Play at once, instead of what plays on that channel; not instead of something higher."""
        lane, rank = self._lanes[severity == "critical"], SEVERITIES.index(severity)
        if lane.due is not None and time.monotonic() < lane.ends and rank > lane.rank:
            return
        sound = self._upstream(file, severity) if file else None
        sound = sound or self._sounds[name]
        sound.set_volume(self._volume(severity, volume))
        lane.play(sound)
        lane.number, lane.rank = number, rank

    def follow(
        self, severity: Severity, wav: bytes, number: int, volume: int | None = None
    ) -> None:
        """Play what belongs to that message after its sound; nothing if another one came since."""
        lane = self._lanes[severity == "critical"]
        if lane.number == number:
            lane.then = card.decode(self._card, wav, 0.0)
            lane.then.set_volume(self._volume(severity, volume))

    def silence(self) -> None:
        """End the critical sound, softly."""
        lane = self._lanes[True]
        lane.channel.fadeout(FADE)
        lane.number, lane.then = 0, None

    def plays(self, critical: bool) -> bool:
        """Whether that channel is not known to be silent."""
        return self._lanes[critical].due is not None

    def next_look(self) -> float:
        """Seconds until ``look`` should be called."""
        due = [at for lane in self._lanes.values() if (at := lane.wakes()) is not None]
        return min(LOOK_EVERY, max(0.0, min(due) - time.monotonic())) if due else LOOK_EVERY

    def look(self) -> bool:
        """Play what follows; False when the card did not take what should long be over: dead."""
        if not card.works():
            return False
        now = time.monotonic()
        for lane in self._lanes.values():
            if lane.due is None or now < lane.ends:
                continue
            if not lane.channel.get_busy():
                if lane.then is None:
                    lane.due = None
                else:
                    lane.play(lane.then)
            elif now >= lane.due:
                return False
            elif lane.then is not None:  # a busy machine plays late; nothing is cut off
                lane.ends = now + 0.05
        return True

    def _upstream(self, file: str, severity: Severity) -> Any | None:
        # A sound has one volume, so the two channels need one each.
        key = file, severity == "critical"
        self.faults.pop("file", None)
        sound = self._files.pop(key, None) or self._read(file, "file")
        if sound is not None:
            self._files[key] = sound
            while len(self._files) > KEPT:
                self._files.popitem(last=False)
        return sound

    def _read(self, file: str, place: str) -> Any | None:
        try:
            if file in self._skip:
                raise ValueError(tr("reading it hung or crashed"))
            return self._decode(file)
        except card.FAILURES as error:
            self.faults[place] = tr(
                "{file}: {why}; the built-in sound plays", file=file, why=card.reason(error)
            )
            return None

    def _decode(self, file: str) -> Any:
        self._reading(file)
        try:
            return card.load(self._card, file, self._settings.lead_in)
        finally:
            self._reading("")

    def _volume(self, severity: Severity, wanted: int | None) -> float:
        """Of 0 to 1. SDL has 128 steps and rounds down: this is rounded to the nearest one."""
        own: int | None = getattr(self._settings.volumes, severity)
        volume = self._settings.volume if own is None else own
        volume = volume if wanted is None else max(volume, wanted)
        return (round(volume * 1.28) + 0.25) / 128 if 0 < volume < 100 else volume / 100
