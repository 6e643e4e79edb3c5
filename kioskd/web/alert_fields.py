"""The fields of what panels and programs ask about alerts, read and checked."""

from typing import cast

from kioskd.config import SEVERITIES, Severity
from kioskd.config.scalars import TimeOfDay
from kioskd.core import messages
from kioskd.core.alerting import Alerting
from kioskd.core.messages import Alert, Json
from kioskd.errors import ProtocolError
from kioskd.words import tr

LONGEST_SNOOZE = 7 * 86400.0  # seconds
TEXTS = ("description", "entity", "assignedTo", "link")
SPACE = "http"  # ids of programs are none of the tickets'


def snooze_seconds(message: Json, alerting: Alerting) -> float:
    """For how long: ``seconds``, or until a time of ``tomorrow`` such as 08:00."""
    if (at := message.get("tomorrow")) is not None:
        try:
            left = alerting.sounding.until_tomorrow(TimeOfDay.parse(at))
        except ValueError:
            raise ProtocolError(tr("`tomorrow` must be a time of day such as 08:00")) from None
        if left is None:
            said = tr("the kiosk's clock is not set yet: snooze for `seconds` instead")
            raise ProtocolError(said, "no_clock")
        return left
    seconds = message.get("seconds")
    right = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not right or not 0 < cast(float, seconds) <= LONGEST_SNOOZE:
        raise ProtocolError(
            tr(
                "`seconds` must be a number over 0, up to {most:.0f}",
                most=LONGEST_SNOOZE,
            )
        )
    return float(cast(float, seconds))


def wanted_alert(message: Json) -> Alert:
    """The alert that a program raises."""
    level, title = message.get("severity"), messages.text_field(message, "title").strip()
    if level not in SEVERITIES:
        raise ProtocolError(tr("`severity` must be one of {names}", names=", ".join(SEVERITIES)))
    if not title:
        raise ProtocolError(tr("`title` must not be empty"))
    data = {name: text for name in TEXTS if (text := messages.text_field(message, name))}
    return Alert(
        "critical_alert" if level == "critical" else "new_ticket_alert",
        messages.text_field(message, "id"),
        title,
        cast(Severity, level),
        messages.text_field(message, "soundUrl") or None,
        data,
        source=messages.text_field(message, "source"),
        space=SPACE,
    )


def resolves(message: Json) -> str | None:
    """The id of the alert that a program says is over; None: it raises one."""
    state = message.get("state", "open")
    if state not in ("open", "resolved"):
        raise ProtocolError(tr("`state` must be open or resolved"))
    if state == "open":
        return None
    if not (identity := messages.text_field(message, "id")):
        raise ProtocolError(tr("`id` says which alert is resolved; it must not be empty"))
    return identity
