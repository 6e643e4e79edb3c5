"""Keeps the history on the card: every 10 minutes, off the event loop, and once at the end."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kioskd.config.files import reason
from kioskd.core.history import History
from kioskd.host.history_file import HistoryFile
from kioskd.words import tr

log = logging.getLogger(__name__)
EVERY = 600.0  # seconds: six writes an hour, each of one or two pages of 4 KB


class HistoryKeeper:
    """``say`` shows why nothing can be kept (None: it can)."""

    def __init__(
        self,
        folder: Path,
        history: History,
        say: Callable[[str | None], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._file = HistoryFile(folder / "history")
        self._history = history
        self._say = say
        self._clock = clock
        self._at = clock()
        self._writing: asyncio.Task[None] | None = None

    def restore(self) -> None:
        """Put back what an earlier run kept."""
        if broken := self._history.restore(self._file.read()):
            log.warning(tr("{count} samples of the history are broken and left out", count=broken))

    def keep(self) -> None:
        """Called once a second: write when it is time, in a thread."""
        busy = self._writing is not None and not self._writing.done()
        if self._history.unkept and not busy and self._clock() - self._at >= EVERY:
            self._at = self._clock()
            self._writing = asyncio.create_task(self._write(), name="keep history")

    async def close(self) -> None:
        """Write what is not yet kept; a slow card gets no more than 2 s."""
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=1.0)
        if self._history.unkept and (self._writing is None or self._writing.done()):
            await asyncio.wait([asyncio.create_task(self._write())], timeout=1.0)

    async def _write(self) -> None:
        history = self._history
        places, history.unkept = history.unkept, set()
        changed = {place: history.kept(place) for place in places}
        try:
            await asyncio.to_thread(partial(self._file.write, changed, history.whole))
        except OSError as error:
            history.unkept |= places
            self._say(
                tr(
                    "the history can't be kept in {folder}: {reason}",
                    folder=self._folder,
                    reason=reason(error),
                )
            )
        else:
            self._say(None)
