"""Walls of one house: one has a helpdesk and shares it, the others take from it what they show."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.broker import Broker
from tests.support.process import Process
from tests.support.upstream import Upstream
from tests.support.waiting import until

OTHER_CLOCK = Path(__file__).with_name("other_clock.py")
VIEWS = "tickets, projects, dashboard"
CENTRAL, FED = "Kiosk-A", ("Kiosk-B", "Kiosk-C")
QUIET = "sound: {enabled: false}\nalerts: {derive: true, again_after: 1s}\n"


class Shown:
    """What one panel is told: of each type of message all, the newest last."""

    def __init__(self) -> None:
        self.told: dict[str, list[dict[str, Any]]] = {}
        self.socket: aiohttp.ClientWebSocketResponse | None = None

    def last(self, kind: str) -> dict[str, Any]:
        return next(reversed(self.told.get(kind, [])), {})

    def titles(self) -> list[str]:
        """Those of the tickets that it shows."""
        return [row["title"] for row in self.last("tickets_update").get("data", [])]

    def source(self) -> dict[str, Any]:
        """How the wall's one source fares."""
        found = self.last("source_status").get("sources") or [{}]
        return dict(found[0])

    def fault(self, view: str = "tickets") -> dict[str, Any]:
        """Why it has no news of a view."""
        return self.source().get("views", {}).get(view, {}).get("fault") or {}

    def alerts(self) -> list[tuple[str, str, str, str]]:
        """Every alert that it shows: its id, severity, state, and who answered it."""
        told = self.last("active_alerts").get("alerts", [])
        return sorted((a["id"], a["severity"], a["state"], by(a["by"])) for a in told)

    async def say(self, message: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send_json(message)


def by(actor: dict[str, Any] | None) -> str:
    return "" if actor is None else f"{actor['kind']} {actor['name']} {actor.get('kiosk', '')}"


@contextlib.asynccontextmanager
async def shown(url: str, name: str = "panel") -> AsyncIterator[Shown]:
    """A panel of the wall at ``url``, which comes back when the wall restarts."""
    made = Shown()
    task = asyncio.create_task(_follow(url, name, made))
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(url: str, name: str, made: Shown) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                where = f"{url}/ws/dashboard_control/"
                async with session.ws_connect(where, max_msg_size=0) as socket:
                    made.socket = socket
                    await socket.send_json({"type": "identify", "clientId": name})
                    async for message in socket:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            told = json.loads(message.data)
                            made.told.setdefault(told["type"], []).append(told)
            await asyncio.sleep(0.1)


class FedHouse:
    """The broker, the helpdesk, the wall that shares it, and those that it feeds."""

    def __init__(self, folder: Path, broker: Broker, upstream: Upstream) -> None:
        self.folder = folder
        self.broker = broker
        self.upstream = upstream
        self.walls: dict[str, Process] = {}

    def wall(self, name: str, sections: str, shift: int = 0) -> Process:
        """A wall with these sections; it does not run yet. ``shift``: what its clock is wrong by,
        in seconds.
        """
        folder = self.folder / name
        folder.mkdir()
        inside = (sys.executable, str(OTHER_CLOCK), str(shift)) if shift else ()
        made = self.walls[name] = Process(folder, QUIET + sections, inside, name=name)
        return made

    def central(self, share: str = VIEWS, more: str = "", shift: int = 0) -> Process:
        mqtt = self.broker.section(CENTRAL, f"  share: [{share}]\n")
        source = f"{{kind: channels, name: central, url: '{self.upstream.url}'{more}}}"
        return self.wall(CENTRAL, f"{mqtt}sources: [{source}]\n", shift)

    def fed(self, name: str, views: str = VIEWS, sharer: str = CENTRAL) -> Process:
        source = f"{{kind: mqtt, from: {sharer}, views: [{views}]}}"
        return self.wall(name, f"{self.broker.section(name)}sources: [{source}]\n")

    async def kept(self, name: str, word: str) -> None:
        """Until the wall of that name has written it down."""
        folder = self.folder / name / "state"
        await until(lambda: any(word.encode() in f.read_bytes() for f in folder.glob("alerts.log")))

    async def power_cut(self, name: str) -> None:
        wall = self.walls[name]
        wall.process.kill()
        await asyncio.to_thread(wall.process.wait)

    @contextlib.asynccontextmanager
    async def panels(self, names: Iterable[str] = ()) -> AsyncIterator[dict[str, Shown]]:
        """Start the walls that don't run yet, and a panel at each."""
        async with contextlib.AsyncExitStack() as stack:
            found = {}
            for name in names or self.walls:
                if not hasattr(self.walls[name], "process"):
                    await asyncio.to_thread(self.walls[name].start)
                found[name] = await stack.enter_async_context(shown(self.walls[name].url))
            yield found

    def close(self) -> None:
        for wall in self.walls.values():
            if hasattr(wall, "process"):
                wall.close()
            else:
                wall.notified.close()
        self.upstream.close()


async def same(panels: Iterable[Shown], titles: list[str]) -> None:
    """Until every panel shows these tickets and no others."""
    seen = list(panels)
    await until(lambda: all(p.titles() == titles for p in seen), f"all panels show {titles}")


async def agree(panels: Iterable[Shown], alerts: list[tuple[str, str, str, str]]) -> None:
    """Until every panel shows these alerts and no others."""
    seen = list(panels)
    wanted = sorted(alerts)
    try:
        await until(lambda: all(p.alerts() == wanted for p in seen))
    except AssertionError:
        raise AssertionError(f"{wanted}, not {[p.alerts() for p in seen]}") from None
