"""A SOCKS5 proxy's side of its greeting (RFC 1928), as Chromium speaks it."""

import asyncio
import ipaddress

VERSION, CONNECT, IPV4, NAME, IPV6 = 5, 1, 1, 3, 4
DONE, FORBIDDEN, AWAY, WRONG = 0, 2, 4, 7
Place = tuple[str, int]
"""A host and a port."""


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Place | None:
    """Where somebody wants to go; None: it is no SOCKS5, and was answered.

    Raises ``asyncio.IncompleteReadError`` for one who goes, ``UnicodeError`` for no name.
    """
    version, methods = await reader.readexactly(2)
    if version != VERSION:
        return None
    await reader.readexactly(methods)
    writer.write(bytes((VERSION, 0)))  # nobody need say who he is
    _, command, _, kind = await reader.readexactly(4)
    if kind == NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1")
    elif kind in (IPV4, IPV6):
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == IPV4 else 16)))
    else:
        host = ""
    port = int.from_bytes(await reader.readexactly(2), "big")
    if command != CONNECT or not host:
        writer.write(answer(WRONG))
        return None
    return plain(host), port


def answer(code: int) -> bytes:
    """``DONE``, or why not."""
    return bytes((VERSION, code, 0, IPV4, 0, 0, 0, 0, 0, 0))


def plain(host: str) -> str:
    """A host as the browser says it, too. Raises ``UnicodeError``."""
    name = host.strip("[]").rstrip(".").lower()
    return name if name.isascii() else name.encode("idna").decode()
