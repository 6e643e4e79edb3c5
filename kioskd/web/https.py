"""HTTPS for other machines: which certificate is in force, until when, and what is wrong with it.

Files are read again when they change; a pair that can't be used leaves the earlier one in force.
"""

import asyncio
import logging
import os
import ssl
import time
from collections.abc import Callable
from pathlib import Path

from kioskd.config import Server
from kioskd.config.certificate import Pair, read_pair
from kioskd.config.files import reason
from kioskd.core.alert_entry import CLOCK_STARTS
from kioskd.core.status import CertificateStatus
from kioskd.web import self_signed
from kioskd.words import tr

log = logging.getLogger(__name__)
LOOK = 5.0  # seconds between two looks at the files
WARNED = 14 * 86400.0  # seconds before the end
Say = Callable[[str | None, str, str], None]


class Https:
    """``folder`` is where a certificate of its own is kept (None: nowhere), ``addresses`` gives
    those of this machine, ``name`` what else the network calls it; ``say`` shows what is wrong,
    with its code and what it is about.
    """

    def __init__(
        self,
        settings: Server,
        folder: Path | None,
        say: Say,
        addresses: Callable[[], list[str]],
        name: Callable[[], str | None] = lambda: None,
        wall: Callable[[], float] = time.time,
        look: float = LOOK,
    ) -> None:
        self._settings = settings
        self._file = folder / self_signed.FILE if folder else None
        self._say, self._addresses, self._wall, self._every = say, addresses, wall, look
        self._name = name
        self._pair: Pair | None = None
        self._wrong: tuple[str, str] | None = None  # what is wrong with the files, and its code
        self._taken: object = None
        self._seen: object = None
        self._hurry = asyncio.Event()

    def configure(self, settings: Server) -> None:
        """Take other settings, and look at the files now."""
        before, self._settings = self._settings, settings
        if (before.https, before.certificate) != (settings.https, settings.certificate):
            self._pair = self._wrong = None
        self._taken = None
        self._hurry.set()

    def context(self, address: str) -> ssl.SSLContext | None:
        """What a connection from an address is encrypted with; None: plain HTTP only."""
        return self._pair.context if self._pair and address else None

    def status(self) -> CertificateStatus | None:
        """The certificate in force; None: there is none."""
        if (found := self._pair) is None:
            return None
        return CertificateStatus(found.fingerprint, found.expires, self._settings.https is not None)

    async def follow(self) -> None:
        """Look at the files, again and again; until cancelled."""
        while True:
            self._hurry.clear()
            await self.look()
            try:
                async with asyncio.timeout(self._every):
                    await self._hurry.wait()
            except TimeoutError:
                pass

    async def look(self) -> None:
        """Take what is there now, and say what is wrong with it."""
        settings = self._settings
        if settings.encrypted:
            find = self._own if settings.https else self._given
            wrong, found = await asyncio.to_thread(find, settings)
            if settings is not self._settings:
                return  # configured meanwhile: the next look is at hand
            self._wrong = wrong
            self._take(found)
        self._say(*self._fault())

    def _take(self, found: Pair | None) -> None:
        if found is None or found is self._pair:
            return
        before, now = self._pair, self._wall()
        if before is not None and found.expires <= now < before.expires:
            self._wrong = (
                tr("the new certificate expired on {day}", day=_day(found.expires)),
                "https_files",
            )
            return
        self._pair = found
        log.info(
            "HTTPS: the certificate %s is in force, until %s",
            found.fingerprint,
            _day(found.expires),
        )

    # In a thread: what is wrong with the files, and the pair that is there; None: no other one.

    def _given(self, settings: Server) -> tuple[tuple[str, str] | None, Pair | None]:
        certificate, key = str(settings.certificate), str(settings.key)
        there = _signature(certificate), _signature(key)
        if there == self._taken:
            return self._wrong, None
        if self._pair is not None and there != self._seen:
            self._seen = there  # somebody may still be writing: take it at the next look
            return self._wrong, None
        try:
            found = read_pair(certificate, key)
        except OSError as error:
            return (str(error.strerror), "https_files"), None
        self._taken = there
        return None, found

    def _own(self, settings: Server) -> tuple[tuple[str, str] | None, Pair | None]:
        also = [*settings.allowed_hosts, *([given] if (given := self._name()) else [])]
        names = self_signed.own_names(also, self._addresses())
        found = self._pair or (self_signed.kept(self._file) if self._file else None)
        if found is not None and self_signed.good(found, names, self._wall()):
            return self._wrong, found
        try:
            found, content = self_signed.make(names)
        except OSError as error:
            return (tr("no certificate can be made: {why}", why=reason(error)), "https_own"), found
        if self._file is not None:
            try:
                self_signed.keep(self._file, content)
            except OSError as error:
                said = tr(
                    "the certificate can't be kept in {file}: {why}",
                    file=self._file,
                    why=reason(error),
                )
                return (
                    tr("{said}; after a restart phones ask about a new one", said=said),
                    "https_own",
                ), found
        return None, found

    def _fault(self) -> tuple[str | None, str, str]:
        settings, found, now = self._settings, self._pair, self._wall()
        if not settings.encrypted:
            return None, "", ""
        if self._wrong is not None:
            said, code = self._wrong
            still = (
                tr("the earlier one stays in force") if found else tr("no other machine gets in")
            )
            return (said if code == "https_own" and found else f"{said}; {still}"), code, said
        if found is None or now < CLOCK_STARTS:
            return None, "", ""
        day = _day(found.expires)
        if found.expires <= now:
            said = tr("browsers and programs no longer trust it: renew it")
            return (
                tr("the certificate expired on {day}; {said}", day=day, said=said),
                "https_expired",
                day,
            )
        if found.expires - now < WARNED:
            return (
                tr("the certificate ends on {day}: renew it before", day=day),
                "https_expires",
                day,
            )
        return None, "", ""


def _signature(file: str) -> object:
    """Turns when a file is written, replaced, or its permissions change."""
    try:
        found = os.stat(file)
    except (OSError, ValueError) as error:
        return str(error)
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
