"""kioskd as a process, from an alert of the upstream to the samples that its sound card got."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from kioskd.audio.card import built_in
from kioskd.core.sounding import BURST
from tests.support.django_server import Daphne
from tests.support.process import Process
from tests.support.recording import Recording, decibels, likeness, own, part
from tests.support.waiting import until

# Put into the sound process only: what PATCH does to the card happens before it opens it.
PATCHED = """
import sys
if "kioskd.audio.process" in sys.orig_argv:
    import time
    from kioskd.audio import card
    real_open, real_load = card.open_card, card.load
    def hang(*_):
        open(MARK, "w").close()
        time.sleep(1000)
    PATCH
"""
OPEN_HANGS = "card.open_card = hang"
READ_HANGS = "card.load = hang"
# A television that is there once MARK is, on whose card SDL's driver for files plays.
TELEVISION = """
    import os
    from kioskd.audio import mixer_channels as channels
    channels.LOOK_EVERY = 0.2
    card.preference = lambda _: "television" if os.path.exists(MARK) else None
    card.playing = lambda: card.preference(None) or "Headphones"
"""
QUIT_HANGS = "card.RATE = -1"  # SDL takes it, loads no sound, and its quit() never returns
# What it has no use for: 0.5 to 5 MB each, on a Pi that may have 512.
HEAVY = (
    *("aiohttp", "asyncio", "hashlib", "logging", "random", "shutil", "ssl", "tempfile", "yaml"),
    *("kioskd.core.messages", "kioskd.core.status"),
)


@pytest.fixture
def kioskd(tmp_path: Path, recording: Recording) -> Iterator[Process]:
    process = Process(tmp_path, "sources: [{kind: rest, url: 'http://127.0.0.1:9/'}]\n")
    yield process
    process.close()


@pytest.fixture
def daphne(tmp_path: Path) -> Iterator[Daphne]:
    upstream = Daphne(tmp_path)
    yield upstream
    upstream.kill()


class Helpdesk:
    """An upstream that says what a test wants, and serves one sound."""

    def __init__(self) -> None:
        self.links: list[web.WebSocketResponse] = []
        app = web.Application()
        app.router.add_get("/ws/", self._link)
        app.router.add_get("/sounds/theirs.wav", self._sound)
        self.server = TestServer(app)

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        link = web.WebSocketResponse()
        await link.prepare(request)
        self.links.append(link)
        async for _ in link:
            pass
        return link

    async def _sound(self, request: web.Request) -> web.Response:
        return web.Response(body=built_in("self-test").read_bytes(), content_type="audio/wav")

    async def alert(self, **data: Any) -> None:
        kind = "critical_alert" if data["severity"] == "critical" else "new_ticket_alert"
        for link in self.links:
            await link.send_json({"type": kind, "data": data})


@pytest_asyncio.fixture
async def helpdesk() -> AsyncIterator[Helpdesk]:
    found = Helpdesk()
    await found.server.start_server()
    yield found
    await found.server.close()


def status(kioskd: Process) -> dict[str, Any]:
    with urllib.request.urlopen(kioskd.url + "/api/status", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


async def sound(kioskd: Process, state: str, detail: str = "") -> dict[str, Any]:
    deadline = time.monotonic() + 30
    while True:
        found: dict[str, Any] = (await asyncio.to_thread(status, kioskd))["sound"]
        if found["state"] == state and detail in found["detail"]:
            return found
        assert time.monotonic() < deadline, found
        await asyncio.sleep(0.02)


async def connected(kioskd: Process) -> None:
    deadline = time.monotonic() + 30
    while (await asyncio.to_thread(status, kioskd))["sources"][0]["state"] != "connected":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


@contextmanager
def running(folder: Path, sections: str) -> Iterator[Process]:
    """A started kioskd whose words to systemd are taken, as systemd takes them."""

    def take() -> None:
        with suppress(OSError):  # until it is closed
            while True:
                started.notified.until("=")

    started = Process(folder, sections)
    try:
        started.start()
        threading.Thread(target=take, daemon=True).start()
        yield started
        assert started.stop() == 0
    finally:
        started.close()


async def test_a_critical_ticket_saved_in_django_is_heard(
    daphne: Daphne, tmp_path: Path, recording: Recording
) -> None:
    source = f"{{kind: channels, url: 'ws://127.0.0.1:{daphne.port}/ws/dashboard_control/'}}"
    with running(tmp_path, f"sound: {{volume: 50}}\nsources: [{source}]\n") as kioskd:
        await connected(kioskd)
        await sound(kioskd, "ok")
        await daphne.save(title="Servidor fora", priority="critical")
        played = await recording.sound()
        assert likeness(played, own("critical")) > 0.98
        assert decibels(part(played, own("critical"))) == pytest.approx(decibels(0.5), abs=1)


async def test_the_upstreams_own_sound_is_fetched_and_heard_and_a_foreign_one_is_named(
    helpdesk: Helpdesk, tmp_path: Path, recording: Recording
) -> None:
    url = str(helpdesk.server.make_url("/ws/")).replace("http", "ws")
    with running(tmp_path, f"sources: [{{kind: channels, url: '{url}'}}]\n") as kioskd:
        await until(lambda: helpdesk.links)
        await sound(kioskd, "ok")
        theirs = "/sounds/theirs.wav"
        await helpdesk.alert(id="1", title="A", severity="high", soundUrl=theirs)
        first, played = await recording.found()
        assert likeness(played, own("self-test")) > 0.98
        await asyncio.sleep(BURST)  # in which only something higher would be heard
        foreign = "http://169.254.169.254/latest"
        await helpdesk.alert(id="2", title="B", severity="high", soundUrl=foreign)
        again = await recording.sound(first + len(played))
        assert likeness(again, own("high")) > 0.98
        faults = (await asyncio.to_thread(status, kioskd))["faults"]
        assert any(foreign in fault["message"] for fault in faults), faults


async def test_without_a_card_the_log_has_a_line_and_not_alsas_own_complaints(
    kioskd: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")
    kioskd.start()
    await sound(kioskd, "failed", "no sound card (alsa)")
    await asyncio.sleep(2)  # into the second attempt
    assert kioskd.stop() == 0
    lines = (kioskd.folder / "log").read_text().splitlines()
    assert len([line for line in lines if "sound" in line]) == 1, lines
    assert not [line for line in lines if "ALSA lib" in line]


def family(kioskd: Process) -> list[int]:
    found = []
    for path in Path(f"/proc/{kioskd.process.pid}/task").glob("*/children"):
        found += [int(pid) for pid in path.read_text().split()]
    return found


def stops(kioskd: Process) -> None:
    """SIGTERM, twice in a row: it ends in time and leaves no process behind."""
    children = family(kioskd)
    kioskd.process.send_signal(signal.SIGTERM)
    assert kioskd.stop() == 0
    deadline = time.monotonic() + 3
    while any(Path(f"/proc/{pid}/stat").exists() for pid in children):
        assert time.monotonic() < deadline, "the sound process outlives kioskd"
        time.sleep(0.02)


async def test_it_stops_while_there_is_no_card(
    kioskd: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_AUDIODRIVER", "alsa")
    kioskd.start()
    await sound(kioskd, "failed")
    stops(kioskd)


async def test_it_stops_right_after_the_sound_came_up(kioskd: Process) -> None:
    kioskd.start()
    await sound(kioskd, "ok")
    stops(kioskd)


async def test_it_stops_before_the_sound_came_up(kioskd: Process) -> None:
    kioskd.start()
    stops(kioskd)


async def test_it_stops_while_a_sound_plays(kioskd: Process, recording: Recording) -> None:
    kioskd.start()
    await sound(kioskd, "ok")
    await asyncio.to_thread(order, kioskd)
    while not recording.samples().any():
        await asyncio.sleep(0.01)
    stops(kioskd)


def order(kioskd: Process) -> None:
    request = urllib.request.Request(
        kioskd.url + "/api/alerts",
        data=json.dumps({"severity": "critical", "title": "Queda"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()


async def test_it_stops_while_another_card_is_opened(kioskd: Process) -> None:
    kioskd.start()
    await sound(kioskd, "ok")
    for buffer in (128, 8192, 256):
        kioskd.configure(
            f"sound: {{buffer: {buffer}}}\nsources: [{{kind: rest, url: 'http://127.0.0.1:9/'}}]\n"
        )
        kioskd.process.send_signal(signal.SIGHUP)
        kioskd.notified.until("READY=1")
    stops(kioskd)


def patch(kioskd: Process, monkeypatch: pytest.MonkeyPatch, what: str) -> Path:
    mark = kioskd.folder / "mark"
    site = kioskd.folder / "site"
    site.mkdir()
    content = PATCHED.replace("PATCH", what).replace("MARK", repr(str(mark)))
    (site / "sitecustomize.py").write_text(content)
    monkeypatch.setenv("PYTHONPATH", f"{site}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    return mark


@pytest.mark.parametrize("what", [OPEN_HANGS, READ_HANGS], ids=["open", "read"])
async def test_it_stops_while_the_card_or_a_file_hangs(
    kioskd: Process, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    mark = patch(kioskd, monkeypatch, what)
    kioskd.start()
    deadline = time.monotonic() + 20
    while not mark.exists():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    stops(kioskd)


async def test_it_stops_while_closing_the_card_hangs(
    kioskd: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch(kioskd, monkeypatch, QUIT_HANGS)
    kioskd.start()
    await sound(kioskd, "failed", "the sound card failed")
    stops(kioskd)


async def test_the_sound_follows_a_display_that_is_plugged_in_later_and_says_so(
    kioskd: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged = patch(kioskd, monkeypatch, TELEVISION.strip())
    kioskd.start()
    assert (await sound(kioskd, "ok"))["card"] == "Headphones"
    plugged.touch()
    deadline = time.monotonic() + 20
    while (await sound(kioskd, "ok"))["card"] != "television":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_kioskd_that_is_killed_takes_its_sound_process_along(kioskd: Process) -> None:
    kioskd.start()
    await sound(kioskd, "ok")
    (child,) = family(kioskd)
    kioskd.process.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


def test_the_sound_process_loads_nothing_large_that_it_has_no_use_for() -> None:
    program = "import sys, kioskd.audio.process; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    loaded = subprocess.check_output(
        [sys.executable, "-S", "-c", program], text=True, env=environment
    ).split()
    assert [name for name in HEAVY if name in loaded] == []
