"""What goes over the broker, without the broker: messages in and out. Imports no MQTT library."""

from collections.abc import Callable

from msgspec import Struct


class Incoming(Struct, frozen=True):
    """A message that came. ``answer`` and ``correlation`` are MQTT 5's way of asking."""

    topic: str
    payload: bytes
    retain: bool
    answer: str | None = None
    correlation: bytes | None = None


class Outgoing(Struct, frozen=True):
    """A message that goes out."""

    topic: str
    payload: bytes
    retain: bool = False
    answer: str | None = None
    correlation: bytes | None = None
    expires: int | None = None
    """Seconds after which the broker delivers it no more (MQTT 5)."""


Take = Callable[[Incoming], None]
