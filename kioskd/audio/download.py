"""One sound over HTTP: from where it may come, and how much of it. Nothing is kept here.

Owns, with the sources and the web, aiohttp; it is loaded at the first fetch.
"""

import contextlib
import ipaddress
import socket
import ssl
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from kioskd.audio.decoding import kind
from kioskd.config.files import reason
from kioskd.config.trust import trust
from kioskd.core.conditional import Validators, bounded, validators
from kioskd.errors import SoundError, UnplayableError
from kioskd.words import tr

LARGEST = 2_000_000  # bytes of a sound
LONGEST_URL = 2000  # characters
REDIRECTS = 3
PORTS = {"http": 80, "https": 443}
SCHEMES = {"ws": "http", "wss": "https"}
# The addresses where clouds answer with a machine's secrets, beside the link-local ones.
METADATA = {
    ipaddress.ip_address(text)
    for text in ("168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254")
}
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 through NAT64
Origin = tuple[str, str, int]


class Fetched(NamedTuple):
    """``validators`` ask next time whether it changed."""

    content: bytes
    validators: Validators


def allowed_url(url: str, base: str, allowed: Sequence[str]) -> str:
    """The whole address of ``url``, if its origin is that of ``base`` or one in ``allowed``.

    Raises ``SoundError`` that names the address, without its query, and why it is refused.
    """
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url or "\\" in url:
        raise SoundError(tr("{url!r:.60} is no address", url=url))
    try:
        parts = urlsplit(urljoin(_http(base), url))
        origin, origins = (
            _origin(parts),
            [_origin(urlsplit(_http(each))) for each in (base, *allowed)],
        )
    except ValueError as error:
        raise SoundError(tr("{url!r:.60} is no address: {error}", url=url, error=error)) from None
    if parts.scheme not in PORTS:
        raise SoundError(tr("{url!r:.60} is refused: only http and https are fetched", url=url))
    if parts.username is not None or not parts.hostname:
        raise SoundError(tr("{url} is refused: it needs a host and no user name", url=shown(url)))
    if origin not in origins:
        raise SoundError(
            tr(
                "{url} is refused: neither the source's own origin nor in sound.allowed_origins",
                url=shown(parts.geturl()),
            )
        )
    _refuse_address(parts.hostname)
    return parts._replace(fragment="").geturl()


def shown(url: str) -> str:
    """The address without what may be a secret: user name, query and fragment."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        url = SplitResult(parts.scheme, host, parts.path, "", "").geturl()
    return url[:200]


async def fetch(
    address: str,
    base: str,
    allowed: Sequence[str],
    known: Validators,
    ca_file: str | None = None,
) -> Fetched | None:
    """The content at ``address``; None when it still is the ``known`` one.

    Takes as long as it takes. Raises ``SoundError`` in one line.
    """
    import aiohttp

    headers = {"Accept": "audio/*, application/ogg", "Accept-Encoding": "identity"}
    headers |= known.headers()
    place = shown(address)
    connector = aiohttp.TCPConnector(resolver=_resolver(), ssl=_trusted(ca_file), force_close=True)
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),  # the caller's
    ) as session:
        try:
            for _ in range(REDIRECTS + 1):
                async with session.get(address, headers=headers, allow_redirects=False) as answer:
                    if answer.status in (301, 302, 303, 307, 308):
                        there = urljoin(address, answer.headers.get("Location", ""))
                        address = allowed_url(there, base, allowed)
                        continue
                    if answer.status == 304:
                        return None
                    return await _content(answer, place)
        except aiohttp.ClientError as error:
            raise SoundError(
                tr("{place} can't be fetched: {why}", place=place, why=_reason(error))
            ) from None
    raise SoundError(
        tr("{place} is refused: it redirects more than {count} times", place=place, count=REDIRECTS)
    )


async def _content(answer: Any, place: str) -> Fetched:
    if answer.status != 200:
        raise SoundError(
            tr("{place} can't be fetched: HTTP {status}", place=place, status=answer.status)
        )
    if "html" in answer.content_type:
        raise UnplayableError(
            tr("{place} is refused: a web page, not a sound; is it a login page?", place=place)
        )
    announced = (answer.content_length or 0) <= LARGEST
    content = await bounded(answer.content, LARGEST) if announced else None
    if content is None:
        raise UnplayableError(
            tr("{place} is refused: over {most} MB", place=place, most=LARGEST // 1_000_000)
        )
    if kind(content[:16]) is None:
        what = tr("a web page") if content.lstrip()[:1] == b"<" else tr("no wav, ogg, flac or mp3")
        raise UnplayableError(
            tr(
                "{place} is refused: {what}, though it may be called a sound",
                place=place,
                what=what,
            )
        )
    return Fetched(content, validators(answer.headers))


def _http(base: str) -> str:
    scheme, colon, rest = base.partition(":")
    return SCHEMES.get(scheme.lower(), scheme) + colon + rest


def _origin(parts: SplitResult) -> Origin:
    port = parts.port or PORTS.get(parts.scheme, 0)
    return parts.scheme, (parts.hostname or "").rstrip("."), port


def _refuse_address(host: str) -> None:
    """Raise for an address at which nobody may ever fetch; a name is judged when it is resolved."""
    with contextlib.suppress(ValueError):
        if not reachable(ipaddress.ip_address(host.partition("%")[0])):
            raise SoundError(
                tr("{host} is refused: an address of this link or a cloud's own", host=host)
            )


def reachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether a sound may come from there; loopback and private ones are for the origins to say."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return reachable(inner)
    return not (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address in METADATA
    )


def _resolver() -> Any:
    import aiohttp
    from aiohttp.abc import AbstractResolver, ResolveResult

    class Resolver(AbstractResolver):
        """Says only the addresses that may be reached: what is judged is what is connected to."""

        def __init__(self) -> None:
            self._system = aiohttp.ThreadedResolver()

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
        ) -> list[ResolveResult]:
            found = await self._system.resolve(host, port, family)
            good = [
                x for x in found if reachable(ipaddress.ip_address(x["host"].partition("%")[0]))
            ]
            if not good:
                raise OSError(
                    0, tr("refused: its name leads to an address of this link or a cloud's")
                )
            return good

        async def close(self) -> None:
            await self._system.close()

    return Resolver()


def _trusted(ca_file: str | None) -> ssl.SSLContext:
    try:
        return trust(ca_file)
    except OSError as error:
        raise SoundError(
            tr("ca_file {file} can't be used: {detail}", file=ca_file, detail=reason(error))
        ) from None


def _reason(error: Exception) -> str:
    inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
    said = getattr(inner, "strerror", None) or (str(inner) if inner else str(error))
    return said or type(error).__name__
