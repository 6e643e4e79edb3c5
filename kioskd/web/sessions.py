"""The devices that are authorised: each has a secret of its own, of which only a digest is kept."""

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from kioskd.config import Role
from kioskd.config.files import read_file, reason
from kioskd.config.plain import one_line
from kioskd.config.writing import sweep, write_file
from kioskd.words import tr

log = logging.getLogger(__name__)
MOST = 200  # devices; beyond it the one that was away for longest goes
LONGEST_NAME = 60  # characters
LARGEST = 200_000  # bytes of the file: 200 devices take 60,000
IDLE = 90 * 86400.0  # seconds after which a device that never came back is forgotten
SEEN_EVERY = 86400.0  # seconds: when it was last seen is kept once a day, since cards wear out
SECRET_BYTES = 32  # 256 bits


class Session(msgspec.Struct):
    """A device; times are seconds of the wall clock (Unix time)."""

    id: str
    name: str
    role: Role
    digest: str
    made: float
    seen: float
    kept: float = 0.0
    """When ``seen`` was last written."""


class Device(msgspec.Struct, frozen=True):
    """One as people are told of it: ``made`` and ``seen`` in seconds of Unix time.

    ``idle``: seconds since it was seen, for who has another clock.
    """

    id: str
    name: str
    role: Role
    made: float
    seen: float
    idle: float
    current: bool
    """Whether it is the one that asks."""


class Sessions:
    """``path`` None: kept nowhere. ``changed`` is called when a device came or went."""

    def __init__(
        self,
        path: Path | None,
        changed: Callable[[], None] = lambda: None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._changed = changed
        self._wall = wall
        self._found: dict[str, Session] = {}  # by digest
        self._writing: asyncio.Task[None] | None = None
        self._dirty = False
        if path is not None:
            self._load(path)

    def make(self, name: str, role: Role) -> tuple[Session, str]:
        """A new device and its secret, which is told this once."""
        secret, now = secrets.token_urlsafe(SECRET_BYTES), self._wall()
        while len(self._found) >= MOST:
            del self._found[min(self._found.values(), key=lambda s: s.seen).digest]
        name = " ".join(one_line(name).split())[:LONGEST_NAME] or "?"
        session = Session(secrets.token_hex(4), name, role, _digest(secret), now, now, now)
        self._found[session.digest] = session
        log.info("a device is authorised: %s (%s)", session.name, role)
        self._note()
        return session, secret

    def find(self, secret: str) -> Session | None:
        """The device with this secret; by its digest, so that time tells nothing about it."""
        session = self._found.get(_digest(secret)) if secret else None
        if session is not None:
            session.seen = max(session.seen, self._wall())
            if session.seen - session.kept > SEEN_EVERY:
                session.kept = session.seen
                self._save()
        return session

    def has(self, identity: str) -> bool:
        return any(session.id == identity for session in self._found.values())

    def revoke(self, identity: str) -> bool:
        """Authorise a device no more; False when there is none of that id."""
        gone = [s for s in self._found.values() if s.id == identity]
        for session in gone:
            del self._found[session.digest]
            log.info("a device is authorised no more: %s", session.name)
        if gone:
            self._note()
        return bool(gone)

    def devices(self, own: str = "") -> list[Device]:
        """Every device, the one seen last first; ``own`` is the id of the one that asks."""
        now = self._wall()
        found = sorted(self._found.values(), key=lambda session: -session.seen)
        return [
            Device(
                *(s.id, s.name, s.role, s.made, s.seen),
                idle=round(max(0.0, now - s.seen), 1),
                current=s.id == own,
            )
            for s in found
        ]

    async def close(self) -> None:
        """Wait until what changed is written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    def _note(self) -> None:
        self._save()
        self._changed()

    def _load(self, path: Path) -> None:
        sweep(path)
        try:
            found = msgspec.json.decode(read_file(path, LARGEST), type=list[Session])
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            said = reason(error) if isinstance(error, OSError) else str(error)
            log.warning(
                tr("the paired devices can't be read: {said}; they must be paired again", said=said)
            )
            return
        oldest = self._wall() - IDLE
        self._found = {s.digest: s for s in found[:MOST] if s.seen >= oldest}

    def _save(self) -> None:
        self._dirty = self._path is not None
        if self._dirty and (self._writing is None or self._writing.done()):
            self._writing = asyncio.ensure_future(self._write())

    async def _write(self) -> None:
        while self._dirty and self._path is not None:
            self._dirty = False
            content = msgspec.json.encode(list(self._found.values()))
            try:
                await asyncio.to_thread(write_file, self._path, content)
            except OSError as error:
                log.warning(tr("the paired devices can't be kept: {reason}", reason=reason(error)))


def _digest(secret: str) -> str:
    """A secret of 256 random bits needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
