"""Whatever anybody asks over HTTP is answered as documented: no traceback, no 500."""

import asyncio
import socket
import struct
from pathlib import Path
from typing import Any

import pytest

from kioskd.config import Server, Webhook
from kioskd.web.serving import EXPECTED, Serving, gone
from tests.support import requests
from tests.support.fuzz import draws
from tests.support.process import free_port
from tests.support.served import Served

AT_ONCE = 128
pytestmark = [pytest.mark.timeout(0), pytest.mark.usefixtures("unkept_log")]


class Judge:
    """What aiohttp would log: anything but a malformed request is a fault of ours."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def exception(self, message: str, *args: object, exc_info: Any = None) -> None:
        if not isinstance(exc_info, EXPECTED) and not gone(exc_info):
            self.wrong.append(repr(exc_info))

    def debug(self, *args: object, **more: object) -> None: ...
    def warning(self, *args: object) -> None: ...


async def test_no_http_request_ends_in_a_traceback_or_a_500(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Judge()
    monkeypatch.setattr("kioskd.web.serving._Log", lambda: judge)
    monkeypatch.setattr("kioskd.web.authorisation.SLOWER", 0.0)
    for limit in ("FREE_TRIES", "MOST_TOGETHER"):  # else most would hear of nothing but that
        monkeypatch.setattr(f"kioskd.web.limits.{limit}", 10**9)
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<title>panel</title>")
    (tmp_path / "assets/index.js").write_text("1")
    secret = tmp_path / "secret"
    secret.write_text(requests.TOKEN)
    settings = Server(loopback="none", token_file=str(secret))
    hook = Webhook(name="x", token_file=str(secret), preset="alertmanager")
    wall = Served(tmp_path, settings, [hook])
    serving = Serving(wall.web.application(), wall.access.connections)
    path = tmp_path / "s"
    await serving.start(path)
    port = free_port()
    serving.listen("127.0.0.1", port)
    # What ends aiohttp's own task, the loop hears of.
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: judge.wrong.append(repr(context))
    )
    said: dict[str, int] = {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def ask(request: bytes, inside: bool, address: str) -> None:
        writer = None
        try:
            if inside:
                reader, writer = await asyncio.open_unix_connection(str(path))
            else:
                reader, writer = await abrupt(address, port)
            writer.write(request)
            answer = b""
            with_end = asyncio.timeout(0.05 if b"\r\n\r\n" not in request else 0.3)
            try:
                async with with_end:
                    answer = await reader.readline()
            except TimeoutError:
                answer = b"HTTP/1.1 --- waits"
            status = answer[9:12].decode(errors="replace")
            said[status] = said.get(status, 0) + 1
            assert status not in ("500", "504"), request
        except ConnectionError:
            said["reset"] = said.get("reset", 0) + 1
        finally:
            gate.release()
            if writer is not None:
                writer.close()
        assert not judge.wrong, (judge.wrong, request)

    async with asyncio.TaskGroup() as group:
        for draw in draws("http"):
            await gate.acquire()
            inside, address = draw.random() < 0.5, f"127.{draw.randrange(1, 250)}.0.1"
            group.create_task(ask(requests.mutated(draw), inside, address))
    print(said)
    await serving.close()


async def abrupt(address: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection over TCP that leaves no port behind, which a million would use up."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.setblocking(False)
    sock.bind((address, 0))
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=sock)
