"""Driving a browser through its pipes: a real Chromium, and ones that misbehave."""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kioskd.browser import devtools
from kioskd.browser.devtools import BrowserError, Devtools
from kioskd.browser.programs import installed
from kioskd.browser.window import waiting
from tests.support.watching import WITHOUT_SCREEN, each_browser

pytestmark = pytest.mark.timeout(120)
CORNER = {
    "chromium": ("--window-size=400,300", "--screen-info={1600x1200}"),
    "chromium-shell": ("--content-shell-host-window-size=400x300",),
}


@dataclass
class Chromium:
    """One that runs, with our ends of its pipes."""

    process: subprocess.Popen[bytes]
    devtools: Devtools

    def processes(self, kind: str = "") -> list[int]:
        """Its processes of one kind, such as ``renderer``; without a kind all of them."""
        group = str(os.getpgid(self.process.pid))
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_text()
                if fields[2] == group and (not kind or f"--type={kind}" in command):
                    found.append(int(folder.name))
        return found


def listening(pids: list[int]) -> list[str]:
    """The TCP sockets at which one of these processes listens, as the kernel lists them."""
    inodes = set()
    for pid in pids:
        for number in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                inodes.add(number.readlink().name.removeprefix("socket:[").removesuffix("]"))
    rows = [
        line
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return [row for row in rows if row.split()[3] == "0A" and row.split()[9] in inodes]


@contextmanager
def started(
    folder: Path, name: str, *flags: str, without: Collection[str] = ()
) -> Iterator[Chromium]:
    """The browser of this name with kioskd's own flags but a few, then with these."""
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    shell = ("bash", "-c", f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}', "bash")
    browser = installed(name)
    assert browser is not None
    extra = ("--no-sandbox", *WITHOUT_SCREEN[name], *flags)
    command = browser.command(waiting(), folder / "p", *extra, gpu=False)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*shell, *(part for part in command if part not in without)],
            pass_fds=(theirs_in, theirs_out),
            env=os.environ | {"HOME": str(folder)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    os.close(theirs_in)
    os.close(theirs_out)
    driven = Devtools(ours_in, ours_out)
    try:
        yield Chromium(process, driven)
    finally:
        driven.close()
        with suppress(ProcessLookupError):  # a test may have ended it and all its processes
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def send(number: signal.Signals, pids: list[int]) -> None:
    """A signal to each process that is still there: a spare renderer ends when it likes."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def until(true: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while True:
        with suppress(BrowserError):
            if true():
                return
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def shown(chromium: Chromium, address: str) -> None:
    """Tell it to show the page; while it starts it may have none yet."""

    def obeys() -> bool:
        chromium.devtools.navigate(address)
        return True

    until(obeys, "it obeys")


@pytest.fixture
def pages() -> Iterator[tuple[str, list[str]]]:
    """A web server's address, and the paths that were asked of it."""
    asked: list[str] = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"<!doctype html><title>page</title><p>a page<img src=/image>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@each_browser
def test_it_shows_the_page_that_it_is_told_to(
    browser_name: str, tmp_path: Path, pages: tuple[str, list[str]]
) -> None:
    address, asked = pages
    with started(tmp_path, browser_name) as chromium:
        shown(chromium, f"{address}/wall")
        until(lambda: "/wall" in asked, "the page is asked for")
        until(chromium.devtools.fills_the_screen, "it is as large as the screen")


@each_browser
def test_a_window_in_a_corner_of_the_screen_does_not_fill_it(
    browser_name: str, tmp_path: Path
) -> None:
    full = ("--kiosk", "--start-fullscreen")
    with started(tmp_path, browser_name, *CORNER[browser_name], without=full) as chromium:
        until(lambda: not chromium.devtools.fills_the_screen(), "it answers that it doesn't")


@each_browser
def test_no_other_program_of_the_machine_can_drive_it(browser_name: str, tmp_path: Path) -> None:
    with started(tmp_path, browser_name) as chromium:
        until(lambda: chromium.devtools.fills_the_screen() in (True, False), "it answers")
        own = chromium.processes()
        assert len(own) > 3
        assert listening(own) == []


@each_browser
def test_after_its_renderer_was_killed_it_shows_the_page_again(
    browser_name: str, tmp_path: Path, pages: tuple[str, list[str]]
) -> None:
    address, asked = pages
    with started(tmp_path, browser_name) as chromium:
        shown(chromium, f"{address}/one")
        until(lambda: "/image" in asked, "the page is there")
        renderers = chromium.processes("renderer")
        assert renderers
        send(signal.SIGKILL, renderers)
        until(lambda: not set(renderers) & set(chromium.processes("renderer")), "they are dead")
        shown(chromium, f"{address}/two")
        until(lambda: "/two" in asked, "the page is asked for")


@each_browser
def test_a_frozen_page_is_told_in_time_and_a_thawed_one_obeys_again(
    browser_name: str,
    tmp_path: Path,
    pages: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, asked = pages
    with started(tmp_path, browser_name) as chromium:
        shown(chromium, f"{address}/one")
        until(lambda: "/image" in asked, "the page is there")
        renderers = chromium.processes("renderer")
        assert renderers
        send(signal.SIGSTOP, renderers)
        monkeypatch.setattr(devtools, "ANSWER", 1.0)
        began = time.monotonic()
        with pytest.raises(BrowserError, match=r"Runtime.evaluate: no answer in 1 s"):
            chromium.devtools.fills_the_screen()
        assert time.monotonic() - began < 5
        send(signal.SIGCONT, renderers)
        until(lambda: chromium.devtools.fills_the_screen() in (True, False), "it answers again")


@each_browser
def test_a_browser_that_ended_is_an_error_and_no_signal(browser_name: str, tmp_path: Path) -> None:
    with started(tmp_path, browser_name) as chromium:
        until(lambda: chromium.devtools.fills_the_screen() in (True, False), "it answers")
        os.killpg(chromium.process.pid, signal.SIGKILL)
        chromium.process.wait()
        with pytest.raises(BrowserError, match="doesn't obey"):
            chromium.devtools.navigate("http://127.0.0.1/")
        with pytest.raises(BrowserError):
            chromium.devtools.fills_the_screen()


# Ones that misbehave

Command = dict[str, object]


@contextmanager
def pretended(answer: Callable[[Command], list[Command]]) -> Iterator[Devtools]:
    """A browser that answers each command with these messages."""
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()

    def serve() -> None:
        heard = b""
        while got := os.read(theirs_in, 65536):
            *commands, heard = (heard + got).split(b"\0")
            for command in commands:
                for said in answer(json.loads(command)):
                    with suppress(BrokenPipeError):  # who asked has left
                        os.write(theirs_out, json.dumps(said).encode() + b"\0")

    thread = threading.Thread(target=serve)
    thread.start()
    driven = Devtools(ours_in, ours_out)
    try:
        yield driven
    finally:
        driven.close()
        thread.join()
        os.close(theirs_in)
        os.close(theirs_out)


def well(command: Command) -> Command:
    """What Chromium answers to the commands that are used."""
    results: dict[object, Command] = {
        "Target.getTargets": {"targetInfos": [{"type": "page", "targetId": "T"}]},
        "Target.attachToTarget": {"sessionId": "S"},
        "Runtime.evaluate": {"result": {"value": [True, True]}},
    }
    return {"id": command["id"], "result": results.get(command["method"], {})}


@pytest.mark.parametrize(
    ("looks", "seen"),
    [
        ([(True, True), (True, False), (True, True)], [True, False, True]),  # a dialog, for a while
        ([(True, False), (True, False)], [True, True]),  # a browser that is never given the focus
        ([(False, True), (True, True)], [False, True]),  # a window that was small at first
    ],
)
def test_a_page_is_covered_when_something_has_taken_its_focus(
    looks: list[tuple[bool, bool]], seen: list[bool]
) -> None:
    ahead = iter(looks)

    def answer(command: Command) -> list[Command]:
        if command["method"] != "Runtime.evaluate" or "hasFocus" not in str(command["params"]):
            return [well(command)]
        return [{"id": command["id"], "result": {"result": {"value": list(next(ahead))}}}]

    with pretended(answer) as driven:
        assert [driven.fills_the_screen() for _ in looks] == seen


def test_events_and_answers_that_came_too_late_are_passed_over() -> None:
    late: Command = {"id": -1, "result": {"result": {"value": [False, False]}}}
    event: Command = {"method": "Target.targetCreated", "params": {}}
    with pretended(lambda command: [event, late, well(command), event]) as driven:
        assert driven.fills_the_screen()
        assert driven.fills_the_screen()


def test_the_first_answer_may_take_longer_than_a_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(devtools, "ANSWER", 2.0)

    def starting(command: Command) -> list[Command]:
        if command["id"] == 1:
            time.sleep(2.5)
        return [well(command)]

    with pretended(starting) as driven:
        driven.navigate("http://127.0.0.1/")


def test_events_without_end_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools, "FIRST", 0.2)
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    endless = r"""yes '{"method": "x"}' | tr '\n' '\0'"""  # faster than they can be read
    with subprocess.Popen(["sh", "-c", endless], stdout=theirs_out) as flood:
        os.close(theirs_out)
        driven = Devtools(ours_in, ours_out)
        began = time.monotonic()
        with pytest.raises(BrowserError, match="no answer"):
            driven.navigate("http://127.0.0.1/")
        assert time.monotonic() - began < 3
        driven.close()  # ends the flood
        flood.wait()
    os.close(theirs_in)


def test_a_session_that_is_gone_is_looked_for_again() -> None:
    methods: list[object] = []

    def lost(command: Command) -> list[Command]:
        methods.append(command["method"])
        if methods.count("Page.navigate") == 1 and command["method"] == "Page.navigate":
            return [{"id": command["id"], "error": {"message": "Session not found"}}]
        return [well(command)]

    with pretended(lost) as driven:
        with pytest.raises(BrowserError, match=r"refuses Page.navigate: Session not found"):
            driven.navigate("http://127.0.0.1/")
        driven.navigate("http://127.0.0.1/")
    looked = [name for name in methods if str(name).startswith("Target.")]
    assert looked == ["Target.getTargets", "Target.attachToTarget"] * 2
    assert methods.count("Page.navigate") == 2


def test_without_a_page_it_says_so() -> None:
    def bare(command: Command) -> list[Command]:
        return [{"id": command["id"], "result": {"targetInfos": [{"type": "browser"}]}}]

    with pretended(bare) as driven, pytest.raises(BrowserError, match="no page"):
        driven.navigate("http://127.0.0.1/")


def test_a_browser_that_reads_no_more_does_not_hold_us_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools, "FIRST", 0.0)
    theirs_in, ours_in = os.pipe()
    ours_out, theirs_out = os.pipe()
    driven = Devtools(ours_in, ours_out)
    began = time.monotonic()
    for _ in range(2000):  # more than a pipe holds
        with pytest.raises(BrowserError):
            driven.navigate("http://127.0.0.1/")
    assert time.monotonic() - began < 20
    driven.close()
    os.close(theirs_in)
    os.close(theirs_out)
