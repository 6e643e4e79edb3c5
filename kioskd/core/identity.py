"""The name of the kiosk."""

import socket

from kioskd.config import Config
from kioskd.config.names import clean_name


def kiosk_id(config: Config) -> str:
    """The configured id, else one made of the host's name; as ``clean_name`` has it."""
    return clean_name(config.kiosk.id) or clean_name(f"Kiosk-{socket.gethostname().upper()}")
