"""The history on the card: one file of 175 KB in which each sample has its place for ever.

A sample is written over the one of two days (of an hour: of ninety days) before: the file never
grows and is never written anew, and a torn write costs what it tore. In place, a write costs the
card 4.6 KB; SQLite's would be 19 KB, with a rollback journal 44 KB (docs/performance.md).
"""

import errno
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from kioskd.config.files import read_file, reason
from kioskd.config.writing import sweep, write_file
from kioskd.core.history import WHOLE
from kioskd.core.samples import SIZE
from kioskd.words import tr

log = logging.getLogger(__name__)


class HistoryFile:
    """Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes:
        """What is there. What can't be read is said in the log, and never fatal."""
        sweep(self._path)
        try:
            return read_file(self._path, WHOLE)
        except FileNotFoundError:
            return b""
        except OSError as error:
            log.warning(
                tr("the history can't be read: {reason}; it begins anew", reason=reason(error))
            )
            if error.errno == errno.EFBIG:
                self._set_aside()
            return b""

    def write(self, changed: Mapping[int, bytes], whole: Callable[[], bytes]) -> None:
        """Put down what has changed; ``whole`` gives all, for a file that is not there yet.

        Returns when the card has it. Raises ``OSError``.
        """
        try:
            flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW
            number = os.open(self._path, flags)
        except FileNotFoundError:
            return write_file(self._path, whole())
        try:
            there = os.fstat(number).st_size == WHOLE
            if there:
                for place, content in _runs(changed):
                    os.pwrite(number, content, place * SIZE)
                os.fdatasync(number)
        finally:
            os.close(number)
        if not there:  # cut, or none of ours
            write_file(self._path, whole())

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".broken"))
        except OSError as error:
            log.warning(tr("the broken history can't be moved: {reason}", reason=reason(error)))


def _runs(changed: Mapping[int, bytes]) -> Iterable[tuple[int, bytes]]:
    """What stands side by side, in one write."""
    first, content = -1, b""
    for place in sorted(changed):
        if content and place != first + len(content) // SIZE:
            yield first, content
            content = b""
        first = first if content else place
        content += changed[place]
    if content:
        yield first, content
