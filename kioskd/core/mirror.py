"""Keeps the alerts of another kiosk as they are there: raised, snoozed, acknowledged, over.

What somebody does with one here holds here at once; until that kiosk has heard of it, what it says
of that alert is old.
"""

from typing import NamedTuple

from kioskd.core.alert_entry import Entry
from kioskd.core.alert_status import Upstream
from kioskd.core.alerts import ActiveAlerts
from kioskd.core.messages import Alert, Life, LifeOver, Lives

SAME = 3.0  # seconds by which two kiosks may differ about the end of a snooze


class Mirrored(NamedTuple):
    """What changed: ``news`` the room is to hear of, and what ``ended``."""

    news: list[tuple[Entry, Alert]]
    ended: list[Entry]
    changed: bool


def mirror(alerts: ActiveAlerts, lives: Lives) -> Mirrored:
    """Take over what a kiosk says of its alerts."""
    known = alerts.of_kiosk(lives.kiosk)
    active = {life.number: life for life in lives.active}
    over = {each.number: each for each in lives.over}
    news: list[tuple[Entry, Alert]] = []
    ended: list[Entry] = []
    changed = False
    for number, entry in known.items():
        changed = _settle(alerts, entry, lives.done) or changed
        if number not in active and entry.upstream != "waiting":
            # What is in no list has ended so long ago that nobody remembers how.
            how = over.get(number, LifeOver(number, "resolved", 0.0))
            was = (entry.by, entry.upstream, entry.resolved is None)
            if alerts.end_there(entry, how, lives.late):
                ended.append(entry)
            if how.upstream in ("sent", "failed") and entry.upstream not in ("waiting", "failed"):
                changed = _told(alerts, entry, how) or changed
            changed = changed or was != (entry.by, entry.upstream, entry.resolved is None)
    for life in active.values():
        found = known.get(life.number)
        if found is not None and found.upstream == "waiting":
            continue
        alert = _alert(lives.kiosk, life)
        if found is None:
            found = alerts.adopt(alert, life, (*life.via, lives.kiosk))
            news.append((found, alert))
        elif _renew(alerts, found, life, alert):
            news.append((found, alert))
        changed = _put_off(alerts, found, life, lives.late) or changed
        if life.escalated and found.escalated is None:
            alerts.escalated(found, "")
            changed = True
    return Mirrored(news, ended, changed or bool(news or ended))


def _settle(alerts: ActiveAlerts, entry: Entry, done: tuple[str, ...]) -> bool:
    """What was asked there is done.

    That the alert is in no list settles nothing: a broker that lost its power may keep a list from
    before it was raised. Every ask is answered, also for an alert that is over.
    """
    if entry.upstream != "waiting" or entry.request not in done:
        return False
    state: Upstream = "sent" if entry.state == "acknowledged" else ""
    return alerts.told_upstream(entry.number, state)


def _told(alerts: ActiveAlerts, entry: Entry, how: LifeOver) -> bool:
    if entry.upstream == how.upstream or entry.state != "acknowledged":
        return False
    return alerts.told_upstream(entry.number, how.upstream)


def _renew(alerts: ActiveAlerts, found: Entry, life: Life, alert: Alert) -> bool:
    """It is known; whether the room is to hear of it again."""
    again = found.ended is not None or (found.state == "snoozed" and life.snoozed_for is None)
    if again:
        alerts.recall(found)
        found.by = life.by
    moves = life.count > found.count and life.kind == "project_update_alert"
    if moves:
        found.stood = 0.0
    found.count = life.count
    rises = alerts.enrich(found, alert)
    return (again or rises or moves) and life.snoozed_for is None


def _put_off(alerts: ActiveAlerts, found: Entry, life: Life, late: float) -> bool:
    if life.snoozed_for is None:
        return False
    left = max(0.0, life.snoozed_for - late)
    known = alerts.snoozed_left(found)
    if known is not None and abs(known - left) < SAME and found.by == life.by:
        return False
    alerts.put_off(found, left, life.by)
    return True


def _alert(kiosk: str, life: Life) -> Alert:
    """It has no sound of its own: to fetch it would ask the helpdesk, once for each wall."""
    data = {
        "description": life.description,
        "entity": life.entity,
        "assignedTo": life.assigned_to,
        "link": life.link,
    }
    return Alert(
        life.kind,
        life.id,
        life.title,
        life.severity,
        data={name: value for name, value in data.items() if value},
        word=life.word or None,
        source=life.source,
        space=f"{kiosk}/{life.space}",
    )
