"""What the link to a broker costs: a command's way to the panel's frame, memory, CPU while idle.

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

import aiohttp

from benchmarks.process import Process, Ready, free_port, python
from benchmarks.table import Row, size, span
from kioskd.fleet.link import Link
from kioskd.fleet.wire import Outgoing
from tests.support.broker import Broker

SAMPLES = 500
GOAL = 0.05  # seconds from the command to the panel's frame, p99
IDLE_SECONDS = 60
SCREENS = ("tickets", "projects")
SOUNDLESS = "sound: {enabled: false}\n"
DEMO = "sources: [{kind: demo, tempo: 0.0001}]\n"


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kioskd-bench-") as place:
        folder = Path(place)
        alone, linked = folder / "alone", folder / "linked"
        for each in (alone, linked):
            each.mkdir()
        broker = Broker(folder)
        broker.start()
        try:
            with kioskd(alone, "") as (process, _):
                bare = weigh(process)
            with kioskd(linked, broker.section()) as (process, port):
                until_connected(port)
                joined = weigh(process)
                took = asyncio.run(commands(broker, port))
            return [command_row(took), cost_row(bare, joined)]
        finally:
            broker.kill()


def command_row(took: list[float]) -> Row:
    p50, p99 = (statistics.quantiles(took, n=100)[at] for at in (49, 98))
    return Row(
        "command over MQTT (TLS, QoS 1) to the panel's frame",
        f"p50 {span(p50)}; p99 {span(p99)}",
        f"p99 ≤ {span(GOAL)}",
        p99 <= GOAL,
        {"p50": p50, "p99": p99},
    )


def cost_row(bare: tuple[int, float], joined: tuple[int, float]) -> Row:
    memory, share = joined[0] - bare[0], joined[1] - bare[1]
    said = f"{size(memory)} more memory, {share:.2%} of a core more over {IDLE_SECONDS} s"
    return Row("the link to a broker, idle", said, figures={"bytes": memory, "cores": share})


def weigh(process: Process) -> tuple[int, float]:
    """Bytes, and the share of a core while nothing happens."""
    time.sleep(5)  # what a start does is no part of it
    before, started = process.cpu(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return process.memory(), (process.cpu() - before) / (time.monotonic() - started)


@contextlib.contextmanager
def kioskd(folder: Path, section: str, sources: str = DEMO) -> Iterator[tuple[Process, int]]:
    port, ready = free_port(), Ready(folder)
    file = folder / "kioskd.yaml"
    file.write_text(
        f"kiosk: {{id: Kiosk-A, state_directory: {folder}/state}}\n"
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
