"""The picture files of ``screens``: which kinds there are, and how one is read."""

import errno
from typing import NamedTuple

from kioskd.config.files import read_file

LARGEST = 20_000_000  # bytes
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)


class Picture(NamedTuple):
    content: bytes
    content_type: str


def read_picture(file: str) -> Picture:
    """The picture in a file; its kind is read from its first bytes, whatever its name says.

    Raises ``OSError``; `files.reason` puts it into words.
    """
    content = read_file(file, LARGEST)
    for start, kind in _KINDS:
        if content.startswith(start):
            return Picture(content, kind)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content, "image/webp")
    raise OSError(errno.EINVAL, "it is no PNG, JPEG, WebP or GIF picture")
