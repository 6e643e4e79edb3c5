"""Another machine, at the other end of a cable to the one that is booted."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


class Neighbour:
    """A network namespace with this address; the cable ends in the machine's ``eth0``."""

    def __init__(self, address: str) -> None:
        self.cable = f"kn{os.getpid()}"
        self._address = address
        self._name = f"kioskd-phone-{os.getpid()}"

    @property
    def option(self) -> str:
        """With what a ``Machine`` boots."""
        return f"--network-veth-extra={self.cable}:eth0"

    def plug_in(self) -> None:
        """Once the machine has booted."""
        _ip("netns", "add", self._name)
        _ip("link", "set", self.cable, "netns", self._name)
        _ip("-n", self._name, "addr", "add", f"{self._address}/24", "dev", self.cable)
        _ip("-n", self._name, "link", "set", self.cable, "up")

    def run(self, program: str, *arguments: str) -> str:
        """What a program in Python prints that runs there, with the tests' own packages."""
        inside = ("ip", "netns", "exec", self._name, sys.executable, "-c", program)
        return subprocess.check_output([*inside, *arguments], text=True, cwd=ROOT).strip()

    def close(self) -> None:
        subprocess.run(["ip", "netns", "del", self._name], capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)
