"""Alerts as a person reads them in a terminal."""

from collections.abc import Iterable, Iterator

from kioskd.core.actor import Actor
from kioskd.core.alert_status import AlertStatus
from kioskd.core.state_words import word
from kioskd.core.status import Status
from kioskd.core.summary import span
from kioskd.words import tr

MOST = 10  # alerts in the status; `kioskd alerts` has all


def alerts(status: Status) -> Iterator[str]:
    """The part of ``kioskd status``; nothing while nothing is active."""
    if not status.active_alerts:
        return
    yield tr("active alerts: {count}", count=status.active_alerts)
    active = [alert for alert in status.alerts if alert.state in ("active", "snoozed")]
    yield from (f"  {line(alert)}" for alert in active[:MOST])
    if len(active) > MOST:
        yield tr("  and {count} more: kioskd alerts", count=status.active_alerts - MOST)


def listed(found: Iterable[AlertStatus]) -> Iterator[str]:
    """One line for each."""
    for alert in found:
        yield line(alert)


def line(alert: AlertStatus) -> str:
    """Id, severity, title, and what became of it."""
    name = _plain(f"{word(alert.severity)} {alert.id}")
    said = [f"{name}: {_plain(alert.title) or tr('(no title)')}"]
    where = ", ".join(_plain(x) for x in (alert.entity, alert.assigned_to, alert.source) if x)
    said += [f"[{where}]"] if where else []
    said.append(tr("{age} ago", age=span(alert.age)))
    if alert.count > 1:
        said.append(f"{alert.count}x")
    match alert.state:
        case "snoozed":
            said.append(
                tr(
                    "snoozed by {by}, back in {time}",
                    by=who(alert.by),
                    time=span(alert.snoozed_for or 0),
                )
            )
        case "acknowledged":
            said.append(
                tr(
                    "acknowledged by {by} at {time}",
                    by=who(alert.by),
                    time=alert.by_at or tr("an unknown time"),
                )
            )
        case "expired":
            said.append(tr("expired: nobody answered"))
        case "displaced":
            said.append(tr("displaced by others: there were too many"))
        case "resolved":
            said.append(tr("resolved at {time}", time=alert.ended or tr("an unknown time")))
    if alert.resolved and alert.state != "resolved":
        said.append(tr("resolved at {time}", time=alert.resolved))
    if not alert.heard:
        said.append(tr("NOT HEARD"))
    if alert.escalated:
        outcome = f" ({_plain(alert.escalation)})" if alert.escalation else ""
        said.append(tr("escalated at {time}{outcome}", time=alert.escalated, outcome=outcome))
    if alert.upstream:
        detail = f" ({_plain(alert.upstream_detail)})" if alert.upstream_detail else ""
        said.append(tr("source: {state}{detail}", state=word(alert.upstream), detail=detail))
    if alert.link:
        said.append(_plain(alert.link))
    return ", ".join(said)


def who(actor: Actor | None) -> str:
    if actor is None:
        return tr("nobody")
    kind, name = word(actor.kind), _plain(actor.name)
    said = tr("{kind} {name}", kind=kind, name=name) if name else kind
    return tr("{who} at {kiosk}", who=said, kiosk=_plain(actor.kiosk)) if actor.kiosk else said


def _plain(text: str) -> str:
    """Nothing in it can move the cursor or turn the line around."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
