"""``python -m tests.support.attacks NAME HOST PORT SECONDS SEED``: what a hostile machine does.

Runs on the other side of ``lan``; prints one JSON object with what it counted.
"""

import asyncio
import collections
import contextlib
import json
import random
import ssl
import sys
import time
from collections.abc import Awaitable, Callable

from tests.support.lan import there
from tests.support.requests import mutated

Counted = collections.Counter[str]
ENDS = 10.0  # seconds in which what has begun may end: a hundred refused connections take minutes
PUBLIC = (b" /pair", b" /healthz", b" /assets/")
GET = b"GET /api/status HTTP/1.1\r\nHost: 10.77.0.1\r\n"


class Attack:
    def __init__(self, host: str, port: int, seconds: float, seed: int) -> None:
        self.host, self.port = host, port
        self.sources = there(host)
        self.end = time.monotonic() + seconds
        self.draw = random.Random(seed)
        self.did = Counted()
        self.kept: list[asyncio.StreamWriter] = []

    def lasts(self) -> bool:
        return time.monotonic() < self.end

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """From one of the machine's addresses; None when that was not to be had."""
        source = self.draw.choice(self.sources)
        try:
            async with asyncio.timeout(3):
                found = await asyncio.open_connection(self.host, self.port, local_addr=(source, 0))
        except (OSError, TimeoutError):
            self.did["no connection"] += 1
            return None
        self.did["connections"] += 1
        return found

    async def say(self, *requests: bytes) -> None:
        """One connection with these requests; the answers' status is counted."""
        if (link := await self.connect()) is None:
            return
        reader, writer = link
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            async with asyncio.timeout(5):
                for request in requests:
                    writer.write(request)
                    await writer.drain()
                    line = await reader.readline()
                    self.did[line[9:12].decode(errors="replace") or "closed"] += 1
        writer.close()


async def silent(attack: Attack) -> None:
    """Connections that say nothing, as many as there are."""
    while attack.lasts():
        if link := await attack.connect():
            attack.kept.append(link[1])
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(0.001):
                    if not await link[0].read(1):
                        attack.did["closed at once"] += 1


async def slow(attack: Attack) -> None:
    """A header that never ends, a byte at a time."""
    if (link := await attack.connect()) is None:
        await asyncio.sleep(0.05)
        return
    with contextlib.suppress(OSError):
        link[1].write(GET + b"X-Slow: ")
        while attack.lasts():
            link[1].write(b"x")
            await link[1].drain()
            await asyncio.sleep(0.5)
            if link[0].at_eof():
                break
    attack.did["ended"] += 1
    link[1].close()


async def guessing(attack: Attack) -> None:
    """Token after token."""
    word = f"{attack.draw.getrandbits(64):x}"
    await attack.say(GET + f"Authorization: Bearer {word}\r\n\r\n".encode())


async def digits(attack: Attack) -> None:
    """The six digits of a pairing."""
    body = json.dumps({"code": f"{attack.draw.randrange(10**6):06}"}).encode()
    head = b"POST /api/pair/claim HTTP/1.1\r\nHost: 10.77.0.1\r\nContent-Type: application/json\r\n"
    await attack.say(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


async def malformed(attack: Attack) -> None:
    """Requests that are wrong in every way; none for what anyone may have."""
    request = mutated(attack.draw)
    while any(path in request for path in PUBLIC):
        request = mutated(attack.draw)
    await attack.say(request)


async def resets(attack: Attack) -> None:
    """Connections that are cut off in the middle of a word."""
    if link := await attack.connect():
        link[1].write(GET[: attack.draw.randrange(len(GET))])
        link[1].transport.abort()


async def large(attack: Attack) -> None:
    """Bodies and headers without end."""
    which = attack.draw.randrange(3)
    if which == 0:
        await attack.say(GET + b"X: " + b"x" * 1_000_000 + b"\r\n\r\n")
    elif which == 1:
        await attack.say(GET + b"".join(b"X%d: y\r\n" % n for n in range(20_000)) + b"\r\n")
    else:
        await attack.say(
            b"POST /api/pair/claim HTTP/1.1\r\nHost: 10.77.0.1\r\nContent-Type: application/json"
            b"\r\nContent-Length: 900000000\r\n\r\n" + b" " * 2_000_000
        )


async def hellos(attack: Attack) -> None:
    """TLS connections that say their first byte, and no more."""
    if (link := await attack.connect()) is None:
        await asyncio.sleep(0.05)
        return
    with contextlib.suppress(OSError, TimeoutError):
        link[1].write(b"\x16")
        async with asyncio.timeout(max(0.0, attack.end - time.monotonic())):
            if not await link[0].read(1):
                attack.did["ended"] += 1
    link[1].close()


async def bursts(attack: Attack) -> None:
    """A hundred TLS connections that say the rest of their hello at the same moment."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    said = ssl.MemoryBIO()
    with contextlib.suppress(ssl.SSLWantReadError):
        context.wrap_bio(ssl.MemoryBIO(), said).do_handshake()
    hello = said.read()
    links = []
    for _ in range(100):
        if attack.lasts() and (link := await attack.connect()):
            link[1].write(hello[:20])
            links.append(link[1])
    for writer in links:
        writer.write(hello[20:])
    await asyncio.sleep(0.3)
    for writer in links:
        writer.transport.abort()
    attack.did["bursts"] += 1


async def handshakes(attack: Attack) -> None:
    """TLS connections, one after the other: the dearest thing that a stranger may ask for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    source = attack.draw.choice(attack.sources)
    try:
        async with asyncio.timeout(10):
            _, writer = await asyncio.open_connection(
                attack.host, attack.port, ssl=context, local_addr=(source, 0)
            )
    except (OSError, TimeoutError):
        attack.did["no handshake"] += 1
        return
    attack.did["handshakes"] += 1
    writer.transport.abort()


async def records(attack: Attack) -> None:
    """TLS that is wrong in every way."""
    if link := await attack.connect():
        with contextlib.suppress(OSError, TimeoutError):
            size = attack.draw.randrange(600)
            link[1].write(b"\x16\x03\x01" + size.to_bytes(2) + attack.draw.randbytes(size + 50))
            async with asyncio.timeout(2):
                await link[0].read(100)
        link[1].close()


ATTACKS: dict[str, tuple[Callable[[Attack], Awaitable[None]], int]] = {
    "silent": (silent, 20),
    "slow": (slow, 400),
    "guessing": (guessing, 20),
    "digits": (digits, 20),
    "malformed": (malformed, 20),
    "resets": (resets, 20),
    "large": (large, 8),
    "hellos": (hellos, 400),
    "handshakes": (handshakes, 20),
    "records": (records, 20),
    "bursts": (bursts, 5),
}
TLS = ("bursts", "hellos", "handshakes", "records")
"""What is done, and by how many at a time."""


async def main(name: str, host: str, port: int, seconds: float, seed: int) -> None:
    attack = Attack(host, port, seconds, seed)
    act, together = ATTACKS[name]

    async def again() -> None:
        while attack.lasts():
            with contextlib.suppress(OSError):
                await act(attack)

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds + ENDS):
            await asyncio.gather(*(again() for _ in range(together)))
    print(json.dumps(attack.did), flush=True)


if __name__ == "__main__":
    asyncio.run(
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
    )
