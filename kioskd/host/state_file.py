"""What the panels were last shown, kept over a power cut in one small file.

Packed with gzip, since cards wear out by bytes; its checksum tells a torn file from a whole one.
"""

import errno
import gzip
import logging
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct, field

from kioskd.config import View
from kioskd.config.files import read_file, reason
from kioskd.config.writing import sweep
from kioskd.core import messages
from kioskd.core.notices import Notice
from kioskd.core.parser import Parser
from kioskd.errors import ProtocolError
from kioskd.words import tr

log = logging.getLogger(__name__)
LARGEST = 50_000_000  # bytes when unpacked; a file that claims more is not ours
LARGEST_VIEW = 4_000_000  # bytes of one view: 10,000 tickets


class _File(msgspec.Struct):
    saved: float
    screen: str | None
    frames: list[str]
    origins: dict[View, str] = {}
    notices: list[Notice] = []
    signatures: dict[str, list[str]] = {}
    panels: dict[str, str] = {}
    card: str = ""


class Saved(Struct):
    """What was kept; ``age`` in seconds by the wall clock, 0 when the clock went backwards.

    ``origins`` tells where each view came from, as ``config.origins`` has it, ``signatures`` which
    posts each webhook took, ``panels`` the screen of each that has a list of its own, ``card`` the
    sound card that somebody chose.
    """

    age: float
    screen: str | None
    updates: list[messages.Update]
    origins: Mapping[View, str] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    signatures: Mapping[str, list[str]] = field(default_factory=dict)
    panels: Mapping[str, str] = field(default_factory=dict)
    card: str = ""


def encode(
    screen: str | None,
    updates: list[messages.Update],
    origins: Mapping[View, str],
    notices: Iterable[Notice] = (),
    signatures: Mapping[str, list[str]] | None = None,
    panels: Mapping[str, str] | None = None,
    card: str = "",
) -> bytes:
    """The file's content; a view that is too large is left out: its source sends it again."""
    frames = [update.frame.decode() for update in updates if len(update.frame) <= LARGEST_VIEW]
    content = _File(
        time.time(),
        screen,
        frames,
        {**origins},
        [*notices],
        {**(signatures or {})},
        {**(panels or {})},
        card,
    )
    return gzip.compress(msgspec.json.encode(content), compresslevel=6, mtime=0)


def load(path: Path) -> Saved | None:
    """What was kept; None when there is nothing. A torn file is set aside, never fatal."""
    sweep(path)
    try:
        found = msgspec.json.decode(_unpack(read_file(path, LARGEST)), type=_File)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in (errno.EFBIG, errno.EINVAL):
            _set_aside(path, reason(error))
        else:
            log.warning(
                tr(
                    "the state file can't be read: {reason}; starting without it",
                    reason=reason(error),
                )
            )
        return None
    except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
        _set_aside(path, str(error))
        return None
    age = max(0.0, time.time() - found.saved)
    views = list(_updates(found.frames))
    return Saved(
        age,
        found.screen,
        views,
        found.origins,
        found.notices,
        found.signatures,
        found.panels,
        found.card,
    )


def _set_aside(path: Path, why: str) -> None:
    aside = path.with_suffix(".broken")
    log.warning(
        tr("the state file can't be read ({why}); set aside as {name}", why=why, name=aside.name)
    )
    try:
        path.replace(aside)
    except OSError as error:
        log.warning(tr("the broken state file can't be moved: {reason}", reason=reason(error)))


def _updates(frames: list[str]) -> Iterator[messages.Update]:
    """The views among ``frames``; one that is no longer understood costs only itself."""
    parser = Parser()
    for frame in frames:
        try:
            update = parser.parse(frame.encode())
        except (ProtocolError, UnicodeError) as error:
            log.warning(tr("one view of the state file is left out: {error}", error=error))
            continue
        if isinstance(update, messages.Update):
            yield update


def _unpack(content: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=31)  # gzip
    try:
        unpacked = unpacker.decompress(content, LARGEST)
    except zlib.error as error:
        raise ValueError(tr("it is torn: {error}", error=error)) from None
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError(tr("it is torn: it does not end where it should"))
    return unpacked
