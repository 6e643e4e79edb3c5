"""Input devices without a kernel that has any: its own bytes, through a pipe.

Only ``ioctl`` and the opening of the file are played; the numbers are those of linux/input.h, as a
C compiler has them.
"""

import errno
import os
import select
import struct
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kioskd.config import KeyName
from kioskd.gpio.keys.device import Device

GID, NAME, KEY_DOWN, KEY_BITS = 0x80084502, 0x81004506, 0x80604518, 0x80604521
GRAB, CLOCK = 0x40044590, 0x400445A0
BUS_USB, BUS_BLUETOOTH = 3, 5
KEYPAD = ("KEY_KP1", "KEY_KP2", "KEY_KP3", "KEY_KP4", "KEY_KPENTER")


def code(name: str) -> int:
    return KeyName.parse(name).code


class Keypad:
    """One device."""

    def __init__(self, name: str, keys: tuple[str, ...], bus: int) -> None:
        self.name = name
        self.keys = [code(key) for key in keys]
        self.bus = bus
        self.down: set[int] = set()
        self._grabbed = False
        self.taken_by_another = False
        self.refuses = 0
        self.clock: int | None = None
        self._write = -1

    @property
    def grabbed(self) -> bool:
        """Whether kioskd has it alone: a file that is closed holds nothing."""
        if self._write < 0:
            return False
        watched = select.poll()
        watched.register(self._write, 0)
        return self._grabbed and not watched.poll(0)

    # What kioskd sees

    def opened(self, path: Path, flags: int) -> int:
        assert flags == os.O_RDONLY | os.O_NONBLOCK
        if self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        self.hang_up()
        read, self._write = os.pipe2(os.O_NONBLOCK)
        return read

    def call(self, file: int, number: int, argument: Any) -> Any:
        if number == NAME:
            return self.name.encode()[:255].ljust(256, b"\0")
        if number in (KEY_BITS, KEY_DOWN):
            return _mask(self.keys if number == KEY_BITS else self.down)
        if number == GID:
            return struct.pack("@HHHH", self.bus, 0x04D9, 0x1203, 0x110)
        if number == CLOCK:
            self.clock = struct.unpack("@i", argument)[0]
            return argument
        assert number == GRAB, f"{number:#x} is none of the kernel's calls"
        if argument and self.taken_by_another:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        self._grabbed = bool(argument)
        return 0

    # What fingers do

    def press(self, key: str, at: float | None = None) -> None:
        self.down.add(code(key))
        self.say((1, code(key), 1), (0, 0, 0), at=at)

    def repeat(self, key: str) -> None:
        """The kernel's own repetition of a key that is held."""
        self.say((1, code(key), 2), (0, 0, 1))

    def release(self, key: str, at: float | None = None) -> None:
        self.down.discard(code(key))
        self.say((1, code(key), 0), (0, 0, 0), at=at)

    def tap(self, key: str) -> None:
        self.press(key)
        self.release(key)

    def lose(self) -> None:
        """More happened than the kernel could keep."""
        self.say((0, 3, 0), (1, self.keys[0], 1), (0, 0, 0))

    def let_go(self) -> None:
        """The kernel's releases before a device leaves."""
        if self.down:
            self.say(*((1, each, 0) for each in sorted(self.down)), (0, 0, 1))
        self.down.clear()

    def say(self, *events: tuple[int, int, int], at: float | None = None) -> None:
        now = time.monotonic() if at is None else at
        whole, part = divmod(round(now * 1e6), 1_000_000)
        data = b"".join(struct.pack("@llHHi", whole, part, *event) for event in events)
        os.write(self._write, data)

    def hang_up(self) -> None:
        if self._write >= 0:
            os.close(self._write)
        self._write, self._grabbed = -1, False


def _mask(codes: Iterable[int]) -> bytes:
    return sum(1 << each for each in codes).to_bytes(96, "little")


class Sockets:
    """A folder as /dev/input, into which devices are plugged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._there: dict[str, Keypad] = {}
        self._next = 0

    def plug(
        self, name: str = "USB Keypad", keys: tuple[str, ...] = KEYPAD, bus: int = BUS_USB
    ) -> Keypad:
        return self.plug_again(Keypad(name, keys, bus))

    def plug_again(self, keypad: Keypad) -> Keypad:
        file = f"event{self._next}"
        self._next += 1
        self._there[file] = keypad
        (self.folder / file).touch()
        return keypad

    def unplug(self, keypad: Keypad) -> None:
        for file in [file for file, each in self._there.items() if each is keypad]:
            (self.folder / file).unlink()
            del self._there[file]
        if keypad.grabbed:
            keypad.let_go()
        keypad.hang_up()

    def open(self, path: Path) -> Device:
        if path.name not in self._there:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        keypad = self._there[path.name]
        return Device(path, keypad.opened, keypad.call)

    def close(self) -> None:
        for keypad in list(self._there.values()):
            keypad.hang_up()
