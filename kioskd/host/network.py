"""The addresses of this machine: has it a network, and where is it reached?

Asked of the kernel without netlink, which the unit's sandbox does not allow.
"""

import fcntl
import ipaddress
import socket
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from kioskd.core.status import RemoteStatus

INTERFACES = Path("/proc/net/dev")
IPV6 = Path("/proc/net/if_inet6")
SIOCGIFADDR = 0x8915  # netdevice(7): the IPv4 address of an interface
GLOBAL = "00"  # the scope of an IPv6 address that is good beyond its own cable


def addresses() -> list[str]:
    """Every address that other machines may know, IPv4 first; empty without a network."""
    try:
        return [*_ipv4(), *_ipv6()]
    except OSError:  # the kernel tells nothing, as when too many files are open
        return []


def has_network() -> bool:
    """Whether this machine has an address; True where that can't be told, as without free files."""
    try:
        return any(_ipv4()) or any(_ipv6())
    except OSError:
        return True


def remote(
    hosts: Collection[str],
    port: int,
    open_to_all: bool,
    name: str | None = None,
    encrypted: bool = False,
    public: str | None = None,
) -> RemoteStatus:
    """How a phone gets to the remote page of a server that other machines reach at ``hosts``.

    ``access``: ``local`` (this machine only), ``token`` or ``open``. The token is not told.
    ``name`` is one that the network knows, too. ``encrypted``: by HTTPS.
    ``public`` is the address of a proxy before it, which is all that phones are told.
    """
    access: Literal["open", "token"] = "open" if open_to_all else "token"
    if public:
        return RemoteStatus(access, [f"{public}/remote"])
    if not hosts:
        return RemoteStatus("local", [])
    found = reached(hosts)
    if name and found:
        found = [name, *found]
    scheme = "https" if encrypted else "http"
    urls = [f"{scheme}://{f'[{a}]' if ':' in a else a}:{port}/remote" for a in found]
    return RemoteStatus(access, urls)


def reached(hosts: Collection[str]) -> list[str]:
    """The addresses of this machine behind those that a server listens on, IPv4 first."""
    found = [each for host in hosts for each in _reached(host)]
    return sorted(found, key=lambda each: ":" in each)  # IPv4 is shorter to type


def _reached(host: str) -> list[str]:
    """The addresses behind one that a socket listens on: IPv4 and IPv6 have sockets of their own"""
    try:
        listening = ipaddress.ip_address(host)
    except ValueError:
        return [host]
    if not listening.is_unspecified:
        return [host]
    return [a for a in addresses() if (":" in a) == (listening.version == 6)]


def _ipv4() -> Iterator[str]:
    try:
        lines = INTERFACES.read_text().splitlines()[2:]  # two are the table's head
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for name in (line.partition(":")[0].strip() for line in lines):
            try:
                answer = fcntl.ioctl(asking, SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:  # none, or the interface has gone
                continue
            address = ipaddress.IPv4Address(answer[20:24])
            if not address.is_loopback and not address.is_link_local:
                yield str(address)


def _ipv6() -> Iterator[str]:
    try:
        lines = IPV6.read_text().splitlines()
    except FileNotFoundError:
        return
    for digits, _index, _length, scope, *_ in map(str.split, lines):
        if scope == GLOBAL:
            yield str(ipaddress.IPv6Address(bytes.fromhex(digits)))
