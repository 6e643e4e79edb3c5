"""The requests of a page on their way to its server, with the header that its server wants.

A tab of such a page says by the end of its User-Agent which page it is. Only what comes from that
tab gets the header, a WebSocket too; no server sees the sign, and no page or browser the header.
"""

import asyncio
import contextlib
import re
from collections.abc import Mapping

CHUNK = 65536
SIGN = re.compile(rb" kioskd/([0-9a-f]{32})(?=[\r\n]|$)")
Headers = Mapping[bytes, tuple[bytes, bytes]]
"""By a page's sign: the name and the value of its header."""


async def pass_requests(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: Headers
) -> None:
    """Hand over HTTP/1.1 requests until the browser ends, each with its page's header."""
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as rest:
            if rest.partial:
                raise
            return
        writer.write(with_header(head, headers))
        fields = _fields(head)
        if fields.keys() & {b"upgrade", b"transfer-encoding"}:
            await copy(reader, writer)  # what follows are no more requests; a page sends no such
            return
        left = int(fields.get(b"content-length", b"0"))
        while left:
            data = await reader.read(min(left, CHUNK))
            if not data:
                return
            left -= len(data)
            writer.write(data)
            await writer.drain()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand over all that comes, and its end."""
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):
        if writer.can_write_eof():
            writer.write_eof()
        else:  # over TLS an end is the end of both directions
            writer.close()


def with_header(head: bytes, headers: Headers) -> bytes:
    """The head of a request with the header of the page whose sign it bears, and without any
    sign."""
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    name = value = b""
    for at, line in enumerate(lines):
        if line[:11].lower() == b"user-agent:" and (sign := SIGN.search(line)):
            lines[at] = SIGN.sub(b"", line)
            name, value = headers.get(sign[1], (b"", b""))
    if name:
        own = name.lower() + b":"
        lines = [line for line in lines if not line.lower().startswith(own)]
        lines.append(name + b": " + value)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _fields(head: bytes) -> dict[bytes, bytes]:
    split = (line.partition(b":") for line in head.split(b"\r\n")[1:])
    return {name.lower(): value.strip() for name, _, value in split}
