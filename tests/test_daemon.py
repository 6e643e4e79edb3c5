"""kioskd as a process: what systemd, a panel and the command line see of it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from kioskd.config import ActionKeys, Command, Config, Kiosk, Rest
from kioskd.config.origins import origins
from kioskd.core.actor import Actor
from kioskd.lifecycle import Daemon
from tests.support.frames import TICKET, tickets, update
from tests.support.listening import hear
from tests.support.process import Process
from tests.support.state_files import save

SOCKET = "/ws/dashboard_control/"
DEAD = "sound: {enabled: false}\nsources: [{kind: rest, url: 'http://127.0.0.1:9/'}]\n"


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path).start()
    yield process
    process.close()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kioskd", *arguments], capture_output=True, text=True, timeout=20
    )


async def panel(session: ClientSession, kioskd: Process) -> ClientWebSocketResponse:
    ws = await session.ws_connect(kioskd.url + SOCKET, max_msg_size=0)
    await ws.send_json({"type": "identify", "clientId": "P"})
    return ws


async def test_a_panel_gets_all_three_views_of_the_demo(kioskd: Process) -> None:
    async with ClientSession() as session:
        ws = await panel(session, kioskd)
        wanted = {"tickets_update", "projects_update", "dashboard_update"}
        while wanted:
            wanted.discard((await ws.receive_json(timeout=10))["type"])


async def test_the_command_line_switches_alerts_and_shows_the_status(kioskd: Process) -> None:
    port = ("--port", str(kioskd.port))
    async with ClientSession() as session:
        ws = await panel(session, kioskd)
        await hear(ws, "source_status")
        done = await asyncio.to_thread(run, "switch", "projects", *port)
        assert (done.returncode, done.stderr) == (0, "")
        assert (await hear(ws, "remote_switch"))["target"] == "projects"
        gone = await asyncio.to_thread(run, "switch", "projects", "--panel", "Q", *port)
        assert gone.returncode == 69
        assert "no panel that is connected calls itself Q" in gone.stderr
        done = await asyncio.to_thread(run, "switch", "tickets", "--panel", "P", *port)
        assert (await hear(ws, "remote_switch"))["target"] == "tickets"
        await asyncio.to_thread(run, "alert", "--severity", "critical", "Queda", *port)
        assert (await hear(ws, "critical_alert"))["data"]["title"] == "Queda"
        shown = await asyncio.to_thread(run, "status", "--json", *port)
        assert json.loads(shown.stdout)["screen"] == "projects"


def test_the_watchdog_is_fed_and_the_status_line_is_worth_reading(kioskd: Process) -> None:
    kioskd.notified.until("WATCHDOG=1")
    said = kioskd.notified.until("tickets")
    assert said.isascii()
    assert "source demo connected" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_stops_in_time_with_a_panel_that_never_reads(
    kioskd: Process, number: signal.Signals
) -> None:
    async with ClientSession() as session:
        mute = await panel(session, kioskd)
        reader = await panel(session, kioskd)
        await hear(reader, "source_status")
        code = await asyncio.to_thread(kioskd.stop, number)
        while (message := await reader.receive(timeout=5)).type is WSMsgType.TEXT:
            pass
        assert (code, message.type, message.data) == (0, WSMsgType.CLOSE, 1001)
        await mute.close()
    kioskd.notified.until("STOPPING=1")


def test_the_last_state_is_shown_after_a_restart_and_marked_as_restored(
    kioskd: Process,
) -> None:
    assert kioskd.stop() == 0
    kioskd.configure(DEAD)
    kept = kioskd.folder / "state" / "state.gz"
    came_from = origins([Rest(url="http://127.0.0.1:9/")])
    save(kept, None, [update(tickets(TICKET))], came_from)
    kioskd.start()
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    view = status["sources"][0]["views"]["tickets"]
    assert (view["restored"], view["stale"], view["age"] is not None) == (True, True, True)


@pytest.mark.parametrize("how", ["restart", "reload"])
def test_what_the_demo_said_is_never_shown_as_the_real_sources(kioskd: Process, how: str) -> None:
    port = ("--port", str(kioskd.port))
    kioskd.notified.until("14 tickets")
    run("alert", "--severity", "critical", "Queda", *port)
    run("mute", "10m", *port)
    kioskd.configure(DEAD)
    if how == "restart":
        assert kioskd.stop() == 0
        kioskd.start()
    else:
        kioskd.process.send_signal(signal.SIGHUP)
        kioskd.notified.until("READY=1")
    status = json.loads(run("status", "--json", *port).stdout)
    assert {v["age"] for v in status["sources"][0]["views"].values()} == {None}
    assert sum(status["tickets"].values()) == 0
    # What people chose and raised themselves stays.
    assert [alert["title"] for alert in status["alerts"]] == ["Queda"]
    assert status["sound"]["muted"] > 500


def test_a_reload_takes_a_good_file_and_a_bad_one_changes_nothing(kioskd: Process) -> None:
    kioskd.configure("sound: {enabled: false}\nbuttons: [{pin: 99, press: next}]\n")
    kioskd.process.send_signal(signal.SIGHUP)
    assert "MONOTONIC_USEC=" in kioskd.notified.until("RELOADING=1")
    kioskd.notified.until("READY=1")
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    assert status["faults"][0]["part"] == "configuration"
    assert "buttons[1].pin" in status["faults"][0]["message"]
    kioskd.configure("sound: {enabled: false}\n")
    kioskd.process.send_signal(signal.SIGHUP)
    kioskd.notified.until("READY=1")
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    assert status["faults"] == []


@pytest.mark.parametrize("shell", [">/dev/full", ">&-", "<&- >&- 2>&-", "| true", "2>/dev/full"])
def test_a_standard_output_that_takes_nothing_never_ends_the_daemon(
    tmp_path: Path, shell: str
) -> None:
    kioskd = Process(tmp_path)
    environment = os.environ | {"NOTIFY_SOCKET": str(kioskd.notified.path), "HOME": str(tmp_path)}
    command = f"exec {sys.executable} -m kioskd run --config {kioskd.config} {shell}"
    if shell == "| true":
        command = command.replace("exec ", "")
    process = subprocess.Popen(["bash", "-c", command], env=environment, start_new_session=True)
    try:
        kioskd.notified.until("READY=1")
        status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
        assert status["faults"] == []
        kioskd.notified.until("STATUS=")  # a second after READY it still runs
        os.killpg(process.pid, signal.SIGTERM)
        assert process.wait(5) in ((0,) if shell != "| true" else (0, -signal.SIGTERM))
        kioskd.notified.until("STOPPING=1")
    finally:
        kioskd.notified.close()


@pytest.mark.parametrize("command", ["status", "config"])
def test_a_full_disk_behind_the_output_is_one_line_and_exit_1(
    kioskd: Process, command: str
) -> None:
    where = f"--port {kioskd.port}" if command == "status" else str(kioskd.config)
    line = f"exec {sys.executable} -m kioskd {command} {where} >/dev/full"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr.startswith("kioskd: the output can't be written: the disk is full")
    assert "Traceback" not in done.stderr


def test_a_taken_port_of_the_demo_says_how_to_choose_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run("demo", "--port", str(port))
    assert done.returncode == 69
    assert f"can't listen on 127.0.0.1:{port}: another program listens there" in done.stderr
    assert f"kioskd demo --port {port + 1}, or make run PORT={port + 1}" in done.stderr


def test_a_taken_port_is_one_line_that_names_the_address(kioskd: Process) -> None:
    second = run("run", "--config", str(kioskd.config))
    assert second.returncode == 69
    assert f"can't listen on 127.0.0.1:{kioskd.port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_wrong_configuration_is_named_line_by_line_with_exit_78(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("kiosk:\n  nome: X\nsound:\n  volume: 101\n")
    checked = run("check", str(wrong))
    assert checked.returncode == 78
    assert f"{wrong}:2:3: kiosk.nome: " in checked.stderr
    assert f"{wrong}:4:3: sound.volume: " in checked.stderr


@pytest.mark.parametrize("command", ["schema", "config"])
def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path, command: str) -> None:
    (tmp_path / "kioskd.yaml").write_text("sources: [{kind: demo}]")
    file = [] if command == "schema" else [str(tmp_path / "kioskd.yaml")]
    asked = subprocess.Popen(
        [sys.executable, "-m", "kioskd", command, *file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    with asked.stderr:
        assert asked.stderr.read() == ""
    assert asked.wait(timeout=20) == 0


def test_without_a_daemon_the_command_line_says_what_to_try() -> None:
    asked = run("status", "--port", "9")
    assert asked.returncode == 69
    assert "systemctl status kioskd" in asked.stderr


def shown(kioskd: Process) -> dict[str, str]:
    """The faults as the status shows them, by part."""
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    return {fault["part"]: fault["message"] for fault in status["faults"]}


def test_what_a_reload_cannot_do_is_shown_until_it_is_undone(kioskd: Process) -> None:
    kioskd.configure("sound: {enabled: false}\n", port=9)
    kioskd.process.send_signal(signal.SIGHUP)
    kioskd.notified.until("READY=1")
    assert shown(kioskd)["restart"].startswith("server.port: changed, but in force only after")
    kioskd.configure("sound: {enabled: false}\n")
    kioskd.process.send_signal(signal.SIGHUP)
    kioskd.notified.until("READY=1")
    assert shown(kioskd) == {}


def test_a_reload_takes_sound_names_and_limits_without_a_restart(kioskd: Process) -> None:
    kioskd.configure("sound: {driver: dummy}\nstale_after: {tickets: 1ms}\n")
    kioskd.process.send_signal(signal.SIGHUP)
    kioskd.notified.until("READY=1")
    kioskd.notified.until("sound ok")
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    assert status["sources"][0]["views"]["tickets"]["stale"]
    assert shown(kioskd) == {}


def test_mute_acknowledge_and_the_sound_test_work_from_the_command_line(kioskd: Process) -> None:
    port = ("--port", str(kioskd.port))
    assert run("mute", "10m", *port).returncode == 0
    shown = run("status", *port).stdout
    assert "muted for 9 min" in shown
    assert run("mute", "0", *port).returncode == 0
    alert = run("alert", "--severity", "critical", "Queda", *port).stdout.strip()
    seen = run("acknowledge", *port)
    assert (seen.stdout.strip(), seen.stderr) == (alert, "")
    seen = run("acknowledge", *port)
    assert (seen.stdout.strip(), seen.stderr) == ("no alert was active", "")
    tested = run("sound", "test", *port)
    assert (tested.returncode, "sound is off" in tested.stderr) == (1, True)
    wrong = run("mute", "soon", *port)
    assert wrong.returncode == 2
    assert "is not a time span; write a time with its unit" in wrong.stderr


def test_a_mute_and_an_active_alert_survive_a_restart(kioskd: Process) -> None:
    port = ("--port", str(kioskd.port))
    run("mute", "10m", *port)
    alert = run("alert", "--severity", "critical", "Queda", *port).stdout.strip()
    assert kioskd.stop() == 0
    kioskd.start()
    status = json.loads(run("status", "--json", *port).stdout)
    assert [found["id"] for found in status["alerts"]] == [alert]
    assert 500 < status["sound"]["muted"] <= 600


async def test_a_state_that_could_not_be_kept_is_kept_once_it_can_be(tmp_path: Path) -> None:
    (tmp_path / "block").write_text("")
    config = Config(kiosk=Kiosk(state_directory=str(tmp_path / "block")))
    daemon = Daemon(config, None)
    daemon.parts.kiosk.switch("tickets", Actor("panel"))
    await daemon.parts.kept.state.close()
    assert "state" in daemon.parts.core.faults
    (tmp_path / "block").unlink()
    await daemon.parts.kept.state.close()
    assert "state" not in daemon.parts.core.faults
    assert (tmp_path / "block" / "state.gz").exists()


async def test_a_button_runs_its_command_and_a_failure_is_shown_until_one_works(
    tmp_path: Path,
) -> None:
    daemon = Daemon(Config(kiosk=Kiosk(state_directory=str(tmp_path))), None)
    failing = ActionKeys(run=Command(argv=("sh", "-c", "echo no paper; exit 3")))
    daemon.parts.kiosk.perform(failing, Actor("button"))
    await asyncio.gather(*daemon.parts.machine.commands._running)
    assert (
        daemon.parts.core.faults.all()["command"].message == "sh failed with exit code 3: no paper"
    )
    daemon.parts.kiosk.perform(ActionKeys(run=Command(argv=("true",))), Actor("button"))
    await asyncio.gather(*daemon.parts.machine.commands._running)
    assert "command" not in daemon.parts.core.faults


REAL = "sound: {enabled: false}\nsources: [{kind: rest, url: 'http://127.0.0.1:9/x.json'}]\n"


def sources(kioskd: Process) -> list[str]:
    status = json.loads(run("status", "--json", "--port", str(kioskd.port)).stdout)
    return [source["kind"] for source in status["sources"]]


@pytest.mark.parametrize("left", [b"", bytes(300), b"kiosk: {id: Kiosk-T}\n"])
def test_a_file_that_a_power_cut_emptied_shows_no_demo_on_reload_or_restart(
    tmp_path: Path, left: bytes
) -> None:
    kioskd = Process(tmp_path, REAL).start()
    whole = kioskd.config.read_bytes()
    kept = tmp_path / ".local/state/kioskd/last-good.yaml"
    try:
        kioskd.config.write_bytes(left)
        kioskd.process.send_signal(signal.SIGHUP)
        said = kioskd.notified.until("READY=1")
        assert str(kioskd.config) in said
        assert sources(kioskd) == ["rest"]
        kioskd.stop()
        kioskd.start()
        assert sources(kioskd) == ["rest"]
        assert kept.read_bytes() == whole
    finally:
        kioskd.close()


def test_a_pipe_in_place_of_a_file_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    kioskd = Process(tmp_path, REAL)
    text = kioskd.config.read_text()
    text = text.replace("x.json'", f"x.json', auth: [{{file: {tmp_path}/pipe, header: X}}]")
    text = text.replace("server: {", f"server: {{token_file: {tmp_path}/pipe, ")
    kioskd.config.write_text(text)
    kioskd.start()
    try:
        kioskd.notified.until("it is a named pipe, not a file")
        kioskd.config.unlink()
        os.mkfifo(kioskd.config)
        kioskd.process.send_signal(signal.SIGHUP)
        assert f"{kioskd.config}: can't be read: it is a named pipe" in kioskd.notified.until(
            "READY=1"
        )
        assert sources(kioskd) == ["rest"]
        assert kioskd.stop() == 0
    finally:
        kioskd.close()
