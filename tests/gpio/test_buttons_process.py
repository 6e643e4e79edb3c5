"""Buttons of a kioskd that is a process: pressed here, seen by panels and on the ladder."""

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from tests.support.listening import hear
from tests.support.pressed import Fingers
from tests.support.process import Process

WIRED = """
sound: {enabled: false}
gpio: {factory: mock}
buttons:
  - {pin: 17, name: door, press: {switch: projects}, hold: {switch: dashboard}, hold_time: 1s}
  - {pin: 27, press: next}
keys: [{key: KEY_KP1, name: azul, press: {switch: projects}}]
leds: [{pin: 22, shows: connected}]
"""


class Wired(Process):
    """A kioskd with mock pins, and the fingers on them."""

    def start(self) -> Self:
        path = self.folder / "pins"
        environment = os.environ | {
            "NOTIFY_SOCKET": str(self.notified.path),
            "HOME": str(self.folder),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        program = Path(__file__).parents[1] / "support/pressed.py"
        command = [sys.executable, str(program), str(path), "run", "--config", str(self.config)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stderr=log)
        self.notified.until("READY=1")
        while not re.search(r"[1-9]\d* button", self.notified.until("STATUS=")):
            pass  # the lines are opened after the port
        self.fingers = Fingers(path)
        return self

    def close(self) -> None:
        super().close()
        self.fingers.close()


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Wired]:
    process = Wired(tmp_path, WIRED).start()
    yield process
    process.close()


async def panels(session: ClientSession, kioskd: Wired) -> list[ClientWebSocketResponse]:
    found = [
        await session.ws_connect(kioskd.url + "/ws/dashboard_control/", max_msg_size=0)
        for _ in range(5)
    ]
    for number, ws in enumerate(found):
        await ws.send_json({"type": "identify", "clientId": f"P{number}"})
        await hear(ws, "source_status")
    return found


def status(kioskd: Wired, part: str = "buttons") -> dict[str, Any]:
    command = [sys.executable, "-m", "kioskd", "status", "--json", "--port", str(kioskd.port)]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    found: dict[str, Any] = json.loads(shown.stdout)[part]
    return found


async def test_a_press_switches_every_panel_and_a_hold_switches_them_again(
    kioskd: Wired,
) -> None:
    async with ClientSession() as session:
        every = await panels(session, kioskd)
        kioskd.fingers.move(17, "down")
        await asyncio.sleep(0.05)  # how long the finger stays
        kioskd.fingers.move(17, "up")
        assert [(await hear(ws, "remote_switch"))["target"] for ws in every] == ["projects"] * 5
        kioskd.fingers.move(17, "down")
        assert [(await hear(ws, "remote_switch"))["target"] for ws in every] == ["dashboard"] * 5
        kioskd.fingers.move(17, "up")
    told = await asyncio.to_thread(status, kioskd)
    assert (told["state"], told["detail"], told["count"]) == ("ok", "", 3)


async def test_a_reload_swaps_the_buttons_of_a_running_daemon(kioskd: Wired) -> None:
    async with ClientSession() as session:
        every = await panels(session, kioskd)
        kioskd.configure(WIRED.replace("projects", "tickets"))
        kioskd.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(kioskd.notified.until, "READY=1")
        kioskd.fingers.move(17, "down")
        await asyncio.sleep(0.05)  # how long the finger stays
        kioskd.fingers.move(17, "up")
        assert [(await hear(ws, "remote_switch"))["target"] for ws in every] == ["tickets"] * 5


@pytest.mark.skipif(importlib.util.find_spec("RPi") is not None, reason="RPi.GPIO is installed")
async def test_a_reload_to_pins_that_can_t_be_had_keeps_the_buttons_and_says_so(
    kioskd: Wired,
) -> None:
    async with ClientSession() as session:
        every = await panels(session, kioskd)
        kioskd.configure(WIRED.replace("factory: mock", "factory: rpigpio"))
        kioskd.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(kioskd.notified.until, "READY=1")
        shown = await asyncio.to_thread(status, kioskd)
        assert (shown["state"], shown["count"]) == ("failed", 3)
        assert "the earlier buttons stay in force" in shown["detail"]
        kioskd.fingers.move(27, "down")
        for ws in every:
            await hear(ws, "remote_switch")


@pytest.mark.parametrize(
    ("which", "named"), [(17, b"GPIO17 (door)"), ("KEY_KP1", b"KEY_KP1 of USB Keypad (azul)")]
)
async def test_the_command_line_shows_each_press_live(
    kioskd: Wired, which: int | str, named: bytes
) -> None:
    command = [sys.executable, "-m", "kioskd", "buttons", "--port", str(kioskd.port)]
    watching = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert watching.stdout is not None
    heard = b""
    try:
        async with asyncio.timeout(20):
            while b"press one" not in heard:
                heard += await watching.stdout.readline()
            while b"switch projects" not in heard:
                # Until it watches, a press goes unseen: press again.
                for level in ("down", "up"):
                    kioskd.fingers.move(which, level)
                    await asyncio.sleep(0.1)  # how long the finger stays
                with contextlib.suppress(TimeoutError):
                    heard += await asyncio.wait_for(watching.stdout.read(4096), 0.5)
        watching.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(watching.wait(), 10) == 0
    finally:
        if watching.returncode is None:
            watching.kill()
            await watching.wait()
    assert named in heard


async def test_a_reload_gives_the_keypad_other_keys_and_gives_it_back(kioskd: Wired) -> None:
    async with ClientSession() as session:
        ws = (await panels(session, kioskd))[0]
        kioskd.fingers.move("KEY_KP1", "down")
        assert (await hear(ws, "remote_switch"))["target"] == "projects"
        kioskd.fingers.move("KEY_KP1", "up")
        kioskd.configure(WIRED.replace("KEY_KP1", "KEY_KP2"))
        kioskd.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(kioskd.notified.until, "READY=1")
        for key in ("KEY_KP1", "KEY_KP2"):
            kioskd.fingers.move(key, "down")
        assert (await hear(ws, "remote_switch"))["target"] == "projects"
        kept = [line for line in WIRED.splitlines(keepends=True) if "KEY_KP1" not in line]
        kioskd.configure("".join(kept))
        kioskd.process.send_signal(signal.SIGHUP)
        await asyncio.to_thread(kioskd.notified.until, "READY=1")
        shown = await asyncio.to_thread(status, kioskd, "keys")
        assert shown == {"state": "off", "detail": "", "devices": []}


async def test_a_button_runs_its_command_and_a_failing_one_is_shown(tmp_path: Path) -> None:
    made = tmp_path / "made"
    kioskd = Wired(
        tmp_path,
        "sound: {enabled: false}\ngpio: {factory: mock}\nbuttons:\n"
        f"  - {{pin: 17, press: {{run: {{argv: [mkdir, '{made}']}}}}}}\n",
    ).start()
    try:
        async with ClientSession() as session:
            ws = (await panels(session, kioskd))[0]
            kioskd.fingers.move(17, "down")
            async with asyncio.timeout(20):
                while not made.exists():
                    await asyncio.sleep(0.01)
            kioskd.fingers.move(17, "up")
            await asyncio.sleep(0.05)  # how long the finger rests
            kioskd.fingers.move(17, "down")
            while not (faults := (await hear(ws, "kiosk_status"))["faults"]):
                pass
            assert [fault["part"] for fault in faults] == ["command"]
            assert faults[0]["message"].startswith("mkdir failed with exit code 1: mkdir: ")
    finally:
        kioskd.close()


async def test_the_daemon_stops_in_time_with_a_finger_on_a_button(kioskd: Wired) -> None:
    kioskd.fingers.move(17, "down")
    assert await asyncio.to_thread(kioskd.stop) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_the_command_line_says_when_the_daemon_that_it_watches_ends(
    kioskd: Wired, number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "kioskd", "buttons", "--config", str(kioskd.config)]
    watching = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert watching.stdout is not None
    async with asyncio.timeout(60):
        while b"press one" not in await watching.stdout.readline():
            pass
        await asyncio.to_thread(kioskd.stop, number)
        _, said = await watching.communicate()
    assert watching.returncode == 69
    assert said == b"kioskd: the daemon has stopped; try: systemctl status kioskd\n"
