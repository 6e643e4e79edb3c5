"""From an event to the glass: until the browser presents the frame that has it.

One wall with everything: its tickets come from the guide's consumer on daphne, its alerts from a
webhook, its presses from a pin, and a named pipe is its sound card. Beside each stands what people
have instead: a page without a style that something sends to, or that asks each 30 s. All pages are
in one headless Chromium without a graphics processor, each in a process of its own; ``painted``
says how a frame is timed.
"""

import asyncio
import json
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import permutations
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from benchmarks import servers
from benchmarks import tickets as sent
from benchmarks.alerts import SECRET, hook
from benchmarks.buttons import LEAST_PRESS, PIN
from benchmarks.crowd import SOCKET
from benchmarks.painted import CATEGORIES, Seen, Trace, watch
from benchmarks.process import ROOT, Process, Ready, free_port, python
from benchmarks.sound import APART, CHROMIUM, Card, until
from benchmarks.table import Row, span
from tests.support.pressed import Fingers

GOAL, SWITCH = 0.060, 0.100  # seconds: the 95th percentile from an event, and for another screen
TICKETS = 60  # open, of which a room of some technicians has about so many
ROUNDS = {"row": 40, "alert": 20, "press": 30, "tap": 30, "switch": 1, "check": 10}
POLL = 30.0  # seconds
BLOCK = 0.2  # seconds for which the page of the check stands still
PANEL = {"row": ".body .row .title .line", "screen": "main", "alert": ".takeover .title"}
PLAIN = {"row": "#rows td", "screen": "main", "alert": "#alert"}
SCREENS = {"urgentes": "tickets", "fila": "tickets", "projetos": "projects"}
SCREENS |= {"painel": "dashboard", "tendencia": "trends"}
HIGH = "filter: {priorities: [high]}"
Taken = list[tuple[float, Seen]]
"""When each event began, and what the page made of it."""


def rows() -> list[Row]:
    return asyncio.run(measured())


async def measured() -> list[Row]:
    async with AsyncExitStack() as stack:
        glass = await stack.enter_async_context(Glass.opened())
        found: list[Row] = []
        for part in (check, tickets, alerts, presses, taps, switches):
            found += await part(glass)
        return found


class Glass:
    """The wall with its panel, the plain server, and a browser for more pages."""

    def __init__(self, browser: Browser, asked: aiohttp.ClientSession, place: Path) -> None:
        self.browser, self.asked = browser, asked
        self.card = Card(place, "kioskd")
        self.desk, self.their_desk, self.port, self.plain_port = (free_port() for _ in range(4))
        self.pins = place / "pins"
        self.fingers: Fingers
        self.panel: Page
        self.plain: Page

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator["Glass"]:
        async with AsyncExitStack() as stack:
            place = stack.enter_context(servers.folder())
            playwright = await stack.enter_async_context(async_playwright())
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
            )
            stack.push_async_callback(browser.close)
            asked = await stack.enter_async_context(aiohttp.ClientSession())
            glass = cls(browser, asked, place)
            stack.callback(glass.card.close)
            await glass._start(stack, place)
            yield glass

    async def _start(self, stack: AsyncExitStack, place: Path) -> None:
        application = "benchmarks.peers.guide:application"
        for port in (self.desk, self.their_desk):
            command = python("-m", "daphne", "-b", "127.0.0.1", "-p", str(port), application)
            stack.enter_context(servers.started(command, port))
            for number in range(TICKETS):
                await self.save(port, title=f"Impressora {number:03} sem papel", priority="medium")
        command = python("-m", "benchmarks.peers.plain", str(self.plain_port))
        stack.enter_context(servers.started(command, self.plain_port))
        process, ready = self._kioskd(place)
        stack.callback(process.stop)
        ready.wait(process)
        ready.close()
        self.fingers = Fingers(self.pins)
        stack.callback(self.fingers.close)
        self.panel = await self.open("wall", PANEL, f"http://127.0.0.1:{self.port}/?id=Kiosk-GLASS")
        self.plain = await self.open("plain", PLAIN, self.plain_url())
        await self.say(**sent.message(sent.rows(TICKETS)))  # two screens of it differ
        await self.panel.wait_for_selector("[data-screen=urgentes] .calm, .nothing")
        await until_ok(self)

    def _kioskd(self, place: Path) -> tuple[Process, Ready]:
        file, ready = place / "kioskd.yaml", Ready(place)
        screens = [
            f"- {{name: {name}, kind: {kind}, title: {name}{', ' + HIGH if not at else ''}}}"
            for at, (name, kind) in enumerate(SCREENS.items())
        ]
        file.write_text(
            f"kiosk: {{id: Kiosk-GLASS, state_directory: {place}/state, "
            f"cache_directory: {place}/cache}}\nserver: {{port: {self.port}}}\n"
            f"sources: [{servers.channels(self.desk)}, {hook(place)}]\n"
            f"gpio: {{factory: mock}}\nbuttons: [{{pin: {PIN}, press: next}}]\nscreens:\n"
            + "\n".join(screens)
        )
        command = [
            *python("tests/support/pressed.py", str(self.pins), "run", "--config", str(file))
        ]
        notify = {"NOTIFY_SOCKET": str(ready.path), "HOME": str(place), "PYTHONPATH": str(ROOT)}
        return Process(command, place, notify | self.card.sdl()), ready

    def plain_url(self, more: str = "") -> str:
        return f"http://127.0.0.1:{self.plain_port}/?{more}"

    async def open(
        self, name: str, elements: Mapping[str, str], url: str, phone: bool = False
    ) -> Page:
        """A page that is called so in the trace, in a process of its own."""
        size = {"width": 390, "height": 844} if phone else {"width": 1920, "height": 1080}
        context = await self.browser.new_context(viewport=size, has_touch=phone)  # type: ignore[arg-type]
        page = await context.new_page()
        await page.add_init_script(watch(name, elements))
        await page.goto(url)
        return page

    async def shows(self, page: Page, what: str, said: str) -> None:
        """Wait for it without a part in it: it is there long before this asks."""
        await asyncio.sleep(0.15)
        asked = "([what, said]) => isOnGlass(what, said)"
        await page.wait_for_function(asked, arg=[what, said], polling=100, timeout=20_000)
        await asyncio.sleep(random.uniform(0.05, 0.15))  # at any moment between two frames

    async def save(self, port: int, **ticket: object) -> tuple[int, float]:
        """A ticket's id, and when Django began to save it."""
        saved = json.loads(await self.post(port, "/save", ticket))
        return int(saved["id"]), float(saved["began"])

    async def post(self, port: int, path: str, body: object) -> str:
        url, secret = f"http://127.0.0.1:{port}{path}", {"Authorization": f"Bearer {SECRET}"}
        async with self.asked.post(url, json=body, headers=secret) as answer:
            answer.raise_for_status()
            return await answer.text()

    async def say(self, **message: object) -> float:
        """To the plain page; when it began."""
        began = time.monotonic()
        await self.post(self.plain_port, "/say", message)
        return began

    async def traced(self, work: Callable[[], Awaitable[None]]) -> Trace:
        await self.browser.start_tracing(categories=CATEGORIES)
        await work()
        await asyncio.sleep(0.5)  # what is under way is still presented
        return Trace(await self.browser.stop_tracing())


async def until_ok(glass: Glass) -> None:
    """The sound is up."""
    for _ in range(300):
        async with glass.asked.get(f"http://127.0.0.1:{glass.port}/api/status") as answer:
            if (await answer.json())["sound"]["state"] == "ok":
                return
        await asyncio.sleep(0.1)
    raise TimeoutError("kioskd's sound is not up")


# The method


async def check(glass: Glass) -> list[Row]:
    """A page that stands still for so long before each picture is seen to."""
    slow = await glass.open("slow", PLAIN, glass.plain_url(f"slow={BLOCK * 1000:.0f}"))
    began: list[float] = []

    async def work() -> None:
        for number in range(ROUNDS["check"]):
            began.append(await glass.say(type="alert", title=f"No {number}"))
            await glass.shows(glass.plain, "alert", f"No {number}")
            await glass.shows(slow, "alert", f"No {number}")

    trace = await glass.traced(work)
    await slow.context.close()
    more = statistics.median(
        trace.seen("slow", "alert", f"No {number}", at).painted
        - trace.seen("plain", "alert", f"No {number}", at).painted
        for number, at in enumerate(began)
    )
    return [
        Row(
            f"the method: a page that stands still for {span(BLOCK)} before each picture",
            f"{span(more)} later than one that does not",
            f"{span(BLOCK)} ± 10 %",
            abs(more - BLOCK) <= BLOCK / 10,
            {"seconds": more},
        )
    ]


# What is measured


async def tickets(glass: Glass) -> list[Row]:
    desk = f"ws://127.0.0.1:{glass.their_desk}"
    theirs = await glass.open("guide", PLAIN, glass.plain_url(f"ws={desk}{SOCKET}"))
    asks = await glass.open("asks", PLAIN, glass.plain_url(f"ws={desk}/ws/polled/&every={POLL:g}"))
    polled_until = time.monotonic() + POLL
    pages = {"wall": (glass.desk, glass.panel), "guide": (glass.their_desk, theirs)}
    began: dict[str, list[float]] = {name: [] for name in pages}
    # The wall puts the oldest first, so the last one goes; the others the newest, so one stays.
    stay, opened = {"wall": 0, "guide": 1}, {name: list[int]() for name in pages}

    async def work() -> None:
        number = 0
        while number <= ROUNDS["row"] or time.monotonic() < polled_until + 1:
            for name, (port, page) in pages.items():
                title = f"Servidor {number:03} fora"
                ticket, at = await glass.save(port, title=title, priority="high")
                began[name].append(at)
                opened[name].append(ticket)
                await glass.shows(page, "row", title)
                if len(opened[name]) > stay[name]:
                    await glass.save(port, id=opened[name].pop(0), status="closed")
            number += 1

    trace = await glass.traced(work)
    found: dict[str, Taken] = {
        name: [
            (at, trace.seen(name, "row", f"Servidor {number:03} fora", at))
            for number, at in enumerate(times)
        ]
        for name, times in began.items()
    }
    waited = [at for at in began["guide"] if at < polled_until - 0.5]
    found["asks"] = [(at, trace.seen("asks", "row", None, at)) for at in waited]
    for page in (theirs, asks):
        await page.context.close()
    what = f"ticket saved in Django → its row painted, {TICKETS} open"
    ours = found["wall"]
    return [
        event(what, ours),
        beside("the guide's consumer with a page without a style", found["guide"], ours),
        beside(f"such a page that asks each {POLL:g} s", found["asks"], ours),
    ]


async def alerts(glass: Glass) -> list[Row]:
    ours: list[float] = []
    plain: list[float] = []
    sounds: list[float] = []

    def payload(number: int, status: str) -> object:
        alert = {
            "status": status,
            "fingerprint": f"{number:016x}",
            "labels": {"alertname": "Queda", "severity": "critical", "instance": "srv:9100"},
            "annotations": {"summary": f"Servidor {number} fora"},
        }
        return {"version": "4", "alerts": [alert]}

    await asyncio.sleep(APART)  # what sounded before this is over

    async def work() -> None:
        for number in range(ROUNDS["alert"] + 1):
            next_at, before = time.monotonic() + APART, len(glass.card.began)
            at = time.monotonic()
            await glass.post(glass.port, "/hooks/bench", payload(number, "firing"))
            await glass.shows(glass.panel, "alert", f"Servidor {number} fora")
            await until(lambda before=before: len(glass.card.began) > before, "no sound")  # type: ignore[misc]
            ours.append(at)
            sounds.append(glass.card.began[before] - at)
            await glass.post(glass.port, "/hooks/bench", payload(number, "resolved"))
            await glass.shows(glass.panel, "alert", "")
            plain.append(await glass.say(type="alert", title=f"Servidor {number} fora"))
            await glass.shows(glass.plain, "alert", f"Servidor {number} fora")
            await glass.say(type="alert", title="")
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    trace = await glass.traced(work)
    found: dict[str, Taken] = {
        name: [
            (at, trace.seen(name, "alert", f"Servidor {number} fora", at))
            for number, at in enumerate(times)
        ]
        for name, times in (("wall", ours), ("plain", plain))
    }
    return [
        event("alert posted → takeover painted", found["wall"]),
        beside("a page without a style that a small server tells", found["plain"], found["wall"]),
        _row("alert posted → first sample of its sound, while that is painted", sounds, GOAL),
    ]


async def presses(glass: Glass) -> list[Row]:
    names = list(SCREENS)
    edges: list[tuple[float, str]] = []
    keys: list[tuple[float, str]] = []
    await switch(glass, names[0])
    await glass.say(type="switch", target="one")

    async def work() -> None:
        for number in range(1, ROUNDS["press"] + 2):
            to = names[number % len(names)]
            edges.append((glass.fingers.move(PIN, "down") / 1e9, to))
            await asyncio.sleep(0.03)
            glass.fingers.move(PIN, "up")
            await glass.shows(glass.panel, "screen", to)
            to = ("one", "two")[number % 2]
            keys.append((time.monotonic(), to))
            await glass.plain.keyboard.press("n")
            await glass.shows(glass.plain, "screen", to)

    trace = await glass.traced(work)
    ours = [(at + LEAST_PRESS, trace.seen("wall", "screen", to, at)) for at, to in edges]
    pressed = trace.inputs("plain")
    theirs = [
        (key, trace.seen("plain", "screen", to, at))
        for (at, to), key in zip(keys, pressed, strict=True)
    ]
    what = f"GPIO edge → the other screen painted, beyond the {span(LEAST_PRESS)} of `least_press`"
    return [
        event(what, ours),
        beside("a key in Chromium, on a page without a style", theirs, ours),
    ]


async def taps(glass: Glass) -> list[Row]:
    phone = await glass.open("phone", {}, f"http://127.0.0.1:{glass.port}/remote", phone=True)
    other = await glass.open("other", PLAIN, glass.plain_url(), phone=True)
    names = ("fila", "painel")
    await switch(glass, names[0])
    await glass.say(type="switch", target="one")
    choices = {name: phone.locator(".screens .choices button", has_text=name) for name in names}
    tapped: list[tuple[float, str]] = []
    theirs: list[tuple[float, str]] = []

    async def work() -> None:
        for number in range(1, ROUNDS["tap"] + 2):
            to = names[number % 2]
            tapped.append((time.monotonic(), to))
            await choices[to].tap()
            await glass.shows(glass.panel, "screen", to)
            to = ("one", "two")[number % 2]
            theirs.append((time.monotonic(), to))
            await other.locator("button").tap()
            await glass.shows(glass.plain, "screen", to)

    trace = await glass.traced(work)
    found: dict[str, Taken] = {}
    for page, by, asked in (("wall", "phone", tapped), ("plain", "other", theirs)):
        found[page] = [
            (tap, trace.seen(page, "screen", to, at))
            for (at, to), tap in zip(asked, trace.inputs(by), strict=True)
        ]
    for each in (phone, other):
        await each.context.close()
    return [
        event("tap on the phone page → the wall's other screen painted", found["wall"]),
        beside("two pages without a style and a small server", found["plain"], found["wall"]),
    ]


async def switches(glass: Glass) -> list[Row]:
    pairs = [*permutations(SCREENS, 2)] * ROUNDS["switch"]
    pairs.insert(0, pairs[0])
    began: list[tuple[float, str, str]] = []

    async def work() -> None:
        for since, to in pairs:
            await switch(glass, since)
            began.append((time.monotonic(), since, to))
            await switch(glass, to)

    trace = await glass.traced(work)
    taken = [(at, trace.seen("wall", "screen", to, at)) for at, _, to in began]
    slowest, since, to = max(
        (seen.painted - at, since, to)
        for (at, since, to), (_, seen) in zip(began[1:], taken[1:], strict=True)
    )
    what = f"`POST /api/switch` → painted, each of {len(SCREENS)} screens to each other"
    row = event(what, taken, SWITCH)
    more = f"; the slowest {span(slowest)}, {since} → {to}"
    return [row._replace(measured=row.measured + more)]


async def switch(glass: Glass, to: str) -> None:
    await glass.post(glass.port, "/api/switch", {"target": to})
    await glass.shows(glass.panel, "screen", to)


# The rows


def event(what: str, taken: Taken, goal: float = GOAL) -> Row:
    """With the median time that each stage takes."""
    stages = {
        "page_hears": statistics.median(seen.heard - at for at, seen in taken),
        "script": statistics.median(seen.changed - seen.heard for _, seen in taken),
        "layout": statistics.median(seen.laid_out - seen.changed for _, seen in taken),
        "picture": statistics.median(seen.painted - seen.laid_out for _, seen in taken),
    }
    row = _row(what, [seen.painted - at for at, seen in taken], goal)
    more = "; page told {}, script {}, layout {}, picture {}".format(*map(span, stages.values()))
    return row._replace(measured=row.measured + more, figures={**row.figures, **stages})


def beside(what: str, taken: Taken, ours: Taken) -> Row:
    theirs = [seen.painted - at for at, seen in taken]
    row = _row(f"the same, {what}", theirs, None)
    ratio = statistics.median(theirs) / statistics.median(seen.painted - at for at, seen in ours)
    hears = statistics.median(seen.heard - at for at, seen in taken)
    said = f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"
    return row._replace(
        measured=f"{row.measured} ({said} ×); page told {span(hears)}",
        figures={**row.figures, "ratio": ratio, "page_hears": hears},
    )


def _row(what: str, times: list[float], goal: float | None) -> Row:
    """The first one, which also loads what it needs from the disk, is left out."""
    times = times[1:]
    half, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    figures = {"p50": half, "p95": most, "events": len(times)}
    said = f"p50 {span(half)}, p95 {span(most)}"
    if goal is None:
        return Row(what, said, figures=figures)
    return Row(what, said, f"p95 ≤ {span(goal)}", most <= goal, figures)
