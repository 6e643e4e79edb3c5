"""Reads the files that a person names, so that none of them can stop the daemon.

A named pipe would block whoever opens it, and a file of gigabytes fills the memory: both are
refused with a reason. The sound process imports this, and little else: what a file needs besides
is in the files beside it.
"""

import errno
import os
import stat
from pathlib import Path

from kioskd.words import later, tr

LARGEST_CERTIFICATES = 2_000_000  # bytes; the whole world's have 230,000
BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # PowerShell's `echo x > file` writes these
_ADVICE = {
    errno.ENOENT: later("there is no such file"),
    errno.ENOTDIR: later("there is no such file"),
    errno.EACCES: later("kioskd may not read it"),
    errno.EPERM: later("kioskd may not read it"),
    errno.EISDIR: later("it is a folder, not a file"),
    errno.ENOSPC: later("the disk is full: remove something, such as old logs"),
    errno.EDQUOT: later("the disk is full: remove something, such as old logs"),
    errno.EROFS: later(
        "the file system is read-only: mount it for writing, or choose another folder"
    ),
    errno.EMFILE: later("too many files are open: restart kioskd, and report it if it comes again"),
    errno.ENFILE: later("too many files are open on this machine: see what has them open"),
    errno.EIO: later("the card or disk has errors: replace it soon"),
}


def read_file(path: str | Path, most: int) -> bytes:
    """The content of a regular file of at most ``most`` bytes.

    Never waits for another program. Raises ``OSError``; ``reason`` puts it into words.
    """
    try:
        _must_be_regular(os.stat(path))  # first, since to open a device may already do something
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except ValueError:  # a NUL, or half of a surrogate pair
        raise OSError(errno.EINVAL, tr("its name holds a character that no file has")) from None
    with open(number, "rb") as file:
        found = os.fstat(number)
        _must_be_regular(found)
        # One byte more than allowed: below /proc a size of 0 is told, and a file may grow.
        content = file.read(most + 1) if found.st_size <= most else b"\0" * (most + 1)
    if len(content) > most:
        raise OSError(
            errno.EFBIG, tr("it is larger than {most:,} bytes; is it the right file?", most=most)
        )
    return content


def _must_be_regular(found: os.stat_result) -> None:
    kinds = {
        stat.S_ISFIFO: later("a named pipe"),
        stat.S_ISSOCK: later("a socket"),
        stat.S_ISCHR: later("a device"),
        stat.S_ISBLK: later("a device"),
    }
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, tr(_ADVICE[errno.EISDIR]))
    for is_kind, name in kinds.items():
        if is_kind(found.st_mode):
            raise OSError(errno.EINVAL, tr("it is {kind}, not a file", kind=tr(name)))


def read_certificates(path: str | Path) -> str:
    """The certificates in a PEM file, for ``ssl``'s ``cadata``. Raises ``OSError``."""
    text = read_file(path, LARGEST_CERTIFICATES).decode("ascii", errors="ignore")
    if "-----BEGIN CERTIFICATE-----" not in text:  # ssl would fall back to the system's, silently
        raise OSError(errno.EINVAL, tr("it holds no certificate: it must be a PEM file"))
    return text


def reason(error: BaseException) -> str:
    """Why a file can't be read or written, in words; what to do, where that is known."""
    number = getattr(error, "errno", None) or 0
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    known = _ADVICE.get(number) if said == os.strerror(number) else None
    return said if known is None else tr(known)
