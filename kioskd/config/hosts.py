"""What a host is by its name or address alone, without asking a name server."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``: an address, or the name localhost."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
