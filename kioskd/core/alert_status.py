"""An alert as panels, HTTP and the command line are told of it. Field names are in camel case."""

from typing import Literal

from msgspec import Struct

from kioskd.core.actor import Actor
from kioskd.core.faults import Fault
from kioskd.core.messages import AlertKind

AlertState = Literal["active", "snoozed", "acknowledged", "resolved", "expired", "displaced"]
"""``displaced``: so many others came that there was no room for it."""
Upstream = Literal["", "waiting", "sent", "failed"]
"""Whether an alert's source was told that it is acknowledged; empty: it is not to be told."""


class AlertStatus(Struct, frozen=True, rename="camel"):
    """One alert and its life; ages in seconds, since a panel's clock may be another one."""

    number: int
    """Of this life of the alert, and of no other."""
    id: str
    kind: AlertKind
    ticket: bool
    """Its id is a helpdesk's; else a program's own, which may be the same as a ticket's."""
    severity: str
    title: str
    description: str
    source: str
    entity: str
    assigned_to: str
    link: str
    state: AlertState
    raised: str | None
    age: float
    count: int
    """How often it came, one that flaps or a project that moves on."""
    standing: bool
    """It is one of the banners that are to be seen now."""
    heard: bool
    """False: the room was muted or quiet ever since it was raised."""
    by: Actor | None
    """Who acknowledged or snoozed it, at ``by_at``."""
    by_at: str | None
    snoozed_for: float | None
    """Seconds that are left of a snooze."""
    ended: str | None
    resolved: str | None
    escalated: str | None
    escalation: str
    """What became of the call that went out when it escalated."""
    upstream: Upstream
    upstream_detail: str
    """Why it is not told, in English."""
    upstream_fault: Fault | None
    """The same as a code with its parameters, where there is one: for the panel's language."""


class ActiveAlertsStatus(Struct, frozen=True, tag="active_alerts"):
    """Every active alert, and those that ended a moment ago. The newest replaces the older."""

    total: int
    """Of the active ones; more than there are in ``alerts`` after a flood."""
    displaced: int
    alerts: list[AlertStatus]
    timestamp: str


class AlertHistory(Struct, frozen=True, tag="alert_history"):
    """The last alerts that ended, the newest first."""

    alerts: list[AlertStatus]
    timestamp: str
