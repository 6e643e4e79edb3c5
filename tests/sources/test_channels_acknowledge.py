"""An acknowledgement goes up the link to a real Django Channels server: once, later, or not."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.support.django_server import Daphne
from tests.support.process import Process

Start = Callable[[Daphne, str], Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a kioskd whose source is that server, with these keys."""
    started: list[Process] = []

    def begin(daphne: Daphne, keys: str) -> Process:
        (tmp_path / "notify").unlink(missing_ok=True)
        source = f"{{kind: channels, name: central, url: '{daphne.url}', heartbeat: 1s, {keys}}}"
        process = Process(tmp_path, f"sound: {{enabled: false}}\nsources: [{source}]\n")
        started.append(process)
        process.start().notified.close()
        return process

    yield begin
    for process in started:
        process.close()


class People:
    """The people: they see the alerts of a kioskd, and acknowledge them."""

    def __init__(self, session: ClientSession, kioskd: Process) -> None:
        self._session = session
        self.kioskd = kioskd

    async def _get(self, path: str) -> Any:
        async with self._session.get(f"{self.kioskd.url}/api/{path}") as answer:
            return await answer.json()

    async def connected(self, yes: bool = True) -> None:
        async with asyncio.timeout(60):
            while ((await self._get("status"))["sources"][0]["state"] == "connected") is not yes:
                await asyncio.sleep(0.02)

    async def alerted(self, daphne: Daphne, **ticket: Any) -> int:
        """A critical ticket is saved, and its alert is there; its id."""
        await self.connected()
        identity = await daphne.save(title="Servidor fora", priority="critical", **ticket)
        async with asyncio.timeout(60):
            while not (await self._get("alerts"))["alerts"]:
                await asyncio.sleep(0.02)
        return identity

    async def acknowledge(self, identity: int) -> None:
        body = {"id": str(identity), "by": "Ana"}
        async with self._session.post(f"{self.kioskd.url}/api/acknowledge", json=body) as answer:
            assert await answer.json() == {"ids": [str(identity)], "kept": True}

    async def told(self, state: str, detail: str = "") -> dict[str, Any]:
        """The alert that ended last, once its source was told, or was not."""
        async with asyncio.timeout(60):
            while True:
                found: dict[str, Any] = (await self._get("alerts/history"))["alerts"][0]
                if found["upstream"] == state and detail in found["upstreamDetail"]:
                    return found
                await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def people(kioskd: Process) -> AsyncIterator[People]:
    async with ClientSession() as session:
        yield People(session, kioskd)


def row(identity: int, alert: dict[str, Any]) -> dict[str, str]:
    """What Django keeps of an acknowledged alert."""
    return {"ticket": str(identity), "by": "Ana", "at": alert["byAt"], "client": "Kiosk-T"}


async def test_django_is_told_once_who_acknowledged_and_when(daphne: Daphne, start: Start) -> None:
    async with people(start(daphne, "acknowledge: true")) as room:
        identity = await room.alerted(daphne)
        await room.acknowledge(identity)
        alert = await room.told("sent")
    assert await daphne.acknowledged() == [row(identity, alert)]


async def test_without_the_key_nothing_is_sent(daphne: Daphne, start: Start) -> None:
    async with people(start(daphne, "")) as room:
        await room.acknowledge(await room.alerted(daphne))
        await room.told("")
    room.kioskd.stop()  # its link is closed behind all that it ever sent
    assert await daphne.acknowledged() == []


async def test_what_waits_for_the_link_outlives_a_kill_and_goes_out_when_it_is_back(
    daphne: Daphne, start: Start
) -> None:
    async with people(start(daphne, "acknowledge: true")) as room:
        identity = await room.alerted(daphne)
        daphne.kill()
        await room.connected(False)
        await room.acknowledge(identity)
        await room.told("waiting", "central is not connected now")
        room.kioskd.process.kill()
        room.kioskd.process.wait()
    async with people(start(daphne, "acknowledge: true")) as room:
        alert = await room.told("waiting", "central is not connected now")
        await asyncio.to_thread(daphne.start)
        await room.told("sent")
    assert await daphne.acknowledged() == [row(identity, alert)]


async def test_a_server_that_hangs_is_told_again_and_can_tell_that_it_is_the_same(
    daphne: Daphne, start: Start
) -> None:
    async with people(start(daphne, "acknowledge: true")) as room:
        identity = await room.alerted(daphne)
        daphne.process.send_signal(signal.SIGSTOP)
        await room.acknowledge(identity)
        await room.told("waiting", "hung up before it was told")
        daphne.process.send_signal(signal.SIGCONT)
        alert = await room.told("sent")
    came = await daphne.acknowledged()
    assert came
    assert all(each == row(identity, alert) for each in came)


async def test_what_django_refuses_is_shown_with_its_reason_and_not_sent_again(
    daphne: Daphne, start: Start
) -> None:
    async with people(start(daphne, "acknowledge: true")) as room:
        identity = await room.alerted(daphne, entity="locked")
        await room.acknowledge(identity)
        alert = await room.told("failed")
    assert alert["upstreamDetail"] == f"central refused it: ticket {identity} is locked"
    assert await daphne.acknowledged() == []


async def test_the_guides_own_server_which_answers_nothing_has_it_when_its_link_stands(
    tmp_path: Path, start: Start
) -> None:
    daphne = Daphne(tmp_path, "guide_server", GUIDE_PUSHES="signals")
    try:
        async with people(start(daphne, "acknowledge: true")) as room:
            await room.acknowledge(await room.alerted(daphne))
            await room.told("waiting")
            await room.told("sent")
            await room.connected()
    finally:
        daphne.kill()
