"""Whether who posts knows the hook's secret: as a token, a password, or by a signature of the body.

Grafana signs the body, or ``timestamp:body``, in ``X-Grafana-Alerting-Signature``; GLPI 11 signs
body and timestamp in ``X-GLPI-signature`` (src/Webhook.php). Both as HMAC-SHA256 in hex.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from kioskd.config.secret import Secret

GRAFANA = ("X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Timestamp")
GLPI = ("X-GLPI-signature", "X-GLPI-timestamp")


def signature(headers: Mapping[str, str]) -> str:
    """The signature of a request, in one spelling; empty when it has none."""
    return (headers.get(GRAFANA[0]) or headers.get(GLPI[0]) or "").strip().lower()


def stamped(headers: Mapping[str, str]) -> bool:
    """Whether the time is signed too, so that no two posts of the sender have one signature."""
    return (GRAFANA if headers.get(GRAFANA[0]) else GLPI)[1] in headers


def authorised(secret: Secret, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request shows the secret, or signed its body with it."""
    kind, _, given = headers.get("Authorization", "").partition(" ")
    match kind.lower():
        case "bearer":
            return secret.matches(given.strip())
        case "basic":
            return secret.matches(_password(given.strip()))
    if said := headers.get(GRAFANA[0]):
        stamp = headers.get(GRAFANA[1])
        signed = body if stamp is None else f"{stamp}:".encode() + body
        return _signs(secret, signed, said)
    if said := headers.get(GLPI[0]):
        return _signs(secret, body + headers.get(GLPI[1], "").encode(), said)
    return False


def _signs(secret: Secret, content: bytes, said: str) -> bool:
    right = hmac.new(secret.reveal().encode(), content, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), said.strip().lower().encode("utf-8", "replace"))


def _password(encoded: str) -> str:
    try:
        said = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeError):
        return ""
    return said.partition(":")[2]
