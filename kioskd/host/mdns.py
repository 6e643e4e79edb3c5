"""Under which NAME.local other machines of the network find this one: asked, not supposed.

Whether a responder runs (systemd-resolved, Avahi), whether it may answer on this link, and whether
it had to take another name because a second ``kiosk`` is there: only an answer tells. So this asks
as RFC 6762 lets a plain program do (section 6.7): from a port of its own, for which responders
answer even programs of their own machine.
"""

import asyncio
import ipaddress
import secrets
import socket
import struct
import time
from collections.abc import Callable, Iterator

GROUP, PORT = "224.0.0.251", 5353  # RFC 6762
A, PTR, INTERNET = 1, 12, 1  # RFC 1035
ANSWER = 1.0  # seconds for an answer; responders may wait for half a second
ATTEMPTS = 3  # packets are lost on Wi-Fi
LOOK = 5.0  # seconds between two looks at this machine's addresses
AGAIN, STILL = 15.0, 120.0  # seconds until it is asked again: while nobody answers, and later
LARGEST = 9000  # bytes of a packet


class LocalName:
    """``name`` is what answers now, such as ``kiosk.local``; None: nothing does.

    ``addresses`` gives those at which other machines reach this one.
    """

    def __init__(self, addresses: Callable[[], list[str]]) -> None:
        self.name: str | None = None
        self._addresses = addresses

    async def follow(self) -> None:
        """Keep ``name`` right, until cancelled."""
        asked_for: object = None
        due = 0.0
        while True:
            addresses = [each for each in self._addresses() if is_ipv4(each)]
            about = (addresses, socket.gethostname())
            if about != asked_for or time.monotonic() >= due:
                asked_for = about
                self.name = await own_name(addresses)
                due = time.monotonic() + (STILL if self.name else AGAIN)
            await asyncio.sleep(LOOK)


async def own_name(addresses: list[str]) -> str | None:
    """The name by which one of these IPv4 addresses is found, if that name leads back to it."""
    for address in addresses:
        reverse = ipaddress.ip_address(address).reverse_pointer
        for name in await ask(reverse, PTR, address):
            if name.endswith(".local") and address in await ask(name, A, address):
                return name
    return None


async def ask(name: str, kind: int, address: str, attempts: int = ATTEMPTS) -> list[str]:
    """What this machine's responder says of a name: addresses for ``A``, names for ``PTR``.

    It is asked on the link that has ``address``, an IPv4 address of this machine. Empty: it doesn't
    answer there; what other machines say does not count.
    """
    loop = asyncio.get_running_loop()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.setblocking(False)
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
            asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
            asking.bind((address, 0))
            for _ in range(attempts):
                number = secrets.randbelow(1 << 16)
                await loop.sock_sendto(asking, question(name, kind, number), (GROUP, PORT))
                try:
                    async with asyncio.timeout(ANSWER):
                        while True:
                            packet, (sender, _) = await loop.sock_recvfrom(asking, LARGEST)
                            # The kernel lets nobody else send from this machine's own address.
                            found = answers(packet, name, kind, number)
                            if found and sender == address:
                                return found
                except TimeoutError:
                    continue
    except OSError:  # the address has gone, or the network lets nothing out
        pass
    return []


def is_ipv4(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 4
    except ValueError:  # a name
        return False


def question(name: str, kind: int, number: int) -> bytes:
    """A packet that asks for one name."""
    labels = [label.encode() for label in name.split(".")]  # UTF-8, unlike in other name services
    said = b"".join(bytes((len(label),)) + label for label in labels)
    return struct.pack(">6H", number, 0, 1, 0, 0, 0) + said + struct.pack(">xHH", kind, INTERNET)


def answers(packet: bytes, name: str, kind: int, number: int) -> list[str]:
    """What a packet answers to that question; empty when it is about another, or is damaged."""
    try:
        return list(_answers(packet, name.lower(), kind, number))
    except (IndexError, struct.error, UnicodeError, ValueError):
        return []


def _answers(packet: bytes, name: str, kind: int, number: int) -> Iterator[str]:
    found, flags, questions, records = struct.unpack_from(">4H", packet)
    if found != number or not flags & 0x8000:
        return
    place = 12
    for _ in range(questions):
        place = _name(packet, place)[1] + 4
    for _ in range(records):
        owner, place = _name(packet, place)
        about, _, _, length = struct.unpack_from(">HHIH", packet, place)
        place += 10
        if about == kind and owner.lower() == name:
            if kind == A:
                yield str(ipaddress.IPv4Address(packet[place : place + length]))
            else:
                yield _name(packet, place)[0].lower()
        place += length


def _name(packet: bytes, place: int) -> tuple[str, int]:
    """The name at ``place``, and where what follows it begins. Raises ``ValueError``."""
    labels: list[str] = []
    end = 0
    for _ in range(128):  # RFC 1035: 255 bytes; a name may also point at itself
        length = packet[place]
        if length >= 0xC0:
            end = end or place + 2
            place = (length & 0x3F) << 8 | packet[place + 1]
        elif length:
            labels.append(packet[place + 1 : place + 1 + length].decode())
            place += 1 + length
        else:
            return ".".join(labels), end or place + 1
    raise ValueError("a name without an end")
