"""Where a package that the fleet pushed waits for root: fetched here, installed by another program.

The daemon may install nothing. It puts the package and its signature into its own state folder and
writes ``ready``; ``kioskd-fleet-update.path``, which an administrator must have enabled, starts
``kioskd update`` on that file, as root, which verifies the release's signature by itself.
"""

import hashlib
import http.client
import shutil
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import msgspec
from msgspec import Struct

from kioskd.config.files import read_file, reason
from kioskd.config.trust import trust
from kioskd.config.writing import write_file
from kioskd.errors import KioskdError
from kioskd.words import tr

PACKAGE = "kioskd.deb"
SUFFIX = ".minisig"
READY = "ready"
# Where the unit that installs says what became of it, and where systemd notes that it is enabled.
RESULT = Path("/run/kioskd-update/result")
ENABLED = Path("/etc/systemd/system/paths.target.wants/kioskd-fleet-update.path")
LARGEST_SIGNATURE = 4096  # bytes
PATIENCE = 30.0  # seconds without a byte
SPARE = 50_000_000  # bytes that the disk keeps beside it


class FetchError(KioskdError):
    """A package that can't be had."""


class Ready(Struct, frozen=True):
    """What ``ready`` says: which push it was."""

    number: int
    version: str


class UpdateBox:
    """``folder`` is the daemon's own; ``result`` and ``enabled`` are root's."""

    def __init__(self, folder: Path, result: Path = RESULT, enabled: Path = ENABLED) -> None:
        self._folder = folder
        self._result = result
        self._enabled = enabled

    def enabled(self) -> bool:
        """Whether an administrator of this machine lets the fleet update it."""
        return self._enabled.is_symlink()

    def fetch(self, url: str, size: int, sha256: str, ca_file: str | None) -> None:
        """Fetch the package and the signature beside it; raises ``FetchError``. It waits.

        No redirect is followed, and nothing but these very bytes is kept.
        """
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._folder / READY).unlink(missing_ok=True)
            if shutil.disk_usage(self._folder).free < size + SPARE:
                raise FetchError(tr("the disk has too little room for the package"))
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}),
                urllib.request.HTTPSHandler(context=trust(ca_file)),
                _NoRedirect(),
            )
            signature = _read(opener, url + SUFFIX, LARGEST_SIGNATURE)
            self._keep(opener, url, size, sha256)
            write_file(self._folder / (PACKAGE + SUFFIX), signature)
        except urllib.error.HTTPError as error:
            said = tr("it sends on to another address") if 300 <= error.code < 400 else error.reason
            raise FetchError(f"{error.url}: {error.code} {said}") from None
        except urllib.error.URLError as error:
            raise FetchError(
                tr("{url} can't be fetched: {reason}", url=url, reason=_why(error.reason))
            ) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise FetchError(
                tr("{url} can't be fetched: {reason}", url=url, reason=reason(error))
            ) from None

    def _keep(
        self, opener: urllib.request.OpenerDirector, url: str, size: int, sha256: str
    ) -> None:
        digest, left = hashlib.sha256(), size
        partial = self._folder / f"{PACKAGE}.part"
        with opener.open(url, timeout=PATIENCE) as answer, partial.open("wb") as file:
            while chunk := answer.read(1 << 18):
                left -= len(chunk)
                if left < 0:
                    break
                digest.update(chunk)
                file.write(chunk)
        if left != 0 or digest.hexdigest() != sha256:
            partial.unlink()
            raise FetchError(tr("{url} is not the package that was signed for", url=url))
        partial.replace(self._folder / PACKAGE)

    def give(self, number: int, version: str) -> None:
        """Let root's unit take it; raises ``OSError``."""
        write_file(self._folder / READY, msgspec.json.encode(Ready(number, version)))

    def handed(self) -> int:
        """The number of the push that was handed over last; 0: none."""
        try:
            return msgspec.json.decode(read_file(self._folder / READY, 1000), type=Ready).number
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return 0

    def result(self) -> tuple[bool, str] | None:
        """Whether that was installed, and what root's unit said; None: it has not said yet."""
        try:
            if self._result.stat().st_mtime < (self._folder / READY).stat().st_mtime:
                return None
            word, _, said = read_file(self._result, 10_000).decode(errors="replace").partition("\n")
        except OSError:
            return None
        return word == "ok", said.strip()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def _read(opener: urllib.request.OpenerDirector, url: str, most: int) -> bytes:
    with opener.open(url, timeout=PATIENCE) as answer:
        content: bytes = answer.read(most + 1)
    if len(content) > most:
        raise FetchError(tr("{url} is no signature of minisign's", url=url))
    return content


def _why(error: object) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return tr("its certificate is not trusted ({why})", why=error.verify_message)
    return reason(error) if isinstance(error, BaseException) else str(error)
