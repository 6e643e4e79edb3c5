"""What the list of tickets says of alerts: a critical one ends with its ticket.

Only alerts of helpdesks have tickets; those of webhooks and of projects have none.
"""

from collections.abc import Collection

from kioskd.core.alert_entry import Entry, short_id
from kioskd.core.alerts import ActiveAlerts


def followed(alerts: ActiveAlerts) -> set[str]:
    """The tickets whose alerts the list of tickets may end."""
    return {e.id for e in alerts.known() if e.severity == "critical" and not e.space}


def follows(alerts: ActiveAlerts, identity: str) -> bool:
    """Whether a ticket of this id is one of them."""
    found = alerts.known_by(("", False, short_id(identity)))
    return found is not None and found.severity == "critical"


def follow(alerts: ActiveAlerts, there: Collection[str], critical: Collection[str]) -> list[Entry]:
    """What the new list of tickets says of critical alerts; those that it resolves.

    One ends when its ticket is gone, or was critical and is no more. A ticket that the list never
    had says nothing.
    """
    gone = []
    for entry in list(alerts.known()):
        if entry.space or entry.severity != "critical" or entry.resolved is not None:
            continue
        if entry.kind == "project_update_alert":
            continue
        before = entry.ticket
        if entry.id in critical:
            entry.ticket = "critical"
        elif entry.id in there and before != "critical":
            entry.ticket = "there"
        elif before:
            gone.append(entry)
        if entry.ticket != before:
            alerts.unwritten.mark(entry)
    return alerts.resolve(gone)


def about(alerts: ActiveAlerts, entry: Entry, critical: bool) -> None:
    """The list of tickets has this alert's ticket already."""
    entry.ticket = "critical" if critical else "there"
    alerts.unwritten.mark(entry)
