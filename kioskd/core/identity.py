"""Names that kioskd gives: to the kiosk, and to alerts of its own."""

import socket
import time

from kioskd.config import Config


def kiosk_id(config: Config) -> str:
    """The configured id, else one made of the host's name."""
    return config.kiosk.id or f"Kiosk-{socket.gethostname().upper()}"


def own_id() -> str:
    """An id for an alert of kioskd's own."""
    return f"kioskd-{time.time_ns()}"
