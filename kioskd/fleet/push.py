"""What is pushed to kiosks: what is signed, how it travels, and what a kiosk says to it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from kioskd.config.yamlfile import MAX_BYTES
from kioskd.fleet.commands import Answer, Command

LARGEST = 500_000  # bytes of a message: the text, escaped, signed and in base64
MOST_LINES = 40  # of what is changed, and of what is wrong
LONGEST_LINE = 300  # characters
LARGEST_PACKAGE = 500_000_000  # bytes, as `kioskd update` has it
LASTS = 3600  # seconds after signing, beyond which no kiosk takes it up
AHEAD = 600.0  # seconds by which the operator's clock may be ahead of a kiosk's

Mode = Literal["check", "apply", "withdraw"]
"""Say what it would do; do it; or go back to the kiosk's own file."""


class Envelope(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is signed, as JSON. ``to`` is a kiosk's id, ``group/NAME`` or ``all``.

    ``number``: milliseconds of Unix time; a kiosk takes up each once, and none before its last.
    """

    to: Annotated[str, Meta(max_length=80)]
    number: Annotated[int, Meta(ge=1, le=1 << 53)]
    by: Annotated[str, Meta(max_length=60)]


class FileEnvelope(Envelope, frozen=True, kw_only=True):
    """A configuration file. ``wait``: seconds that a kiosk has to become healthy with it."""

    kind: Literal["kioskd fleet config"] = "kioskd fleet config"
    mode: Mode
    wait: Annotated[float, Meta(ge=5, le=600)] = 60.0
    file: Annotated[str, Meta(max_length=MAX_BYTES)] = ""


class PackageEnvelope(Envelope, frozen=True, kw_only=True):
    """A package: where it is fetched, which bytes it has, and which version that is."""

    kind: Literal["kioskd fleet update"] = "kioskd fleet update"
    mode: Literal["check", "apply"]
    url: Annotated[str, Meta(max_length=1000, pattern=r"^https://[^\s@?#]+$")]
    size: Annotated[int, Meta(ge=1, le=LARGEST_PACKAGE)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
    version: Annotated[str, Meta(pattern=r"^[0-9][0-9A-Za-z.+~:-]{0,60}$")]


class Push(Command, frozen=True, kw_only=True):
    """The commands ``config`` and ``update``: an envelope in base64, and minisign's signature."""

    envelope: bytes
    signature: Annotated[str, Meta(max_length=4096)]


class Verdict(Answer, frozen=True, omit_defaults=True):
    """The answer to a push. ``changes``: what is another, a line a key; ``warnings`` as those of
    ``kioskd check``; ``left_out``: sections of the file that stay the kiosk's own.
    """

    changes: list[str] = []
    warnings: list[str] = []
    left_out: list[str] = []


Step = Literal["", "trying", "kept", "back"]


class FileState(Struct, frozen=True):
    """Told retained: ``number`` is the push in force, 0 for none; ``tried`` the last one that was
    tried, ``step`` what became of it, and ``said`` why."""

    format: int
    number: int
    by: str
    at: str
    tried: int = 0
    step: Step = ""
    said: str = ""


class UpdateState(Struct, frozen=True):
    """Told retained: the version that runs, and what became of the last push of a package."""

    format: int
    version: str
    tried: int = 0
    step: Step = ""
    said: str = ""
