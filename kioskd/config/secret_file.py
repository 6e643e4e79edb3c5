"""Reads a secret from its file, and says how to mend one that can't be used."""

import errno
from pathlib import Path

from kioskd.config.files import BOMS, read_file, reason
from kioskd.config.secret import STARS, Secret, shown_path
from kioskd.words import tr

LARGEST_SECRET = 16_000  # bytes; the longest bearer tokens have a few thousand


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
