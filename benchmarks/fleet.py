"""What the link to a broker costs: a command's way to the panel's frame, memory, and CPU.

A real Mosquitto with the shipped configuration, TLS and rights included; one real kioskd.
"""

import asyncio
import contextlib
import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp

from benchmarks.helpdesk import TICKETS, Helpdesk
from benchmarks.process import Process, Ready, free_port, python
from benchmarks.table import Row, size, span
from kioskd.fleet.link import Link
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker

SAMPLES = 500
GOAL = 0.05  # seconds from the command to the panel's frame, p99
IDLE_SECONDS, BUSY_SECONDS = 60, 30
SCREENS = ("tickets", "projects")
SOUNDLESS = "sound: {enabled: false}\n"
DEMO = "sources: [{kind: demo, tempo: 0.0001}]\n"


class Cost(NamedTuple):
    """Bytes, and the share of a core."""

    memory: int
    cores: float


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kioskd-bench-") as place:
        broker = Broker(Path(place))
        broker.start()
        try:
            return asyncio.run(measured(Path(place), broker))
        finally:
            broker.kill()


async def measured(folder: Path, broker: Broker) -> list[Row]:
    with (
        kioskd(folder / "alone", "") as (bare, _),
        kioskd(folder / "linked", broker.section()) as (linked, port),
    ):
        await asyncio.to_thread(until_connected, port)
        idle = await weigh([bare, linked], IDLE_SECONDS)
        took = await commands(broker, port)
    return [command_row(took), cost_row(*idle), busy_row(await busy(folder, broker))]


async def busy(folder: Path, broker: Broker) -> list[Cost]:
    """A wall that asks a helpdesk, one that shares besides, and one that is fed; each second the
    helpdesk has something new."""
    shares = broker.section("Kiosk-A", "  share: [tickets]\n")
    takes = "sources: [{kind: mqtt, from: Kiosk-A, views: [tickets]}]\n"
    async with Helpdesk() as desk:
        asks = f"sources: [{{kind: rest, url: '{desk.url}', interval: 1s, views: [tickets]}}]\n"
        with (
            kioskd(folder / "asks", "", asks) as (asking, _),
            kioskd(folder / "shares", shares, asks) as (sharing, port),
            kioskd(folder / "fed", broker.section("Kiosk-B"), takes, "Kiosk-B") as (fed, at),
        ):
            await asyncio.to_thread(until_connected, port)
            await asyncio.to_thread(until_connected, at)
            changing = asyncio.create_task(desk.changes(1.0))
            found = await weigh([asking, sharing, fed], BUSY_SECONDS)
            changing.cancel()
    return found


def command_row(took: list[float]) -> Row:
    p50, p99 = (statistics.quantiles(took, n=100)[at] for at in (49, 98))
    return Row(
        "command over MQTT (TLS, QoS 1) to the panel's frame",
        f"p50 {span(p50)}; p99 {span(p99)}",
        f"p99 ≤ {span(GOAL)}",
        p99 <= GOAL,
        {"p50": p50, "p99": p99},
    )


def cost_row(bare: Cost, linked: Cost) -> Row:
    memory, share = linked.memory - bare.memory, linked.cores - bare.cores
    said = f"{size(memory)} more memory, {share:.2%} of a core more over {IDLE_SECONDS} s"
    return Row("the link to a broker, idle", said, figures={"bytes": memory, "cores": share})


def busy_row(found: list[Cost]) -> Row:
    asks, shares, fed = (each.cores for each in found)
    said = f"{asks:.1%} of a core; {shares - asks:.1%} more where it shares them; fed {fed:.1%}"
    return Row(
        f"a wall that gets {TICKETS} tickets each second, all changed",
        said,
        figures={"asks": asks, "shares": shares, "fed": fed},
    )


async def weigh(processes: list[Process], seconds: float) -> list[Cost]:
    """What each costs in so long; at the same time, since the kernel counts each for itself."""
    await asyncio.sleep(5)  # what a start does is no part of it
    before, started = [each.cpu() for each in processes], time.monotonic()
    await asyncio.sleep(seconds)
    passed = time.monotonic() - started
    return [
        Cost(process.memory(), (process.cpu() - used) / passed)
        for process, used in zip(processes, before, strict=True)
    ]


@contextlib.contextmanager
def kioskd(
    folder: Path, section: str, sources: str = DEMO, name: str = "Kiosk-A"
) -> Iterator[tuple[Process, int]]:
    folder.mkdir()
    port, ready = free_port(), Ready(folder)
    file = folder / "kioskd.yaml"
    file.write_text(
        f"kiosk: {{id: {name}, state_directory: {folder}/state}}\n"
        f"server: {{port: {port}}}\n{SOUNDLESS}{sources}{section}"
    )
    environment = {"NOTIFY_SOCKET": str(ready.path), "HOME": str(folder)}
    process = Process(python("-m", "kioskd", "run", "--config", str(file)), folder, environment)
    try:
        ready.wait(process)
        yield process, port
    finally:
        process.stop()
        ready.close()


def until_connected(port: int) -> None:
    while True:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/status") as answer:
            if (json.load(answer)["broker"] or {}).get("state") == "connected":
                return
        time.sleep(0.1)


async def commands(broker: Broker, port: int) -> list[float]:
    """How long each command took, in seconds."""
    up = asyncio.Event()
    settings = broker.settings("operator")
    link = Link(settings, "operator", "bench", lambda: None, up.set, observer=True)
    task = asyncio.create_task(link.run())
    found = []
    where = f"http://127.0.0.1:{port}/ws/dashboard_control/"
    async with aiohttp.ClientSession() as session, session.ws_connect(where) as panel:
        await panel.send_json({"type": "identify", "clientId": "bench"})
        await up.wait()
        for number in range(SAMPLES):
            screen = SCREENS[number % 2]
            wanted = json.dumps({"screen": screen}).encode()
            began = time.perf_counter()
            link.say(Outgoing("kioskd/Kiosk-A/set/switch", wanted))
            while True:
                frame = await panel.receive_json()
                if frame["type"] == "remote_switch" and frame["target"] == screen:
                    break
            found.append(time.perf_counter() - began)
            await asyncio.sleep(0.06)  # within what a kiosk takes a second
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found
