"""Who may do what: a role for each route and for each message of a panel. docs/security.md
prints these tables.
"""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from kioskd.config import Role

Needed = Role | Literal["anyone", "hook"]
_RANK: dict[Needed, int] = {"anyone": 0, "hook": 0, "view": 1, "control": 2, "admin": 3}

SOCKET = "/ws/dashboard_control"
ROUTES: Mapping[tuple[str, str], Needed] = {
    ("GET", "/healthz"): "anyone",
    ("GET", "/pair"): "anyone",
    ("POST", "/api/pair/claim"): "anyone",
    ("GET", "/assets/{path}"): "anyone",
    ("GET", "/api/look"): "anyone",  # as the page for pairing looks
    ("GET", "/logo"): "anyone",
    ("GET", "/packages/{digest}/{name}"): "anyone",  # who knows the digest
    ("POST", "/hooks/{name}"): "hook",  # which has a secret of its own
    ("GET", SOCKET): "view",
    ("GET", SOCKET + "/"): "view",
    ("GET", "/metrics"): "view",
    ("GET", "/api/status"): "view",
    ("GET", "/api/screenshot"): "view",
    ("GET", "/api/buttons"): "control",
    ("GET", "/screens/{name}"): "view",
    ("GET", "/{path}"): "view",
    ("GET", "/api/alerts"): "view",
    ("GET", "/api/alerts/history"): "view",
    ("POST", "/api/switch"): "control",
    ("POST", "/api/alerts"): "control",
    ("POST", "/api/acknowledge"): "control",
    ("POST", "/api/snooze"): "control",
    ("GET", "/api/notices"): "view",
    ("POST", "/api/notice"): "control",
    ("POST", "/api/notice/end"): "control",
    ("POST", "/api/page"): "control",
    ("POST", "/api/output"): "control",
    ("POST", "/api/mute"): "control",
    ("POST", "/api/sound"): "control",
    ("GET", "/api/sound/cards"): "view",
    ("POST", "/api/sound/try"): "control",
    ("POST", "/api/sound/use"): "control",
    ("POST", "/api/pair"): "admin",
    ("GET", "/api/devices"): "admin",
    ("POST", "/api/devices/revoke"): "admin",
    ("GET", "/api/fleet"): "admin",
    ("POST", "/api/fleet"): "admin",
}
MESSAGES: Mapping[str, Role] = {
    "identify": "view",
    "request_data": "view",
    "painted": "view",
    "ping": "view",
    "request_ip": "view",
    "remote_switch": "control",
    "request_alert_history": "view",
    "acknowledge": "control",
    "snooze": "control",
    "notice": "control",
    "end_notice": "control",
    "mute": "control",
    "test_sound": "control",
    "simulate": "control",
    "pair": "control",
}


class Grant(Struct, frozen=True):
    """What somebody may do, and by what: ``here`` (TCP of this machine), ``socket``, ``wall`` (the
    browser of this screen), ``open``, ``token`` or ``session`` (a paired device). ``key`` is the
    token's or the session's own, by which it can be taken back.
    """

    role: Role
    by: Literal["here", "socket", "wall", "open", "token", "session"]
    key: str = ""
    name: str = ""

    @property
    def local(self) -> bool:
        """Whether it is of this machine: never locked out, never too many."""
        return self.by in ("here", "socket", "wall")


def may(role: Role, needed: Needed) -> bool:
    """Whether a role is enough."""
    return _RANK[role] >= _RANK[needed]


def needed(method: str, route: str) -> Needed:
    """What a route asks for; ``admin`` for one that the table forgot."""
    return ROUTES.get(("GET" if method == "HEAD" else method, route), "admin")


def needed_of_message(kind: str) -> Role:
    """What a panel's message asks for; one that nobody knows does nothing."""
    return MESSAGES.get(kind, "view")
