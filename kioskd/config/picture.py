"""Picture files, of ``screens`` and the logo: which kinds there are, and how one is read."""

import errno
from typing import NamedTuple
from xml.parsers import expat

from kioskd.config.files import read_file
from kioskd.words import tr

LARGEST = 20_000_000  # bytes
LARGEST_LOGO = 500_000  # bytes: each panel loads it
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
)

SVG = "http://www.w3.org/2000/svg"


class Picture(NamedTuple):
    content: bytes
    content_type: str


def read_picture(file: str) -> Picture:
    """The picture in a file; its kind is read from its first bytes, whatever its name says.

    Raises ``OSError``; `files.reason` puts it into words.
    """
    picture = _known(read_file(file, LARGEST))
    if picture is None:
        raise OSError(errno.EINVAL, tr("it is no PNG, JPEG, WebP or GIF picture"))
    return picture


def read_logo(file: str) -> Picture:
    """The logo in a file: a picture as above, or an SVG without entities and without ``<use>``,
    which could make a small one grow without bounds as it is drawn. Raises ``OSError``, too.
    """
    content = read_file(file, LARGEST_LOGO)
    if (picture := _known(content)) is not None:
        return picture
    _SvgCheck().take(content)
    return Picture(content, "image/svg+xml")


def _known(content: bytes) -> Picture | None:
    for start, kind in _KINDS:
        if content.startswith(start):
            return Picture(content, kind)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return Picture(content, "image/webp")
    return None


class _SvgCheck:
    """Reads an SVG as a browser does; what may not be shown is raised as ``OSError``."""

    def __init__(self) -> None:
        self._is_svg = False

    def take(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, LookupError, ValueError):  # these two: of its encoding
            if not self._is_svg:
                raise _wrong(tr("it is no SVG, PNG, JPEG, WebP or GIF picture")) from None
            raise _wrong(
                tr("its SVG is broken in line {line}", line=parser.CurrentLineNumber)
            ) from None

    def _element(self, name: str, _: object) -> None:
        if not self._is_svg and name != f"{SVG} svg":
            raise _wrong(tr("it is no SVG, PNG, JPEG, WebP or GIF picture"))
        self._is_svg = True
        if name == f"{SVG} use":
            raise _wrong(tr("its SVG repeats parts with <use>; save it with copies, or as PNG"))

    def _entity(self, *_: object) -> None:
        raise _wrong(tr("its SVG has entities; save it as plain SVG"))


def _wrong(said: str) -> OSError:
    return OSError(errno.EINVAL, said)
