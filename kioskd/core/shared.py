"""What one kiosk shares with others, as it goes over the wire: views, and how fresh they are.

No time of a wall clock is in it: clocks of two machines may be years apart. What is told is how old
something was when it was said, and on the sharer's own monotonic clock, when that was.
"""

import zlib
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from kioskd.config import View
from kioskd.core.faults import CODES, Fault
from kioskd.core.messages import AlertKind, Life, LifeOver
from kioskd.errors import ProtocolError
from kioskd.words import tr

FORMAT = 1  # of these messages; a field that comes later raises nothing
EXPIRES = 7 * 86400  # seconds after which a broker forgets what nobody said again
LARGEST_PACKED = 900_000  # bytes; the shipped broker takes 1,000,000 with everything around it
LARGEST = 16_000_000  # bytes when unpacked
LARGE = 300_000  # bytes beyond which packing is hurried, so that no panel waits for it
LONGEST_VIA = 8  # kiosks that may pass a view on; it goes round in a circle before that
LONGEST_TEXT = 300  # characters of what a fault says
LONGEST_SNOOZE = 7 * 86400.0  # seconds
MOST_ASKS = 50  # in one message
Text = TypeVar("Text", bound=Struct)


class SharedView(Struct, frozen=True):
    """A view as the sharer's own panels have it; ``mark`` tells it from every other."""

    format: int
    mark: str
    frame: Raw


class FaultTold(Struct, frozen=True):
    """Why the sharer has no news of a view; ``message`` is one line of English."""

    code: str
    message: str
    params: dict[str, str] = {}


class ViewTold(Struct, frozen=True, omit_defaults=True):
    """What is known of one shared view when it is said.

    ``mark`` is empty while there is none; ``age`` in seconds since its source confirmed it.
    """

    mark: str = ""
    age: float = 0.0
    unsure: bool = False
    """Nobody has confirmed it since the sharer started."""
    origin: str = ""
    """Where it comes from, as ``config.origins`` has it."""
    source: str = ""
    """The name of the source there."""
    via: tuple[str, ...] = ()
    """The kiosks that it came through, the first one first, without the sharer."""
    fault: FaultTold | None = None
    away: float | None = None
    """Seconds since the link to its source was lost; None: it stands."""


class Said(Struct, frozen=True):
    """When it is said: ``uptime`` is on the monotonic clock of the ``run`` of one daemon.

    ``expires``: seconds for which the broker was told to keep it.
    """

    run: str
    uptime: float
    expires: int = EXPIRES


class Fresh(Struct, frozen=True):
    """How every view that is shared fares."""

    format: int
    said: Said
    views: dict[str, ViewTold]


class SharedAlerts(Struct, frozen=True):
    """Every alert that is shared: the active ones, those that ended, and whose asks were done.

    ``done``: each as ``KIOSK/REQUEST``.
    """

    format: int
    said: Said
    active: tuple[Life, ...]
    over: tuple[LifeOver, ...]
    done: tuple[str, ...]


class Ask(Struct, frozen=True, omit_defaults=True):
    """What somebody at a fed wall did with an alert; ``number`` is the sharer's.

    ``snooze``: for how many seconds; None: it is acknowledged.
    """

    request: Annotated[str, Meta(max_length=80)]
    number: int
    kind: Annotated[str, Meta(max_length=20)]
    name: Annotated[str, Meta(max_length=200)] = ""
    snooze: Annotated[float, Meta(gt=0, le=LONGEST_SNOOZE)] | None = None


class Asks(Struct, frozen=True):
    """The ones that were not answered yet."""

    format: int
    asks: Annotated[tuple[Ask, ...], Meta(max_length=MOST_ASKS)]


def view_of(kind: AlertKind) -> View:
    """The view whose words an alert has in it."""
    return "projects" if kind == "project_update_alert" else "tickets"


def pack(message: Struct) -> bytes:
    """The message as JSON in gzip's format."""
    plain = msgspec.json.encode(message)
    packer = zlib.compressobj(1 if len(plain) > LARGE else 6, wbits=31)
    return packer.compress(plain) + packer.flush()


def unpack(payload: bytes, kind: type[Text]) -> Text:
    """The message in a payload; ``ProtocolError`` says what is wrong with it."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(payload, LARGEST)
        if not unpacker.eof:
            raise ProtocolError(tr("it is torn, or larger than {largest} bytes", largest=LARGEST))
        return msgspec.json.decode(plain, type=kind)
    except zlib.error as error:
        raise ProtocolError(tr("it is not packed as it should be: {error}", error=error)) from None
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ProtocolError(str(error)[:LONGEST_TEXT]) from None


def told(fault: Fault) -> FaultTold:
    """A fault as others may read it."""
    return FaultTold(fault.code, str(fault)[:LONGEST_TEXT], _bounded(fault.params))


def fault_there(kiosk: str, source: str, found: FaultTold) -> Fault:
    """The fault of a view that ``kiosk`` shares, as a wall says it that takes it from there.

    What another kiosk has from a third one is said of that one.
    """
    params = _bounded(found.params)
    if found.code.startswith("shared_"):
        known = next((code for code in CODES if code == found.code), None)
        if known is not None:
            return Fault(known, params)
    more = {"kiosk": kiosk, "source": source[:LONGEST_TEXT], "reason": found.code[:60]}
    return Fault("shared_source", params | more | {"detail": found.message[:LONGEST_TEXT]})


def _bounded(params: dict[str, str]) -> dict[str, str]:
    return {name[:60]: text[:LONGEST_TEXT] for name, text in list(params.items())[:20]}
