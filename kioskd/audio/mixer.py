"""What the sound process does with its messages: opens the card, plays, and says how it goes.

One thread makes every call into the card. Without a card it keeps trying, and becomes loud by
itself. Of what is asked for meanwhile the last critical sound is kept for a while.
"""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from kioskd.audio import card, speech
from kioskd.audio.ipc import CRITICAL_WAITS, Configure, Message, Play, Report, Silence, State
from kioskd.audio.mixer_channels import SoundChannels
from kioskd.config import SEVERITIES, Language, Sound
from kioskd.core.backoff import Backoff
from kioskd.core.codes import SoundCode
from kioskd.errors import SoundError
from kioskd.words import later, tr

FIRST_RETRY, LONGEST_RETRY = 1.0, 30.0  # seconds
MOST_SPEAKING = 2  # runs of espeak-ng at a time
CARD_KEYS = ("driver", "device", "buffer")


class Spoken(Struct, frozen=True):
    """What became of a message's title; comes from this process's own threads."""

    message: Play
    wav: bytes = b""
    fault: str = ""


Messages = queue.SimpleQueue[Message | Spoken | None]  # None is the end


class Mixer:
    """``run`` is the one thread; ``report`` is called in it."""

    def __init__(
        self,
        messages: Messages,
        report: Callable[[Report], None],
        open_card: Callable[[Sound], Any] = card.open_card,
    ) -> None:
        self._messages = messages
        self._tell = report
        self._open_card = open_card
        self._settings = Configure(Sound(), "en")
        self._asked = Sound()  # with the card that was opened last, or tried
        self._card = ""
        self._preferred: str | None = None
        self._report = Report("opening")
        self._handled = 0
        self._ended = False
        self._waiting: Play | None = None  # the critical one that has not been heard in full
        self._speaking = 0
        self._channels: SoundChannels | None = None  # while a card is open
        self._faults: dict[str, str] = {}

    def run(self) -> None:
        """Play what is asked for until the messages end; the first one must be ``Configure``."""
        backoff, failed = Backoff(FIRST_RETRY, LONGEST_RETRY), False
        self._wait(None)
        while not self._ended:
            if failed and not self._wait(backoff.next()):
                backoff.reset()
                failed = False  # other settings may be right ones
                continue
            failed = True
            try:
                self._say(later("opening the sound card"))
                self._preferred = self._preference()
                mixer = self._opened()
            except ImportError as error:
                said = tr("no sound: {why}", why=card.reason(error))
                self._say(state="failed", detail=said, code="no_library")
                continue
            except card.FAILURES as error:
                where, why = card.tried(self._asked), card.reason(error)
                said = tr(
                    "no sound card ({where}): {why}; `kioskd sound list` names those there are",
                    where=where,
                    why=why,
                )
                self._say(state="failed", detail=said, code="no_card")
                continue
            try:
                failed = not self._serve(mixer)
                backoff.reset()
            except card.FAILURES as error:
                said = tr("the sound card failed: {why}", why=card.reason(error))
                self._say(state="failed", detail=said, code="card_failed")
            self._say(later("closing the sound card"))
            with contextlib.suppress(*card.FAILURES):
                mixer.quit()

    def _opened(self) -> Any:
        """The mixer on the card that was chosen; where that can't be had, and is not just being
        tried, on any other."""
        wanted, self._asked = self._settings, self._settings.sound
        if (chosen := card.on(wanted.card, wanted.sound)) is not None:
            try:
                self._asked = chosen
                return self._open_card(chosen)
            except RuntimeError:  # another program has it
                if wanted.only:
                    raise
        elif wanted.only:
            raise SoundError(tr("the card {card} is not there", card=wanted.card))
        self._asked = wanted.sound
        return self._open_card(wanted.sound)

    def _preference(self) -> str | None:
        """ALSA's name of the card that is to play, as far as it is known now."""
        sound = self._settings.sound
        chosen = card.on(self._settings.card, sound)
        return card.preference(sound) if chosen is None else chosen.device

    def _missing(self) -> list[str]:
        """That another card plays than the one that somebody in the room chose."""
        name = self._settings.card
        if not name or self._asked.device or self._settings.sound.driver:
            return []
        return [tr("the chosen card {card} can't be had; another one plays", card=name)]

    def _say(
        self,
        calling: str = "",
        state: State | None = None,
        detail: str = "",
        reading: str = "",
        code: SoundCode = "",
    ) -> None:
        report = Report(
            state or self._report.state,
            detail if state else self._report.detail,
            code if state else self._report.code,
            self._card if (state or self._report.state) == "ok" else "",
            self._handled,
            calling,
            reading,
            self._waiting.number if self._waiting else 0,
        )
        if report != self._report:
            self._report = report
            self._tell(report)

    def _wait(self, seconds: float | None) -> bool:
        """Without a card: of what is ordered meanwhile the last critical one is kept.

        Without a time until the first message. True when the time is over; other settings end it
        early, as the messages' end does.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not self._ended:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                return True
            messages = self._next(left)
            settings = self._settings
            wanted, _ = self._take(messages)
            if (critical := wanted.get(True)) is not None:
                self._waiting = critical
            if messages:
                self._say()
            if self._settings is not settings:
                return seconds is None
        return False

    def _next(self, seconds: float | None) -> list[Message | Spoken]:
        """All messages that are there, after waiting for the first one."""
        found: list[Message | Spoken] = []
        with contextlib.suppress(queue.Empty):
            message = self._messages.get(timeout=seconds)
            while message is not None:
                found.append(message)
                message = self._messages.get_nowait()
            self._ended = True
        return found

    def _take(self, messages: Iterable[Message | Spoken]) -> tuple[dict[bool, Play], list[Spoken]]:
        """What of them is still to be played: of each channel the highest, then the last."""
        wanted: dict[bool, Play] = {}
        spoken: list[Spoken] = []
        for message in messages:
            match message:
                case Play():
                    critical = message.severity == "critical"
                    other = wanted.get(critical)
                    if other is None or _rank(message) <= _rank(other):
                        wanted[critical] = message
                case Silence():
                    wanted.pop(True, None)
                    self._waiting = None
                    if self._channels is not None:
                        self._channels.silence()
                case Configure():
                    self._settings = message
                case Spoken():
                    spoken.append(message)
                    self._speaking -= 1
            self._handled += not isinstance(message, Spoken)
        return wanted, spoken

    def _serve(self, mixer: Any) -> bool:
        """Play until the end or until other settings ask for another card; False: it is dead."""
        self._card = card.playing()
        self._channels = channels = SoundChannels(
            mixer, lambda file: self._say("reading", reading=file)
        )
        try:
            return self._play_on(channels)
        finally:
            self._channels = None

    def _play_on(self, channels: SoundChannels) -> bool:
        settings = self._settings
        channels.load(settings.sound, settings.skip)
        wanted: dict[bool, Play] = {}
        if self._waiting and time.monotonic() - self._waiting.at < CRITICAL_WAITS:
            wanted[True] = self._waiting
        self._waiting = None
        spoken: list[Spoken] = []
        while True:
            if (critical := wanted.get(True)) is not None:
                self._waiting = critical
            if self._ended or _other_card(settings, self._settings):
                return True
            if settings is not self._settings:
                settings = self._settings
                channels.load(settings.sound, settings.skip)
            for message in wanted.values():
                channels.play(
                    message.name, message.severity, message.file, message.number, message.volume
                )
                self._speak(message)
            for each in spoken:
                self._spoken(channels, each)
            faults = [*channels.faults.values(), *self._faults.values(), *self._missing()]
            self._say(state="ok", detail="; ".join(faults))
            messages = self._next(channels.next_look())
            if channels.plays(critical=True) or channels.plays(critical=False):
                self._say(later("looking whether it still plays"))
            if not channels.look():
                wanted, _ = self._take(messages)
                self._waiting = wanted.get(True, self._waiting)
                said = tr("the sound card is gone or takes no sound")
                self._say(state="failed", detail=said, code="card_failed")
                return False
            if not channels.plays(critical=True):
                self._waiting = None
            wanted, spoken = self._take(messages)
            if not wanted and self._preference() != self._preferred:
                return True  # a display or a card was plugged in, or pulled out

    # Speech: a thread of its own for each title, since espeak-ng takes up to seconds on a Pi

    def _speak(self, message: Play) -> None:
        if message.say and self._speaking < MOST_SPEAKING:
            self._speaking += 1
            language = self._settings.language
            threading.Thread(target=self._synthesise, args=(message, language), daemon=True).start()

    def _synthesise(self, message: Play, language: Language) -> None:
        try:
            self._messages.put(Spoken(message, speech.speak(message.say, language)))
        except SoundError as error:
            self._messages.put(Spoken(message, fault=str(error)))

    def _spoken(self, channels: SoundChannels, spoken: Spoken) -> None:
        self._faults.pop("speech", None)
        if spoken.fault:
            self._faults["speech"] = spoken.fault
            return
        try:
            message = spoken.message
            channels.follow(message.severity, spoken.wav, message.number, message.volume)
        except card.FAILURES as error:
            self._faults["speech"] = tr("the speech can't be played: {why}", why=card.reason(error))


def _rank(message: Play) -> int:
    return SEVERITIES.index(message.severity)


def _other_card(one: Configure, other: Configure) -> bool:
    return one.card != other.card or any(
        getattr(one.sound, key) != getattr(other.sound, key) for key in CARD_KEYS
    )
