"""``kind: mqtt``, what another kiosk shares."""

from typing import Annotated

from msgspec import Meta, field

from kioskd.config.sections.source_base import Source
from kioskd.config.sections.wall import StaleAfter
from kioskd.config.sections.words import View
from kioskd.words import later

SHARED = 15.0  # seconds between two words of a kiosk about the age of what it shares
KioskName = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$", description=later("a kiosk's id: a-z, digits, - and _")),
]


class Neighbour(Source, tag_field="kind", tag="mqtt", frozen=True, kw_only=True):
    """What another kiosk shares over the broker of mqtt; docs/fleet.md."""

    sharer: KioskName = field(name="from")
    """The kiosk that shares them (its kiosk.id); its mqtt.share names them."""

    def addresses(self) -> dict[View, str]:
        return dict.fromkeys(self.views, f"mqtt://{self.sharer}")

    def asked_every(self, view: View, stale_after: StaleAfter) -> float:
        return SHARED
