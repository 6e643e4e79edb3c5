"""One input device of the kernel (linux/input.h): opened, grabbed and read. Nothing is decided."""

import errno
import fcntl
import os
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from kioskd.config.plain import one_line

# struct input_event: a time of two longs, type, code, value. 24 bytes, or 16 where a long has 4.
EVENT = struct.Struct("@llHHi")
EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
UP, DOWN = 0, 1  # 2: the kernel repeats a key that is held
BLUETOOTH = 5  # BUS_BLUETOOTH
MOST_EVENTS = 64  # in one look
MOST_NAME, KEY_BYTES = 256, 0x300 // 8


def _number(way: int, size: int, number: int) -> int:
    """The number of one of the kernel's calls, as _IOC in linux/ioctl.h makes it."""
    return way << 30 | size << 16 | ord("E") << 8 | number


READ, WRITE = 2, 1
EVIOCGID = _number(READ, 8, 0x02)
EVIOCGNAME = _number(READ, MOST_NAME, 0x06)
EVIOCGKEY = _number(READ, KEY_BYTES, 0x18)
EVIOCGBIT_KEY = _number(READ, KEY_BYTES, 0x20 + EV_KEY)
EVIOCGRAB = _number(WRITE, 4, 0x90)
EVIOCSCLOCKID = _number(WRITE, 4, 0xA0)


class Packet(Struct):
    """What happened at one moment, in seconds of the monotonic clock: keys that went down or up.

    ``forced``: the kernel let them go, since the device leaves or sleeps, and no finger did.
    ``lost``: more came than was read, and what is down must be asked anew.
    """

    at: float
    keys: list[tuple[int, bool]]
    forced: bool = False
    lost: bool = False


class Device:
    """Raises ``OSError`` where it can't be opened or is no input device."""

    def __init__(
        self,
        path: Path,
        opened: Callable[[Path, int], int] = os.open,
        call: Callable[[int, int, Any], Any] = fcntl.ioctl,
    ) -> None:
        self.path = path
        self._call = call
        self.file = opened(path, os.O_RDONLY | os.O_NONBLOCK)
        self._begun: list[tuple[int, bool]] = []  # of the packet that is not whole yet
        self._lost = False
        self.more = False  # whether the last look left something to be read
        try:
            said = self._ask(EVIOCGNAME, MOST_NAME).split(b"\0")[0]
            self.name = one_line(said.decode(errors="replace")).strip() or path.name
            self.keys = _bits(self._ask(EVIOCGBIT_KEY, KEY_BYTES))
            self.sleeps = struct.unpack("@HHHH", self._ask(EVIOCGID, 8))[0] == BLUETOOTH
            call(self.file, EVIOCSCLOCKID, struct.pack("@i", time.CLOCK_MONOTONIC))
        except OSError:
            self.close()
            raise

    def grab(self, alone: bool) -> None:
        """Have what it says alone, or no more; ``OSError`` EBUSY: another program has it alone."""
        self._call(self.file, EVIOCGRAB, int(alone))

    def pressed(self) -> frozenset[int]:
        """The keys that are down now."""
        return _bits(self._ask(EVIOCGKEY, KEY_BYTES))

    def read(self) -> list[Packet]:
        """What has happened since the last time, or the first part of it; ``OSError``: it left."""
        self.more = False
        try:
            data = os.read(self.file, EVENT.size * MOST_EVENTS)
        except BlockingIOError:
            return []
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        self.more = len(data) == EVENT.size * MOST_EVENTS
        return [*self._packets(data)]

    def close(self) -> None:
        os.close(self.file)

    def _packets(self, data: bytes) -> Iterator[Packet]:
        for seconds, micros, kind, code, value in EVENT.iter_unpack(data):
            if kind == EV_KEY and value in (UP, DOWN) and not self._lost:
                self._begun.append((code, value == DOWN))
            elif kind == EV_SYN and code == SYN_DROPPED:
                self._lost = True
            elif kind == EV_SYN and code == SYN_REPORT:
                keys, self._begun = self._begun, []
                lost, self._lost = self._lost, False
                if keys or lost:
                    at = seconds + micros / 1e6
                    yield Packet(at, [] if lost else keys, forced=value == 1, lost=lost)

    def _ask(self, number: int, size: int) -> bytes:
        said: bytes = self._call(self.file, number, bytes(size))
        return said


def _bits(mask: bytes) -> frozenset[int]:
    whole = int.from_bytes(mask, "little")
    return frozenset(at for at in range(len(mask) * 8) if whole >> at & 1)
