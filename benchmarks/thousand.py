"""1,000 kiosks on one broker: a command's way to one, to the last of 50 and of all, and the broker.

A real Mosquitto with the shipped configuration, TLS and rights included, is a process of its own.
The kiosks are in this one: each has the daemon's very code for the link, for commands and for what
is told, a core and a hub; what it writes to a panel counts, and its way over a socket does not.
That one process does the work of 1,000 machines is in each figure for all of them.
"""

import asyncio
import gc
import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.process import cpu, memory
from benchmarks.table import Row, size, span
from kioskd.fleet.link import Link
from kioskd.fleet.operating import operator
from kioskd.fleet.wire import Outgoing
from tests.support import many
from tests.support.broker import Broker
from tests.support.many import LightKiosk
from tests.support.waiting import until

KIOSKS = 1000
GROUP = 50  # of them are in one group
SAMPLES = {"one": 300, "fifty": 120, "all": 8}
GOALS = {"one": 0.05, "fifty": 0.2, "all": 5.0}  # seconds, p99 or the slowest
SCREENS = ("tickets", "projects")
THREADS = 32
QUIET = 60.0  # seconds for which nothing happens, but that each tells all once


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="kioskd-bench-") as place:
        return asyncio.run(measured(Path(place)))


async def measured(folder: Path) -> list[Row]:
    many.allow_files(KIOSKS)
    # Each kiosk connects by a thread of its own process; here all of them share this one.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
    names = many.names(KIOSKS)
    groups = dict.fromkeys(names[:GROUP], ("fifty",))
    broker = await asyncio.to_thread(Broker, folder, users=("operator", *names))
    await asyncio.to_thread(broker.start)
    assert broker.process is not None
    server = broker.process.pid
    empty = memory(server)
    began = time.perf_counter()
    try:
        async with many.running(broker, names, groups) as kiosks:
            came = time.perf_counter() - began
            gc.collect()
            gc.freeze()  # no kiosk has a collector that looks at 1,000 of them
            await asyncio.sleep(5)  # what a start does is no part of the rest
            taken = memory(server) - empty
            busy, since = cpu(server), time.perf_counter()
            await asyncio.sleep(QUIET)
            share = (cpu(server) - busy) / (time.perf_counter() - since)
            took = await commands(broker, kiosks)
            found = [
                row("one", f"command to one of {KIOSKS:,} kiosks, to its panel's frame", took),
                row("fifty", f"the same to a group, to the last of {GROUP}", took),
                row("all", f"the same to all, to the last of {KIOSKS:,}", took),
            ]
            listed = await all_listed(broker)
            await asyncio.to_thread(broker.kill)
            await until(lambda: not any(kiosk.proved for kiosk in kiosks), "all have noticed")
            await asyncio.to_thread(broker.start)
            began = time.perf_counter()
            await many.all_proved(kiosks, 300)
            back = time.perf_counter() - began
    finally:
        broker.kill()
    said = f"{size(taken)} more memory than empty, {share:.1%} of a core"
    figures = {"bytes": taken, "cores": share, "come": came, "back": back}
    return [
        *found,
        Row(
            f"until `kioskd fleet list` has heard of all {KIOSKS:,}",
            span(listed),
            figures={"listed": listed},
        ),
        Row(f"the broker with {KIOSKS:,} kiosks, idle", said, figures=figures),
        Row(
            f"all {KIOSKS:,} connected: {many.TOGETHER} at a time; after the broker's end",
            f"{span(came)}; {span(back)}",
        ),
    ]


def row(name: str, what: str, took: dict[str, list[float]]) -> Row:
    p50, p99 = (statistics.quantiles(took[name], n=100)[at] for at in (49, 98))
    worst, goal = max(took[name]), GOALS[name]
    late = f"p99 {span(p99)}" if len(took[name]) >= 100 else f"slowest {span(worst)}"
    end = p99 if len(took[name]) >= 100 else worst
    figures = {"p50": p50, "p99": p99, "worst": worst}
    return Row(what, f"p50 {span(p50)}; {late}", f"≤ {span(goal)}", end <= goal, figures)


async def all_listed(broker: Broker) -> float:
    """Seconds until whoever comes anew has heard of every kiosk."""
    began = time.perf_counter()
    async with operator(broker.settings("operator"), "operator") as made:
        took = time.perf_counter() - began
        found = made.census.kiosks()
        assert sum(seen.online and seen.told is not None for seen in found) == KIOSKS
    return took


async def commands(broker: Broker, kiosks: Sequence[LightKiosk]) -> dict[str, list[float]]:
    """How long each command took, in seconds."""
    up = asyncio.Event()
    settings = broker.settings("operator")
    link = Link(settings, "operator", "bench", lambda: None, up.set, observer=True)
    task = asyncio.create_task(link.run())
    await up.wait()
    found = {
        "one": await switches(link, kiosks[-1].fleet.topics.kiosk, kiosks[-1:], SAMPLES["one"]),
        "fifty": await switches(link, "group/fifty", kiosks[:GROUP], SAMPLES["fifty"]),
        "all": await switches(link, "all", kiosks, SAMPLES["all"]),
    }
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return found


async def switches(link: Link, to: str, kiosks: Sequence[LightKiosk], count: int) -> list[float]:
    found = []
    for number in range(count):
        screen = SCREENS[number % 2]
        for kiosk in kiosks:
            kiosk.seen.expect(f'"target":"{screen}"'.encode())
        began = time.perf_counter()
        link.say(Outgoing(f"kioskd/{to}/set/switch", json.dumps({"screen": screen}).encode()))
        await until(lambda: all(kiosk.seen.at for kiosk in kiosks), "every panel switched")
        found.append(max(kiosk.seen.at or 0.0 for kiosk in kiosks) - began)
        await asyncio.sleep(0.25)  # they have begun to tell their new screen
        await until(lambda: not any(kiosk.speaks for kiosk in kiosks), "all have told it")
    return found
