"""What one kiosk knows of all of them: for the page ``/fleet`` and ``kioskd fleet list --json``."""

from typing import Literal, Protocol

from msgspec import Struct

from kioskd.config import Language
from kioskd.core.status import FaultStatus, PartFault

OrderName = Literal["switch", "notice", "mute", "acknowledge"]
"""What may be asked of other kiosks from a page: each of them is seen, and none lasts."""


FleetState = Literal["off", "blind", "connecting", "ready", "failed"]


class ToldSource(Struct):
    """One of a kiosk's sources; ``state`` is that of its link."""

    name: str = ""
    state: str = ""


class Told(Struct):
    """What is read of a kiosk's ``status``; another version of kioskd may tell more.

    ``oldest``: seconds since its oldest view was confirmed. ``timestamp``: by its own clock.
    ``file``: the mark of the fleet's file over its own, empty for none.
    """

    name: str = ""
    version: str = ""
    groups: list[str] = []
    oldest: float | None = None
    activeAlerts: int = 0
    faults: list[PartFault] = []
    sources: list[ToldSource] = []
    file: str = ""
    fileFits: bool = True
    timestamp: str = ""


class Seen(Struct):
    """One kiosk; ``proved``: whether its picture is, None: unknown or off."""

    kiosk: str
    online: bool = False
    screen: str | None = None
    proved: bool | None = None
    told: Told | None = None


class FleetStatus(Struct, frozen=True, rename="camel"):
    """Every kiosk on the broker. ``state``: ``off`` where no broker is configured, ``blind``
    where nothing lets this kiosk see the others, ``ready`` once all that is retained is here.
    """

    state: FleetState
    fault: FaultStatus | None
    kiosks: list[Seen]
    language: Language
    time_zone: str
    name: str
    timestamp: str


class Order(Struct, frozen=True):
    """One order for a kiosk, a group, or all of them where neither is named."""

    command: OrderName
    kiosk: str | None = None
    group: str | None = None
    screen: str | None = None
    text: str | None = None
    seconds: float | None = None
    by: str = ""


class Outcome(Struct, frozen=True):
    """What became of an order at one kiosk; ``away``: it is not there, or did not answer."""

    kiosk: str
    ok: bool
    away: bool
    said: str


class Others(Protocol):
    """The other kiosks, as far as this one may see them."""

    def look(self) -> FleetStatus:
        """All that is known; the first look connects to the broker."""

    async def order(self, order: Order) -> list[Outcome]:
        """Give an order; ``ProtocolError`` for one that can't be given."""
