"""The link to the broker: one loop that keeps it, what waits to be said, and who listens.

What is said while the broker is away waits: of each topic the newest. Nobody waits for the broker.
"""

import asyncio
import contextlib
import itertools
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence

import aiomqtt
from aiomqtt import ProtocolVersion
from msgspec import Struct, field
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from kioskd.config import Mqtt
from kioskd.core.faults import Fault
from kioskd.core.link_log import LinkLog
from kioskd.core.links import LinkState
from kioskd.core.pause import hurried
from kioskd.core.retries import Retries
from kioskd.fleet import connection
from kioskd.fleet.reasons import (
    OLD_PROTOCOL,
    LinkError,
    lost,
    no_network,
    reason_code,
    unreached,
)
from kioskd.fleet.topics import OFFLINE, ONLINE, Topics
from kioskd.fleet.wire import Incoming, Outgoing, Take
from kioskd.words import tr

log = logging.getLogger(__name__)
MOST_EVENTS = 200  # that wait for a broker that is away; beyond it the oldest go
ECHO = 5.0  # seconds for our own word to come back
REFUSED = range(0x80, 0x100)  # reason codes, and 3.1.1's one code, of a subscription
GOODBYE = 1.0  # seconds, of the 5 that a stop may take
TWIN = 600.0  # seconds after which a twin that threw us out is forgotten


class LinkView(Struct):
    """The link as it is shown; ``protocol`` is empty until it stood once."""

    place: str
    user: str
    state: LinkState = "connecting"
    fault: Fault | None = None
    protocol: str = ""
    since: float = field(default_factory=time.monotonic)


class Link:
    """``changed`` is called when what ``view`` shows has changed, ``up`` when the link stands anew.

    ``kiosk`` is the id as a level of topics; ``name`` is the client id. One that is an ``observer``
    has no availability and no echo of its own.
    """

    def __init__(
        self,
        settings: Mqtt,
        kiosk: str,
        name: str,
        changed: Callable[[], None],
        up: Callable[[], None],
        has_network: Callable[[], bool] = lambda: True,
        observer: bool = False,
    ) -> None:
        user = settings.auth.user if settings.auth else ""
        self.topics = Topics(kiosk)
        self.view = LinkView(connection.place(settings), user or kiosk)
        self.hurry = asyncio.Event()
        self._settings = settings
        self._name = name
        self._changed = changed
        self._up = up
        self._has_network = has_network
        self._observer = observer
        self._protocol = ProtocolVersion.V5
        self._client: connection.Client | None = None
        self._waiting: dict[str, Outgoing] = {}
        self._wake = asyncio.Event()
        self._numbers = itertools.count()
        self._listeners: dict[str, Take] = {}
        self._asked: set[str] = set()
        self._denied: dict[str, None] = {}
        self._thrown_out = float("-inf")
        self._word, self._claimed = uuid.uuid4().hex.encode(), False
        self.proved = False
        """Our own word came back: we may speak and hear below our own id."""

    # What is said and heard

    def say(self, message: Outgoing) -> None:
        """Send it soon; of a retained topic only the newest."""
        if message.retain or message.fleeting:
            self._waiting.pop(message.topic, None)
            self._waiting[message.topic] = message
        else:
            self._waiting[f"event {next(self._numbers)}"] = message
            events = [key for key in self._waiting if key.startswith("event ")]
            for key in events[:-MOST_EVENTS]:
                del self._waiting[key]
        self._wake.set()

    def listen(self, topic: str, take: Take) -> None:
        """Hand what comes on this filter to ``take``, from now on; no two may overlap.

        It hears what the broker keeps, too, whoever listened before.
        """
        self._listeners[topic] = take
        self._asked.discard(topic)
        self._wake.set()

    def ignore(self, topic: str) -> None:
        """Listen to this filter no more."""
        self._listeners.pop(topic, None)
        self._wake.set()

    # The loop

    async def run(self) -> None:
        """Keep the link, for ever."""
        clock = asyncio.get_running_loop().time
        diary, retries = LinkLog(f"mqtt {self.view.place}", clock), Retries()
        while True:
            self.hurry.clear()
            stood: float | None = None
            self._show("connecting", None)
            try:
                client = await self._connect()
                stood = clock()
                diary.connected()
                await self._stay(client)
                error = LinkError("mqtt_lost", place=self.view.place, detail=tr("ended the link"))
            except LinkError as found:
                error = found
            except Exception as bug:  # the broker must never darken the wall
                diary.bug(bug)
                said = f"{type(bug).__name__}: {bug}"
                error = LinkError("internal", detail=said)
            held = 0.0 if stood is None else clock() - stood
            error = self._twin(error, stood is not None)
            slowly = error.refused or error.fault.code == "mqtt_twin"
            wait = retries.wait(held, slowly, unplugged=not self._has_network())
            self._show("refused" if error.refused else "offline", error.fault)
            diary.lost(error.fault, held, wait)
            if await hurried(self.hurry, wait):
                retries.hurried()

    async def _connect(self) -> connection.Client:
        user, will = self.view.user, None if self._observer else self.topics.availability
        for again in (True, False):
            made = connection.client(self._settings, user, self._name, self._protocol, will)
            try:
                await connection.connect(made)
                return made
            except (aiomqtt.MqttError, OSError, TimeoutError) as error:
                old = reason_code(error) == OLD_PROTOCOL or isinstance(
                    error, connection.HungUpError
                )
                if old and again:  # a broker that knows 3.1.1 only says so, or hangs up
                    newer = self._protocol == ProtocolVersion.V5
                    self._protocol = ProtocolVersion.V311 if newer else ProtocolVersion.V5
                    continue
                self._protocol = ProtocolVersion.V5  # neither: it was not the protocol's fault
                if not self._has_network():
                    raise no_network(self.view.place) from None
                raise unreached(error, self.view.place, user) from None
        raise AssertionError

    async def _stay(self, client: connection.Client) -> None:
        """Speak and listen until the link is lost, which ``LinkError`` says."""
        newer = self._protocol == ProtocolVersion.V5
        self.view.protocol = "5" if newer else "3.1.1"
        self._client, self._denied, self.proved = client, {}, False
        self._asked.clear()
        self._waiting = {key: each for key, each in self._waiting.items() if not each.fleeting}
        if not self._observer:
            self.say(Outgoing(self.topics.availability, ONLINE, retain=True))
        self._show("connected", self._trouble())
        self._up()
        hearing = asyncio.create_task(self._hear(client), name="mqtt hear")
        speaking = asyncio.create_task(self._speak(client), name="mqtt speak")
        tasks: list[asyncio.Task[None]] = [hearing, speaking]
        if not self._observer:
            tasks.append(asyncio.create_task(self._prove(client), name="mqtt echo"))
        try:
            await asyncio.wait([hearing, speaking], return_when=asyncio.FIRST_COMPLETED)
            broken = next(task for task in (hearing, speaking) if task.done())
            if hearing.done():
                broken = hearing
            error = broken.exception() or aiomqtt.MqttError("ended")
            if not isinstance(error, aiomqtt.MqttError):
                raise error
            raise lost(error, self.view.place, self.view.user, connection.KEEPALIVE) from None
        except asyncio.CancelledError:
            await _end(tasks)  # what still waits must not come after the goodbye
            if not await self._say_goodbye(client):
                connection.hang_up(client)  # then the broker says it, by the will
            raise
        finally:
            self._client = None
            await _end(tasks)
            await connection.disconnect(client, GOODBYE)

    async def _say_goodbye(self, client: connection.Client) -> bool:
        """A clean end has no last will: say it ourselves. False: the broker did not take it."""
        if self._observer:
            return True
        try:
            async with asyncio.timeout(GOODBYE):
                await client.publish(self.topics.availability, OFFLINE, qos=1, retain=True)
        except (aiomqtt.MqttError, TimeoutError):
            return False
        return True

    async def _hear(self, client: connection.Client) -> None:
        async for message in client.messages:
            came = _incoming(message)
            for topic, take in list(self._listeners.items()):
                if message.topic.matches(topic):
                    try:
                        take(came)
                    except Exception as bug:  # one message must not end the link
                        log.error(tr("mqtt: a message on {topic}", topic=came.topic), exc_info=bug)

    async def _speak(self, client: connection.Client) -> None:
        while True:
            self._wake.clear()
            await self._subscribe(client)
            while self._waiting:
                await self._subscribe(client)  # who asks wants to hear the answer
                key, message = next(iter(self._waiting.items()))
                client.refusal = None
                await client.publish(
                    message.topic,
                    message.payload,
                    qos=1,
                    retain=message.retain,
                    properties=self._properties(message),
                )
                if client.refusal is not None:
                    self._deny(message.topic)
                if self._waiting.get(key) is message:
                    del self._waiting[key]
            await self._wake.wait()

    async def _subscribe(self, client: connection.Client) -> None:
        for topic in self._asked - set(self._listeners):
            self._asked.discard(topic)
            await client.unsubscribe(topic)
        for topic in [each for each in self._listeners if each not in self._asked]:
            self._asked.add(topic)
            codes = await client.subscribe(topic, qos=1)
            if any(getattr(code, "value", code) in REFUSED for code in codes):
                self._deny(topic)

    async def _prove(self, client: connection.Client) -> None:
        """See that we may speak below our own id and hear there: an old broker says neither.

        That comes late from a broker to which a thousand kiosks come back at once. The word is this
        run's own, and retained: where we find another one in its place, somebody has come as us
        after us.
        """
        heard, before = asyncio.Event(), self._claimed

        def take(came: Incoming) -> None:
            if came.payload != self._word and before:
                self._thrown_out = time.monotonic()
                self._show("connected", self._trouble())
            elif came.payload == self._word and not came.retain:
                heard.set()

        topic, own = self.topics.instance, self.topics.of("#")
        self.listen(topic, take)
        self.say(Outgoing(topic, self._word, retain=True))
        while not heard.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ECHO):
                    await heard.wait()
                break
            if self._client is client and not self._waiting:
                self._deny(own)
                await heard.wait()
        self._allow(own)
        self.proved = self._claimed = True
        self.ignore(topic)

    def _properties(self, message: Outgoing) -> Properties | None:
        if self._protocol != ProtocolVersion.V5:
            return None
        if (message.answer, message.correlation, message.expires) == (None, None, None):
            return None
        found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        if message.answer is not None:
            found.ResponseTopic = message.answer
        if message.correlation is not None:
            found.CorrelationData = message.correlation
        if message.expires is not None:
            found.MessageExpiryInterval = message.expires
        return found

    # What is shown

    def _twin(self, error: LinkError, stood: bool) -> LinkError:
        """Whether it was a twin that threw us out."""
        if error.fault.code == "mqtt_twin":  # the broker said so itself
            self._thrown_out = time.monotonic()
        if stood and time.monotonic() - self._thrown_out < TWIN:
            return LinkError("mqtt_twin", place=self.view.place, user=self.view.user)
        return error

    def _deny(self, topic: str) -> None:
        if topic not in self._denied:
            self._denied[topic] = None
            self._show("connected", self._trouble())

    def _allow(self, topic: str) -> None:
        if topic in self._denied:
            del self._denied[topic]
            self._show("connected", self._trouble())

    def _trouble(self) -> Fault | None:
        """What is wrong with a link that stands."""
        place, user = self.view.place, self.view.user
        if self._denied:
            topics = _some(self._denied)
            return Fault("mqtt_denied", {"place": place, "user": user, "topics": topics})
        if time.monotonic() - self._thrown_out < TWIN:
            return Fault("mqtt_twin", {"place": place, "user": user})
        return None

    def tick(self) -> None:
        """Now and then: a twin that is gone is a fault no more."""
        if self.view.state == "connected":
            self._show("connected", self._trouble())

    def _show(self, state: LinkState, fault: Fault | None) -> None:
        """A link that was lost stays so until it stands: that it is tried is no news."""
        view = self.view
        if state == "connecting" and view.state in ("offline", "refused"):
            return
        if (view.state, view.fault) == (state, fault):
            return
        if view.state != state:
            view.since = time.monotonic()
        view.state, view.fault = state, fault
        self._changed()


async def _end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel them until they end: ``wait_for`` of Python 3.11 may swallow one."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=0.1)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # whoever waited for it has heard it


def _incoming(message: aiomqtt.Message) -> Incoming:
    payload = message.payload
    found = message.properties
    return Incoming(
        str(message.topic),
        payload if isinstance(payload, bytes) else str(payload or "").encode(),
        message.retain,
        getattr(found, "ResponseTopic", None),
        getattr(found, "CorrelationData", None),
        getattr(found, "MessageExpiryInterval", None),
    )


def _some(topics: Iterable[str]) -> str:
    """The first of them, and how many more."""
    first, *others = topics
    return f"{first} and {len(others)} more" if others else first
