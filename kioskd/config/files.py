"""Reads and writes the files that a person names, so that none of them can stop the daemon.

A named pipe would block whoever opens it, and a file of gigabytes fills the memory: both are
refused with a reason. A write leaves the old file or the new one, never a part of either.
"""

import contextlib
import errno
import os
import stat
import tempfile
from pathlib import Path

from kioskd.config.secret import STARS, Secret, shown_path
from kioskd.words import later, tr

LARGEST_SECRET = 16_000  # bytes; the longest bearer tokens have a few thousand
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


def read_secret(path: str | Path) -> Secret:
    """The one line in a token file, without a byte order mark and without blanks around it.

    Raises ``OSError`` with a reason that never holds a part of the content.
    """
    content = read_file(path, LARGEST_SECRET)
    try:
        text = content.decode(BOMS.get(content[:2], "utf-8-sig")).strip()
    except UnicodeDecodeError:
        raise OSError(errno.EINVAL, tr("it is not text in UTF-8: write the token again")) from None
    if not text:
        raise OSError(errno.EINVAL, tr("it is empty: write the token into it, in one line"))
    if len(lines := text.splitlines()) > 1:
        said = tr("it has {count} lines, and a token is one: remove the others", count=len(lines))
        raise OSError(errno.EINVAL, said)
    if not text.isprintable():
        raise OSError(
            errno.EINVAL, tr("it holds a character that can't be printed: write the token again")
        )
    return Secret(text)


def why_no_secret(error: OSError, path: str | Path) -> str:
    """Why ``read_secret`` failed, and the command that mends it where one does."""
    said, path = reason(error), shown_path(path)
    if STARS in path:  # the token itself, most likely
        return tr(
            "{said}; write the name of a file that holds it, such as /etc/kioskd/token", said=said
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        make = f"sudo install -o root -g kioskd -m 640 /dev/null {path}"
        return tr("{said}; make it: {make}; then write the token into it", said=said, make=make)
    if error.errno in (errno.EACCES, errno.EPERM):
        return tr(
            "{said}; let it: sudo chown root:kioskd {path}; sudo chmod 640 {path}",
            said=said,
            path=path,
        )
    return said


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


def write_file(path: Path, content: bytes, mode: int = 0o600, durable: bool = True) -> None:
    """Replace the file at ``path`` by one with these permissions, whatever happens on the way.

    Killed, powered off or with a full disk, the earlier file stays and no part of the new one is
    left. ``durable`` waits until the card has it. Two at a time don't mix: the later one wins.
    Raises ``OSError``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with open(number, "wb") as file:
            os.fchmod(number, mode)
            file.write(content)
            file.flush()
            if durable:
                os.fsync(number)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    if durable:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sweep(path: Path) -> None:
    """Remove what a kill or a power cut left of a ``write_file``."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
