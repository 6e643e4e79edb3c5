"""What the kernel says of this machine's screens. Imports almost nothing: see `host.told`."""

from pathlib import Path

CONNECTORS = Path("/sys/class/drm")


def none_connected() -> bool:
    """Whether there is a place to plug a screen in, and none is plugged in."""
    states = [path.read_text().strip() for path in CONNECTORS.glob("card*-*/status")]
    return bool(states) and "connected" not in states
