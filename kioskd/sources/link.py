"""What the sources that speak HTTP share: secrets from files, TLS, and errors in plain words.

Owns, with the sources beside it, the client half of aiohttp.
"""

import errno
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field

import aiohttp
from yarl import URL

from kioskd.config import Auth
from kioskd.config.files import read_certificates, read_secret, reason, why_no_secret
from kioskd.config.secret import shown, shown_path
from kioskd.host import network
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


def tls(ca_file: str | None) -> ssl.SSLContext | bool:
    """Verification is never off; ``ca_file`` adds an authority of the house."""
    if ca_file is None:
        return True
    try:
        return ssl.create_default_context(cadata=read_certificates(ca_file))
    except OSError as error:  # ssl's own are OSErrors
        raise Outage("ca_file", file=ca_file, detail=reason(error)) from None


def address(text: str) -> URL:
    """The address of an upstream; ``SourceError`` for one that can't be."""
    try:
        url = URL(text)
        if not url.host or not url.port:
            raise ValueError("it names no host")
    except ValueError as error:
        raise Outage("bad_url", detail=str(error)) from None
    return url


def refusal(status: int, place: str, location: str = "") -> Outage | Refusal | None:
    """The error that an HTTP status of ``place`` means; None when it means well."""
    if status in (401, 403, 407):
        return Refusal("refused_token", place=place, detail=f"HTTP {status}")
    if 300 <= status < 400 and status != 304:
        return sent_elsewhere(status, place, location)
    if status < 400:
        return None
    return Outage(
        "not_found" if status in (404, 410) else "http_error", place=place, status=str(status)
    )


def web_page(place: str) -> Refusal:
    """A page for people where data was asked for."""
    said = "answers a web page, as login pages do: not authorised? check token and url"
    return Refusal("not_a_helpdesk", place=place, detail=said)


def sent_elsewhere(status: int, place: str, location: str) -> Refusal:
    """A redirect, which is never followed: the secret is for the address in the file only."""
    target = location.partition("?")[0].partition("#")[0]
    if "@" in target or not target.isprintable():
        target = ""
    to = f"to {shown(target, 100)}" if target else "elsewhere"
    return Refusal("redirected", place=place, target=to, status=str(status))


def explain(error: Exception, url: URL) -> Outage | Refusal:
    """An error of the link in one line without secrets: the host, never the query."""
    place = f"{url.host}:{url.port}"
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        said = str(error.certificate_error)
        if "not yet valid" in said:
            return Outage("clock", place=place)
        return Outage("certificate", place=place, detail=said)
    if isinstance(error, aiohttp.WSServerHandshakeError):
        kind = error.headers.get("Content-Type", "") if error.headers else ""
        if error.status == 200 and kind.startswith("text/html"):
            return web_page(place)
        no_endpoint = Outage("not_a_helpdesk", place=place, detail="is no WebSocket endpoint")
        return refusal(error.status, place) or no_endpoint
    if isinstance(error, aiohttp.InvalidURL):
        return Outage("bad_url", detail="it is no address")
    if isinstance(error, aiohttp.ClientConnectorError | TimeoutError):
        return _unreached(error, place)
    return Outage("lost", place=place, detail=f"broke the link: {type(error).__name__}")


def _unreached(error: aiohttp.ClientConnectorError | TimeoutError, place: str) -> Outage:
    """No connection came about: because of this machine's network, or of the other end?"""
    if isinstance(error, TimeoutError):
        cause: OSError = error
        number, said = errno.ETIMEDOUT, "it doesn't answer in time"
    else:
        cause = error.os_error
        number, said = cause.errno or 0, str(error.strerror or cause)
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Outage("no_tls", place=place, detail=said)
    if number != errno.ECONNREFUSED and not network.addresses():
        return Outage("no_network", place=place)
    if isinstance(cause, socket.gaierror):
        unknown = number in (socket.EAI_NONAME, socket.EAI_NODATA)
        return Outage("unknown_host" if unknown else "no_dns", place=place, detail=said)
    if number == errno.ECONNREFUSED:
        return Outage("connection_refused", place=place)
    if number == errno.ETIMEDOUT:
        return Outage("no_answer", place=place)
    return Outage("unreachable", place=place, detail=said)
