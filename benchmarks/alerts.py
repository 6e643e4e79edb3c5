"""Rows about alerts: from a POST to every panel, gone from every panel, and a panel that joins."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from benchmarks import servers
from benchmarks.crowd import Crowd
from benchmarks.table import Row, span

PANELS = 100
ROUNDS = 100
APART = 0.05  # seconds between two rounds
JOINS = 50
FLOOD = 1000
RAISE, RESOLVE, JOIN = 0.020, 0.100, 0.100  # goals in seconds, the 95th percentile
FLOOD_TIME = 10.0


def rows() -> list[Row]:
    with Crowd() as crowd, servers.kioskd(crowd) as daemon:
        return asyncio.run(measured(f"http://127.0.0.1:{daemon.port}"))


async def measured(url: str) -> list[Row]:
    async with ClientSession() as session:
        panels = [await joined(session, url) for _ in range(PANELS)]
        raised, gone = [], []
        for number in range(ROUNDS):
            identity = f"bench-{number}"
            body = {"id": identity, "severity": "critical", "title": "Queda"}
            raised.append(await told(session, url, panels, body, shows(identity, True)))
            await asyncio.sleep(APART)
            over = {"id": identity, "state": "resolved"}
            gone.append(await told(session, url, panels, over, shows(identity, False)))
            await asyncio.sleep(APART)
        joins = []
        for _ in range(JOINS):
            began = time.perf_counter()
            late = await joined(session, url)
            joins.append(time.perf_counter() - began)
            await late.close()
        for panel in panels:
            await panel.close()
        taken = await flood(session, url)
    return [
        row(f"POST → `active_alerts` at {PANELS} panels, the last one, p95", raised, RAISE),
        row(f"resolved → gone from {PANELS} panels, the last one, p95", gone, RESOLVE),
        row("a panel that joins: `identify` → it knows what is active, p95", joins, JOIN),
        Row(
            f"{FLOOD} POSTs of new alerts, each answered once it is on the card",
            f"{span(taken)}, none refused",
            f"≤ {FLOOD_TIME:.0f} s",
            taken <= FLOOD_TIME,
        ),
    ]


def row(what: str, times: list[float], goal: float) -> Row:
    worst = sorted(times)[int(len(times) * 0.95)]
    return Row(what, span(worst), f"≤ {span(goal)}", worst <= goal)


def shows(identity: str, there: bool) -> Callable[[dict[str, Any]], bool]:
    """Whether a message says that the alert is active, or that it is not."""

    def said(message: dict[str, Any]) -> bool:
        if message["type"] != "active_alerts":
            return False
        return there == any(alert["id"] == identity for alert in message["alerts"])

    return said


async def joined(session: ClientSession, url: str) -> ClientWebSocketResponse:
    """A panel that knows what is active."""
    panel = await session.ws_connect(f"{url}/ws/dashboard_control/")
    await panel.send_json({"type": "identify", "clientId": "bench"})
    await until(panel, lambda message: message["type"] == "active_alerts")
    return panel


async def told(
    session: ClientSession,
    url: str,
    panels: list[ClientWebSocketResponse],
    body: dict[str, Any],
    wanted: Callable[[dict[str, Any]], bool],
) -> float:
    """Seconds from the request until the last panel was told."""
    began = time.perf_counter()
    request = asyncio.create_task(post(session, url, body))
    await asyncio.gather(*(until(panel, wanted) for panel in panels))
    taken = time.perf_counter() - began
    await request
    return taken


async def until(panel: ClientWebSocketResponse, wanted: Callable[[dict[str, Any]], bool]) -> None:
    while not wanted(json.loads(await panel.receive_str())):
        pass


async def post(session: ClientSession, url: str, body: dict[str, Any]) -> None:
    async with session.post(f"{url}/api/alerts", json=body) as answer:
        answer.raise_for_status()
        assert (await answer.json())["kept"]


async def flood(session: ClientSession, url: str) -> float:
    began = time.perf_counter()
    alerts = (
        {"id": f"flood-{number}", "severity": "high", "title": "Queda"} for number in range(FLOOD)
    )
    await asyncio.gather(*(post(session, url, alert) for alert in alerts))
    return time.perf_counter() - began
