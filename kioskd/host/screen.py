"""What the kernel says of this machine's screens. Imports almost nothing: see `host.told`."""

from contextlib import suppress
from pathlib import Path

CONNECTORS = Path("/sys/class/drm")


def none_connected() -> bool:
    """Whether there is a place to plug a screen in, and none is plugged in."""
    states = []
    for path in CONNECTORS.glob("card*-*/status"):
        with suppress(OSError):  # a connector that has gone meanwhile
            states.append(path.read_text().strip())
    return bool(states) and "connected" not in states
