"""A kioskd that is attacked from another machine, and what its wall notices of it."""

import asyncio
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, WSMsgType

from tests.support.bad_peer import BadServer, Peer
from tests.support.crowd import SOCKET
from tests.support.frames import TICKET, tickets
from tests.support.lan import Lan
from tests.support.pressed import Fingers
from tests.support.process import Process

TOKEN = "Longa-palavra-de-acesso-9371"
UPDATES = 0.2  # seconds between two updates of the upstream
PRESSES = 0.4  # seconds between two presses


class Besieged(Process):
    """Listens to the whole network; its pins are moved by ``fingers``."""

    server = ""
    """More of that section, with a comma at its end."""
    source = ""
    """One more, with a comma before it."""
    sections = ""
    """More of the file."""
    id = "Kiosk-T"

    def configure(self, sections: str, port: int | None = None) -> None:
        (self.folder / "token").write_text(TOKEN)
        self.config.write_text(
            f"kiosk: {{id: {self.id}, language: en, development: true, "
            f"state_directory: {self.folder}/state}}\n"
            f"server: {{{self.server} host: 0.0.0.0, port: {self.port}, "
            f"token_file: {self.folder}/token}}\n"
            "sound: {enabled: false}\nalerts: {derive: false}\ngpio: {factory: mock}\n"
            "buttons:\n  - {pin: 17, name: next, press: next}\n" + self.sections + sections
        )

    def begin(self) -> None:
        path = self.folder / "pins"
        root = Path(__file__).parents[2]
        environment = os.environ | {
            "NOTIFY_SOCKET": str(self.notified.path),
            "HOME": str(self.folder),
            "PYTHONPATH": str(root),
            "WATCHDOG_USEC": "2000000",
        }
        command = [sys.executable, str(root / "tests/support/pressed.py"), str(path)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "run", "--config", str(self.config)], env=environment, stderr=log
            )
        self.notified.until("READY=1")
        while not re.search(r"[1-9]\d* button", self.notified.until("STATUS=")):
            pass
        self.fingers = Fingers(path)

    def close(self) -> None:
        super().close()
        if hasattr(self, "fingers"):
            self.fingers.close()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()


class WatchedWall:
    """A panel on this machine: how late it heard each update and each press, in seconds."""

    def __init__(self) -> None:
        self.updates: list[float] = []
        self.presses: list[float] = []
        self.fed: list[float] = []
        self.ended = False

    def figures(self) -> str:
        def of(late: list[float]) -> str:
            ordered = sorted(late) or [float("nan")]
            shares = (0.5, 0.95, 1.0)
            ms = [ordered[int(share * (len(ordered) - 1))] * 1000 for share in shares]
            return "{}: median {:.0f}, 95 % {:.0f}, worst {:.0f} ms".format(len(late), *ms)

        pauses = [b - a for a, b in zip(self.fed, self.fed[1:], strict=False)]
        fed = f"{len(self.fed)} times, at most {max(pauses, default=0):.1f} s apart"
        return f"updates {of(self.updates)}; presses {of(self.presses)}; watchdog fed {fed}"


@contextlib.asynccontextmanager
async def watched(kioskd: Besieged) -> AsyncIterator[WatchedWall]:
    """Start it with an upstream that always changes, and watch its wall."""
    said: dict[str, float] = {}

    async def talk(peer: Peer) -> None:
        await peer.handshake()
        listening = asyncio.create_task(peer.listen())
        try:
            while not listening.done():
                mark = f"{len(said):06}"
                rows = [TICKET | {"id": str(n), "description": mark * 20} for n in range(100)]
                rows[0]["title"] = mark
                said[mark] = time.monotonic()
                peer.frame(tickets(*rows))
                await peer.writer.drain()
                await asyncio.sleep(UPDATES)
        finally:
            listening.cancel()

    wall = WatchedWall()
    async with BadServer(talk) as upstream, ClientSession() as session:
        kioskd.configure(
            f"sources: [{{kind: channels, url: 'ws://127.0.0.1:{upstream.port}/', "
            f"views: [tickets]}}{kioskd.source}]\n"
        )
        await asyncio.to_thread(kioskd.begin)
        ws = await session.ws_connect(kioskd.url + SOCKET, max_msg_size=0)
        await ws.send_json({"type": "identify", "clientId": "wall"})
        joined = time.monotonic()
        pressed: asyncio.Queue[float] = asyncio.Queue()

        async def hear() -> None:
            while (message := await ws.receive()).type is WSMsgType.TEXT:
                found: Any = json.loads(message.data)
                now = time.monotonic()
                if found["type"] == "tickets_update":
                    at = said[found["data"][0]["title"]]
                    if at > joined:  # else it was there before this panel
                        wall.updates.append(now - at)
                elif found["type"] == "remote_switch" and not pressed.empty():
                    while not pressed.empty():  # one that was too early for the buttons goes
                        at = pressed.get_nowait()
                    wall.presses.append(now - at)
            wall.ended = True

        async def press() -> None:
            await asyncio.sleep(0.5)  # a line must be seen up first
            while True:
                at = await asyncio.to_thread(kioskd.fingers.move, 17, "down")
                pressed.put_nowait(at / 1e9)
                await asyncio.sleep(PRESSES / 2)
                await asyncio.to_thread(kioskd.fingers.move, 17, "up")
                await asyncio.sleep(PRESSES / 2)

        tasks = [asyncio.create_task(hear()), asyncio.create_task(press())]
        stop = _watch_watchdog(kioskd, wall)
        try:
            yield wall
        finally:
            stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _watch_watchdog(kioskd: Besieged, wall: WatchedWall) -> Any:
    loop = asyncio.get_running_loop()
    sock: socket.socket = kioskd.notified._socket
    sock.setblocking(False)

    def read() -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                if b"WATCHDOG=1" in sock.recv(65536):
                    wall.fed.append(time.monotonic())

    loop.add_reader(sock.fileno(), read)
    return lambda: loop.remove_reader(sock.fileno())


async def attacked(lan: Lan, kioskd: Besieged, name: str, seconds: float, seed: int) -> Any:
    """Let the other machine do its worst; what it counted."""
    program = [sys.executable, "-m", "tests.support.attacks", name, lan.here, str(kioskd.port)]
    with lan.run(*program, str(seconds), str(seed)) as attacker:
        try:
            out, _ = await asyncio.to_thread(attacker.communicate, timeout=seconds + 90)
        finally:
            attacker.kill()
    return json.loads(out)
