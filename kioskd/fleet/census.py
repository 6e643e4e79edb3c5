"""Every kiosk that a broker knows of, from what each tells of itself."""

import contextlib

import msgspec
from msgspec import Struct

from kioskd.core.fleet_status import Seen, Told
from kioskd.fleet.topics import ROOT
from kioskd.fleet.wire import Incoming

PARTS = ("availability", "status", "screen", "picture")
FILTERS = tuple(f"{ROOT}/+/{part}" for part in PARTS)
MOST = 20_000  # kiosks; what somebody makes up beyond it is left out
LARGEST = 64_000  # bytes of what one tells; a status has 2,000


class _Screen(Struct):
    screen: str | None = None


class _Picture(Struct):
    proved: bool | None = None


class Census:
    """Takes in what comes on ``FILTERS``; what can't be read leaves what was known."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}

    def take(self, came: Incoming) -> None:
        parts = came.topic.split("/")
        if len(came.payload) > LARGEST:
            return
        if len(parts) != 3 or (parts[1] not in self._seen and len(self._seen) >= MOST):
            return
        seen = self._seen.setdefault(parts[1], Seen(parts[1]))
        with contextlib.suppress(msgspec.MsgspecError, RecursionError, UnicodeError):
            match parts[2]:
                case "availability":
                    seen.online = came.payload == b"online"
                case "status":
                    seen.told = msgspec.json.decode(came.payload, type=Told)
                case "screen":
                    seen.screen = msgspec.json.decode(came.payload, type=_Screen).screen
                case "picture":
                    seen.proved = msgspec.json.decode(came.payload, type=_Picture).proved

    def kiosks(self, group: str | None = None, kiosk: str | None = None) -> list[Seen]:
        """Those of a group, or one, or all; by their ids."""
        found = [self._seen[name] for name in sorted(self._seen)]
        if kiosk is not None:
            return [seen for seen in found if seen.kiosk == kiosk]
        if group is not None:
            return [seen for seen in found if seen.told and group in seen.told.groups]
        return found
