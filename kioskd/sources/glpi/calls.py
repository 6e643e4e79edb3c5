"""What calls the room about a ticket that was there before: it got worse, came back, is due soon.

A new ticket, and one that becomes critical, are seen in the list by kioskd's core.
"""

import datetime
from collections.abc import Iterable, Mapping

from kioskd.config import SEVERITIES, Language
from kioskd.core.messages import Json
from kioskd.sources.glpi.tickets import Change, Ticket
from kioskd.sources.glpi.words import say

DUE = "-due"  # behind a ticket's number: this call is not the one about the ticket itself


class Calls:
    """``soon`` is how long before its time to resolve a ticket calls; 0: never."""

    def __init__(self, soon: datetime.timedelta, language: Language) -> None:
        self._soon = soon
        self._language = language
        self._told: dict[int, datetime.datetime] = {}

    def of(self, changes: Iterable[Change]) -> list[Json]:
        """The alerts that changes of tickets mean, in the guide's shape."""
        found = []
        for before, after, returned in ((c.before, c.after, c.returned) for c in changes):
            if after is None:
                continue
            if returned:
                title = say(self._language, "reopened", who=after.title)
                found.append(_alert(after, title, "reopened"))
            elif before is not None and _rank(after) < _rank(before) and _rank(after) > 0:
                found.append(_alert(after, after.title, "escalated"))
        return found

    def due(self, tickets: Mapping[int, Ticket], now: datetime.datetime) -> list[Json]:
        """The alerts of tickets that are due soon, once for each time to resolve.

        ``tickets`` come with the soonest first.
        """
        found = []
        self._told = {t: due for t, due in self._told.items() if t in tickets}
        for ticket in tickets.values() if self._soon else ():
            due = ticket.due
            if due is None or due > now + self._soon:
                break
            if due <= now or self._told.get(ticket.id) == due:
                continue
            self._told[ticket.id] = due
            minutes = max(1, round((due - now).total_seconds() / 60))
            title = say(self._language, "due", what=minutes, who=ticket.title)
            found.append(_alert(ticket, title, "due", DUE))
        return found


def ticket_of(alert: str) -> int | None:
    """The ticket that an alert's id is about; None for another source's."""
    number = alert.removesuffix(DUE)
    return int(number) if number.isascii() and number.isdecimal() else None


def _alert(ticket: Ticket, title: str, reason: str, suffix: str = "") -> Json:
    # Soon due is a call for the room, and not the takeover that the ticket itself may have been.
    high = suffix and ticket.severity in ("critical", "high", "medium")
    level = "high" if high else ticket.severity
    critical = level == "critical"
    return {
        "type": "critical_alert" if critical else "new_ticket_alert",
        "data": {
            "id": f"{ticket.id}{suffix}",
            "title": title,
            "severity": level,
            "reason": reason,
        },
    }


def _rank(ticket: Ticket) -> int:
    return SEVERITIES.index(ticket.severity)
