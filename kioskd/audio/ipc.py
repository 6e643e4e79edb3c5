"""What the daemon and its sound process say to each other: lines of JSON, either way."""

from typing import Literal

import msgspec
from msgspec import Struct

from kioskd.config import Language, Severity, Sound, SoundName, scalars
from kioskd.core.codes import SoundCode

CRITICAL_WAITS = 30.0  # seconds a critical sound waits for a card; later it is repeated anyway
State = Literal["ok", "off", "failed", "opening"]


class Configure(Struct, frozen=True, tag=True):
    sound: Sound
    language: Language
    skip: tuple[str, ...] = ()
    """Files in which an earlier process hung or crashed."""
    card: str = ""
    """ALSA's id of the card that somebody in the room chose; empty: nobody did."""
    only: bool = False
    """The card is being tried: no other will do."""


class Play(Struct, frozen=True, tag=True):
    number: int
    """Counts the messages of one process, from 1."""
    at: float
    """When it was asked for, in seconds of the monotonic clock."""
    name: SoundName
    severity: Severity
    file: str | None = None
    say: str = ""
    volume: int | None = None
    """In per cent; None: as configured."""


class Silence(Struct, frozen=True, tag=True):
    """End the critical sound that plays or waits."""


class Report(Struct, frozen=True):
    state: State
    detail: str = ""
    code: SoundCode = ""
    card: str = ""
    """The name of the card that plays; empty while none does."""
    handled: int = 0
    """How many messages were done."""
    calling: str = ""
    """What the process is doing with the card right now; empty: it waits for messages."""
    reading: str = ""
    """The sound file that it is reading right now."""
    unheard: int = 0
    """The number of the critical message that has not been heard in full; 0: none."""


Message = Configure | Play | Silence
encode = msgspec.json.Encoder(enc_hook=scalars.encode).encode
decode_message = msgspec.json.Decoder(Message, dec_hook=scalars.decode).decode
decode_report = msgspec.json.Decoder(Report).decode
