"""NAME.local, asked for from another machine on a cable of their own: systemd-resolved answers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.neighbour import Neighbour
from tests.e2e.appliance.roots import CACHE
from tests.support.image_program import load

pytestmark = pytest.mark.timeout(600)
IMAGE = Path(__file__).parents[3] / "packaging/image/root"
RESOLVED = "etc/systemd/resolved.conf.d/kioskd.conf"
NETWORK = "etc/systemd/network/20-wired.network"
ADDRESS, OTHER = "10.78.0.7", "10.78.0.8"
PHONES = "kiosk: {id: Kiosk-T}\nserver: {host: 0.0.0.0, open_without_token: true}\n"
# What a phone does: asks everybody on the cable, and takes the first answer.
ASK = f"""
import socket, sys
from kioskd.host import mdns
name = sys.argv[1]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("{OTHER}"))
    asking.settimeout(2)
    asking.sendto(mdns.question(name, mdns.A, 9), (mdns.GROUP, mdns.PORT))
    try:
        print(*mdns.answers(asking.recv(9000), name, mdns.A, 9))
    except TimeoutError:
        print()
"""


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    made = Neighbour(OTHER)
    yield made
    made.close()


@pytest.fixture
def wall(debian: Path, packages: Path, neighbour: Neighbour) -> Iterator[Machine]:
    """A Debian with kioskd and the image's network, on a cable to the other machine."""
    CACHE.mkdir(exist_ok=True)
    if debian.name.startswith("debian-12-"):
        pytest.skip("only the card's image answers for its name, and that is Debian 13")
    machine = Machine(debian, Path(tempfile.mkdtemp(prefix="run-", dir=CACHE)), packages)
    try:
        shutil.copy(IMAGE / NETWORK, machine.top / NETWORK)
        settings = load("settings")
        fixed = settings.networks(settings.read(f"address = {ADDRESS}/24".encode()))
        machine.write(f"{NETWORK}.d/50-system-txt.conf", "\n".join(fixed[Path(NETWORK).name]))
        machine.write("/etc/hostname", "kiosk\n")
        machine.boot(neighbour.option, "--hostname=kiosk")
        neighbour.plug_in()
        machine.run("systemctl", "start", "systemd-networkd", "systemd-resolved")
        machine.install("kioskd.deb")
        machine.write(CONFIG, PHONES + "sources: [{kind: demo}]\n")
        machine.run("systemctl", "restart", "kioskd")
        yield machine
    finally:
        machine.close()


def found(neighbour: Neighbour, name: str) -> str:
    """The address behind a name; empty when nobody answers."""
    return neighbour.run(ASK, name)


def urls(wall: Machine) -> list[str]:
    status = wall.status()
    return status["remote"]["urls"] if status else []


def test_the_name_leads_another_machine_to_the_wall_and_is_told_only_while_it_does(
    wall: Machine, neighbour: Neighbour
) -> None:
    by_address = f"http://{ADDRESS}:8080/remote"
    until(lambda: urls(wall) == [by_address], 60, "the address is told")
    # As Debian has it, only the network's setting says yes.
    assert found(neighbour, "kiosk.local") == ""
    assert urls(wall) == [by_address]
    target = wall.top / RESOLVED
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(IMAGE / RESOLVED, target)
    wall.run("systemctl", "restart", "systemd-resolved")
    until(lambda: found(neighbour, "kiosk.local") == ADDRESS, 60, "the name is answered")
    by_name = "http://kiosk.local:8080/remote"
    until(lambda: urls(wall) == [by_name, by_address], 60, "the name is told")
    llmnr = wall.run("resolvectl", "llmnr").splitlines()
    assert all(line.endswith(": no") for line in llmnr), llmnr
    assert found(neighbour, "nobody.local") == ""
