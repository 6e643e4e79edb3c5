"""What goes up a link: when it counts as told, on links that are played as they break."""

import asyncio
import json
from typing import Self

import pytest
from aiohttp import ClientConnectionResetError

from kioskd.core.outgoing import UpstreamAcknowledge
from kioskd.sources import uplink as module
from kioskd.sources.outage import Outage, Refusal
from kioskd.sources.uplink import Uplink

MESSAGE = UpstreamAcknowledge("7", "Ana", "2026-11-25T10:07:40Z", "Kiosk-T")


class Socket:
    """A link that stands; ``stuck``: it takes nothing more, ``broken``: it fails."""

    def __init__(self, stuck: bool = False, broken: bool = False) -> None:
        self.stuck, self.broken = stuck, broken
        self.pings: asyncio.Queue[bytes] = asyncio.Queue()
        self.sent: list[dict[str, str]] = []

    async def send_str(self, data: str) -> None:
        if self.broken:
            raise ClientConnectionResetError("Cannot write to closing transport")
        if self.stuck:
            await asyncio.Event().wait()
        self.sent.append(json.loads(data))

    async def ping(self, message: bytes) -> None:
        self.pings.put_nowait(message)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test needs a word of the server's own that is not there at once."""
    monkeypatch.setattr(module, "ANSWERS", 0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ARRIVES", 0.2)


def standing(socket: Socket) -> Uplink:
    uplink = Uplink()
    uplink.stands(socket)
    return uplink


class Telling:
    """A message that goes up a link that stands; ``ping`` is the one behind it."""

    def __init__(self) -> None:
        self.socket = Socket()
        self.uplink = standing(self.socket)
        self.told = asyncio.create_task(self.uplink.tell("central", MESSAGE))

    async def begin(self) -> Self:
        self.ping = await self.socket.pings.get()
        return self


@pytest.fixture
async def telling() -> Telling:
    return await Telling().begin()


async def test_a_pong_and_a_link_that_stands_is_told(telling: Telling) -> None:
    telling.uplink.pong(telling.ping)
    await telling.told
    assert telling.socket.sent[0]["id"] == "7"


@pytest.mark.usefixtures("impatient")
async def test_a_pong_of_an_earlier_ping_or_of_another_proves_nothing(telling: Telling) -> None:
    for payload in (b"", b"0", b"99", b"x", bytearray(b"\xff")):
        telling.uplink.pong(payload)
    with pytest.raises(Outage, match="central stopped answering"):
        await telling.told


@pytest.mark.parametrize(
    "frame", [b'{"type":"acknowledged","id":7}', b'{"type":"acknowledged","id":"7"}']
)
async def test_an_answer_is_enough_and_its_id_may_be_a_number(
    telling: Telling, frame: bytes
) -> None:
    for other in (b"[", b"[]", b'{"type":"acknowledged"}', b'{"type":"error","message":"x"}'):
        telling.uplink.hear(other)
    telling.uplink.hear(frame)
    telling.uplink.hear(b'{"type":"error","id":"7","message":"too late"}')
    await telling.told


async def test_an_error_with_its_id_is_a_refusal_for_good(telling: Telling) -> None:
    telling.uplink.pong(telling.ping)
    telling.uplink.hear(b'{"type":"error","id":"7","message":"locked\\nby Bob"}')
    with pytest.raises(Refusal, match="central refused it: locked by Bob"):
        await telling.told


async def test_a_link_that_falls_after_the_pong_is_not_told(telling: Telling) -> None:
    telling.uplink.pong(telling.ping)
    telling.uplink.fell(telling.socket)
    with pytest.raises(Outage, match="central hung up before it was told"):
        await telling.told
    with pytest.raises(Outage, match="central is not connected now"):
        await telling.uplink.tell("central", MESSAGE)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("socket", "said"),
    [(Socket(stuck=True), "stopped answering"), (Socket(broken=True), "hung up before")],
    ids=["stuck", "broken"],
)
async def test_a_link_that_takes_nothing_holds_nobody_up(socket: Socket, said: str) -> None:
    with pytest.raises(Outage, match=said):
        await asyncio.wait_for(standing(socket).tell("central", MESSAGE), 20)


async def test_the_next_link_is_announced_once_and_an_old_ones_end_takes_nothing_from_it() -> None:
    first, second = Socket(), Socket()
    uplink = standing(first)
    announced = uplink.next_link
    assert not announced.is_set()
    uplink.stands(second)
    assert announced.is_set()
    uplink.fell(first)
    telling = asyncio.create_task(uplink.tell("central", MESSAGE))
    uplink.pong(await second.pings.get())
    await telling
