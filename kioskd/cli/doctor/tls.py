"""Can others on the network read what phones and programs send, and until when can they not?"""

import time

from kioskd.cli.doctor.finding import Finding
from kioskd.config import Config
from kioskd.config.certificate import read_pair
from kioskd.config.hosts import is_loopback
from kioskd.core.status import Status
from kioskd.words import tr

SOON = 14 * 86400.0  # seconds before the end


def https(status: Status | None, config: Config) -> Finding:
    """The certificate of the running daemon; without one, that of the files."""
    server = config.server
    if not server.encrypted:
        if is_loopback(server.host):
            return Finding("HTTPS", "skip", tr("this machine alone is answered"))
        if server.trusted_proxies:
            return Finding("HTTPS", "skip", tr("left to the proxy before kioskd"))
        do = tr("write https: self-signed under server, or see docs/https.md")
        said = tr("others on the network can read the tokens of programs and phones")
        return Finding("HTTPS", "warn", said, do)
    if status is not None and (found := status.certificate):
        return _until(found.expires, found.own)
    if server.certificate is None or server.key is None:
        return Finding("HTTPS", "skip", tr("kioskd makes its certificate when it runs"))
    try:
        return _until(read_pair(server.certificate, server.key).expires, False)
    except OSError as error:
        return Finding("HTTPS", "bad", str(error.strerror), tr("correct the files; kioskd check"))


def _until(expires: float, own: bool) -> Finding:
    left = expires - time.time()
    until = tr("until {until}", until=time.strftime("%Y-%m-%d", time.gmtime(expires)))
    if own:
        return Finding("HTTPS", "ok", tr("the certificate of its own is good {until}", until=until))
    do = tr("renew it; kioskd takes the new files by itself")
    if left <= 0:
        return Finding(
            "HTTPS", "bad", tr("the certificate was good {until}: it has expired", until=until), do
        )
    if left < SOON:
        return Finding("HTTPS", "warn", tr("the certificate is good {until} only", until=until), do)
    return Finding("HTTPS", "ok", tr("the certificate is good {until}", until=until))
