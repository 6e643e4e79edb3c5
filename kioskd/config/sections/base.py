"""What sections are made of: their base class, and plain values with their limits."""

from typing import Annotated

from msgspec import Meta, Struct

from kioskd.config.scalars import Duration, at_most
from kioskd.words import later

Name = Annotated[str, Meta(min_length=1, max_length=100)]
Volume = Annotated[int, Meta(ge=0, le=100, description=later("a whole number from 0 to 100"))]
Port = Annotated[int, Meta(ge=1, le=65535, description=later("a whole number from 1 to 65535"))]
Pin = Annotated[
    int, Meta(ge=0, le=27, description=later("a GPIO number from 0 to 27 (not the pin's place)"))
]
Count = Annotated[int, Meta(ge=1, description=later("a whole number from 1"))]
UpToASecond = Annotated[Duration, at_most("1s")]
UpToTenSeconds = Annotated[Duration, at_most("10s")]
UpToAMinute = Annotated[Duration, at_most("1m")]
UpToAnHour = Annotated[Duration, at_most("1h")]
UpToADay = Annotated[Duration, at_most("1d")]
UpToAWeek = Annotated[Duration, at_most("7d")]
WsUrl = Annotated[
    str, Meta(pattern=r"^wss?://[^\s@]+$", description=later("a ws:// or wss:// address"))
]
HttpUrl = Annotated[
    str, Meta(pattern=r"^https?://[^\s@]+$", description=later("an http(s):// address"))
]
Proxy = Annotated[
    str,
    Meta(
        pattern=r"^(direct|https?://[^\s@]+)$", description=later("an http:// address, or direct")
    ),
]


class Section(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the file. ``__post_init__`` raises ``ValueError`` where keys contradict."""
