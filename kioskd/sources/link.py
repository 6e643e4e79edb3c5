"""What the sources that speak HTTP share: secrets from files, TLS, and errors in plain words.

Owns, with the sources beside it, the client half of aiohttp.
"""

import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from yarl import URL

from kioskd.config import Auth
from kioskd.errors import RefusedError, SourceError


@dataclass
class Credentials:
    """Where the secrets go. Read anew for every connection: a new token needs no restart."""

    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def credentials(auth: Iterable[Auth]) -> Credentials:
    """Raises ``SourceError`` naming the file (never its content) that can't be used."""
    found = Credentials()
    for each in auth:
        try:
            secret = Path(each.file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            why = getattr(error, "strerror", None) or "not UTF-8 text"
            raise SourceError(f"the secret in {each.file} can't be read: {why}") from None
        if not secret or not secret.isprintable():
            raise SourceError(f"{each.file} must hold one line with the secret")
        if each.header is not None:
            found.headers[each.header] = each.prefix + secret
        elif each.query is not None:
            found.query[each.query] = each.prefix + secret
        else:
            cookie = f"{each.cookie}={each.prefix}{secret}"
            earlier = found.headers.get("Cookie")
            found.headers["Cookie"] = f"{earlier}; {cookie}" if earlier else cookie
    return found


def tls(ca_file: str | None) -> ssl.SSLContext | bool:
    """Verification is never off; ``ca_file`` adds an authority of the house."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SourceError(f"ca_file {ca_file} can't be used: {error}") from None


def address(text: str) -> URL:
    """The address of an upstream; ``SourceError`` for one that can't be."""
    try:
        url = URL(text)
        if not url.host or not url.port:
            raise ValueError("it names no host")
    except ValueError as error:
        raise SourceError(f"the address can't be used: {error}; correct the source's url") from None
    return url


def refusal(status: int, location: str = "") -> SourceError | None:
    """The error that an HTTP status means; None when it means well."""
    if status in (401, 403, 407):
        return RefusedError(f"not authorised (HTTP {status}); check the token and its rights")
    if 300 <= status < 400 and status != 304:
        return sent_elsewhere(status, location)
    return SourceError(f"the upstream answers HTTP {status}") if status >= 400 else None


def web_page(place: str) -> RefusedError:
    """A page for people where data was asked for."""
    return RefusedError(
        f"{place} answers a web page, as login pages do: not authorised? check token and url"
    )


def sent_elsewhere(status: int, location: str) -> RefusedError:
    """A redirect, which is never followed: the secret is for the address in the file only."""
    place = location.partition("?")[0].partition("#")[0]
    if "@" in place or not place.isprintable():
        place = ""
    to = f"to {place:.100}" if place else "elsewhere"
    return RefusedError(
        f"not authorised: sent {to} (HTTP {status}), as login pages do; "
        "check the token, and the url to its last character"
    )


def explain(error: Exception, url: URL) -> SourceError:
    """An error of the link in one line without secrets: the host, never the query."""
    place = f"{url.host}:{url.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        said = str(error.certificate_error)
        if "not yet valid" in said:
            return SourceError(f"the certificate of {place} is not yet valid: is the clock right?")
        return SourceError(f"the certificate of {place} is not trusted: {said}")
    if isinstance(error, aiohttp.WSServerHandshakeError):
        kind = error.headers.get("Content-Type", "") if error.headers else ""
        if error.status == 200 and kind.startswith("text/html"):
            return web_page(place)
        return refusal(error.status) or SourceError(f"{place} is no WebSocket endpoint")
    if isinstance(error, aiohttp.ClientConnectorError):
        return SourceError(f"{place} can't be reached: {error.strerror or error.os_error}")
    if isinstance(error, aiohttp.InvalidURL):
        return SourceError("the address can't be used; correct the source's url")
    if isinstance(error, TimeoutError):
        return SourceError(f"{place} doesn't answer in time")
    return SourceError(f"the link to {place} failed: {type(error).__name__}")
