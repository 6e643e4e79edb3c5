"""What the sources that speak HTTP share: secrets from files, TLS, and errors in plain words.

Owns, with the sources beside it, the client half of aiohttp.
"""

import errno
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from yarl import URL

from kioskd import reach
from kioskd.config import Auth
from kioskd.errors import SourceError
from kioskd.sources.reasons import Outage, Refusal


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
            said = f"the secret in {each.file} can't be read: {why}"
            raise Outage(said, "token_file", each.file) from None
        if not secret or not secret.isprintable():
            said = f"{each.file} must hold one line with the secret"
            raise Outage(said, "token_file", each.file)
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
        said = f"ca_file {ca_file} can't be used: {error}"
        raise Outage(said, "certificate", ca_file) from None


def address(text: str) -> URL:
    """The address of an upstream; ``SourceError`` for one that can't be."""
    try:
        url = URL(text)
        if not url.host or not url.port:
            raise ValueError("it names no host")
    except ValueError as error:
        said = f"the address can't be used: {error}; correct the source's url"
        raise Outage(said, "bad_url") from None
    return url


def refusal(status: int, place: str, location: str = "") -> SourceError | None:
    """The error that an HTTP status of ``place`` means; None when it means well."""
    if status in (401, 403, 407):
        said = f"not authorised (HTTP {status}); check the token and its rights"
        return Refusal(said, "refused_token", place)
    if 300 <= status < 400 and status != 304:
        return sent_elsewhere(status, place, location)
    if status < 400:
        return None
    said = f"the upstream answers HTTP {status}"
    return Outage(said, "not_found" if status in (404, 410) else "http_error", place)


def web_page(place: str) -> SourceError:
    """A page for people where data was asked for."""
    return Refusal(
        f"{place} answers a web page, as login pages do: not authorised? check token and url",
        "not_a_helpdesk",
        place,
    )


def sent_elsewhere(status: int, place: str, location: str) -> SourceError:
    """A redirect, which is never followed: the secret is for the address in the file only."""
    target = location.partition("?")[0].partition("#")[0]
    if "@" in target or not target.isprintable():
        target = ""
    to = f"to {target:.100}" if target else "elsewhere"
    return Refusal(
        f"not authorised: sent {to} (HTTP {status}), as login pages do; "
        "check the token, and the url to its last character",
        "redirected",
        place,
    )


def explain(error: Exception, url: URL) -> SourceError:
    """An error of the link in one line without secrets: the host, never the query."""
    place = f"{url.host}:{url.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        said = str(error.certificate_error)
        if "not yet valid" in said:
            said = f"the certificate of {place} is not yet valid: is the clock right?"
            return Outage(said, "clock", place)
        return Outage(f"the certificate of {place} is not trusted: {said}", "certificate", place)
    if isinstance(error, aiohttp.WSServerHandshakeError):
        kind = error.headers.get("Content-Type", "") if error.headers else ""
        if error.status == 200 and kind.startswith("text/html"):
            return web_page(place)
        no_endpoint = Outage(f"{place} is no WebSocket endpoint", "not_a_helpdesk", place)
        return refusal(error.status, place) or no_endpoint
    if isinstance(error, aiohttp.InvalidURL):
        return Outage("the address can't be used; correct the source's url", "bad_url")
    if isinstance(error, aiohttp.ClientConnectorError | TimeoutError):
        return _unreached(error, place)
    return Outage(f"the link to {place} failed: {type(error).__name__}", "lost", place)


def _unreached(error: aiohttp.ClientConnectorError | TimeoutError, place: str) -> Outage:
    """No connection came about: because of this machine's network, or of the other end?"""
    if isinstance(error, TimeoutError):
        cause: OSError = error
        number, said = errno.ETIMEDOUT, f"{place} doesn't answer in time"
    else:
        cause = error.os_error
        number, said = cause.errno or 0, f"{place} can't be reached: {error.strerror or cause}"
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Outage(said, "no_tls", place)
    if number != errno.ECONNREFUSED and not reach.addresses():
        return Outage(f"this machine has no network address; {said}", "no_network", place)
    if isinstance(cause, socket.gaierror):
        unknown = number in (socket.EAI_NONAME, socket.EAI_NODATA)
        return Outage(said, "unknown_host" if unknown else "no_dns", place)
    if number == errno.ECONNREFUSED:
        return Outage(said, "connection_refused", place)
    return Outage(said, "no_answer" if number == errno.ETIMEDOUT else "unreachable", place)
