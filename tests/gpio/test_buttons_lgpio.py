"""gpiozero's lgpio factory over the real lgpio, in processes: only the kernel is a stand-in."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kioskd.gpio.pins.factory import explain_factory

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("lgpio") is None, reason="lgpio is not installed"
)
HERE = Path(__file__).parent
BEGIN = """
import asyncio, json, sys, threading, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.support import chip as below
from tests.support.board import Asked, apart
from tests.support.waiting import until
chip = below.install(Path(sys.argv[1]))
from kioskd.gpio.buttons import Buttons
from kioskd.config import Button, Config, Led, Motion, Rotary

def finger(line):
    chip.drive(line, 0)
    time.sleep(0.03)
    chip.drive(line, 1)
    time.sleep(0.03)

def driver():
    import lgpio
    return lgpio._notify_thread.is_alive()
"""


def run(program: str, tmp_path: Path) -> Any:
    """What the program printed as JSON."""
    environment = {k: v for k, v in os.environ.items() if k != "LG_WD"}
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + program, str(tmp_path), str(HERE)],
        cwd=HERE.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "Exception in thread" not in done.stderr
    return json.loads(done.stdout)


def test_presses_leds_and_a_busy_line_on_lgpio(tmp_path: Path) -> None:
    program = """
async def main():
    asked = Asked()
    chip.busy.add(27)
    config = Config(
        buttons=(Button(pin=17, press="next"), Button(pin=27, press="previous")),
        leds=(Led(pin=22, shows="connected"),),
    )
    found = Buttons(config, asked.perform, asked.moved, retry=0.05)
    found.open()
    before = found.status()
    found.show(True, False, False)
    lit = chip.written[22]
    await apart(lambda: finger(17))
    first = await asked.next()
    chip.busy.clear()
    await until(lambda: found.status().state == "ok")
    await apart(lambda: finger(27))
    second = await asked.next()
    found.close()
    print(json.dumps([before.count, before.detail, lit, first, second, driver()]))
asyncio.run(main())
"""
    assert run(program, tmp_path) == [
        2,
        "GPIO27: another program or part uses this line (GPIO busy); stop that one",
        1,
        "next",
        "previous",
        True,
    ]


def test_fifty_swaps_under_edges_leave_one_action_a_press_and_lgpio_s_thread_alive(
    tmp_path: Path,
) -> None:
    program = """
async def main():
    import lgpio
    asked = Asked()
    config = Config(buttons=(Button(pin=17, press="next"),), motion=Motion(pin=4))
    found = Buttons(config, asked.perform, asked.moved)
    found.open()
    ended = threading.Event()

    def noise():
        while not ended.is_set():
            chip.drive(4, 1)
            chip.drive(4, 0)
            time.sleep(0.0005)

    noisy = threading.Thread(target=noise, daemon=True)
    noisy.start()
    actions = 0
    for _ in range(50):
        found.replace(config)
        await apart(lambda: finger(17))
        actions += len([await asked.next(), *asked.taken()])
    ended.set()
    noisy.join()
    callbacks = len(lgpio._notify_thread.callbacks)
    found.close()
    left = len(lgpio._notify_thread.callbacks)
    print(json.dumps([actions, callbacks, left, threading.active_count(), driver()]))
asyncio.run(main())
"""
    assert run(program, tmp_path) == [50, 2, 0, 2, True]


def test_lgpio_leaves_the_working_directory_alone(tmp_path: Path) -> None:
    runtime, here = tmp_path / "run", tmp_path / "here"
    runtime.mkdir()
    here.mkdir()
    program = """
import asyncio, os
from kioskd.gpio.buttons import Buttons
from kioskd.config import Button, Config
async def main():
    found = Buttons(Config(buttons=(Button(pin=17, press="next"),)), print, print)
    found.open()
    print(os.getcwd(), found.status().state)
    found.close()
asyncio.run(main())
"""
    environment = {k: v for k, v in os.environ.items() if k != "LG_WD"}
    environment |= {"RUNTIME_DIRECTORY": str(runtime), "PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split()[0] == str(here), done.stderr
    assert list(here.iterdir()) == []


def test_on_a_read_only_system_lgpio_gets_a_folder_in_memory(tmp_path: Path) -> None:
    program = """
import asyncio, os
from kioskd.gpio.buttons import Buttons
from kioskd.config import Button, Config
async def main():
    found = Buttons(Config(buttons=(Button(pin=17, press="next"),)), print, print)
    found.open()
    print(os.environ["LG_WD"], "FIFO" in found.status().detail)
    found.close()
asyncio.run(main())
"""
    nowhere = str(tmp_path / "nowhere")
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=HERE.parents[1],
        env=os.environ | {"LG_WD": nowhere, "RUNTIME_DIRECTORY": nowhere, "TMPDIR": nowhere},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "/dev/shm False\n", done.stderr


def test_a_folder_that_lgpio_can_t_write_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LG_WD", "/nowhere")
    error = FileNotFoundError(2, "No such file or directory", ".lgd-nfy0")
    said = explain_factory("lgpio", error).why
    assert said == "lgpio can't make its FIFO in /nowhere: that folder must be writable"
