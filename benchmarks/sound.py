"""From an alert's frame to its first sample, beside what people do instead; and what waiting costs.

A named pipe takes the place of the sound card. kioskd and ffplay write to it through SDL's disk
driver, which takes samples at a card's pace; aplay and Chromium through ALSA's file plugin, whose
card takes them at once, so that no buffer of theirs is counted. For kioskd one is: the mixer's, and
the 4096 bytes that the C library collects before it writes to a file.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import async_playwright

from benchmarks.process import free_port
from benchmarks.table import Row, size, span
from kioskd.audio.card import RATE, built_in
from kioskd.config import Sound

ALERTS = 20
APART = 2.3  # seconds between two alerts for kioskd: closer ones are a burst, which is one sound
QUIET = 0.3  # seconds without a sound, after which a sample begins a new one
IDLE_SECONDS = 15
GOAL, IDLE_GOAL = 0.06, 1.0  # seconds; percent of a core
CHROMIUM = "/usr/bin/chromium"
CLIP = built_in("high")
BUFFER = Sound().buffer

STARTER = """
import asyncio, json, subprocess, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session, session.ws_connect(sys.argv[1]) as link:
        async for message in link:
            if json.loads(message.data)["type"] == "new_ticket_alert":
                subprocess.Popen(sys.argv[2:])
asyncio.run(main())
"""
PAGE = """<script>
const link = new WebSocket(`ws://${location.host}/ws/chromium`)
link.onmessage = (message) => {
  if (JSON.parse(message.data).type === 'new_ticket_alert') new Audio('/clip.wav').play()
}
</script>"""
ALSA = 'pcm.!default {{ type file; slave.pcm "none"; file "{file}"; format raw }}\n'
ALSA += "pcm.none {{ type null }}\n"


class Card:
    """A named pipe that programs play to; ``began`` is when each sound's first sample came."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.raw"
        self.began: list[float] = []
        os.mkfifo(self.path)
        self._file = os.open(self.path, os.O_RDWR)  # always with a reader, never at an end
        self._closed = False
        threading.Thread(target=self._take, daemon=True).start()

    def sdl(self) -> dict[str, str]:
        return {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(self.path)}

    def alsa(self) -> dict[str, str]:
        settings = self.path.with_suffix(".conf")
        settings.write_text(ALSA.format(file=self.path))
        return {"ALSA_CONFIG_PATH": str(settings)}

    def close(self) -> None:
        self._closed = True
        os.write(self._file, bytes(4))

    def _take(self) -> None:
        loud = float("-inf")
        while not self._closed:
            samples = os.read(self._file, 65536)
            now = time.monotonic()
            if samples.count(0) < len(samples):
                if now - loud > QUIET:
                    self.began.append(now)
                loud = now
        os.close(self._file)


class Upstream:
    """What sends the alerts: each program is connected to a path of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._links: dict[str, web.WebSocketResponse] = {}
        self._number = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Upstream"]:
        app = web.Application()
        app.router.add_get("/ws/{name}", self._link)
        app.router.add_get("/clip.wav", lambda _: _answer(CLIP.read_bytes(), "audio/wav"))
        app.router.add_get("/", lambda _: _answer(PAGE.encode(), "text/html"))
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port).start()
        yield self
        await runner.cleanup()

    def url(self, name: str) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/{name}"

    async def connected(self, name: str) -> None:
        await until(lambda: name in self._links, f"{name} does not connect")

    async def delay(self, name: str, card: Card) -> float:
        """Seconds from sending an alert to the first sample of its sound."""
        await self.connected(name)
        self._number += 1
        data = {"id": str(self._number), "title": "Impressora", "severity": "high"}
        before, sent = len(card.began), time.monotonic()
        await self._links[name].send_str(json.dumps({"type": "new_ticket_alert", "data": data}))
        await until(lambda: len(card.began) > before, f"{name} makes no sound")
        return card.began[before] - sent

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        name = request.match_info["name"]
        self._links[name] = link
        async for _ in link:
            pass
        if self._links.get(name) is link:
            del self._links[name]
        return link


async def _answer(content: bytes, kind: str) -> web.Response:
    return web.Response(body=content, content_type=kind)


async def until(holds: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(otherwise)
        await asyncio.sleep(0.001)


def rows() -> list[Row]:
    return [*asyncio.run(delays()), *asyncio.run(idle())]


# From the frame to the sample


async def delays() -> list[Row]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        upstream = await stack.enter_async_context(Upstream().running())
        cards: dict[str, Card] = {}
        for name, start in PROGRAMS.items():
            card = Card(folder, name)
            stack.callback(card.close)
            if await start(stack, folder, upstream, card):
                await upstream.connected(name)
                cards[name] = card
        taken: dict[str, list[float]] = {name: [] for name in cards}
        for number in range(ALERTS + 1):
            for name, card in cards.items():
                delay = await upstream.delay(name, card)
                if number:  # the first one also loads the program from the disk
                    taken[name].append(delay)
                await asyncio.sleep(APART / len(cards) * random.uniform(0.9, 1.3))
    return [_row(name, taken.get(name), taken["kioskd"]) for name in PROGRAMS]


def _row(name: str, taken: list[float] | None, ours: list[float]) -> Row:
    if taken is None:
        return Row(f"the same, {WORDS[name]}", "not installed here")
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    said = f"p50 {span(p50)}, p95 {span(p95)}"
    if name == "kioskd":
        what = f"alert frame → first sample of its sound, {len(taken)} alerts, {WORDS[name]}"
        return Row(what, said, f"p95 ≤ {span(GOAL)}", p95 <= GOAL)
    return Row(f"the same, {WORDS[name]}", f"{said} ({p50 / statistics.median(ours):.1f} ×)")


WORDS = {
    "kioskd": f"mixer's buffer {BUFFER} samples ({BUFFER / RATE * 1000:.1f} ms)",
    "aplay": "`aplay` started for each alert; opening a real card is not counted",
    "ffplay": "`ffplay` started for each alert",
    "chromium": "`new Audio().play()` in headless Chromium, autoplay allowed; no card's buffer",
}


async def _kioskd(stack: AsyncExitStack, folder: Path, upstream: Upstream, card: Card) -> bool:
    source = f"{{kind: channels, url: '{upstream.url('kioskd')}'}}"
    await start_daemon(stack, folder, f"sources: [{source}]\n", card.sdl())
    return True


async def _aplay(stack: AsyncExitStack, folder: Path, upstream: Upstream, card: Card) -> bool:
    command = ["aplay", "-q", str(CLIP)]
    return _starter(stack, upstream.url("aplay"), command, card.alsa())


async def _ffplay(stack: AsyncExitStack, folder: Path, upstream: Upstream, card: Card) -> bool:
    command = ["ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet", str(CLIP)]
    return _starter(stack, upstream.url("ffplay"), command, card.sdl())


def _starter(
    stack: AsyncExitStack, url: str, command: list[str], environment: dict[str, str]
) -> bool:
    if shutil.which(command[0]) is None:
        return False
    _start(stack, [sys.executable, "-c", STARTER, url, *command], environment)
    return True


async def _chromium(stack: AsyncExitStack, folder: Path, upstream: Upstream, card: Card) -> bool:
    if not Path(CHROMIUM).exists():
        return False
    playwright = await stack.enter_async_context(async_playwright())
    browser = await playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--autoplay-policy=no-user-gesture-required",
            "--alsa-output-device=default",
        ],
        ignore_default_args=["--mute-audio"],
        env={**os.environ, **card.alsa()},
    )
    stack.push_async_callback(browser.close)
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{upstream.port}/")
    return True


PROGRAMS = {"kioskd": _kioskd, "aplay": _aplay, "ffplay": _ffplay, "chromium": _chromium}


# What waiting costs


async def idle() -> list[Row]:
    """The daemon without an upstream, and its sound process on SDL's dummy card."""
    found = []
    dummy = {"SDL_AUDIODRIVER": "dummy"}
    for said, sections in (("open and idle", "{}"), ("closed", "{enabled: false}")):
        async with AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            source = "{kind: rest, url: 'http://127.0.0.1:9/', interval: 1h}"
            sections = f"sound: {sections}\nsources: [{source}]\n"
            _, daemon = await start_daemon(stack, folder, sections, dummy)
            await asyncio.sleep(5)  # the start is over
            pids = [daemon, *_children(daemon)]
            before = [(_busy(pid), _switches(pid)) for pid in pids]
            since = time.monotonic()
            await asyncio.sleep(IDLE_SECONDS)
            lasted = time.monotonic() - since
            after = [(_busy(pid), _switches(pid)) for pid in pids]
            pairs = list(zip(before, after, strict=True))
            cpu = [100 * (late[0] - early[0]) / lasted for early, late in pairs]
            wakes = [(late[1] - early[1]) / lasted for early, late in pairs]
            parts = " + ".join(f"{share:.2f}" for share in cpu)
            woken = " + ".join(f"{count:.0f}" for count in wakes)
            memory = " + ".join(size(_memory(pid)) for pid in pids)
            names = "daemon + sound process" if len(pids) > 1 else "daemon"
            met = sum(cpu) <= IDLE_GOAL if len(pids) > 1 else None
            goal = f"≤ {IDLE_GOAL:g} %" if len(pids) > 1 else ""
            found += [
                Row(f"mixer {said}: CPU of a core, {names}", f"{parts} %", goal, met),
                Row(f"mixer {said}: wake-ups a second, {names}", woken),
                Row(f"mixer {said}: memory of its own (PSS), {names}", memory),
            ]
    return found


def _children(pid: int) -> list[int]:
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in lists for child in path.read_text().split()]


def _busy(pid: int) -> float:
    """Seconds that its threads have been on a processor."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in threads) / 1e9


def _switches(pid: int) -> int:
    """How often its threads gave the processor up to wait: each time something wakes them."""
    count = 0
    for path in Path(f"/proc/{pid}/task").glob("*/status"):
        lines = path.read_text().splitlines()
        count += sum(int(x.split()[1]) for x in lines if x.startswith("voluntary_ctxt"))
    return count


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


# Processes


async def start_daemon(
    stack: AsyncExitStack, folder: Path, sections: str, environment: dict[str, str]
) -> tuple[int, int]:
    """A kioskd whose port answers and whose sound is up; its port and its process id."""
    port, config = free_port(), folder / "kioskd.yaml"
    kiosk = f"{{id: Kiosk-BENCH, state_directory: {folder}/state, cache_directory: {folder}/cache}}"
    config.write_text(f"kiosk: {kiosk}\nserver: {{port: {port}}}\n{sections}")
    command = [sys.executable, "-m", "kioskd", "run", "--config", str(config)]
    pid = _start(stack, command, environment)
    status = f"http://127.0.0.1:{port}/api/status"
    deadline = time.monotonic() + 30
    while (state := await asyncio.to_thread(_sound, status)) not in ("ok", "off"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"kioskd's sound is {state}")
        await asyncio.sleep(0.05)
    return port, pid


def _sound(url: str) -> str:
    done = subprocess.run(["curl", "-fsS", url], capture_output=True, text=True)
    return str(json.loads(done.stdout)["sound"]["state"]) if done.stdout else done.stderr


def _start(stack: AsyncExitStack, command: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def stop() -> None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(stop)
    return process.pid
