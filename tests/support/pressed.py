"""``python tests/pressed.py SOCKET run --config FILE``: kioskd with mock pins that a socket drives.

A datagram ``17 down`` or ``17 up`` moves the line GPIO17, in a thread of its own as a driver's
edges are; ``KEY_KP1 down`` a key of a keypad. The answer is the monotonic time in ns right before.
"""

import importlib
import socket
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

from kioskd import daemon
from kioskd.cli.main import main
from kioskd.gpio.keys.keys import Keys
from tests.support.keypad import Keypad, Sockets


def listen(path: str) -> None:
    mock: Any = importlib.import_module("gpiozero.pins.mock")
    opened: list[Any] = []

    class Factory(mock.MockFactory):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            opened[:] = [self]

    mock.MockFactory = Factory
    keypad = _keypad(Path(f"{path}.input"))
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    wire.bind(path)

    def drive() -> None:
        while True:
            said, sender = wire.recvfrom(100)
            number, level = said.decode().split()
            if number.isdigit():
                pin = opened[0].pin(int(number))
                move = pin.drive_low if level == "down" else pin.drive_high
            else:
                move = partial(keypad.press if level == "down" else keypad.release, number)
            at = time.monotonic_ns()
            move()
            wire.sendto(str(at).encode(), sender)

    threading.Thread(target=drive, name="driver", daemon=True).start()


def _keypad(folder: Path) -> Keypad:
    """What the daemon finds there is one keypad."""
    folder.mkdir(exist_ok=True)
    sockets = Sockets(folder)
    own: Any = daemon
    own.Keys = partial(Keys, folder=folder, open_device=sockets.open)
    return sockets.plug()


class Fingers:
    """The other end of the socket."""

    def __init__(self, path: Path) -> None:
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._wire.bind(f"{path}.fingers")
        self._wire.settimeout(20)
        self._path = str(path)

    def move(self, pin: int | str, level: str) -> int:
        """``down`` or ``up``; returns the monotonic time in ns right before the edge."""
        self._wire.sendto(f"{pin} {level}".encode(), self._path)
        return int(self._wire.recv(100))

    def close(self) -> None:
        self._wire.close()


if __name__ == "__main__":
    listen(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
