"""NAME.local is told only where somebody answers for it, and as the one who answers calls it."""

import struct
import subprocess
import sys
from pathlib import Path

from kioskd.host import mdns
from tests.support import mdns_responder
from tests.support.apart import APART, needs_a_network_of_its_own
from tests.support.mdns_responder import answered, wire

ADDRESS, NAME = "192.168.7.9", "kiosk7.local"
ASKED = "import asyncio; from kioskd.host import mdns; print(asyncio.run(mdns.own_name([{}])))"


def asked(responder: str) -> str:
    """The name that is found in a network of its own, while the responder runs there."""
    lines = (
        f"ip link set lo up; ip link add k0 type bridge; ip addr add {ADDRESS}/24 dev k0",
        "ip link set k0 up",
        f"{responder}",
        f'{sys.executable} -c "{ASKED.format(repr(ADDRESS))}"',
        "[ -z $! ] || kill $!",
    )
    found = subprocess.run(
        [*APART, "sh", "-ec", "\n".join(lines)], capture_output=True, text=True, timeout=60
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.strip()


@needs_a_network_of_its_own
def test_the_name_is_the_one_that_the_responder_gives_and_not_the_hosts() -> None:
    program = f"{sys.executable} {Path(mdns_responder.__file__)} {ADDRESS} {NAME}"
    heard = f"said=$(mktemp); {program} >$said & until [ -s $said ]; do sleep 0.1; done; rm $said"
    assert asked(heard) == NAME


@needs_a_network_of_its_own
def test_where_nobody_answers_there_is_no_name() -> None:
    assert asked(":") == "None"


def test_answers_are_those_to_the_question_alone() -> None:
    packet = answered(mdns.question("9.7.168.192.in-addr.arpa", mdns.PTR, 77), ADDRESS, NAME)
    assert packet is not None
    assert mdns.answers(packet, "9.7.168.192.IN-addr.arpa", mdns.PTR, 77) == [NAME]
    assert mdns.answers(packet, "9.7.168.192.in-addr.arpa", mdns.PTR, 78) == []
    assert mdns.answers(packet, "8.7.168.192.in-addr.arpa", mdns.PTR, 77) == []
    assert mdns.answers(packet, "9.7.168.192.in-addr.arpa", mdns.A, 77) == []
    found = answered(mdns.question(NAME, mdns.A, 5), ADDRESS, NAME)
    assert found is not None
    assert mdns.answers(found, NAME, mdns.A, 5) == [ADDRESS]


def test_a_damaged_packet_answers_nothing() -> None:
    packet = answered(mdns.question(NAME, mdns.A, 5), ADDRESS, NAME)
    assert packet is not None
    for length in range(len(packet)):
        assert mdns.answers(packet[:length], NAME, mdns.A, 5) == []
    endless = struct.pack(">6H", 5, 0x8400, 1, 1, 0, 0) + b"\xc0\x0c\0\x01\0\x01"
    assert mdns.answers(endless, NAME, mdns.A, 5) == []
    strange = packet.replace(wire(NAME), wire("ÿ.local"))
    assert mdns.answers(strange, NAME, mdns.A, 5) == []


async def test_a_server_that_is_known_by_name_or_ipv6_asks_nobody() -> None:
    assert not any(map(mdns.is_ipv4, ("kiosk.example", "fd00::9", "")))
    assert await mdns.own_name([]) is None
