"""``kioskd demo`` with its options, as ``make run`` starts it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import ClientSession

from kioskd.host import network
from tests.support.process import free_port

DEMO = (sys.executable, "-m", "kioskd", "demo")
TITLES = {
    "Printer does not print",
    "No access to e-mail",
    "VPN does not connect",
    "Extension is mute",
}


@contextmanager
def demo(*options: str) -> Iterator[list[str]]:
    """What it says on stdout until it serves: one line, and one for each address besides."""
    with subprocess.Popen([*DEMO, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        late = threading.Timer(30, process.kill)
        late.start()
        try:
            everywhere = "--host=0.0.0.0" in options
            others = [address for address in network.addresses() if everywhere and "." in address]
            yield [process.stdout.readline().rstrip() for _ in ("127.0.0.1", *others)]
        finally:
            late.cancel()
            process.terminate()
        assert process.wait(10) == 0


async def test_it_speaks_the_language_that_is_asked_for() -> None:
    port = free_port()
    with demo(f"--port={port}", "--language=en") as said:
        assert said == [f"kioskd: http://127.0.0.1:{port}/"]
        told: dict[str, Any] = {}
        async with (
            ClientSession() as session,
            session.ws_connect(f"http://127.0.0.1:{port}/ws/dashboard_control/") as ws,
        ):
            await ws.send_json({"type": "identify", "clientId": "P"})
            while not {"settings", "tickets_update"} <= told.keys():
                message = await ws.receive_json(timeout=10)
                told[message["type"]] = message
    assert told["settings"]["language"] == "en"
    rows = told["tickets_update"]["data"]
    assert {row["title"].partition(" - ")[0] for row in rows} & TITLES


@pytest.mark.skipif(not network.addresses(), reason="this machine has no network")
async def test_from_the_next_desk_it_can_be_looked_at_without_a_token() -> None:
    port = free_port()
    with demo(f"--port={port}", "--host=0.0.0.0") as said:
        _, *others = said
        async with ClientSession() as session:
            for line in others:
                address = line.split()[1]
                async with session.get(address) as answer:
                    assert (answer.status, "<title>" in await answer.text()) == (200, True)
            assert others
    assert all(line.endswith("(from other machines)") for line in others)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8080.0"])
def test_a_port_that_is_none_is_refused_in_one_line(port: str) -> None:
    done = subprocess.run([*DEMO, f"--port={port}"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert "a port is a whole number from 1 to 65535" in done.stderr.splitlines()[-1]
