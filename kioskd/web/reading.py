"""Pictures that are read from files which may never answer, such as those of a network."""

import asyncio
from collections.abc import Callable

from kioskd.config.picture import Picture

LIMIT = 5.0  # seconds for a file


class Reading:
    """``read`` reads a file, in a thread. One file is read once at a time, so that one that never
    answers takes one thread and no more; it holds up no other.
    """

    def __init__(self, read: Callable[[str], Picture]) -> None:
        self._read = read
        self._running: dict[str, asyncio.Future[Picture]] = {}

    async def picture(self, file: str) -> Picture:
        """The picture in ``file``; raises ``OSError``, and ``TimeoutError`` after ``LIMIT``."""
        if (reading := self._running.get(file)) is None:
            reading = asyncio.ensure_future(asyncio.to_thread(self._read, file))
            self._running[file] = reading
            reading.add_done_callback(lambda done: self._ended(file, done))
        async with asyncio.timeout(LIMIT):
            return await asyncio.shield(reading)

    def _ended(self, file: str, reading: asyncio.Future[Picture]) -> None:
        del self._running[file]
        if not reading.cancelled():
            reading.exception()  # one that came too late for who asked is not called lost
