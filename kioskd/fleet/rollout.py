"""A configuration file that the fleet pushes to this kiosk: verified, checked, tried, kept or not.

Whoever may command over the broker can't push a file: only the holder of a key that this kiosk
trusts can. A file is tried in memory; it is written to the card when the kiosk has been healthy
with it for a while, and until then whatever ends the daemon leaves the earlier one in force.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from kioskd.config.fleet_file import Examined, Held
from kioskd.config.plain import one_line
from kioskd.core import messages
from kioskd.core.actor import Actor
from kioskd.core.health import complaints, worse
from kioskd.core.status import Status
from kioskd.errors import ConfigError, KioskdError, ProtocolError
from kioskd.fleet.commands import answer_to, clean
from kioskd.fleet.part import Fleet
from kioskd.fleet.push import LONGEST_LINE, MOST_LINES, FileEnvelope, FileState, Step, Verdict
from kioskd.fleet.state import FORMAT
from kioskd.fleet.trusted import Trusted, Verify, read
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

log = logging.getLogger(__name__)
STEADY = 5.0  # seconds without a new complaint, after which a file counts as healthy
LOOKING = 0.5  # seconds between two looks
COMMAND = "config"  # the last level of its topic, and of that of its state


class Files(Protocol):
    """The configuration files of this kiosk, as the daemon that runs has them."""

    @property
    def fits(self) -> bool:
        """Whether the fleet's file could be put over the kiosk's own."""

    def held(self) -> Held:
        """What is kept of the fleet's file."""

    def keep(self, new: Held) -> None:
        """Keep it on the card; raises ``OSError``."""

    def examine(self, file: str) -> Examined:
        """What it would change; raises ``ConfigError``."""

    def take(self, trial: str | None) -> None:
        """Put it in force without keeping it; None: what is kept. Raises ``ConfigError``."""


class Rollout:
    """Takes files, one push at a time."""

    def __init__(
        self,
        fleet: Fleet,
        files: Files,
        verify: Verify,
        status: Callable[[], Status],
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fleet = fleet
        self._files = files
        self._trusted = Trusted(fleet, verify, lambda: files.held().seen, wall)
        self._status = status
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._tried = 0
        self._step: Step = ""
        self._said = ""
        fleet.up.connect(self.tell)

    def stop(self) -> "list[asyncio.Task[None]]":
        """End what is under way; what is on trial is not kept."""
        if self._task is None or self._task.done():
            return []
        self._task.cancel()
        return [self._task]

    def tell(self) -> None:
        """Say which file is in force."""
        if (mqtt := self._fleet.settings) is None or mqtt.trust is None:
            return
        held = self._files.held()
        number = held.number if held.file else 0
        state = FileState(FORMAT, number, held.by, held.at, self._tried, self._step, self._said)
        topic = self._fleet.topics.of(COMMAND)
        self._fleet.say(Outgoing(topic, messages.encode(state), retain=True))

    def take(self, came: Incoming) -> None:
        """Do what came on the topic of this command, and answer."""
        if self._task is not None and not self._task.done():
            self._refuse(came, "", tr("another push is under way on this kiosk; wait for its end"))
            return
        self._task = asyncio.create_task(self._taken(came), name="fleet file")

    async def _taken(self, came: Incoming) -> None:
        request = ""
        try:
            push = read(came)
            request = push.request
            envelope = await self._trusted.opened(push, FileEnvelope)
            file = "" if envelope.mode == "withdraw" else envelope.file
            found = self._files.examine(file)
            did = tr("it fits") if found.changes else tr("it fits, and nothing would change")
            if envelope.mode != "check":
                did = await self._tried_out(envelope, file)
            self._answer(
                came,
                request,
                Verdict(
                    self._fleet.topics.kiosk,
                    COMMAND,
                    True,
                    did,
                    changes=most_lines(found.changes),
                    warnings=most_lines(found.warnings),
                    left_out=found.left_out,
                ),
            )
        except ConfigError as error:
            problems = [str(each) for each in error.problems]
            self._refuse(came, request, tr("its own check refuses it"), problems)
        except (KioskdError, OSError) as error:
            self._refuse(came, request, str(error))
        except Exception as bug:  # a push must never end the wall
            log.error(tr("mqtt: a pushed file"), exc_info=bug)
            self._refuse(came, request, f"{type(bug).__name__}: {bug}")

    async def _tried_out(self, envelope: FileEnvelope, file: str) -> str:
        """Put it in force, and keep it when the kiosk is healthy with it; what was done."""
        held = self._files.held()
        # First of all: a power cut must not let this push come a second time.
        self._files.keep(msgspec.structs.replace(held, seen=envelope.number))
        by = Actor("mqtt", clean(envelope.by))
        log.info("mqtt: the fleet's file is tried, as %s asks", by)
        before = complaints(self._status())
        self._say(envelope.number, "trying", "")
        try:
            self._files.take(file)
            if file and not self._files.fits:
                raise ProtocolError(tr("it does not fit this kiosk's own file"))
            fault = await self._watched(before, envelope.wait)
            if fault is None:
                number, now = envelope.number, messages.timestamp()
                self._files.keep(Held(number, number, file, by.name, now))
        except (KioskdError, OSError) as error:
            fault = str(error)
        except Exception as bug:  # whatever it broke, the file before is put back
            log.error(tr("mqtt: a pushed file"), exc_info=bug)
            fault = f"{type(bug).__name__}: {bug}"
        self._files.take(None)  # what is kept now: the new one, or the one before
        if fault is not None:
            self._say(envelope.number, "back", one_line(fault))
            raise ProtocolError(
                tr("not healthy with it ({fault}); the file before is in force again", fault=fault)
            )
        self._say(envelope.number, "kept", "")
        return tr("healthy with it, and keeps it") if file else tr("its own file alone is in force")

    async def _watched(self, before: dict[str, str], limit: float) -> str | None:
        """Wait until nothing has been newly wrong for a while; what is wrong otherwise."""
        end = self._clock() + limit
        since: float | None = None
        while True:
            await asyncio.sleep(LOOKING)
            fault = worse(before, complaints(self._status()))
            if not self._fleet.connected:
                fault = fault or tr("the broker is not reached")
            now = self._clock()
            if fault is not None:
                since = None
            elif since is None:
                since = now
            elif now - since >= STEADY:
                return None
            if now > end:
                return fault or tr("it does not stay healthy")

    # What is said

    def _say(self, number: int, step: Step, said: str) -> None:
        self._tried, self._step, self._said = number, step, said
        self.tell()

    def _refuse(self, came: Incoming, request: str, why: str, problems: Iterable[str] = ()) -> None:
        log.warning(tr("mqtt: a pushed file is refused: {why}", why=one_line(why)))
        kiosk, why = self._fleet.topics.kiosk, one_line(why)[:600]
        verdict = Verdict(kiosk, COMMAND, False, error=why, changes=most_lines(problems))
        self._answer(came, request, verdict)

    def _answer(self, came: Incoming, request: str, verdict: Verdict) -> None:
        said = msgspec.structs.replace(verdict, request=request, timestamp=messages.timestamp())
        self._fleet.say(answer_to(self._fleet.topics, came, said))


def most_lines(lines: Iterable[str]) -> list[str]:
    """The first of them, none too long, and how many more."""
    found = [one_line(line)[:LONGEST_LINE] for line in lines]
    more = len(found) - MOST_LINES
    return [*found[:MOST_LINES], tr("and {count} more", count=more)] if more > 0 else found
