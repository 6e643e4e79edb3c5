"""Why a link did not come about or broke: an error of the library as a fault with its remedy.

A wrong piece of advice is worse than none. What an error alone does not tell is found out by a
second look at the server, which carries no secret.
"""

import asyncio
import contextlib
import datetime
import errno
import os
import socket
import ssl

import aiohttp
from yarl import URL

from kioskd.config.secret import shown
from kioskd.core.faults import Code
from kioskd.sources import Context, Look
from kioskd.sources.link import Way
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr

LOOK, LOOK_AGAIN = 3.0, 60.0  # seconds for a second look, and between two of them
NO_SUCH_PATH = "/kioskd-asks-whether-any-path-is-allowed/"
TLS_SCHEMES = {"ws": "wss://", "http": "https://"}
PLAIN_SCHEMES = {"wss": "ws://", "https": "http://"}
# X509_V_ERR_* of OpenSSL's x509_vfy.h, as `ssl` gives them in `verify_code`.
NOT_YET_VALID, EXPIRED, WRONG_NAME, WRONG_ADDRESS = 9, 10, 62, 64
# What OpenSSL says when the other side speaks no TLS at all.
NOT_TLS = {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}
NO_FILES = (errno.EMFILE, errno.ENFILE)


def refusal(status: int, way: Way, location: str = "") -> Outage | Refusal | None:
    """The error that an HTTP status means; None when it means well."""
    place = way.place
    match status:
        case 407 if way.proxy:
            return Outage("proxy_refused", place=place, status="407")
        case 401 | 403 | 407:
            return Refusal("refused_token", place=place, detail=f"HTTP {status}")
        case 404 | 410:
            return Outage("not_found", place=place, status=str(status))
        case 400:
            return Outage("bad_request", place=place, host=way.url.host or "")
        case _ if 300 <= status < 400 and status != 304:
            return sent_elsewhere(status, way, location)
        case _ if status >= 400:
            return Outage("http_error", place=place, status=str(status))
    return None


def web_page(way: Way) -> Refusal:
    """A page for people where data was asked for."""
    said = tr("answers a web page, as login pages do: not authorised? check token and url")
    return Refusal("not_a_helpdesk", place=way.place, detail=said)


def sent_elsewhere(status: int, way: Way, location: str) -> Outage | Refusal:
    """A redirect, which is never followed: the secret is for the address in the file only."""
    target = location.partition("?")[0].partition("#")[0]
    if "@" in target or not target.isprintable():
        target = ""
    here = way.url.with_scheme("https" if way.secure else "http")
    with contextlib.suppress(ValueError):
        there = here.join(URL(target))
        if target and there.host == here.host:
            if there.path == f"{here.path}/":
                return Outage("missing_slash", place=way.place)
            if there.scheme == "https" and not way.secure:
                return Outage("needs_tls", place=way.place, use=TLS_SCHEMES[way.url.scheme])
    to = f"to {shown(target, 100)}" if target else "elsewhere"
    return Refusal("redirected", place=way.place, target=to, status=str(status))


def explain(error: Exception, way: Way, context: Context) -> Outage | Refusal:
    """An error of the link in one line without secrets: the host, never the query."""
    place = way.place
    match error:
        case aiohttp.ClientProxyConnectionError():
            return _proxy_away(error)
        case aiohttp.ClientHttpProxyError():
            return Outage("proxy_refused", place=place, status=str(error.status))
        case aiohttp.ClientConnectorCertificateError():
            return _certificate(error.certificate_error, way, context)
        case aiohttp.ClientConnectorSSLError():
            return _no_tls(error, way)
        case aiohttp.WSServerHandshakeError():
            kind = error.headers.get("Content-Type", "") if error.headers else ""
            if error.status == 200 and kind.startswith("text/html"):
                return web_page(way)
            said = tr("is no WebSocket endpoint")
            return refusal(error.status, way) or Outage("not_a_helpdesk", place=place, detail=said)
        case aiohttp.ClientResponseError():
            return Outage("not_http", place=place)
        case aiohttp.InvalidURL():
            return Outage("bad_url", detail=tr("it is no address"))
        case aiohttp.ClientConnectorError() | TimeoutError():
            return _unreached(error, place, context)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | OSError():
            return Outage("hung_up", place=place)
    return Outage(
        "lost", place=place, detail=tr("broke the link: {name}", name=type(error).__name__)
    )


async def diagnose(
    error: Exception, way: Way, context: Context, origin: str | None = None, secret: bool = False
) -> Outage | Refusal:
    """As ``explain``, with a second look where an error has more than one cause.

    ``origin`` is what a WebSocket was opened with; ``secret``: it carried a token, too. A server
    that goes on failing alike is looked at once a minute.
    """
    found, now = explain(error, way, context), asyncio.get_running_loop().time()
    last = context.looked
    if last is None or last.fault != found.fault or now - last.at >= LOOK_AGAIN:
        closer = await _look(found, error, way, origin, secret)
        last = context.looked = Look(now, found.fault, closer)
    told = last.found.fault
    return type(last.found)(told.code, **told.params)  # anew: an error that is raised grows


async def _look(
    found: Outage | Refusal, error: Exception, way: Way, origin: str | None, secret: bool
) -> Outage | Refusal:
    unclear = found.fault.code in ("hung_up", "bad_request", "not_http")
    if unclear and not way.secure and way.proxy is None and await _speaks_tls(way.url):
        return Outage("needs_tls", place=way.place, use=TLS_SCHEMES[way.url.scheme])
    if isinstance(error, aiohttp.WSServerHandshakeError) and origin is not None:
        path, status = way.url.path, error.status
        # Channels' origin validator stands before the routes: it refuses any path.
        if status == 403 and await _handshake(way, NO_SUCH_PATH, origin) == 403:
            # So does a gateway that wants the token first, which this look does not carry.
            code: Code = "forbidden" if secret else "origin_refused"
            return Refusal(code, place=way.place, origin=origin)
        # Channels' router fails when it knows no route; with its slash it would know one.
        if status == 500 and not path.endswith("/"):
            with_slash = await _handshake(way, f"{path}/", origin)
            if with_slash in (101, 401, 403):
                return Outage("missing_slash", place=way.place)
    return found


async def _speaks_tls(url: URL) -> bool:
    """Whether a TLS handshake succeeds there. Nothing is sent, so nobody need be trusted."""
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    try:
        async with asyncio.timeout(LOOK):
            _, writer = await asyncio.open_connection(url.host, url.port, ssl=anybody)
    except (OSError, TimeoutError):  # ssl's errors are OSErrors
        return False
    writer.transport.abort()
    return True


async def _handshake(way: Way, path: str, origin: str) -> int:
    """The status of a WebSocket handshake without secrets: 101 when it succeeds, 0 for none."""
    url = way.url.with_path(path).with_query(None)
    try:
        async with asyncio.timeout(LOOK), aiohttp.ClientSession() as session:
            ws = await session.ws_connect(url, origin=origin, proxy=way.proxy, ssl=way.tls)
            await ws.close()
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


def _certificate(error: Exception, way: Way, context: Context) -> Outage:
    place, code = way.place, getattr(error, "verify_code", 0)
    if code == NOT_YET_VALID:
        return Outage("clock", place=place)
    if code == EXPIRED:
        today = datetime.datetime.now(context.zone).date().isoformat()
        return Outage("certificate_expired", place=place, today=today)
    if code in (WRONG_NAME, WRONG_ADDRESS):
        return Outage("certificate_name", place=place, host=way.url.host or "")
    said = getattr(error, "verify_message", "") or str(error)
    return Outage("certificate", place=place, detail=said)


def _no_tls(error: aiohttp.ClientConnectorSSLError, way: Way) -> Outage:
    reason = getattr(error.os_error, "reason", None) or ""
    if reason in NOT_TLS:
        return Outage("no_tls", place=way.place, use=PLAIN_SCHEMES.get(way.url.scheme, ""))
    said = reason.replace("_", " ").lower() or str(error.os_error)
    return Outage("tls_failed", place=way.place, detail=said)


def _proxy_away(error: aiohttp.ClientProxyConnectionError) -> Outage:
    said = error.os_error.strerror or str(error.os_error)
    return Outage("proxy_away", place=f"{error.host}:{error.port}", detail=said)


def _unreached(
    error: aiohttp.ClientConnectorError | TimeoutError, place: str, context: Context
) -> Outage:
    """No connection came about: because of this machine's network, or of the other end?"""
    if isinstance(error, TimeoutError):
        cause: OSError = error
        number, said = errno.ETIMEDOUT, tr("it doesn't answer in time")
    else:
        cause = error.os_error
        number, said = cause.errno or 0, str(cause.strerror or cause)
    if number in NO_FILES or not _files_left():
        return Outage("too_many_files", place=place)
    if number == errno.ECONNREFUSED:
        return Outage("connection_refused", place=place)
    if not context.has_network():
        return Outage("no_network", place=place)
    if isinstance(cause, socket.gaierror):
        unknown = number in (socket.EAI_NONAME, socket.EAI_NODATA)
        return Outage("unknown_host" if unknown else "no_dns", place=place, detail=said)
    if number == errno.ETIMEDOUT:
        return Outage("no_answer", place=place)
    if number in (errno.ECONNRESET, errno.EPIPE):
        return Outage("hung_up", place=place)
    return Outage("unreachable", place=place, detail=said)


def _files_left() -> bool:
    """Whether one more file can be opened: without one a name can't be looked up either."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno not in NO_FILES
    return True
