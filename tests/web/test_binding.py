"""Where the daemon listens, with real sockets: the loopback always, the rest as it can be had."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from kioskd.config import Server
from kioskd.errors import PortError
from kioskd.web.binding import Binding
from kioskd.web.limits import Connections
from kioskd.web.listener import Listener
from kioskd.web.serving import Serving
from tests.support.process import Process, free_port

OTHERS = "192.0.2.7"  # TEST-NET-1 (RFC 5737): no machine has it, unless a test gives it
root = pytest.mark.skipif(os.geteuid() != 0, reason="to give this machine an address needs root")


class Said:
    """What a binding says; ``until`` waits for the next fault that holds a word."""

    def __init__(self) -> None:
        self.faults: list[str | None] = []
        self.codes: list[tuple[str, str]] = []
        self.ports: list[int] = []
        self._said: asyncio.Queue[str | None] = asyncio.Queue()

    def say(self, fault: str | None, code: str, about: str) -> None:
        self.faults.append(fault)
        self.codes.append((code, about))
        self._said.put_nowait(fault)

    async def until(self, word: str | None) -> str:
        while True:
            said = await asyncio.wait_for(self._said.get(), 20)
            if (word is None and said is None) or (word and said and word in said):
                return said or ""


Start = Callable[..., Awaitable[tuple[Binding, Said]]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    async with contextlib.AsyncExitStack() as stack:

        async def begin(host: str, port: int = 0) -> tuple[Binding, Said]:
            async def hello(request: web.Request) -> web.Response:
                return web.Response(text="hello")

            app = web.Application()
            app.router.add_get("/", hello)
            serving = Serving(app, Connections(100))
            await serving.start(None)
            stack.push_async_callback(serving.close)
            heard = Said()
            settings = Server(host=host, port=port or free_port())
            binding = Binding(
                settings, heard.say, lambda: ["10.0.0.5"], heard.ports.append, retry=0.02
            )
            binding.open(serving)
            follow = asyncio.create_task(binding.follow(serving))
            stack.callback(follow.cancel)
            await binding.first_attempt(5)
            return binding, heard

        yield begin


async def answers(host: str, port: int) -> bool:
    shown = f"[{host}]" if ":" in host else host
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://{shown}:{port}/") as got,
        ):
            return await got.text() == "hello"
    except OSError:
        return False


def address(verb: str, host: str = OTHERS) -> None:
    subprocess.run(["ip", "addr", verb, f"{host}/32", "dev", "lo"], check=True)


@pytest.fixture
def given() -> Iterator[None]:
    """Takes the address away from this machine again, whatever a test did with it."""
    yield
    subprocess.run(["ip", "addr", "del", f"{OTHERS}/32", "dev", "lo"], capture_output=True)


async def test_an_address_that_this_machine_lacks_is_a_fault_and_the_loopback_works(
    start: Start,
) -> None:
    binding, heard = await start(OTHERS)
    said = heard.faults[-1] or ""
    assert said.startswith(f"this machine has no address {OTHERS} (server.host); it has 10.0.0.5.")
    assert "0.0.0.0 is every address" in said
    assert said.endswith(f"the wall is at http://127.0.0.1:{binding.port}/ on this machine")
    assert heard.codes[-1] == ("host_missing", OTHERS)
    assert binding.hosts == ()
    assert await answers("127.0.0.1", binding.port)


@root
@pytest.mark.usefixtures("given")
async def test_it_listens_as_soon_as_the_machine_has_the_address_and_says_when_it_goes(
    start: Start,
) -> None:
    binding, heard = await start(OTHERS)
    address("add")
    await heard.until(None)
    assert binding.hosts == (OTHERS,)
    assert await answers(OTHERS, binding.port)
    address("del")
    await heard.until("has no address")
    address("add")  # the socket is still there, and hears again
    await heard.until(None)
    assert await answers(OTHERS, binding.port)


async def test_every_address_is_heard_over_ipv4_and_ipv6(start: Start) -> None:
    binding, heard = await start("0.0.0.0")
    assert heard.faults == [None]
    assert await answers("127.0.0.1", binding.port)
    assert await answers("127.0.0.2", binding.port)
    ipv6 = binding.hosts == ("0.0.0.0", "::")
    assert ipv6 or binding.hosts == ("0.0.0.0",)
    assert await answers("::1", binding.port) == ipv6


async def test_nobody_is_refused_while_the_loopback_gives_way_to_every_address(
    monkeypatch: pytest.MonkeyPatch, start: Start
) -> None:
    """Not even while a program that is being started still holds a copy of the first socket."""
    copies: list[socket.socket] = []
    refused: list[OSError] = []
    asked, ended = 0, threading.Event()
    listen = Serving.listen

    def copied(serving: Serving, host: str, port: int, **more: Any) -> Listener:
        made = listen(serving, host, port, **more)
        if host == "127.0.0.1":
            copies.append(made._sock.dup())
            begun.set()
        return made

    def ask() -> None:
        nonlocal asked
        begun.wait(20)
        while not ended.wait(0.001):  # no more than wait for the copy, whom nobody serves
            try:
                socket.create_connection(("127.0.0.1", port), 5).close()
                asked += 1
            except OSError as error:
                refused.append(error)

    begun, port = threading.Event(), free_port()
    monkeypatch.setattr(Serving, "listen", copied)
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        binding, heard = await start("0.0.0.0", port)
        for copy in copies:
            copy.close()
        while asked < 50 and not refused:
            await asyncio.sleep(0)
    finally:
        ended.set()
        await asyncio.to_thread(asking.join)
    assert binding.hosts == ("0.0.0.0", "::")
    assert set(heard.faults) == {None}
    assert refused == []
    assert await answers("127.0.0.1", port)


async def test_a_port_that_is_taken_between_bind_and_listen_is_told_as_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serving = Serving(web.Application(), Connections(100))
    await serving.start(None)
    start = Listener.start
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))

        def late(listener: Listener) -> None:
            other.listen()
            start(listener)

        monkeypatch.setattr(Listener, "start", late)
        with pytest.raises(OSError, match="in use"):
            serving.listen("127.0.0.1", other.getsockname()[1])
    await serving.close()


async def test_a_machine_without_ipv6_says_so_and_hears_ipv4(
    start: Start, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make = socket.socket

    def without(family: int = -1, *more: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, os.strerror(97))  # EAFNOSUPPORT
        return make(family, *more)

    monkeypatch.setattr("kioskd.web.serving.socket.socket", without)
    binding, heard = await start("0.0.0.0")
    assert binding.hosts == ("0.0.0.0",)
    assert heard.faults == [None]
    assert "server.host 0.0.0.0 hears IPv4 only: this machine has no IPv6" in caplog.text


async def test_a_port_that_another_program_has_on_one_address_leaves_the_loopback_and_is_retried(
    start: Start,
) -> None:
    with socket.create_server(("127.0.0.2", 0)) as other:
        binding, heard = await start("0.0.0.0", other.getsockname()[1])
        assert "another program listens there" in (heard.faults[-1] or "")
        assert f"sudo ss -ltnp 'sport = :{binding.port}'" in (heard.faults[-1] or "")
        assert heard.codes[-1] == ("port_taken", f"0.0.0.0:{binding.port}")
        assert await answers("127.0.0.1", binding.port)
    await heard.until(None)
    assert await answers("127.0.0.3", binding.port)
    assert await answers("127.0.0.1", binding.port)


async def test_a_loopback_port_that_is_taken_ends_with_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=f"can't listen on 127.0.0.1:{port}: another program"):
            await start("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 90, "ü" * 70])
async def test_a_name_that_leads_nowhere_is_a_fault_that_says_to_write_an_address(
    start: Start, host: str
) -> None:
    binding, heard = await start(host)
    said = heard.faults[-1] if heard.faults else await heard.until("no name server")
    assert f"no name server knows server.host {host}: write an address instead" in (said or "")
    assert await answers("127.0.0.1", binding.port)


async def test_this_machine_alone_is_reached_by_nobody_else(start: Start) -> None:
    for host in ("127.0.0.1", "localhost", "127.0.0.2"):
        binding, heard = await start(host)
        assert heard.faults == [None]
        assert binding.hosts == ()
        assert await answers("127.0.0.1", binding.port)
    assert await answers("127.0.0.2", binding.port)


# The unit takes every capability away; a test that runs as root must do so, too.
UNPRIVILEGED = ("setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service")


def low_port() -> int:
    for port in range(1023, 600, -1):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port below 1024 is free")


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="needs root, to give the right to low ports away with setpriv",
)
def test_a_forbidden_port_is_shown_on_a_wall_that_is_at_the_usual_one(tmp_path: Path) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 8080)) == 0:
            pytest.skip("another program has port 8080")
    kioskd, port = Process(tmp_path), low_port()
    kioskd.configure("sound: {enabled: false}\n", port=port)
    notified = kioskd.notified
    environment = os.environ | {"NOTIFY_SOCKET": str(notified.path), "HOME": str(tmp_path)}
    command = [*UNPRIVILEGED, sys.executable, "-m", "kioskd", "run", "--config", str(kioskd.config)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert f"port {port} (server.port) is forbidden" in notified.until("READY=1")
        assert process.stdout is not None
        assert process.stdout.readline() == "kioskd: http://127.0.0.1:8080/\n"
        shown = subprocess.run(
            [sys.executable, "-m", "kioskd", "status", "--json", "--port", "8080"],
            capture_output=True,
            check=True,
        )
        (fault,) = json.loads(shown.stdout)["faults"]
        assert (fault["part"], fault["code"]) == ("listening", "port_forbidden")
        assert fault["about"] == str(port)
        assert "as all below 1024: write 8080" in fault["message"]
    finally:
        process.terminate()
        assert process.wait(5) == 0
        assert process.stdout is not None
        process.stdout.close()
        notified.close()
