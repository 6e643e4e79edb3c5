"""The names of the topics. Whatever a kiosk says stands below its own id, so that a broker can
hold it to that: ``pattern readwrite kioskd/%u/#`` in Mosquitto's words.
"""

from collections.abc import Iterable

from msgspec import Struct

ROOT = "kioskd"
ONLINE, OFFLINE = b"online", b"offline"


class Topics(Struct, frozen=True):
    """Those of one kiosk; ``kiosk`` is its id as ``config.names.level`` has it."""

    kiosk: str

    def of(self, part: str) -> str:
        """The topic of a part of this kiosk's state, or of what it says."""
        return f"{ROOT}/{self.kiosk}/{part}"

    @property
    def availability(self) -> str:
        return self.of("availability")

    @property
    def result(self) -> str:
        """Where answers to commands go that name no topic for them."""
        return self.of("result")

    @property
    def instance(self) -> str:
        """Which run of a daemon speaks for this kiosk."""
        return self.of("instance")

    def shared(self, part: str) -> str:
        """What other kiosks may read."""
        return self.of(f"shared/{part}")

    def commands(self, groups: Iterable[str]) -> list[str]:
        """The filters of the commands that this kiosk obeys."""
        several = ["all", *(f"group/{group}" for group in groups)]
        return [f"{ROOT}/{each}/set/+" for each in (self.kiosk, *several)]


def command(to: str, name: str) -> str:
    """The topic of a command; ``to`` is a kiosk's id, ``all`` or ``group/NAME``."""
    return f"{ROOT}/{to}/set/{name}"


def to_group(group: str) -> str:
    """Where a command for a group goes, for ``command``."""
    return f"group/{group}"
