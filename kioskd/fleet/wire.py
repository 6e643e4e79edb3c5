"""What goes over the broker, without the broker: messages in and out. Imports no MQTT library."""

from collections.abc import Callable

from msgspec import Struct


class Incoming(Struct, frozen=True):
    """A message that came. ``answer`` and ``correlation`` are MQTT 5's way of asking.

    ``left``: seconds for which the broker would still keep it (MQTT 5); None: it does not say.
    """

    topic: str
    payload: bytes
    retain: bool
    answer: str | None = None
    correlation: bytes | None = None
    left: int | None = None


class Outgoing(Struct, frozen=True):
    """A message that goes out."""

    topic: str
    payload: bytes
    retain: bool = False
    answer: str | None = None
    correlation: bytes | None = None
    expires: int | None = None
    """Seconds after which the broker delivers it no more (MQTT 5)."""
    fleeting: bool = False
    """Of its topic only the newest waits, and none of it for another link."""


Take = Callable[[Incoming], None]
