"""Which sound card leads to the display that is plugged in, on a Raspberry Pi.

There the headphone jack usually is the first card, which ALSA and SDL take without a choice: all
is well, and nobody in the room hears anything. The kernel calls the cards of the HDMI sockets
``vc4hdmi0`` and ``vc4hdmi1`` (``vc4hdmi`` on a Pi with one socket), and the sockets ``HDMI-A-1``
and ``HDMI-A-2``: drivers/gpu/drm/vc4/vc4_hdmi.c.
"""

import re
from pathlib import Path

CARDS, SOCKETS = Path("/proc/asound"), Path("/sys/class/drm")
_CARD = re.compile(r"vc4hdmi([01]?)")


def television(cards: Path = CARDS, sockets: Path = SOCKETS) -> str | None:
    """ALSA's id of the card of a connected display; None: there is no such card or display."""
    for card in sorted(ids(cards).values()):
        number = socket(card)
        if number and _connected(number, sockets):
            return card
    return None


def socket(card: str) -> int | None:
    """Which HDMI socket of a Pi a card belongs to, from 1; None: to none."""
    found = _CARD.fullmatch(card)
    return int(found[1] or 0) + 1 if found else None


def long_name(number: int, cards: Path = CARDS) -> str:
    """What the kernel calls a card at length, such as ``bcm2835 Headphones``; empty: unknown."""
    try:
        listed = (cards / "cards").read_text()
    except OSError:
        return ""
    found = re.search(rf"^ *{number} \[.*?\]: .*? - (.*)$", listed, re.MULTILINE)
    return found[1].strip() if found else ""


def ids(cards: Path = CARDS) -> dict[int, str]:
    """Each card's number and ALSA's id of it, such as ``Headphones``."""
    found = {}
    for file in sorted(cards.glob("card[0-9]*/id")):
        try:
            found[int(file.parent.name.removeprefix("card"))] = file.read_text().strip()
        except OSError:  # unplugged meanwhile
            continue
    return found


def _connected(socket: int, sockets: Path) -> bool:
    for file in sockets.glob(f"card*-HDMI-A-{socket}/status"):
        try:
            if file.read_text().strip() == "connected":
                return True
        except OSError:
            continue
    return False
