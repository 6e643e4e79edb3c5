"""What an answer of GLPI means when it is no data: each way it fails, with its own fault.

Recorded of GLPI 10.0.19: one that is broken (maintenance, no database, an update that waits)
answers 200 with a web page, and one whose PHP failed answers 200 with nothing at all. Never take
either for an empty list.
"""

import html
import re
from collections.abc import Mapping

import msgspec

from kioskd.core.faults import Code
from kioskd.errors import SourceError
from kioskd.sources.outage import Outage, Refusal

_NOTICE = re.compile(rb"on line (<b>)?\d+")  # PHP's own, where display_errors is on
_TITLE = re.compile(r"<title>(.*?)</title>", re.IGNORECASE | re.DOTALL)
# What the titles of GLPI's pages begin with, in the languages of its users.
_PAGES: tuple[tuple[Code, str], ...] = (
    ("glpi_maintenance", "maintenance|manuten|mantenim"),
    (
        "glpi_database",
        "mysql error|missing configuration|database|base de da|banco de da|sql error",
    ),
    ("glpi_update", "atualiza|update|actualiza|mise à jour|aktualis|aggiorna"),
)
# Element 0 of an error's list; the text beside it is in the language of GLPI's user.
_REFUSALS: dict[str, Code] = {
    "ERROR_NOT_ALLOWED_IP": "glpi_address",
    "ERROR_APP_TOKEN_PARAMETERS_MISSING": "glpi_app_token",
    "ERROR_WRONG_APP_TOKEN_PARAMETER": "glpi_app_token",
    "ERROR_LOGIN_PARAMETERS_MISSING": "glpi_no_authorization",
    "ERROR_LOGIN_WITH_CREDENTIALS_DISABLED": "glpi_user_token",
    "ERROR_GLPI_LOGIN_USER_TOKEN": "glpi_user_token",
    "ERROR_GLPI_LOGIN": "glpi_user_token",
    "ERROR_GLPI_ADD": "glpi_write",
    "ERROR_GLPI_UPDATE": "glpi_write",
}
# The ``error`` of an OAuth answer: RFC 6749, section 5.2, as GLPI's src/Glpi/OAuth gives them.
_OAUTH: dict[str, Code] = {
    "invalid_client": "glpi_client",
    "unauthorized_client": "glpi_grant",
    "invalid_grant": "glpi_password",
    "access_denied": "glpi_address",
}


class SessionEnded(SourceError):
    """GLPI doesn't know the session any more: log in once, and ask again."""


class PastTheEnd(SourceError):
    """A page that begins after the last row: the list has become shorter."""


class GenericError(SourceError):
    """The code ``ERROR``: a request that GLPI can't read, or an API that is switched off."""


class Busy(Outage):
    """GLPI, or the proxy before it, asks to be left alone for ``seconds``."""

    def __init__(self, place: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__("glpi_busy", place=place, seconds=f"{seconds:.0f}")


class RightMissing(Refusal):
    """The profile may not read one kind of item; the others it may."""

    def __init__(self, place: str, profile: str, what: str) -> None:
        super().__init__("glpi_right", place=place, profile=profile, what=what)


class NotThere(Outage):
    """An item that doesn't exist, or no more."""


def unglued(body: bytes) -> bytes:
    """``body`` without the messages that PHP wrote in lines before its data, if it did.

    GLPI's data is one line. Whoever answers so has lost the status, and often the type, too.
    """
    before, _, last = body.rpartition(b"\n")
    is_data = last.startswith((b"{", b"[")) or last in (b"true", b"false")
    return last if is_data and _NOTICE.search(before) else body


def failure(status: int, is_json: bool, body: bytes, place: str, path: str) -> Exception | None:
    """The error that an answer is; None when it is data."""
    if is_json and status < 400 and not body.startswith((b'["ERROR', b'{"status":"ERROR')):
        return None
    if is_json and (found := _coded(body)) is not None:
        code, said = found
        return _named(code, said, status, place, path)
    text = body[:20_000].decode(errors="replace")
    if status in (403, 404, 410) or (status < 400 and body):
        return _page(text, place, path)
    if status < 400:
        return Outage("glpi_empty", place=place, path=path)
    if status == 401:
        return Refusal("refused_token", place=place, detail=f"HTTP {status}")
    return Outage("http_error", place=place, status=str(status))


def _coded(body: bytes) -> tuple[str, str] | None:
    """The code and the text of an error, as either API writes it."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    match found:
        case [str(code), str(said)]:
            return code, said.partition(";")[0][:200]
        case {"error": str(code)}:
            said = found.get("hint") or found.get("error_description") or code
            return f"OAUTH {code}", str(said)[:200]
        case {"title": str(title)} if "oauth token" in title.casefold():
            return "ERROR_SESSION_TOKEN_INVALID", title
        case {"status": "ERROR_UNAUTHENTICATED"}:
            return "ERROR_SESSION_TOKEN_INVALID", ""
        case {"status": "ERROR_RIGHT_MISSING", "detail": str(detail)} if "disabled" in detail:
            return "API_OFF", detail  # Router.php: "The High-Level API is disabled"
        case {"status": "ERROR_RIGHT_MISSING", "detail": str(detail)} if "scope" in detail:
            return "SCOPE", detail  # the client was not given the scope `api`
        case {"status": "ERROR" | "ERROR_INVALID_PARAMETER", "title": str(title)}:
            return "ERROR", _more(title, found)
        case {"status": str(code)}:
            return code, str(found.get("title") or "")[:200]
    return None


def _more(title: str, told: Mapping[str, object]) -> str:
    """The title of a v2 error with what GLPI would have shown beside its form."""
    more = told.get("additional_messages")
    said = [m.get("message") for m in more if isinstance(m, dict)] if isinstance(more, list) else []
    return ": ".join([title, *(each for each in said if isinstance(each, str))])[:200]


def _named(code: str, said: str, status: int, place: str, path: str) -> Exception:
    if code == "ERROR_SESSION_TOKEN_INVALID":
        return SessionEnded()
    if code == "ERROR_RANGE_EXCEED_TOTAL":
        return PastTheEnd()
    if code == "ERROR":
        return GenericError(said)
    if code == "ERROR_RIGHT_MISSING":
        return RightMissing(place, "", path.rpartition("/")[2])
    if code == "ERROR_ITEM_NOT_FOUND":
        return NotThere("glpi_error", place=place, path=path, detail=code)
    if code.startswith("OAUTH "):
        reason = _OAUTH.get(code.removeprefix("OAUTH "), "glpi_oauth")
        return Refusal(reason, place=place, detail=said)
    if code == "SCOPE":
        return Refusal("glpi_scope", place=place)
    if code == "API_OFF":
        return Refusal("glpi_api_off", place=place, detail=said)
    if code in _REFUSALS:
        return Refusal(_REFUSALS[code], place=place, detail=said)
    return Outage("glpi_error", place=place, path=path, detail=f"{code}: {said}")


def _page(text: str, place: str, path: str) -> Outage | Refusal:
    """A web page where data was asked for: GLPI is broken, or this is not its API."""
    found = _TITLE.search(text)
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    for code, words in _PAGES:
        if re.match(words, title, re.IGNORECASE):
            return Outage(code, place=place)
    return Refusal("glpi_path", place=place, path=path, detail=title[:100] or "HTML")
