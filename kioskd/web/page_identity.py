"""What the way to the pages shows the browser in the place of an HTTPS page's own certificate.

The way speaks TLS with the page's server and verifies it, as sources are verified; and TLS with
the browser, which takes this one key for any page, and no other certificate that it does not
trust. The browser keeps the key's hash as long as it runs, so the key outlives the daemon.
"""

import base64
import hashlib
import logging
from pathlib import Path

from kioskd.config.certificate import openssl, pair
from kioskd.config.files import read_file, reason
from kioskd.web import self_signed
from kioskd.words import tr

log = logging.getLogger(__name__)
FILE = "pages.pem"
LARGEST = 50_000  # bytes


class PageIdentity:
    """``folder`` is where it is kept; None: nowhere. Raises ``OSError`` without openssl."""

    def __init__(self, folder: Path | None) -> None:
        try:
            content = b"" if folder is None else read_file(folder / FILE, LARGEST)
            self.context = pair(content.decode(), content.decode()).context
        except (OSError, UnicodeError):
            made, content = self_signed.make([self_signed.SPARE])
            self.context = made.context
            if folder is not None:
                _keep(folder / FILE, content)
        self._secret = content
        public = openssl("openssl", "x509", "-noout", "-pubkey", given=content.decode())
        body = "".join(line for line in public.splitlines() if not line.startswith("-"))
        self.spki = base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()
        """As ``--ignore-certificate-errors-spki-list`` of Chromium takes it."""

    def sign(self, page: str) -> str:
        """What the tab of this page is known by; nobody else can guess it."""
        return hashlib.sha256(self._secret + page.encode()).hexdigest()[:32]


def _keep(file: Path, content: bytes) -> None:
    try:
        self_signed.keep(file, content)
    except OSError as error:
        said = tr("{file} can't be kept: {reason}", file=file, reason=reason(error))
        log.warning("%s", said)
