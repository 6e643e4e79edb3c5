"""A picture of the screen over the broker: on demand, for one kiosk, and kept by nobody.

It shows every word on the wall, so that ``mqtt.screenshots`` must allow it. It is neither retained
nor said again over a later link: it shows one moment, and is large.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from kioskd.core import messages
from kioskd.core.ports import Changed
from kioskd.core.screenshot import Screenshot, Unseen
from kioskd.errors import ProtocolError
from kioskd.fleet.part import Fleet
from kioskd.fleet.topics import command
from kioskd.fleet.wire import Incoming, Outgoing
from kioskd.words import tr

log = logging.getLogger(__name__)
COMMAND = "screenshot"
APART = 5.0  # seconds at least between two pictures
# Bytes. The shipped Mosquitto takes messages of 1,000,000, and EMQX by default of 1,048,576; a
# broker that is sent a larger one ends the link.
LARGEST = 900_000
EXPIRES = 30  # seconds after which the broker delivers it no more

Done = Callable[[bool, str], None]


class Pictures:
    """``take`` takes a picture, or raises ``Unseen``; ``another`` says that pictures have another
    format from now on."""

    def __init__(
        self,
        fleet: Fleet,
        take: Callable[[], Awaitable[Screenshot]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.content_type = "image/png"  # of the last one; the compositor gives these
        self.another = Changed()
        self._fleet = fleet
        self._take = take
        self._clock = clock
        self._at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    def order(self, came: Incoming, done: Done) -> None:
        """Take one and send it; ``done`` hears what became of it. Raises ``ProtocolError``."""
        settings, topics = self._fleet.settings, self._fleet.topics
        if settings is None or not settings.screenshots:
            raise ProtocolError(tr("mqtt.screenshots is not true in the kiosk's own file"))
        if came.topic != command(topics.kiosk, COMMAND):
            raise ProtocolError(
                tr("a picture can be asked of one kiosk only, not of a group or all")
            )
        under_way = self._task is not None and not self._task.done()
        if under_way or self._clock() - self._at < APART:
            raise ProtocolError(
                tr("there is at most one picture in {seconds:.0f} s; ask again", seconds=APART)
            )
        self._at = self._clock()
        self._task = asyncio.create_task(self._send(done), name="mqtt picture")

    def stop(self) -> "list[asyncio.Task[None]]":
        """End what is under way."""
        if self._task is None or self._task.done():
            return []
        self._task.cancel()
        return [self._task]

    async def _send(self, done: Done) -> None:
        try:
            picture = await self._take()
        except Unseen as error:
            done(False, str(error))
            return
        except Exception as bug:  # a picture must never end the wall
            log.error(tr("mqtt: a picture of the screen"), exc_info=bug)
            done(False, f"{type(bug).__name__}: {bug}")
            return
        size = len(picture.image)
        if size > LARGEST:
            said = tr(
                "the picture has {size} kB, and {most} go over the broker; kioskd screenshot or "
                "GET /api/screenshot gives it",
                size=size // 1000,
                most=LARGEST // 1000,
            )
            done(False, said)
            return
        if picture.content_type != self.content_type:
            self.content_type = picture.content_type
            self.another()
        topic = self._fleet.topics.of(COMMAND)
        self._fleet.say(Outgoing(topic, picture.image, expires=EXPIRES, fleeting=True))
        whole = tr("the whole screen") if picture.of == "screen" else tr("the page alone")
        at = messages.timestamp(time.time() - picture.taken)
        said = tr(
            "a picture ({what}), taken {at}, {size} kB, is on {topic}",
            what=whole,
            at=at,
            size=size // 1000 + 1,
            topic=topic,
        )
        done(True, said)
