"""Walls fed by a wall: how long a change takes to the last of 50, and what the helpdesk is asked.

The broker (a real Mosquitto with the shipped configuration, TLS and rights included) and the
sharing wall are processes of their own. The 50 others are in this process: each with a link, a
source, a core and a hub of its own, the daemon's very code; what it writes to a panel counts, and
its way over a socket does not. 50 whole daemons on two cores would measure the machine.
"""

import asyncio
import contextlib
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import aiohttp

from benchmarks.fleet import kioskd, until_connected
from benchmarks.helpdesk import TICKETS, Helpdesk
from benchmarks.table import Row, span
from kioskd.config import AnySource, Neighbour, Rest
from kioskd.config.scalars import Duration
from kioskd.sources.following import Following
from tests.support.broker import Broker
from tests.support.waiting import until
from tests.support.walls import WallWithBroker

WALLS = 50
CHANGES = 40
GOAL = 0.3  # seconds from the sharing wall's panel to the last of the others, p95
COUNTED = 20.0  # seconds for which the helpdesk's requests are counted
INTERVAL = 2.0  # seconds between two questions
SHARER = "Kiosk-A"


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kioskd-bench-") as place:
        return asyncio.run(measured(Path(place)))


async def measured(folder: Path) -> list[Row]:
    names = [f"Wall-{number}" for number in range(WALLS)]
    broker = await asyncio.to_thread(Broker, folder, users=(SHARER, *names))
    await asyncio.to_thread(broker.start)
    shares = broker.section(SHARER, "  share: [tickets]\n")
    try:
        async with Helpdesk() as desk:
            how = f"url: '{desk.url}', interval: {INTERVAL:.0f}s, views: [tickets]"
            source = f"sources: [{{kind: rest, {how}}}]\n"
            with kioskd(folder / "sharer", shares, source) as (_, port):
                await asyncio.to_thread(until_connected, port)
                feed = Neighbour(sharer=SHARER, views=("tickets",))
                async with panel(port) as own, running(broker, names, feed) as walls:
                    fed = await changes(desk, [own], walls, CHANGES)
                    once = await desk.asked_in(COUNTED)
            polls = Rest(url=desk.url, interval=Duration(INTERVAL), views=("tickets",))
            async with running(broker, names, polls, INTERVAL / WALLS) as walls:
                polling = await changes(desk, [], walls, CHANGES // 2)
                each = await desk.asked_in(COUNTED)
    finally:
        broker.kill()
    return [spread_row(fed, polling), whole_row(fed, polling), request_row(once, each)]


def spread_row(fed: "list[Took]", polling: "list[Took]") -> Row:
    p50, p95 = quantiles([each.spread for each in fed])
    mid, late = quantiles([each.spread for each in polling])
    said = f"p50 {span(p50)}, p95 {span(p95)}; {WALLS} walls that poll every {INTERVAL:.0f} s: "
    return Row(
        f"{TICKETS} tickets, from the sharing wall's panel to the last of {WALLS} walls'",
        f"{said}p50 {span(mid)}, p95 {span(late)} from first to last",
        f"p95 ≤ {span(GOAL)}",
        p95 <= GOAL,
        {"p50": p50, "p95": p95, "polling_p50": mid, "polling_p95": late},
    )


def whole_row(fed: "list[Took]", polling: "list[Took]") -> Row:
    p50, p95 = quantiles([each.whole for each in fed])
    mid, late = quantiles([each.whole for each in polling])
    return Row(
        f"the same from the helpdesk, which is asked every {INTERVAL:.0f} s",
        f"p50 {span(p50)}, p95 {span(p95)}; where each polls p50 {span(mid)}, p95 {span(late)}",
        figures={"p50": p50, "p95": p95, "polling_p50": mid, "polling_p95": late},
    )


def request_row(once: int, each: int) -> Row:
    return Row(
        f"requests to the helpdesk for {WALLS} walls in {COUNTED:.0f} s",
        f"{once} with walls fed by a wall, {each} where each polls: {each / once:.0f} ×",
        "1 × instead of N ×",
        once <= COUNTED / INTERVAL + 1,
        {"fed": once, "polling": each},
    )


def quantiles(took: list[float]) -> tuple[float, float]:
    found = statistics.quantiles(took, n=100)
    return found[49], found[94]


class Took(NamedTuple):
    """Seconds until the last panel had a change: since the first one had it, and since it was."""

    spread: float
    whole: float


class Seen:
    """When a panel got the newest change; ``write`` and the like as the hub's transport has it."""

    def __init__(self, desk: Helpdesk) -> None:
        self._desk = desk
        self.at: dict[int, float] = {}

    def write(self, data: bytes) -> None:
        if b"tickets_update" in data[:200] and self._desk.mark in data:
            self.at.setdefault(self._desk.turn, time.perf_counter())

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None: ...


@contextlib.asynccontextmanager
async def panel(port: int) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A panel of the sharing wall, which identified itself."""
    where = f"http://127.0.0.1:{port}/ws/dashboard_control/"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(where, max_msg_size=0) as socket,
    ):
        await socket.send_json({"type": "identify", "clientId": "bench"})
        yield socket


@contextlib.asynccontextmanager
async def running(
    broker: Broker, names: list[str], source: AnySource, apart: float = 0.0
) -> AsyncIterator[list[WallWithBroker]]:
    """These walls, each with this source, until all of them show something; they start so many
    seconds apart."""
    walls = []
    async with contextlib.AsyncExitStack() as stack:
        for name in names:
            wall = WallWithBroker(broker.settings(name), name, sources=(source,))
            following = Following(wall.links, lambda *_: None, lambda: True, wall.neighbours)
            await stack.enter_async_context(wall.running())
            following.start(wall.config, wall.core.ingest)
            stack.callback(following.stop)
            walls.append(wall)
            await asyncio.sleep(apart)
        await until(lambda: all(wall.state.held for wall in walls), "every wall shows something")
        yield walls


def all_have(panels: list[Seen], turn: int) -> bool:
    return all(turn in panel.at for panel in panels)


async def changes(
    desk: Helpdesk,
    sockets: list[aiohttp.ClientWebSocketResponse],
    walls: list[WallWithBroker],
    count: int,
) -> list[Took]:
    """How long each change took; the first panel is the sharing wall's, where it has one here."""
    own = Seen(desk)
    reading = [asyncio.create_task(read(socket, own)) for socket in sockets]
    seen = [Seen(desk) for _ in walls]
    for wall, each in zip(walls, seen, strict=True):
        wall.panel.transport = each
    found = []
    draw = random.Random(7)
    for _ in range(count):
        await asyncio.sleep(draw.uniform(0.5, 0.5 + INTERVAL))  # at any time between two questions
        began = time.perf_counter()
        desk.change()
        turn = desk.turn
        await until(partial(all_have, [*seen, *([own] if sockets else [])], turn))
        took = [each.at[turn] for each in seen]
        first = own.at[turn] if sockets else min(took)
        found.append(Took(max(took) - first, max(took) - began))
    for task in reading:
        task.cancel()
    return found


async def read(socket: aiohttp.ClientWebSocketResponse, seen: Seen) -> None:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            seen.write(message.data.encode())
