"""The certificate and the key of HTTPS: read, compared, and put into a TLS context.

Dates and names are read by the program ``openssl``, which ca-certificates brings along; Python's
own ssl tells them of a peer's certificate only.
"""

import errno
import hashlib
import os
import re
import ssl
import subprocess
from pathlib import Path

from msgspec import Struct

from kioskd.config.files import read_certificates, read_file, reason
from kioskd.config.secret import shown_path
from kioskd.words import tr

LARGEST_KEY = 50_000  # bytes; an RSA key of 16,384 bits has 12,700
PATIENCE = 10.0  # seconds for openssl, on a Pi that is busy
_FIRST = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
_NAME = re.compile(r"(?:DNS|IP Address):([^,\s]+)")


class Pair(Struct, frozen=True):
    """A certificate with its key. Times are seconds of Unix time, ``fingerprint`` is SHA-256."""

    context: ssl.SSLContext
    begins: float
    expires: float
    fingerprint: str
    names: tuple[str, ...]


def read_pair(certificate: str | Path, key: str | Path) -> Pair:
    """The pair in two PEM files, or twice the same. Raises ``OSError`` with the reason."""
    file = certificate
    try:
        chain = read_certificates(certificate)
        file = key
        secret = _key(key)
        file = certificate
        return pair(chain, secret)
    except OSError as error:
        mend = ""
        if error.errno in (errno.EACCES, errno.EPERM):
            place = shown_path(file)
            mend = tr(
                "; let it: sudo chown root:kioskd {place}; sudo chmod 640 {place}", place=place
            )
        raise OSError(error.errno, f"{shown_path(file)}: {reason(error)}{mend}") from None


def _key(file: str | Path) -> str:
    text = read_file(file, LARGEST_KEY).decode("ascii", errors="ignore")
    if "PRIVATE KEY-----" not in text:
        raise OSError(errno.EINVAL, tr("it holds no private key: it must be a PEM file"))
    if "ENCRYPTED" in text:
        said = tr("it has a passphrase, and nobody is there to type it; take it off")
        raise OSError(errno.EINVAL, f"{said}: openssl pkey -in OLD -out NEW")
    return text


def pair(chain: str, key: str) -> Pair:
    """The same of PEM texts; the certificate's own stands first in its chain."""
    found = _FIRST.search(chain)
    if found is None:
        raise OSError(errno.EINVAL, tr("the certificate is cut off: copy the file again"))
    context = _context(chain, key)
    try:
        dates, names = _described(found[0])
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(found[0])).hexdigest().upper()
    except ValueError as error:  # a date that Python does not know, or no base64
        raise OSError(errno.EINVAL, tr("it can't be read: {error}", error=error)) from None
    fingerprint = ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
    return Pair(context, dates["notBefore"], dates["notAfter"], fingerprint, names)


def _context(chain: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # Debian's Python leaves it to openssl.cnf
    context.options |= ssl.OP_NO_RENEGOTIATION
    # ssl reads files only; this one is nowhere but in memory, and can't change between two looks.
    number = os.memfd_create("kioskd-certificate", os.MFD_CLOEXEC)
    try:
        with open(number, "wb", closefd=False) as file:
            file.write(f"{key}\n{chain}".encode())
        context.load_cert_chain(f"/proc/self/fd/{number}", password="")
    except ssl.SSLError as error:
        raise OSError(errno.EINVAL, _why(error)) from None
    finally:
        os.close(number)
    return context


def _why(error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return tr(
            "the key is not that of the certificate: copy both anew; in the certificate's "
            "file its own certificate comes first, then those of its authority"
        )
    return tr("it can't be used: {why}", why=(error.reason or "no PEM").replace("_", " ").lower())


def _described(certificate: str) -> tuple[dict[str, float], tuple[str, ...]]:
    """The dates and the names of one certificate."""
    command = ("openssl", "x509", "-noout", "-dates", "-ext", "subjectAltName")
    said = openssl(*command, given=certificate)
    dates = {
        name: float(ssl.cert_time_to_seconds(value))
        for name, _, value in (line.partition("=") for line in said.splitlines())
        if name in ("notBefore", "notAfter")
    }
    if len(dates) < 2:
        raise OSError(errno.EINVAL, tr("its dates can't be read"))
    return dates, tuple(_NAME.findall(said))


def openssl(*command: str, given: str) -> str:
    """What the program prints; raises ``OSError`` when it is not there or fails."""
    try:
        done = subprocess.run(
            command, input=given.encode(), capture_output=True, timeout=PATIENCE, check=True
        )
    except FileNotFoundError:
        raise OSError(errno.ENOENT, tr("openssl is missing: sudo apt install openssl")) from None
    except subprocess.TimeoutExpired:
        raise OSError(
            errno.ETIMEDOUT, tr("openssl gave no answer in {seconds:.0f} s", seconds=PATIENCE)
        ) from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(errno.EINVAL, f"openssl: {said[0][:200] if said else 'failed'}") from None
    return done.stdout.decode("ascii", errors="replace")
