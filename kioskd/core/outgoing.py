"""The short messages that kioskd sends, to panels and to an upstream (docs/protocol.md).

What is longer stands in ``status`` and ``alert_status``.
"""

from msgspec import Struct, field

from kioskd.config import Role, View
from kioskd.core.messages import timestamp


class RemoteSwitch(Struct, frozen=True, tag="remote_switch"):
    """Show this screen."""

    target: str
    timestamp: str = field(default_factory=timestamp)


class Acknowledge(Struct, frozen=True, tag="acknowledge"):
    """These alerts are seen to; ``by`` is the kind of who did it."""

    ids: list[str]
    by: str
    timestamp: str = field(default_factory=timestamp)


class AlertResolved(Struct, frozen=True, tag="alert_resolved"):
    """What raised these alerts is gone."""

    ids: list[str]
    timestamp: str = field(default_factory=timestamp)


class Error(Struct, frozen=True, tag="error"):
    """What was wrong with the panel's message; ``code`` where a panel has words of its own, and
    ``params`` for them."""

    message: str
    code: str = ""
    params: dict[str, str] = {}
    timestamp: str = field(default_factory=timestamp)


class Pong(Struct, frozen=True, tag="pong"):
    """The answer to ``ping``."""

    timestamp: str = field(default_factory=timestamp)


class ClientIp(Struct, frozen=True, tag="client_ip_response"):
    """The answer to ``request_ip``."""

    client_ip: str
    timestamp: str = field(default_factory=timestamp)


class Session(Struct, frozen=True, tag="session"):
    """What the panel may do, and by what it was authorised."""

    role: Role
    by: str
    name: str
    timestamp: str = field(default_factory=timestamp)


class Pairing(Struct, frozen=True, tag="pairing"):
    """What lets a phone in for ``seconds``; ``digits`` None: nothing does now.

    ``fingerprint`` is that of a certificate that no browser knows; empty: there is none.
    """

    digits: str | None = None
    urls: list[str] = []
    fingerprint: str = ""
    seconds: float = 0
    role: Role | None = None
    timestamp: str = field(default_factory=timestamp)


class Identify(Struct, frozen=True, tag="identify", rename="camel"):
    """To an upstream: who we are."""

    client_id: str
    timestamp: str = field(default_factory=timestamp)


class RequestData(Struct, frozen=True, tag="request_data"):
    """To an upstream: send this view."""

    view: View
    timestamp: str = field(default_factory=timestamp)


class UpstreamAcknowledge(Struct, frozen=True, tag="acknowledge", rename="camel"):
    """To an upstream: the room has seen this alert of its own.

    ``by`` is a person, or the kind of what was pressed; ``at`` is when, by this kiosk's clock. The
    same one may go out again, and then has the same ``id`` and ``at``.
    """

    id: str
    by: str
    at: str | None
    client_id: str
    timestamp: str = field(default_factory=timestamp)
