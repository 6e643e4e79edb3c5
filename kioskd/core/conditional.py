"""What asks a server only for what changed, and takes no more of it than is wanted.

Sources ask so for their views and the player for its sounds; the asking itself is theirs.
"""

from collections.abc import AsyncIterable, Mapping
from typing import Protocol

from msgspec import Struct


class Validators(Struct, frozen=True):
    """What an answer was, for the next request (RFC 9110, section 8.8); empty: it said nothing."""

    tag: str = ""
    modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.tag or self.modified)

    def headers(self) -> dict[str, str]:
        """Those of a request that is answered 304 while nothing changed."""
        found = {"If-None-Match": self.tag, "If-Modified-Since": self.modified}
        return {name: value for name, value in found.items() if value}


def validators(headers: Mapping[str, str]) -> Validators:
    """Those in the headers of an answer."""
    return Validators(headers.get("ETag", ""), headers.get("Last-Modified", ""))


class Body(Protocol):
    """As aiohttp has it."""

    def iter_chunked(self, n: int) -> AsyncIterable[bytes]: ...


async def bounded(body: Body, most: int) -> bytes | None:
    """All of a body; None for one of more than ``most`` bytes, of which the rest is not read."""
    found = bytearray()
    async for chunk in body.iter_chunked(65536):
        found += chunk
        if len(found) > most:
            return None
    return bytes(found)
