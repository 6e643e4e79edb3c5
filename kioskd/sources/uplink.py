"""What goes up a source's own link: an acknowledgement, and what the server answers to it.

Nothing is tried again here: ``Outage`` means later, ``Refusal`` means never.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol

from kioskd.core.messages import decode, encode
from kioskd.core.outgoing import UpstreamAcknowledge
from kioskd.errors import ProtocolError
from kioskd.sources.outage import Outage, Refusal
from kioskd.words import tr

ARRIVES = 10.0  # seconds for a pong: until then the message may be lost with its link
LONGEST = 10_000  # bytes of an answer
ANSWERS = 3.0  # seconds more for a word of the server's own; many have none


class Socket(Protocol):
    """The link; aiohttp's WebSocket is one."""

    def send_str(self, data: str) -> Awaitable[None]: ...
    def ping(self, message: bytes) -> Awaitable[None]: ...


class _Told:
    """One message on its way; ``answered`` holds why the server refused it, empty: it took it."""

    def __init__(self, identity: str) -> None:
        loop = asyncio.get_running_loop()
        self.identity = identity
        self.arrived: asyncio.Future[None] = loop.create_future()
        self.answered: asyncio.Future[str] = loop.create_future()


class Uplink:
    """One for each source, over all its links."""

    def __init__(self) -> None:
        self.next_link = asyncio.Event()
        """Set when the next link stands, and then another one."""
        self._socket: Socket | None = None
        self._number = 0
        self._told: dict[int, _Told] = {}

    def stands(self, socket: Socket) -> None:
        self._socket = socket
        self.next_link.set()
        self.next_link = asyncio.Event()

    def fell(self, socket: Socket) -> None:
        """That link is lost, and with it what was not answered."""
        if socket is not self._socket:
            return  # the next one stands already
        self._socket = None
        for told in self._told.values():
            if not told.answered.done():
                told.answered.cancel()

    def pong(self, payload: Any) -> None:
        """The server has got everything that was sent before this ping."""
        text = bytes(payload)
        if text.isdigit() and (told := self._told.get(int(text))) and not told.arrived.done():
            told.arrived.set_result(None)

    def hear(self, frame: bytes) -> None:
        """A message that is none of the helpdesk's: it may be an answer."""
        if not self._told or len(frame) > LONGEST:
            return
        try:
            message = decode(frame)
        except ProtocolError:
            return
        for told in self._told.values():
            if str(message.get("id")) != told.identity or told.answered.done():
                continue
            if message["type"] == "acknowledged":
                told.answered.set_result("")
            elif message["type"] == "error":
                told.answered.set_result(str(message.get("message") or tr("no reason given"))[:150])

    async def tell(self, name: str, message: UpstreamAcknowledge) -> None:
        """Return when the server of the source ``name`` has it."""
        if (socket := self._socket) is None:
            raise Outage("lost", place=name, detail=tr("is not connected now"))
        self._number += 1
        number, told = self._number, _Told(message.id)
        self._told[number] = told
        try:
            async with asyncio.timeout(ARRIVES):
                await socket.send_str(encode(message).decode())
                await socket.ping(str(number).encode())
                await asyncio.wait(
                    (told.arrived, told.answered), return_when=asyncio.FIRST_COMPLETED
                )
            await asyncio.wait([told.answered], timeout=ANSWERS)
        except TimeoutError:
            pass  # nothing came back: it is judged below
        except OSError:  # aiohttp's ClientConnectionResetError is one
            told.answered.cancel()
        finally:
            del self._told[number]
        if told.answered.cancelled():
            raise Outage("lost", place=name, detail=tr("hung up before it was told"))
        if not (told.answered.done() or told.arrived.done()):
            raise Outage("went_silent", place=name)
        # Without a word of its own the server has it all the same: it answered the ping.
        if told.answered.done() and (why := told.answered.result()):
            raise Refusal("ack_refused", place=name, detail=why)
