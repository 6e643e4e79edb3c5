"""What the sources that speak HTTP share: secrets from files, and the way to a server.

Owns, with the files beside it, the client half of aiohttp.
"""

import ssl
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct, field
from yarl import URL

from kioskd.config import Auth, NetworkSource
from kioskd.config.files import reason
from kioskd.config.secret import shown_path
from kioskd.config.secret_file import read_secret, why_no_secret
from kioskd.config.trust import trust
from kioskd.sources import Context
from kioskd.sources.outage import Outage
from kioskd.words import tr

SECURE = ("wss", "https")


class Credentials(Struct):
    """Where the secrets go. Read anew for every connection: a new token needs no restart."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


class Way(Struct, frozen=True):
    """How a server is reached: its address, whom to trust, and the proxy on the way."""

    url: URL
    tls: ssl.SSLContext | Literal[True] = True
    """True where nothing on the way should speak TLS: what does all the same is verified, too."""
    proxy: str | None = None

    @property
    def place(self) -> str:
        """Host and port: all of an address that may be said aloud."""
        return f"{self.url.host}:{self.url.port}"

    @property
    def secure(self) -> bool:
        return self.url.scheme in SECURE


def way(url: str, settings: NetworkSource, context: Context) -> Way:
    """The way to ``url``; ``Outage`` for an address or a ``ca_file`` that can't be used."""
    return way_to(url, settings.ca_file, context.proxy_for(settings))


def way_to(url: str, ca_file: str | None, proxy: str | None) -> Way:
    """As ``way``, for an address that is no source's."""
    place = address(url)
    secure = place.scheme in SECURE or (proxy is not None and URL(proxy).scheme in SECURE)
    try:
        tls: ssl.SSLContext | Literal[True] = True
        if secure or ca_file is not None:
            tls = trust(ca_file)
    except OSError as error:
        raise Outage("ca_file", file=ca_file or "", detail=reason(error)) from None
    return Way(place, tls, proxy)


def credentials(auth: Iterable[Auth]) -> Credentials:
    """Raises ``Outage`` naming the file (never its content) that can't be used."""
    found = Credentials()
    for each in auth:
        try:
            secret = read_secret(each.file).reveal()
        except OSError as error:
            detail = why_no_secret(error, each.file)
            raise Outage("token_file", file=shown_path(each.file), detail=detail) from None
        if each.header is not None:
            found.headers[each.header] = each.prefix + secret
        elif each.query is not None:
            found.query[each.query] = each.prefix + secret
        else:
            cookie = f"{each.cookie}={each.prefix}{secret}"
            earlier = found.headers.get("Cookie")
            found.headers["Cookie"] = f"{earlier}; {cookie}" if earlier else cookie
    return found


def address(text: str) -> URL:
    """The address of an upstream; ``Outage`` for one that can't be."""
    try:
        url = URL(text)
        if not url.host or not url.port:
            raise ValueError(tr("it names no host"))
    except ValueError as error:
        raise Outage("bad_url", detail=str(error)) from None
    return url
