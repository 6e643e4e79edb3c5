"""What whoever commands does over the broker: see every kiosk, give an order, collect answers."""

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncIterator

import msgspec

from kioskd.config import Mqtt
from kioskd.core.faults import Fault
from kioskd.core.fleet_status import Seen
from kioskd.errors import KioskdError
from kioskd.fleet.census import FILTERS, Census
from kioskd.fleet.link import Link
from kioskd.fleet.push import Verdict
from kioskd.fleet.topics import ROOT, Topics, command
from kioskd.fleet.wire import Incoming, Outgoing, Take
from kioskd.words import tr

PATIENCE = 20.0  # seconds for the link, and between two things that are retained
LONGEST = 180.0  # seconds for all of them: those of 10,000 kiosks need 15 s and more
EXPIRES = 30  # seconds; who is away does not do it later


class Operator:
    """A link that stands, and what it knows of the kiosks."""

    def __init__(self, settings: Mqtt, user: str) -> None:
        self.census = Census()
        self._answers: dict[str, dict[str, Verdict]] = {}
        self._news = asyncio.Event()
        name = f"kioskd-fleet-{uuid.uuid4().hex[:12]}"
        self._link = Link(settings, user, name, self._news.set, lambda: None, observer=True)
        self._all_told = False
        for topic in FILTERS:
            self._link.listen(topic, self._take)
        self._link.listen(f"{ROOT}/+/result", self._answered)
        # It comes back after all that is retained: the broker keeps the order.
        self._fence = Topics(user).of("fence")
        self._link.listen(self._fence, self._fenced)
        self._link.say(Outgoing(self._fence, uuid.uuid4().bytes))

    async def run(self) -> None:
        await self._link.run()

    async def ready(self) -> None:
        """Wait until everything that is retained is here; ``KioskdError`` says why it is not."""
        end = time.monotonic() + LONGEST
        while not self._all_told:
            if (fault := self._link.view.fault) is not None:
                raise KioskdError(str(fault))
            until = min(end, time.monotonic() + PATIENCE)
            await self._wait(
                until, tr("the broker doesn't tell what it keeps; has this user rights?")
            )

    async def told_anew(self) -> None:
        """Wait until what is retained for whom ``hear`` was given since is here, too."""
        self._all_told = False
        self._link.say(Outgoing(self._fence, uuid.uuid4().bytes))
        await self.ready()

    @property
    def ready_now(self) -> bool:
        """Whether everything that is retained is here."""
        return self._all_told

    @property
    def fault(self) -> Fault | None:
        """What is wrong with the link."""
        return self._link.view.fault

    async def order(
        self,
        to: str,
        name: str,
        fields: dict[str, object],
        of: list[Seen],
        patience: float = PATIENCE / 2,
    ) -> dict[str, Verdict]:
        """Give a command, and wait for the answers of these kiosks for so many seconds."""
        request = uuid.uuid4().hex
        answers = self._answers[request] = {}
        try:
            payload = msgspec.json.encode({**fields, "request": request})
            self._link.say(Outgoing(command(to, name), payload, expires=EXPIRES))
            awaited = {seen.kiosk for seen in of if seen.online}
            until = time.monotonic() + patience
            with contextlib.suppress(KioskdError):
                while not awaited <= set(answers) and self.fault is None:
                    await self._wait(until, "")
            if (fault := self.fault) is not None:
                raise KioskdError(str(fault))
            return answers
        finally:
            del self._answers[request]

    def hear(self, topic: str, take: Take) -> None:
        """Hand what comes on this filter to ``take``, too."""

        def taken(came: Incoming) -> None:
            take(came)
            self._news.set()

        self._link.listen(topic, taken)

    async def news(self) -> None:
        """Wait until something is new."""
        self._news.clear()
        await self._news.wait()

    async def any_news(self, seconds: float) -> None:
        """Wait until something is new, or so many seconds."""
        with contextlib.suppress(KioskdError):
            await self._wait(time.monotonic() + seconds, "")

    async def _wait(self, until: float, else_say: str) -> None:
        self._news.clear()
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                await self._news.wait()
        except TimeoutError:
            raise KioskdError(else_say) from None

    def _take(self, came: Incoming) -> None:
        self.census.take(came)
        self._news.set()

    def _fenced(self, came: Incoming) -> None:
        self._all_told = True
        self._news.set()

    def _answered(self, came: Incoming) -> None:
        with contextlib.suppress(msgspec.MsgspecError, RecursionError, UnicodeError):
            answer = msgspec.json.decode(came.payload, type=Verdict)
            # A kiosk speaks for itself only: the broker holds it to its topic, not to its words.
            if (asked := self._answers.get(answer.request)) is not None:
                asked[came.topic.split("/")[1]] = answer
                self._news.set()


@contextlib.asynccontextmanager
async def operator(settings: Mqtt, user: str) -> AsyncIterator[Operator]:
    """One that has heard all that is retained."""
    made = Operator(settings, user)
    task = asyncio.create_task(made.run())
    try:
        await made.ready()
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
