"""A package that the fleet pushes to this kiosk: fetched, and handed to root's own unit.

Two keys must have signed: the fleet's says which kiosk takes it up and when, and the release's,
which root verifies by itself, that it is kioskd. The update's own way back is used as it is.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

import msgspec

from kioskd import __version__
from kioskd.config.fleet_file import Held
from kioskd.config.plain import one_line
from kioskd.core import messages
from kioskd.errors import KioskdError, ProtocolError
from kioskd.fleet.commands import answer_to
from kioskd.fleet.part import Fleet
from kioskd.fleet.push import PackageEnvelope, Step, UpdateState, Verdict
from kioskd.fleet.state import FORMAT
from kioskd.fleet.trusted import Trusted, Verify, read
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

log = logging.getLogger(__name__)
COMMAND = "update"  # the last level of its topic, and of that of its state
ENABLE = "sudo systemctl enable --now kioskd-fleet-update.path"


class Box(Protocol):
    """Where a package waits for root."""

    def enabled(self) -> bool: ...
    def fetch(self, url: str, size: int, sha256: str, ca_file: str | None) -> None:
        """Fetch it and its signature; raises ``KioskdError``. It waits."""

    def give(self, number: int, version: str) -> None:
        """Let root have it; raises ``OSError``."""

    def handed(self) -> int:
        """The number of the push that was handed over last; 0: none."""

    def result(self) -> tuple[bool, str] | None:
        """What became of it; None: nothing yet."""


class Files(Protocol):
    """Where the highest number that was taken up is kept."""

    def held(self) -> Held: ...
    def keep(self, new: Held) -> None: ...


class Updates:
    """Takes packages, one push at a time."""

    def __init__(
        self,
        fleet: Fleet,
        files: Files,
        box: Box,
        verify: Verify,
        version: Callable[[], str] = lambda: __version__,
    ) -> None:
        self._fleet = fleet
        self._files = files
        self._box = box
        self._version = version
        self._trusted = Trusted(fleet, verify, lambda: files.held().seen)
        self._task: asyncio.Task[None] | None = None
        self._told: UpdateState | None = None
        self._fetching: tuple[int, Step, str] | None = None
        fleet.up.connect(self._tell_anew)

    def stop(self) -> "list[asyncio.Task[None]]":
        """End what is under way."""
        if self._task is None or self._task.done():
            return []
        self._task.cancel()
        return [self._task]

    def tick(self) -> None:
        """Once a second: what became of it, where there is news."""
        mqtt = self._fleet.settings
        if mqtt is None or mqtt.trust is None or not self._fleet.connected:
            return
        number, step, said = self._fetching or self._handed()
        state = UpdateState(FORMAT, self._version(), number, step, said)
        if state != self._told:
            self._told = state
            topic = self._fleet.topics.of(COMMAND)
            self._fleet.say(Outgoing(topic, messages.encode(state), retain=True))

    def _handed(self) -> tuple[int, Step, str]:
        number = self._box.handed()
        if number == 0:
            return 0, "", ""
        if (result := self._box.result()) is None:
            return number, "trying", ""
        installed, said = result
        return number, "kept" if installed else "back", one_line(said)[:600]

    def _tell_anew(self) -> None:
        self._told = None
        self.tick()

    def take(self, came: Incoming) -> None:
        """Do what came on the topic of this command; its state tells the end."""
        if self._task is not None and not self._task.done():
            self._answer(
                came, "", tr("another update is under way on this kiosk; wait for its end")
            )
            return
        self._task = asyncio.create_task(self._taken(came), name="fleet update")

    async def _taken(self, came: Incoming) -> None:
        request = ""
        try:
            push = read(came)
            request = push.request
            envelope = await self._trusted.opened(push, PackageEnvelope)
            self._may(envelope)
            if envelope.mode == "check":
                did = tr(
                    "has {version}, and would get {wanted}",
                    version=self._version(),
                    wanted=envelope.version,
                )
                self._answer(came, request, did=did)
            else:
                await self._handed_over(envelope)
        except (KioskdError, OSError) as error:
            self._answer(came, request, str(error))
        except Exception as bug:  # a push must never end the wall
            log.error(tr("mqtt: a pushed package"), exc_info=bug)
            self._answer(came, request, f"{type(bug).__name__}: {bug}")

    def _may(self, envelope: PackageEnvelope) -> None:
        if not self._box.enabled():
            raise ProtocolError(
                tr("nobody let the fleet update this kiosk: {command}", command=ENABLE)
            )
        if envelope.version == self._version():
            raise ProtocolError(tr("{version} runs here already", version=envelope.version))

    async def _handed_over(self, envelope: PackageEnvelope) -> None:
        mqtt, number = self._fleet.settings, envelope.number
        held = self._files.held()
        # First of all: a power cut must not let this push come a second time.
        self._files.keep(msgspec.structs.replace(held, seen=number))
        log.info("mqtt: kioskd %s is fetched, as mqtt %s asks", envelope.version, envelope.by)
        self._fetching = (number, "trying", "")
        self.tick()
        try:
            ca_file = None if mqtt is None else mqtt.ca_file
            await asyncio.to_thread(
                self._box.fetch, envelope.url, envelope.size, envelope.sha256, ca_file
            )
            self._box.give(number, envelope.version)
            self._fetching = None
        except (KioskdError, OSError) as error:
            self._fetching = (number, "back", one_line(str(error))[:600])
            raise
        finally:
            self.tick()

    def _answer(self, came: Incoming, request: str, why: str = "", did: str = "") -> None:
        if why:
            log.warning(tr("mqtt: a pushed package is refused: {why}", why=one_line(why)))
        verdict = Verdict(
            self._fleet.topics.kiosk,
            COMMAND,
            not why,
            did,
            one_line(why)[:600],
            request,
            messages.timestamp(),
        )
        self._fleet.say(answer_to(self._fleet.topics, came, verdict))
