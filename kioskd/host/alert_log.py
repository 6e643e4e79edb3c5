"""The alerts on the card: a file to which each change is added, so that none is lost by a cut.

A line holds one life of an alert as it now is, behind its checksum: of several lines about one the
last counts, and a torn line costs only itself. What has grown too long is written anew, whole.
"""

import logging
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kioskd.config.files import read_file, reason
from kioskd.config.writing import sweep, write_file
from kioskd.core.alert_lines import Line
from kioskd.words import tr

log = logging.getLogger(__name__)
LARGEST = 20_000_000  # bytes; a file that is larger is not ours
ROOM = 128_000  # bytes that may be added until it is written anew


class AlertLog:
    """Not for two threads at once. ``add`` and ``rewrite`` raise ``OSError``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._whole = 0  # bytes when it was last written anew
        self._size = 0
        self._torn = False

    def read(self) -> tuple[list[Line], int]:
        """Every line that is whole, in order, and how many are not.

        What can't be read is logged, and never fatal.
        """
        sweep(self._path)
        try:
            content = read_file(self._path, LARGEST)
        except FileNotFoundError:
            return [], 0
        except OSError as error:
            log.warning(
                tr("the alerts of the last run can't be read: {reason}", reason=reason(error))
            )
            return [], 0
        self._size, self._torn = len(content), not content.endswith(b"\n")
        lines, bad = decode(content)
        if bad:
            log.warning(tr("{count} lines of the kept alerts are torn and left out", count=bad))
        return lines, bad

    def add(self, content: bytes) -> None:
        """Append; returns when the card has it. After an error only ``rewrite`` makes it right."""
        content = b"\n" + content if self._torn else content
        self._torn = True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(
            self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
        )
        with open(number, "ab") as file:
            file.write(content)
            file.flush()
            os.fdatasync(number)
        self._torn = False
        self._size += len(content)

    def rewrite(self, content: bytes) -> None:
        """Replace all of it; the earlier file stays until the new one is safe."""
        write_file(self._path, content)
        self._whole = self._size = len(content)
        self._torn = False

    def grown(self) -> bool:
        """Whether it is time to write it anew: it is too long, or not the file that it was.

        One that is not there is written whole: only so is its name, too, safe from a power cut.
        """
        try:
            size = self._path.stat().st_size
        except OSError:
            return True
        return size != self._size or size > 2 * self._whole + ROOM


def encode(lines: Iterable[Line]) -> bytes:
    """Each line as its checksum and its JSON."""
    found = (msgspec.json.encode(line) for line in lines)
    return b"".join(b"%08x %s\n" % (zlib.crc32(text), text) for text in found)


def decode(content: bytes) -> tuple[list[Line], int]:
    """The lines that are whole, and how many are not."""
    lines, bad = [], 0
    for text in content.split(b"\n"):
        if not text.strip(b"\0"):
            continue  # an end, or what a power cut left of one
        try:
            if int(text[:8], 16) != zlib.crc32(text[9:]):
                raise ValueError(tr("the checksum is wrong"))
            lines.append(msgspec.json.decode(text[9:], type=Line))
        except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
            bad += 1
    return lines, bad
