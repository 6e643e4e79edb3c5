"""The certificate that kioskd makes for itself, with the program ``openssl``."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from pathlib import Path

from kioskd.config.certificate import Pair, openssl, pair, read_pair
from kioskd.config.writing import write_file
from kioskd.core.alert_entry import CLOCK_STARTS

FILE = "https.pem"
LASTS = 820  # days; Apple's devices take 825 at most (support.apple.com/en-us/103769)
SPARE = "localhost"  # for a machine with a name that can't stand in a certificate, and no network
RENEWED = 30 * 86400.0  # seconds before its end
_DNS = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")
_REQUEST = """\
[req]
distinguished_name = subject
x509_extensions = extensions
prompt = no
[subject]
CN = {name}
[extensions]
subjectAltName = {names}
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
"""
_MAKE = (
    *("openssl", "req", "-x509", "-config", "/dev/stdin", "-sha256", "-days", str(LASTS)),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
    *("-keyout", "-", "-out", "-"),
)


def own_names(also: Iterable[str], addresses: Iterable[str]) -> list[str]:
    """What this machine is called: its name, that in .local, those of ``also``, its addresses."""
    full = socket.gethostname().lower()
    short = full.partition(".")[0]
    named = [full, short, f"{short}.local", *(name.rstrip(".").lower() for name in also)]
    return [*dict.fromkeys(name for name in named if _DNS.fullmatch(name)), *addresses] or [SPARE]


def good(found: Pair, names: Iterable[str], now: float) -> bool:
    """Whether a pair will do; one that soon ends won't, nor one that lacks a name.

    An IPv6 address may be another every day (RFC 8981): for that alone none is made. With a clock
    that isn't set, nothing has ended.
    """
    if now > CLOCK_STARTS and found.expires - now < RENEWED:
        return False
    return all(name in found.names or ":" in name for name in names)


def kept(file: Path) -> Pair | None:
    """The pair of an earlier run; None: none that can be used."""
    try:
        return read_pair(file, file)
    except OSError:
        return None


def make(names: list[str]) -> tuple[Pair, bytes]:
    """A new pair for these names, and the content of its file. Raises ``OSError``."""
    kinds = ((name, "IP" if _is_address(name) else "DNS") for name in names)
    named = ",".join(f"{kind}:{name}" for name, kind in kinds)
    made = openssl(*_MAKE, given=_REQUEST.format(name=names[0][:64], names=named))
    return pair(made, made), made.encode()


def keep(file: Path, content: bytes) -> None:
    """For kioskd alone to read. Raises ``OSError``."""
    write_file(file, content, mode=0o600)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
