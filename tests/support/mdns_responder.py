"""A responder of NAME.local: ``python mdns_responder.py ADDRESS NAME``, until it is killed.

Says what systemd-resolved says to a plain program's question; it prints a line when it listens.
"""

import ipaddress
import socket
import struct
import sys

GROUP, PORT = "224.0.0.251", 5353


def main(address: str, name: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("", PORT))
        joined = socket.inet_aton(GROUP) + socket.inet_aton(address)
        listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        print("listens", flush=True)
        while True:
            packet, sender = listening.recvfrom(9000)
            if answer := answered(packet, address, name):
                listening.sendto(answer, sender)


def answered(packet: bytes, address: str, name: str) -> bytes | None:
    """The whole packet that answers; None: the question is about another name."""
    asked, kind = packet[12:-4], packet[-4:-2]
    reverse = wire(ipaddress.ip_address(address).reverse_pointer)
    if (asked, kind) == (reverse, b"\0\x0c"):
        data = wire(name)
    elif (asked, kind) == (wire(name), b"\0\x01"):
        data = socket.inet_aton(address)
    else:
        return None
    head = packet[:2] + struct.pack(">5H", 0x8400, 1, 1, 0, 0)
    return head + packet[12:] + b"\xc0\x0c" + kind + struct.pack(">HIH", 1, 10, len(data)) + data


def wire(name: str) -> bytes:
    return b"".join(bytes((len(part),)) + part.encode() for part in name.split(".")) + b"\0"


if __name__ == "__main__":
    main(*sys.argv[1:])
