"""Whether what was pushed is of somebody this kiosk trusts, meant for it, and new."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

from kioskd.config.plain import one_line
from kioskd.core.alert_entry import CLOCK_STARTS
from kioskd.core.summary import span
from kioskd.errors import KioskdError, ProtocolError
from kioskd.fleet.commands import clean
from kioskd.fleet.part import Fleet
from kioskd.fleet.push import AHEAD, LARGEST, LASTS, Envelope, Push
from kioskd.fleet.wire import Incoming
from kioskd.words import tr

T = TypeVar("T")
E = TypeVar("E", bound=Envelope)
Verify = Callable[[bytes, str, str], None]
"""Content, signature and the file of a key; raises ``KioskdError`` for what that key has not
signed. It waits."""


class Trusted:
    """``seen`` gives the highest number that was taken up."""

    def __init__(
        self,
        fleet: Fleet,
        verify: Verify,
        seen: Callable[[], int],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._fleet = fleet
        self._verify = verify
        self._seen = seen
        self._wall = wall

    async def opened(self, push: Push, kind: type[E]) -> E:
        """What is pushed; ``ProtocolError`` says why it is not taken."""
        mqtt = self._fleet.settings
        trust = None if mqtt is None else mqtt.trust
        if mqtt is None or trust is None:
            raise ProtocolError(tr("this kiosk takes no push: its own file has no mqtt.trust"))
        try:
            await asyncio.to_thread(self._verify, push.envelope, push.signature, trust)
        except KioskdError as error:
            said = tr("it is not what the key in {key} has signed ({why})", key=trust, why=error)
            raise ProtocolError(said) from None
        envelope = _decoded(push.envelope, kind)
        ours = (self._fleet.topics.kiosk, "all", *(f"group/{group}" for group in mqtt.groups))
        if envelope.to not in ours:
            raise ProtocolError(
                tr("it was signed for {to}, which this kiosk is not", to=clean(envelope.to))
            )
        now, signed = self._wall(), envelope.number / 1000
        if now < CLOCK_STARTS:
            raise ProtocolError(tr("the kiosk's clock is not set yet: nobody knows how old it is"))
        if not signed - AHEAD <= now <= signed + LASTS:
            raise ProtocolError(
                tr(
                    "it was signed {when}; it is taken up within an hour: push it again, and see "
                    "whether both clocks are right",
                    when=_apart(now - signed),
                )
            )
        if envelope.number <= self._seen():
            raise ProtocolError(tr("this push, or a newer one, was here already"))
        return envelope


def read(came: Incoming) -> Push:
    """What came, not yet trusted; raises ``ProtocolError``."""
    if came.retain:
        raise ProtocolError(tr("it is retained: nobody knows how old it is"))
    if len(came.payload) > LARGEST:
        raise ProtocolError(tr("it is larger than {most} bytes", most=LARGEST))
    return _decoded(came.payload, Push)


def _decoded(content: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise ProtocolError(one_line(str(error))[:200]) from None


def _apart(seconds: float) -> str:
    return (
        tr("{age} ago", age=span(seconds))
        if seconds >= 0
        else tr("{span} from now", span=span(-seconds))
    )
