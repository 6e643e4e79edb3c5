"""Picture files, of ``screens`` and the logo: which kinds there are, and how one is read."""

import errno
from typing import NamedTuple

from kioskd.config.files import read_file

LARGEST = 20_000_000  # bytes
LARGEST_LOGO = 500_000  # bytes: each panel loads it
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)

MOST_BEFORE_SVG = 20  # declarations and comments
_BEFORE_SVG = ((b"<?", b"?>"), (b"<!--", b"-->"), (b"<!DOCTYPE", b">"))


class Picture(NamedTuple):
    content: bytes
    content_type: str


def read_picture(file: str) -> Picture:
    """The picture in a file; its kind is read from its first bytes, whatever its name says.

    Raises ``OSError``; `files.reason` puts it into words.
    """
    picture = _known(read_file(file, LARGEST))
    if picture is None:
        raise OSError(errno.EINVAL, "it is no PNG, JPEG, WebP or GIF picture")
    return picture


def read_logo(file: str) -> Picture:
    """The logo in a file: a picture as above, or an SVG without entities, which could grow without
    bounds as it is drawn. Raises ``OSError``, too.
    """
    content = read_file(file, LARGEST_LOGO)
    if (picture := _known(content)) is not None:
        return picture
    if b"<!ENTITY" in content:
        raise OSError(errno.EINVAL, "its SVG has entities; save it as plain SVG")
    if _is_svg(content):
        return Picture(content, "image/svg+xml")
    raise OSError(errno.EINVAL, "it is no SVG, PNG, JPEG, WebP or GIF picture")


def _known(content: bytes) -> Picture | None:
    for start, kind in _KINDS:
        if content.startswith(start):
            return Picture(content, kind)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content, "image/webp")
    return None


def _is_svg(content: bytes) -> bool:
    rest = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    for _ in range(MOST_BEFORE_SVG):
        if rest.startswith(b"<svg"):
            return True
        end = next((end for start, end in _BEFORE_SVG if rest.startswith(start)), None)
        _, found, rest = rest.partition(end) if end else (b"", b"", b"")
        if not found:
            return False
        rest = rest.lstrip()
    return False
