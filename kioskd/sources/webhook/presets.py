"""Where known senders have their fields, as the expressions that a file could say as well.

Sources: Alertmanager's webhook payload of version 4 (prometheus.io, alerting/configuration);
Grafana's "Configure webhook notifications"; Uptime Kuma's server/notification-providers/webhook.js;
Zabbix's media type of ours (docs/zabbix); GLPI 11's src/Webhook.php.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kioskd.config import HookPreset, Severity, Webhook

_MONITORING: Mapping[str, Severity] = {
    "page": "critical",
    "fatal": "critical",
    "error": "high",
    "warning": "medium",
    "warn": "medium",
    "info": "low",
    "information": "low",
    "none": "low",
}


class Where(NamedTuple):
    """The expression of each field; empty: the sender has none.

    ``open`` must find true for an alert that is to be raised, and false for one that is over.
    ``passed`` finds true for what is no news, such as a test message.
    """

    title: str = ""
    id: str = ""
    each: str = "@"
    severity: str = ""
    open: str = ""
    entity: str = ""
    description: str = ""
    link: str = ""
    passed: str = ""
    since: str = ""
    """What is the same while the sender repeats one event, and another for the next of its id."""
    left_out: str = ""
    """How many alerts the sender left out of this payload."""
    severities: Mapping[str, Severity] = {}


_ALERTMANAGER = Where(
    each="alerts[]",
    id="fingerprint",
    title="annotations.summary || annotations.title || labels.alertname",
    severity="labels.severity",
    open="status == 'firing'",
    entity="labels.instance || labels.host || labels.hostname || labels.job",
    description="annotations.description || annotations.message",
    link="generatorURL",
    since="startsAt",
    left_out="truncatedAlerts",
    severities=_MONITORING,
)
PRESETS: Mapping[HookPreset, Where] = {
    "alertmanager": _ALERTMANAGER,
    "grafana": _ALERTMANAGER._replace(link="panelURL || dashboardURL || generatorURL"),
    "zabbix": Where(
        id="event_id",
        title="name",
        severity="severity",
        open="event_value == '1'",
        entity="host",
        description="opdata",
        link="url",
        since="event_id",  # each problem has one of its own
        # Zabbix names six severities, of which the last two wake somebody.
        severities={
            "5": "critical",
            "4": "high",
            "3": "medium",
            "2": "medium",
            "1": "low",
            "0": "low",
        },
    ),
    "uptime-kuma": Where(
        # What it says of a certificate or a domain that expires has neither monitor nor heartbeat:
        # an alert without an end. Its test message has neither, too.
        id="monitor && to_string(monitor.id)",
        title="monitor.name || msg",
        open="heartbeat == null || heartbeat.status == `0`",
        entity="monitor.hostname || monitor.url",
        description="heartbeat.msg",
        # 2 is pending, 3 maintenance.
        passed="heartbeat.status == `2` || "
        "monitor == null && (msg == null || ends_with(msg, 'Testing'))",
    ),
    "glpi": Where(
        id="to_string(item.id)",
        title="item.name",
        severity="to_string(item.priority)",
        open="event != 'delete' && !contains(['5', '6'], to_string(item.status.id || item.status))",
        entity="item.entity.name",
        passed="item.id == null",
    ),
}


def where(settings: Webhook) -> Where:
    """The preset's expressions, with those of the file in their place."""
    found = PRESETS[settings.preset] if settings.preset else Where()
    return Where(
        title=settings.headline or found.title,
        id=settings.id or found.id,
        each=settings.each or found.each,
        severity=settings.severity or found.severity,
        open=settings.open or found.open,
        entity=settings.entity or found.entity,
        description=settings.description or found.description,
        link=settings.link or found.link,
        passed=found.passed,
        since=found.since,
        left_out=found.left_out,
        severities={**found.severities, **settings.severities},
    )
