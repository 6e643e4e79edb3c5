"""``kind: webhook``, alerts that another program posts."""

from typing import Annotated

from msgspec import Meta, field

from kioskd.config.scalars import Duration
from kioskd.config.sections.base import HttpUrl, Name, Section, UpToAWeek
from kioskd.config.sections.source_base import Source
from kioskd.config.sections.words import HookPreset, Severity, View
from kioskd.words import later, tr


class AcknowledgeCall(Section, frozen=True, kw_only=True):
    """Where the sender is told what the room acknowledged."""

    url: HttpUrl
    """Alertmanager's address, Zabbix' api_jsonrpc.php, or where a program takes a POST."""
    token_file: str | None = None
    """The file with a token, sent as Authorization: Bearer."""
    ca_file: str | None = None
    """The certificate of a private certificate authority, as a PEM file."""
    silence_for: UpToAWeek = Duration(14400)
    """How long a silence in Alertmanager or Grafana lasts."""


class Webhook(Source, tag_field="kind", tag="webhook", frozen=True, kw_only=True):
    """Alerts that another program posts to /hooks/NAME; docs/webhooks.md has the senders."""

    name: Annotated[
        str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description=later("a-z, 0-9 and -"))
    ]
    """Its name, which is the end of its address."""
    token_file: Name
    """The file with the secret that the sender shows, or signs with."""
    views: Annotated[tuple[View, ...], Meta(max_length=0)] = ()
    """A webhook brings alerts only."""
    preset: HookPreset | None = None
    """The sender; empty: the expressions below say where its fields are."""
    each: Name | None = None
    """JMESPath to the list of alerts; empty: the payload is one alert."""
    id: Name | None = None
    """JMESPath to what is the same for an alert and its end."""
    headline: Name | None = field(name="title", default=None)
    """JMESPath to the line that the wall shows."""
    severity: Name | None = None
    """JMESPath to the word that severities knows."""
    severities: dict[Name, Severity] = field(default_factory=dict)
    """What a word of the sender means, such as DISASTER: critical."""
    otherwise: Severity = "high"
    """How severe an alert is whose word nobody knows."""
    open: Name | None = None
    """JMESPath that is true while the alert lasts, and false when it is over."""
    entity: Name | None = None
    """JMESPath to the machine or place that it is about."""
    description: Name | None = None
    """JMESPath to what else is to be said."""
    link: Name | None = None
    """JMESPath to a page about it."""
    expires: UpToAWeek | None = None
    """How long after its last post an alert ends that nobody answers, as when the sender stopped;
    0: never; empty: a critical one after alerts.critical_timeout."""
    acknowledge: AcknowledgeCall | None = None
    """Tell the sender what the room acknowledged; empty: don't."""

    def secret_files(self) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = [(("token_file",), self.token_file)]
        if self.acknowledge is not None and self.acknowledge.token_file is not None:
            found.append((("acknowledge", "token_file"), self.acknowledge.token_file))
        return found

    def __post_init__(self) -> None:
        if self.preset is None and self.headline is None:
            raise ValueError(tr("needs a preset, or title at least"))
