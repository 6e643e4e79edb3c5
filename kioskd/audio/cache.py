"""Fetches the sounds that an upstream names, and keeps them on disk, decoded, by their content.

Only what is asked for from an allowed origin is fetched, bounded in size and time; a sound that is
kept is answered at once, also while the upstream is away, and asked for anew behind the scenes.
What is kept is a wav of bare samples: whatever came was decoded once, where it can do no harm.
"""

import asyncio
import contextlib
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from kioskd.audio.decoding import decoded
from kioskd.audio.download import Fetched, allowed_url, fetch, shown
from kioskd.config.files import read_file
from kioskd.config.writing import write_file
from kioskd.core.conditional import Validators
from kioskd.errors import SoundError, UnplayableError
from kioskd.words import tr

TIMEOUT = 5.0  # seconds for all of a fetch, its turn in the queue included
FETCHES = 3  # at a time
FRESH = 600.0  # seconds in which a kept sound isn't asked for again
REFUSED = 30.0  # seconds in which a fetch that failed isn't tried again
MOST = 500  # addresses that are remembered
_HASH = re.compile(r"[0-9a-f]{64}(\.\w+\.tmp)?")


class Entry(Struct):
    """What is kept for one address; ``tag`` and ``modified`` are what HTTP calls validators.

    ``sha256`` and ``size`` are of the decoded sound, ``source`` is the digest of what came.
    """

    sha256: str
    size: int
    source: str
    tag: str = ""
    modified: str = ""


class SoundCache:
    """``limit`` is in bytes: beyond it the sounds go that were not used for the longest time."""

    def __init__(self, folder: Path, limit: int = 50_000_000) -> None:
        self._folder = folder
        self._limit = limit
        self._entries: OrderedDict[str, Entry] | None = None  # the last one was used last
        self._running: dict[str, asyncio.Task[Path]] = {}
        self._asked: dict[str, float] = {}  # when each address was last asked for
        self._failed: OrderedDict[str, tuple[float, SoundError]] = OrderedDict()
        self._turns = asyncio.Semaphore(FETCHES)
        self._disk = asyncio.Lock()
        self._sound: set[str] = set()  # hashes of files that were seen to be whole

    async def get(
        self, url: str, base: str, allowed: Sequence[str], ca_file: str | None = None
    ) -> Path:
        """The file of the sound at ``url``; relative ones are relative to ``base``.

        ``base`` is the source's own http(s) or ws(s) address, ``allowed`` are other origins. Takes
        up to 5 s. Raises ``SoundError``, which names the address and what is wrong, in one line.
        """
        address = allowed_url(url, base, allowed)
        entry = await self._kept(address)
        if entry is None:
            at, error = self._failed.get(address, (float("-inf"), None))
            if error is not None and time.monotonic() - at < REFUSED:
                raise error
            return await asyncio.shield(self._fetching(address, base, allowed, ca_file))
        if time.monotonic() - self._asked.get(address, float("-inf")) > FRESH:
            self._fetching(address, base, allowed, ca_file)
        return self._folder / entry.sha256

    async def close(self) -> None:
        """End what is still being fetched."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _fetching(
        self, address: str, base: str, allowed: Sequence[str], ca_file: str | None
    ) -> asyncio.Task[Path]:
        """The one fetch of this address that runs; alerts come in bursts."""
        if (task := self._running.get(address)) is None:
            self._asked[address] = time.monotonic()
            task = asyncio.create_task(self._fetch(address, base, allowed, ca_file))
            self._running[address] = task
            task.add_done_callback(lambda done: self._over(address, done))
        return task

    def _over(self, address: str, task: asyncio.Task[Path]) -> None:
        del self._running[address]
        while len(self._asked) > MOST:
            del self._asked[next(iter(self._asked))]
        # Reading the exception also says that it was seen: nobody waits for a fetch behind the
        # scenes, and what was kept goes on being used.
        if not task.cancelled() and isinstance(error := task.exception(), SoundError):
            self._failed[address] = time.monotonic(), error
            while len(self._failed) > MOST:
                self._failed.popitem(last=False)
        else:
            self._failed.pop(address, None)

    async def _fetch(
        self, address: str, base: str, allowed: Sequence[str], ca_file: str | None
    ) -> Path:
        entry = self._index().get(address)
        known = Validators(entry.tag, entry.modified) if entry else Validators()
        try:
            async with asyncio.timeout(TIMEOUT) as limit, self._turns:
                found = await fetch(address, base, allowed, known, ca_file)
                limit.reschedule(None)  # decoding has limits of its own, and keeps the turn
                if found is not None:
                    return await self._take(address, found)
        except TimeoutError:
            raise SoundError(
                tr(
                    "{address} did not come within {seconds:g} s",
                    address=shown(address),
                    seconds=TIMEOUT,
                )
            ) from None
        if entry is not None:  # it is what it was
            return self._folder / entry.sha256
        raise SoundError(
            tr("{address} is not sent, as if it were known; not fetched", address=shown(address))
        )

    async def _take(self, address: str, found: Fetched) -> Path:
        """Decode what came, unless it is known by its content, and keep that."""
        source, now = await asyncio.to_thread(_digest, found.content), found.validators
        async with self._disk:
            there = (entry for entry in self._index().values() if entry.source == source)
            entry = next((entry for entry in there if entry.sha256 in self._sound), None)
            try:
                if entry is not None:
                    sound = None
                    entry = msgspec.structs.replace(entry, tag=now.tag, modified=now.modified)
                else:
                    sound = await decoded(found.content)
                    sha256 = await asyncio.to_thread(_digest, sound)
                    entry = Entry(sha256, len(sound), source, now.tag, now.modified)
                return await self._keep(address, entry, sound)
            except SoundError as error:
                raise UnplayableError(f"{shown(address)} {error}") from None
            except OSError as error:
                where = f"in {self._folder}: {error.strerror}"
                raise SoundError(
                    tr("{address} can't be kept {where}", address=shown(address), where=where)
                ) from None

    # On disk

    def _index(self) -> OrderedDict[str, Entry]:
        if self._entries is None:
            self._entries = _read_index(self._folder)
        return self._entries

    async def _kept(self, address: str) -> Entry | None:
        """What is kept, if its file is whole: a power cut may have left zeros in it."""
        index = self._index()
        if (entry := index.get(address)) is None:
            return None
        if entry.sha256 not in self._sound:
            if not await asyncio.to_thread(_whole, self._folder / entry.sha256, entry):
                index.pop(address, None)
                return None
            self._sound.add(entry.sha256)
        if address in index:
            index.move_to_end(address)
        return entry

    async def _keep(self, address: str, entry: Entry, sound: bytes | None) -> Path:
        """``sound`` is None when its file is there."""
        index = self._index()
        path = self._folder / entry.sha256
        changed = index.get(address) != entry
        if sound is not None and entry.sha256 not in self._sound:
            await asyncio.to_thread(_write, path, sound)
            self._sound.add(entry.sha256)
        before = _hashes(index)
        index[address] = entry
        index.move_to_end(address)
        while len(index) > 1 and (len(index) > MOST or _size(index) > self._limit):
            index.popitem(last=False)
        gone = before - _hashes(index)
        if changed or gone:
            content = msgspec.json.encode(index)
            await asyncio.to_thread(_write, self._folder / "index.json", content)
        for each in gone:
            self._sound.discard(each)
            await asyncio.to_thread((self._folder / each).unlink, missing_ok=True)
        return path


def _hashes(index: OrderedDict[str, Entry]) -> set[str]:
    return {entry.sha256 for entry in index.values()}


def _size(index: OrderedDict[str, Entry]) -> int:
    return sum({entry.sha256: entry.size for entry in index.values()}.values())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Not forced to the card: each content is checked before its first use."""
    write_file(path, content, durable=False)


def _whole(path: Path, entry: Entry) -> bool:
    try:
        return _digest(read_file(path, entry.size)) == entry.sha256
    except OSError:
        return False


def _read_index(folder: Path) -> OrderedDict[str, Entry]:
    """The index; empty when it is missing or torn. Files that it doesn't know are removed."""
    index: OrderedDict[str, Entry] = OrderedDict()
    with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeError):
        content = (folder / "index.json").read_bytes()
        index.update(msgspec.json.decode(content, type=dict[str, Entry]))
    for address in [name for name, entry in index.items() if not _HASH.fullmatch(entry.sha256)]:
        del index[address]
    known = {entry.sha256 for entry in index.values()}
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            if _HASH.fullmatch(path.name) and path.name not in known:
                path.unlink(missing_ok=True)
    return index
