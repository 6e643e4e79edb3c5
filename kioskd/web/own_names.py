"""Which host names and origins are kioskd's own: a page of another site must not use a new one."""

import ipaddress
import re
import socket
import urllib.parse

from kioskd.config import Server

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# What routers and phones put behind a machine's name. Nobody else can have a name in the first
# three: RFC 6762 (where a second machine of that name becomes NAME-2), RFC 8375, and the ICANN's
# own promise. fritz.box and lan are what the home routers themselves answer to.
HOME_DOMAINS = ("local", "home.arpa", "internal", "lan", "fritz.box")


def host_allowed(host: str, settings: Server) -> bool:
    """Whether a request may call this machine so."""
    name = host.rstrip(".").lower()
    public = urllib.parse.urlsplit(settings.public_url or "").hostname
    known = (*LOOPBACK_NAMES, *settings.allowed_hosts, *([public] if public else []))
    if name in map(str.lower, known) or _is_own_name(name):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True  # an address can't be rebound by a foreign name server


def origin_allowed(origin: str, host: str, secure: bool, settings: Server) -> bool:
    """Whether a page of ``origin`` may ask; ``host`` and ``secure`` are those of its request."""
    try:
        parts = urllib.parse.urlsplit(origin)
    except ValueError:
        return False
    # A plain page of this name may be anybody's on the way.
    own = parts.netloc == host and (parts.scheme == "https" or not secure)
    return own or origin in settings.allowed_origins


def _is_own_name(host: str) -> bool:
    """Whether ``host``, in small letters, is this machine's name as its own network knows it."""
    full = socket.gethostname().lower()
    name = full.partition(".")[0]
    short, stem = re.escape(name), re.escape(name.rstrip("0123456789") or name)
    domains = "|".join(map(re.escape, HOME_DOMAINS))
    # Where another machine has the name, Avahi takes kiosk-2 and systemd-resolved kiosk7.
    second = rf"({short}-[0-9]{{1,3}}|{stem}[0-9]{{1,3}})\.local"
    return host == full or bool(re.fullmatch(rf"{second}|{short}(\.({domains}))?", host))
