"""What a payload means: alerts that are raised, and alerts that are over. No input or output."""

from typing import Any, NamedTuple

import msgspec

from kioskd.config import Severity, Webhook
from kioskd.config.expressions import find
from kioskd.core.messages import Alert, AlertKind, Resolved
from kioskd.core.words import WORDS, plain
from kioskd.errors import KioskdError
from kioskd.sources.webhook.presets import Where, where
from kioskd.words import tr

MOST = 500  # alerts of one payload
LONGEST = 500  # characters of a title, an entity or a link
LONGEST_TEXT = 2000  # characters of a description


class PayloadError(KioskdError):
    """A payload that can't be taken; the text names the field."""


class Meaning(NamedTuple):
    """``passed`` of its alerts are no news; ``left_out`` were left out by the sender itself."""

    messages: tuple[Alert | Resolved, ...]
    passed: int = 0
    left_out: int = 0


def read(settings: Webhook, body: bytes) -> Meaning:
    """What a payload says; raises ``PayloadError``, and then none of it counts."""
    try:
        payload = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise PayloadError(tr("the body is not JSON: {error}", error=error)) from None
    expressions = where(settings)
    items = _found(expressions.each, payload, "each")
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise PayloadError(
            tr("each ({each}) finds no list of alerts in the payload", each=expressions.each)
        )
    if len(items) > MOST:
        raise PayloadError(
            tr(
                "{count} alerts in one payload; at most {most} are taken",
                count=len(items),
                most=MOST,
            )
        )
    found = [_one(settings, expressions, item, place) for place, item in enumerate(items)]
    left_out = _found(expressions.left_out, payload, "") if expressions.left_out else 0
    return Meaning(
        tuple(message for message in found if message is not None),
        found.count(None),
        left_out if isinstance(left_out, int) else 0,
    )


def _one(settings: Webhook, expressions: Where, item: Any, place: int) -> Alert | Resolved | None:
    def text(field: str, most: int = LONGEST) -> str:
        expression: str = getattr(expressions, field)
        value = (
            _found(expression, item, tr("{field} of alert {place}", field=field, place=place))
            if expression
            else None
        )
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            said = tr(
                "{field} ({expression}) of alert {place} is no text",
                field=field,
                expression=expression,
                place=place,
            )
            raise PayloadError(said)
        return " ".join(str(value).split())[:most]

    if expressions.passed and _found(expressions.passed, item, "passed") is True:
        return None
    identity, space = text("id"), f"hook {settings.name}"
    if expressions.open and not _is_open(expressions.open, item, place):
        if not identity:
            raise PayloadError(
                tr(
                    "alert {place} is over, and has no id ({id})",
                    place=place,
                    id=expressions.id or "id",
                )
            )
        return Resolved((identity,), space)
    if not (title := text("title")):
        raise PayloadError(
            tr(
                "title ({title}) of alert {place} is empty",
                title=expressions.title or "title",
                place=place,
            )
        )
    severity, word = _severity(expressions, text("severity"), settings.otherwise)
    data = {
        name: said
        for name, said in (
            ("description", text("description", LONGEST_TEXT)),
            ("entity", text("entity")),
            ("link", _link(text("link"))),
        )
        if said
    }
    kind: AlertKind = "critical_alert" if severity == "critical" else "new_ticket_alert"
    lasts = None if settings.expires is None else float(settings.expires)
    return Alert(
        kind,
        identity,
        title,
        severity,
        data=data,
        word=word,
        space=space,
        since=text("since"),
        lasts=lasts,
    )


def _is_open(expression: str, item: Any, place: int) -> bool:
    found = _found(expression, item, tr("open of alert {place}", place=place))
    if not isinstance(found, bool):
        raise PayloadError(
            tr(
                "open ({expression}) of alert {place} is neither true nor false",
                expression=expression,
                place=place,
            )
        )
    return found


def _severity(expressions: Where, word: str, otherwise: Severity) -> tuple[Severity, str | None]:
    """The severity, and the word as it came where no table has it."""
    table = {plain(name): level for name, level in expressions.severities.items()}
    if known := table.get(plain(word)) or WORDS.priority(word):
        return known, None
    return otherwise, word or None


def _link(said: str) -> str:
    return said if said.startswith(("http://", "https://")) else ""


def _found(expression: str, data: Any, field: str) -> Any:
    try:
        return find(expression, data)
    except ValueError as error:
        raise PayloadError(f"{field} ({expression}): {error}") from None
