"""Another machine on the network: a network namespace with addresses of its own (needs root)."""

import os
import shutil
import subprocess
from typing import Self

HERE = "10.77.0.1"
MANY = 40  # addresses that the other machine has


def possible() -> bool:
    """Whether this user may make one here."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"kioskd-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return made.returncode == 0


class Lan:
    """``here`` is this machine's address on it; ``there`` are the other machine's."""

    here = HERE
    there = tuple(f"10.77.0.{2 + n}" for n in range(MANY))

    def __init__(self) -> None:
        self._name = f"kioskd-{os.getpid()}"
        self._link = f"kl{os.getpid()}"

    def __enter__(self) -> Self:
        name, link = self._name, self._link
        self._ip("netns", "add", name)
        self._ip("link", "add", link, "type", "veth", "peer", "name", "lan", "netns", name)
        self._ip("addr", "add", f"{HERE}/24", "dev", link)
        self._ip("addr", "add", "fd77::1/64", "dev", link, "nodad")
        self._ip("link", "set", link, "up")
        for address in self.there:
            self._ip("-n", name, "addr", "add", f"{address}/24", "dev", "lan")
        self._ip("-n", name, "addr", "add", "fd77::2/64", "dev", "lan", "nodad")
        self._ip("-n", name, "link", "set", "lan", "up")
        self._ip("-n", name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        self._ip("link", "del", self._link)
        self._ip("netns", "del", self._name)

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program on the other machine."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self._name, *command], stdout=subprocess.PIPE
        )

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True)
