"""Another machine on the network: a network namespace with addresses of its own (needs root)."""

import os
import shutil
import subprocess
from typing import Self

MANY = 40  # addresses that the other machine has


def possible() -> bool:
    """Whether this user may make one here."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    name = f"kioskd-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return made.returncode == 0


def there(here: str) -> list[str]:
    """The addresses of the other machine of whoever is ``here``."""
    net = here.rpartition(".")[0]
    return [f"{net}.{2 + n}" for n in range(MANY)]


class Lan:
    """``here`` is this machine's address on it.

    Its number is one that no other has, so that two test runs at once, or what is left of one that
    was killed, never take each other's packets.
    """

    def __enter__(self) -> Self:
        self._link = next(link for n in range(256) if _made(link := f"kl{n}"))
        number = self._link.removeprefix("kl")
        self.here = f"10.77.{number}.1"
        name = self._name = f"kioskd-{number}-{os.getpid()}"
        self._ip("netns", "add", name)
        self._ip("link", "set", f"{self._link}p", "netns", name, "name", "lan")
        self._ip("addr", "add", f"{self.here}/24", "dev", self._link)
        self._ip("addr", "add", f"fd77:{number}::1/64", "dev", self._link, "nodad")
        self._ip("link", "set", self._link, "up")
        for address in there(self.here):
            self._ip("-n", name, "addr", "add", f"{address}/24", "dev", "lan")
        self._ip("-n", name, "addr", "add", f"fd77:{number}::2/64", "dev", "lan", "nodad")
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


def _made(link: str) -> bool:
    """Whether there was none of that name."""
    command = ["ip", "link", "add", link, "type", "veth", "peer", "name", f"{link}p"]
    return subprocess.run(command, capture_output=True).returncode == 0
