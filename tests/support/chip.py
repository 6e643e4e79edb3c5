"""A GPIO chip below the real lgpio module, for tests: its kernel calls, and edges in its FIFO.

Everything above is real: lgpio's thread reads the FIFO, gpiozero's LGPIOFactory claims the lines.
"""

import importlib
import os
import struct
import threading
import time
from pathlib import Path
from typing import Any

OK, BAD_HANDLE, BUSY, NOT_ALLOCATED = 0, -5, -79, -80  # lgpio's error numbers
EDGE = struct.Struct("QBBBBI")  # time in ns, chip, line, level, flags, padding
PULL_UP, LINE = 1 << 5, 1 << 8


class Chip:
    """Put in place of ``lgpio._lgpio``; the calls are named as lgpio has them."""

    def __init__(self, real: Any, fifo: Path) -> None:
        self._real = real
        self._fifo = os.open(fifo, os.O_WRONLY)
        self._lock = threading.Lock()
        self.open_handles: set[int] = set()
        self.claimed: dict[int, int] = {}  # line, flags
        self.alerts: set[int] = set()
        self.busy: set[int] = set()
        self.down: set[int] = set()
        self.written: dict[int, int] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def drive(self, line: int, level: int) -> None:
        """What a wire does: the level changes, and the kernel tells whoever asked for edges."""
        with self._lock:
            (self.down.discard if level else self.down.add)(line)
            if line in self.alerts:
                os.write(self._fifo, EDGE.pack(time.monotonic_ns(), 0, line, level, 0, 0))

    def _gpiochip_open(self, chip: int) -> int:
        self.open_handles.add(0)
        return 0

    def _gpiochip_close(self, handle: int) -> int:
        if handle not in self.open_handles:
            return BAD_HANDLE
        with self._lock:
            self.open_handles.discard(handle)
            self.claimed.clear()
            self.alerts.clear()
        return OK

    def _claim(self, handle: int, line: int, flags: int) -> int:
        if handle not in self.open_handles:
            return BAD_HANDLE
        if line in self.busy:
            return BUSY
        with self._lock:
            self.claimed[line] = flags | LINE
            self.alerts.discard(line)
        return OK

    def _gpio_claim_input(self, handle: int, flags: int, line: int) -> int:
        return self._claim(handle, line, flags)

    def _gpio_claim_output(self, handle: int, flags: int, line: int, level: int) -> int:
        self.written[line] = level
        return self._claim(handle, line, flags | 2)

    def _gpio_claim_alert(self, handle: int, flags: int, edges: int, line: int, notify: int) -> int:
        if (result := self._claim(handle, line, flags)) == OK:
            self.alerts.add(line)
        return result

    def _gpio_free(self, handle: int, line: int) -> int:
        if handle not in self.open_handles:
            return BAD_HANDLE
        return OK if self.claimed.pop(line, None) is not None else NOT_ALLOCATED

    def _gpio_get_mode(self, handle: int, line: int) -> int:
        return self.claimed.get(line, 0) if handle in self.open_handles else BAD_HANDLE

    def _gpio_read(self, handle: int, line: int) -> int:
        if handle not in self.open_handles:
            return BAD_HANDLE
        return 0 if line in self.down else int(bool(self.claimed.get(line, 0) & PULL_UP))

    def _gpio_write(self, handle: int, line: int, level: int) -> int:
        if handle not in self.open_handles:
            return BAD_HANDLE
        self.written[line] = level
        return OK

    def _gpio_set_debounce_micros(self, handle: int, line: int, micros: int) -> int:
        return OK if handle in self.open_handles else BAD_HANDLE


def install(folder: Path) -> Chip:
    """Import lgpio with ``folder`` as its own, and put a chip below it; a Pi 3 is around it."""
    os.environ["LG_WD"] = str(folder)
    here = Path.cwd()
    lgpio: Any = importlib.import_module("lgpio")
    local: Any = importlib.import_module("gpiozero.pins.local")

    os.chdir(here)
    local.get_pi_revision = lambda: 0xA02082
    chip = Chip(lgpio._lgpio, next(folder.glob(".lgd-nfy*")))
    lgpio._lgpio = chip
    return chip
