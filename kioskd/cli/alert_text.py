"""Alerts as a person reads them in a terminal."""

from collections.abc import Iterable, Iterator

from kioskd.core.actor import Actor
from kioskd.core.alert_status import AlertStatus
from kioskd.core.status import Status
from kioskd.core.summary import span

MOST = 10  # alerts in the status; `kioskd alerts` has all


def alerts(status: Status) -> Iterator[str]:
    """The part of ``kioskd status``; nothing while nothing is active."""
    if not status.active_alerts:
        return
    yield f"active alerts: {status.active_alerts}"
    active = [alert for alert in status.alerts if alert.state in ("active", "snoozed")]
    yield from (f"  {line(alert)}" for alert in active[:MOST])
    if len(active) > MOST:
        yield f"  and {status.active_alerts - MOST} more: kioskd alerts"


def listed(found: Iterable[AlertStatus]) -> Iterator[str]:
    """One line for each."""
    for alert in found:
        yield line(alert)


def line(alert: AlertStatus) -> str:
    """Id, severity, title, and what became of it."""
    name = _plain(f"{alert.severity} {alert.id}")
    said = [f"{name}: {_plain(alert.title) or '(no title)'}"]
    where = ", ".join(_plain(x) for x in (alert.entity, alert.assigned_to, alert.source) if x)
    said += [f"[{where}]"] if where else []
    said.append(f"{span(alert.age)} ago")
    if alert.count > 1:
        said.append(f"{alert.count}x")
    match alert.state:
        case "snoozed":
            said.append(f"snoozed by {who(alert.by)}, back in {span(alert.snoozed_for or 0)}")
        case "acknowledged":
            said.append(f"acknowledged by {who(alert.by)} at {alert.by_at or 'an unknown time'}")
        case "expired":
            said.append("expired: nobody answered")
        case "displaced":
            said.append("displaced by others: there were too many")
        case "resolved":
            said.append(f"resolved at {alert.ended or 'an unknown time'}")
    if alert.resolved and alert.state != "resolved":
        said.append(f"resolved at {alert.resolved}")
    if not alert.heard:
        said.append("NOT HEARD")
    if alert.escalated:
        outcome = f" ({_plain(alert.escalation)})" if alert.escalation else ""
        said.append(f"escalated at {alert.escalated}{outcome}")
    if alert.upstream:
        detail = f" ({_plain(alert.upstream_detail)})" if alert.upstream_detail else ""
        said.append(f"source: {alert.upstream}{detail}")
    if alert.link:
        said.append(_plain(alert.link))
    return ", ".join(said)


def who(actor: Actor | None) -> str:
    return "nobody" if actor is None else _plain(str(actor))


def _plain(text: str) -> str:
    """Nothing in it can move the cursor or turn the line around."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
