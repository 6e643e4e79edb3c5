"""How the board is: warm, throttled, short of voltage. What this kernel doesn't tell is unknown.

Raspberry Pi OS' kernel tells all of it in ``get_throttled`` (the firmware's bits: raspberrypi.com/
documentation/computers/os.html#get_throttled). Debian's has the temperature, and the voltage's
alarm only where it was built with raspberrypi-hwmon. What is not told is never "all is well".
"""

import time
from collections.abc import Callable
from pathlib import Path

from kioskd.core.status import BoardStatus
from kioskd.words import tr

FRESH = 10.0  # seconds for which an answer holds
HOT = 80.0  # degrees Celsius: there a Pi slows itself down
UNDERVOLTAGE, SLOWED = 0x1, 0xE  # the firmware's bits: now; slowed: capped, throttled, soft limit
EARLIER = 16  # by so many bits further: since the start
MODEL = "proc/device-tree/model"
FIRMWARE = "sys/devices/platform/soc*/*firmware/get_throttled"


class Board:
    """``root`` is where ``/proc`` and ``/sys`` are."""

    def __init__(self, root: Path = Path("/"), clock: Callable[[], float] = time.monotonic) -> None:
        self._root, self._clock = root, clock
        self._seen, self._at = BoardStatus(), float("-inf")

    def status(self) -> BoardStatus:
        if self._clock() - self._at >= FRESH:
            self._seen, self._at = look(self._root), self._clock()
        return self._seen

    def fault(self) -> tuple[str | None, str]:
        """What the board suffers from now, in a line with its remedy, and its code."""
        seen = self.status()
        if seen.undervoltage:
            do = tr("use the Pi's own power supply and a short cable")
            return tr("too little voltage, so the board slows down; {do}", do=do), "undervoltage"
        if seen.throttled or (seen.temperature or 0) >= HOT:
            return tr("too hot, so the board slows down; give it air, or a heat sink"), "heat"
        return None, ""


def look(root: Path) -> BoardStatus:
    """What the kernel tells now."""
    model = _read(root / MODEL).strip("\0")
    bits = _firmware(root)
    undervoltage = _alarm(root) if bits is None else bool(bits & UNDERVOLTAGE)
    return BoardStatus(
        model,
        _temperature(root),
        undervoltage,
        None if bits is None else bool(bits & SLOWED),
        None if bits is None else bool(bits >> EARLIER & (UNDERVOLTAGE | SLOWED)),
    )


def _firmware(root: Path) -> int | None:
    for file in root.glob(FIRMWARE):
        try:
            return int(_read(file), 16)
        except ValueError:
            continue
    return None


def _alarm(root: Path) -> bool | None:
    """The alarm of raspberrypi-hwmon."""
    for chip in root.glob("sys/class/hwmon/hwmon*"):
        if _read(chip / "name") == "rpi_volt" and (said := _read(chip / "in0_lcrit_alarm")):
            return said == "1"
    return None


def _temperature(root: Path) -> float | None:
    said = _read(root / "sys/class/thermal/thermal_zone0/temp")
    try:
        return int(said) / 1000
    except ValueError:
        return None


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except (OSError, UnicodeError):
        return ""
