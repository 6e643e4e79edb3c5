"""Panels that misbehave, against a kioskd that runs as a process: the others notice nothing."""

import asyncio
import contextlib
import json
import os
import signal
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.support.bad_peer import BadServer, Peer
from tests.support.crowd import SOCKET, Crowd
from tests.support.frames import TICKET, tickets
from tests.support.process import Process

RATE = 20  # updates a second
TICKETS = 200  # about 80 kB a frame
WATCHED = 8.0  # seconds
GROWTH = 12  # MB that kioskd may grow in that time, though 13 MB/s go to each mute panel's door


class BusyDesk:
    """An upstream whose tickets change ``RATE`` times a second; ``said`` holds when each was.

    A ``deaf`` one reads nothing, and so never answers a goodbye.
    """

    def __init__(self, deaf: bool = False) -> None:
        self.said: dict[str, float] = {}
        self._deaf = deaf
        self._go = asyncio.Event()

    def begin(self) -> None:
        self._go.set()

    async def talk(self, peer: Peer) -> None:
        await peer.handshake()
        listening = asyncio.create_task(asyncio.sleep(3600) if self._deaf else peer.listen())
        try:
            await self._go.wait()
            while not listening.done():
                mark = f"{len(self.said):06}"
                rows = [TICKET | {"id": str(n), "description": mark * 40} for n in range(TICKETS)]
                rows[0]["title"] = mark
                frame = tickets(*rows)
                self.said[mark] = time.monotonic()
                peer.frame(frame)
                await peer.writer.drain()
                await asyncio.sleep(1 / RATE)
        finally:
            listening.cancel()


class Healthy:
    """A panel as it should be; keeps which updates it heard, and how late in seconds."""

    def __init__(self, ws: ClientWebSocketResponse, desk: BusyDesk) -> None:
        self.heard: list[str] = []
        self.late: list[float] = []
        self.ended: Any = None
        self._ws = ws
        self._desk = desk

    async def listen(self) -> None:
        while (message := await self._ws.receive()).type is WSMsgType.TEXT:
            found = json.loads(message.data)
            if found["type"] == "tickets_update":
                mark = found["data"][0]["title"]
                if (said := self._desk.said.get(mark)) is not None:  # else of an earlier run
                    self.heard.append(mark)
                    self.late.append(time.monotonic() - said)
        self.ended = (message.type, message.data)


@contextlib.asynccontextmanager
async def healthy(kioskd: Process, desk: BusyDesk, count: int) -> AsyncIterator[list[Healthy]]:
    async with ClientSession() as session:
        found, tasks = [], []
        for number in range(count):
            ws = await session.ws_connect(kioskd.url + SOCKET, max_msg_size=0)
            await ws.send_json({"type": "identify", "clientId": f"healthy-{number}"})
            found.append(Healthy(ws, desk))
            tasks.append(asyncio.create_task(found[-1].listen()))
        yield found
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    if hasattr(process, "process"):
        process.close()


def start(kioskd: Process, upstream: BadServer) -> None:
    url = f"ws://127.0.0.1:{upstream.port}/"
    views = "views: [tickets]"
    kioskd.configure(
        "sound: {enabled: false}\nalerts: {derive: false}\n"
        f"sources: [{{kind: channels, url: '{url}', {views}, max_message: 1MB}}]\n"
    )
    limit(kioskd, "stall: 2s")
    kioskd.start()


def limit(kioskd: Process, limits: str) -> None:
    text = kioskd.config.read_text()
    kioskd.config.write_text(text.replace("server: {", f"server: {{limits: {{{limits}}}, "))


def resident(process: Process) -> float:
    """What the process holds in memory, in MB."""
    with open(f"/proc/{process.process.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def test_healthy_panels_get_every_update_in_order_and_on_time_and_memory_stays_flat(
    kioskd: Process,
) -> None:
    desk = BusyDesk()
    async with BadServer(desk.talk) as upstream:
        start(kioskd, upstream)
        kioskd.notified.close()
        async with healthy(kioskd, desk, 3) as panels, Crowd(kioskd.port) as crowd:
            desk.begin()
            await crowd.settled()
            before = resident(kioskd)
            await asyncio.sleep(WATCHED)
            grown = resident(kioskd) - before
            async with ClientSession() as session:
                status = await (await session.get(kioskd.url + "/api/status")).json()
            for panel in panels:
                await_last = list(desk.said)[-3]
                async with asyncio.timeout(10):
                    while await_last not in panel.heard:
                        await asyncio.sleep(0.05)
        sent = list(desk.said)
        assert len(sent) > WATCHED * RATE / 4  # a busy machine says less, not nothing
        for panel in panels:
            assert panel.ended is None
            assert panel.heard == sent[sent.index(panel.heard[0]) :][: len(panel.heard)]
            assert statistics.median(panel.late) < 0.5
            assert max(panel.late) < 3
        worst = max(max(panel.late) for panel in panels)
        median = statistics.median(late for panel in panels for late in panel.late)
        print(f"late: median {median * 1000:.0f} ms, worst {worst * 1000:.0f} ms")
        print(f"memory: {before:.1f} MB {grown:+.1f} MB; {dict(crowd.did)}; {len(sent)} updates")
        assert grown < GROWTH
        assert status["dropped"] >= crowd.did["mute"] == 2  # after 2 s in which they took nothing
        assert crowd.did["let in"] == crowd.did["odd"] == 0
        assert crowd.did["flooded 1008"] >= 1
        assert crowd.did["garbage 1008"] >= 1
        assert "Traceback" not in (kioskd.folder / "log").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_in_time_with_all_of_them_attached_twice(
    kioskd: Process, number: signal.Signals
) -> None:
    for again in (False, True):
        desk = BusyDesk(deaf=again)
        async with BadServer(desk.talk) as upstream:
            start(kioskd, upstream)
            async with healthy(kioskd, desk, 3) as panels, Crowd(kioskd.port) as crowd:
                desk.begin()
                await crowd.settled()
                started = time.monotonic()
                kioskd.process.send_signal(number)
                if again:  # impatient hands
                    kioskd.process.send_signal(number)
                code = await asyncio.to_thread(kioskd.process.wait, 5)
                assert code == 0
                took = time.monotonic() - started
                print(f"stopped in {took:.2f} s")
                assert took < 5
                async with asyncio.timeout(5):
                    while not all(panel.ended for panel in panels):
                        await asyncio.sleep(0.05)
                ended = {panel.ended for panel in panels}
                assert ended <= {(WSMsgType.CLOSE, 1001), (WSMsgType.CLOSED, None)}
        assert "Traceback" not in (kioskd.folder / "log").read_text()


MESSAGES: list[dict[str, Any]] = [
    {"type": "identify", "clientId": "K", "availableScreens": ["tickets"], "timestamp": "t"},
    {"type": "request_data", "view": "tickets", "timestamp": "t"},
    {"type": "remote_switch", "target": "tickets", "clientId": "K", "timestamp": "t"},
    {"type": "ping", "timestamp": "t"},
    {"type": "request_ip", "timestamp": "t"},
]
VALUES: list[Any] = [None, 7, -1.5, True, "", "\u0000", "x" * 5000, [], [None], {}, {"a": [1]}]


async def test_every_field_of_every_message_may_be_missing_or_wrong_and_the_panel_stays(
    kioskd: Process,
) -> None:
    kioskd.configure(
        "sound: {enabled: false}\nsources: [{kind: rest, url: 'http://127.0.0.1:9/'}]\n"
    )
    limit(kioskd, "messages_per_second: 10000")
    kioskd.start().notified.close()
    async with ClientSession() as session:
        for message in MESSAGES:
            for field in message:
                ws = await session.ws_connect(kioskd.url + SOCKET)
                missing = {name: value for name, value in message.items() if name != field}
                for wrong in (missing, *(message | {field: value} for value in VALUES)):
                    await ws.send_json(wrong)
                await ws.send_json({"type": "ping"})
                await ws.send_json({"type": "request_ip"})
                answered: list[dict[str, Any]] = []
                while not answered or answered[-1]["type"] != "client_ip_response":
                    answered.append(await ws.receive_json(timeout=10))
                assert all(isinstance(a["type"], str) for a in answered)
                for error in (a for a in answered if a["type"] == "error"):
                    # The field is named, unless it is well and names a panel that is not there.
                    assert "`" in error["message"] or error.get("code") == "no_panel", error
                await ws.close()
    assert "Traceback" not in (kioskd.folder / "log").read_text()
