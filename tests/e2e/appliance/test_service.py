"""The daemon under systemd: started, reloaded, killed, frozen, and always back."""

import json
import signal
import time

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.support.frames import TICKET

pytestmark = pytest.mark.timeout(300)
STATE = "/var/lib/kioskd/state.gz"
TICKETS = {"type": "tickets_update", "data": [{**TICKET, "title": "Sem rede"}]}
AWAY = """
sources:
  - {kind: channels, url: "ws://127.0.0.1:9/ws/dashboard_control/"}
"""


def source(machine: Machine) -> str:
    return str(machine.status()["sources"][0]["name"])


def faults(machine: Machine) -> list[str]:
    return [fault["part"] for fault in machine.status()["faults"]]


def test_after_the_installation_it_runs_and_systemctl_status_says_how_it_is(
    machine: Machine,
) -> None:
    said = ""

    def says_how_it_is() -> bool:
        nonlocal said
        said = machine.run("systemctl", "status", "--no-pager", "--full", "kioskd")
        return all(word in said for word in ("fonte demo: conectado", "chamados (", " pain"))

    until(says_how_it_is, 20, "the source has answered")
    assert "active (running)" in said
    assert 'Status: "' in said


def test_a_reload_takes_the_changed_file_without_a_restart(machine: Machine) -> None:
    pid = machine.pid()
    machine.write(CONFIG, "sources:\n  - {kind: demo, name: balcony}\n")
    machine.run("systemctl", "reload", "kioskd")
    until(lambda: source(machine) == "balcony", 5, "the changed name is in force")
    assert machine.pid() == pid


def test_a_wrong_file_changes_nothing_and_systemctl_status_names_the_line(
    machine: Machine,
) -> None:
    pid, good = machine.pid(), machine.run("cat", CONFIG)
    machine.write(CONFIG, "kiosk:\n  language: klingon\n")
    machine.run("systemctl", "reload", "kioskd", check=False)
    until(lambda: "kioskd.yaml:2" in machine.property("StatusText"), 5, "the line is named")
    assert machine.active()
    assert machine.pid() == pid
    assert source(machine) == "demo"
    machine.write(CONFIG, good)
    machine.run("systemctl", "reload", "kioskd")
    until(lambda: "kioskd.yaml" not in machine.property("StatusText"), 5, "the fault is gone")


def test_killed_it_is_back_within_ten_seconds(machine: Machine) -> None:
    pid = machine.pid()
    machine.kill(signal.SIGKILL)
    until(lambda: machine.active() and machine.pid() != pid, 10, "it runs again")


def test_ten_fast_crashes_do_not_end_it(machine: Machine) -> None:
    for _ in range(10):
        until(lambda: machine.pid() != 0, 15, "systemd has started it again")
        machine.kill(signal.SIGKILL)
        until(lambda: machine.pid() == 0, 5, "it is dead")
    until(machine.active, 15, "it runs after the tenth crash")


def test_frozen_it_is_replaced_by_the_watchdog(machine: Machine) -> None:
    pid, journal = machine.pid(), len(machine.journal())
    machine.kill(signal.SIGSTOP)
    until(lambda: machine.active() and machine.pid() != pid, 60, "a new one runs")
    assert "Watchdog timeout" in machine.journal()[journal:]


def test_a_taken_port_is_named_and_had_as_soon_as_it_is_free(machine: Machine) -> None:
    machine.run("systemctl", "stop", "kioskd")
    thief = ("python3", "-m", "http.server", "--bind", "127.0.0.1", "8080")
    machine.run("systemd-run", "--unit=thief", *thief)
    until(lambda: machine.active("thief"), 5, "the other program runs")
    journal = len(machine.journal())
    try:
        machine.run("systemctl", "start", "kioskd", "--no-block")
        until(lambda: "127.0.0.1:8080" in machine.journal()[journal:], 15, "it names the address")
        assert not machine.active()
    finally:
        machine.run("systemctl", "stop", "thief")
    until(machine.active, 15, "it runs")


def test_with_the_upstream_away_it_is_ready_at_once_and_says_so(machine: Machine) -> None:
    machine.write(CONFIG, AWAY)
    machine.run("systemctl", "restart", "kioskd", "--no-block")
    until(machine.active, 10, "it is ready")
    until(lambda: "sem conexão" in machine.property("StatusText"), 20, "the status says so")


def test_a_wrong_file_at_start_leaves_the_last_good_one_in_force(machine: Machine) -> None:
    machine.write(CONFIG, "kiosk:\n  languag: en\n")
    machine.run("systemctl", "restart", "kioskd")
    assert machine.active()
    until(lambda: "kioskd.yaml:2" in machine.property("StatusText"), 10, "the line is named")


def test_a_file_on_the_boot_partition_edited_on_a_windows_pc_is_in_force(machine: Machine) -> None:
    boot = machine.top / "boot/firmware/kioskd.yaml"
    boot.parent.mkdir(parents=True, exist_ok=True)
    boot.write_bytes(b"\xef\xbb\xbfsources:\r\n  - {kind: demo, name: vitrine}\r\n")
    try:
        machine.run("systemctl", "restart", "kioskd")
        until(lambda: source(machine) == "vitrine", 5, "the boot partition's file is in force")
        boot.write_bytes(b"\xef\xbb\xbfsources:\r\n  - {kind: demo, nome: vitrine}\r\n")
        machine.run("systemctl", "restart", "kioskd")
        line = "/boot/firmware/kioskd.yaml:2"
        until(lambda: line in machine.property("StatusText"), 10, "the line is named")
        assert source(machine) == "vitrine"
        assert line in machine.status()["faults"][0]["message"]
    finally:
        boot.unlink()


def test_without_any_good_file_it_stays_failed_and_says_which_line_is_wrong(
    machine: Machine,
) -> None:
    machine.run("systemctl", "stop", "kioskd")
    machine.run("rm", "-f", "/var/lib/kioskd/last-good.yaml")
    machine.write(CONFIG, "kiosk:\n  languag: en\n")
    machine.run("systemctl", "start", "kioskd", check=False)
    until(lambda: machine.property("ActiveState") == "failed", 10, "it has failed")
    assert machine.property("ExecMainStatus") == "78"
    said = machine.run("systemctl", "status", "--no-pager", "kioskd", check=False)
    assert "kioskd.yaml:2" in said
    assert "language" in said
    time.sleep(4)  # longer than RestartSec: it would have started by now
    assert machine.property("ActiveState") == "failed"


def test_a_torn_state_file_never_blocks_a_start(machine: Machine) -> None:
    machine.run("systemctl", "stop", "kioskd")
    state = machine.top / STATE.removeprefix("/")
    whole = state.read_bytes()
    torn = [b"", b"\0" * len(whole), whole[:1], whole[: len(whole) // 2], whole[:-1]]
    for content in torn:
        machine.run("systemctl", "stop", "kioskd")
        state.write_bytes(content)
        machine.run("systemctl", "start", "kioskd")
        assert machine.active()
        assert machine.status() is not None


def test_a_state_file_torn_at_500_random_places_is_read_or_set_aside(machine: Machine) -> None:
    program = f"""
import logging, os, pathlib, random, sys
sys.path.insert(0, "/usr/lib/kioskd/python%d.%d" % sys.version_info[:2])
logging.disable()
from kioskd.host import state_file
whole = pathlib.Path({STATE!r}).read_bytes()
place = pathlib.Path("/tmp/torn/state.gz")
place.parent.mkdir(exist_ok=True)
dice = random.Random(1)
for _ in range(500):
    cut = dice.randrange(len(whole))
    place.write_bytes(whole[:cut] + bytes(dice.choice((0, len(whole) - cut))))
    state_file.load(place)
print("all read")
"""
    assert machine.run("python3", "-IS", "-c", program).strip() == "all read"


def test_a_full_disk_is_shown_and_forgotten_when_there_is_room(machine: Machine) -> None:
    machine.run("systemctl", "stop", "kioskd")
    small = ("mount", "-t", "tmpfs", "-o", "size=64k,mode=777", "tmpfs", "/var/lib/kioskd")
    machine.run(*small)
    machine.run("sh", "-c", "cat /dev/zero > /var/lib/kioskd/full || true")
    machine.run("systemctl", "start", "kioskd")
    try:
        until(lambda: "state" in faults(machine), 30, "the full disk is shown")
        assert machine.active()
        machine.run("rm", "/var/lib/kioskd/full")
        until(lambda: "state" not in faults(machine), 100, "the fault is gone")
    finally:
        machine.run("systemctl", "stop", "kioskd")
        machine.run("umount", "/var/lib/kioskd")


def test_after_a_power_cut_it_runs_and_shows_what_it_had(machine: Machine) -> None:
    machine.write("/srv/desk/tickets", json.dumps(TICKETS))
    desk = ("python3", "-m", "http.server", "--bind", "127.0.0.1", "--directory", "/srv/desk")
    machine.run("systemd-run", "--unit=desk", *desk, "8099")
    url = "http://127.0.0.1:8099/tickets"
    machine.write(CONFIG, f"sources: [{{kind: rest, url: '{url}', views: [tickets]}}]\n")
    machine.run("systemctl", "restart", "kioskd")
    until(lambda: "1 chamado (" in machine.property("StatusText"), 20, "the source has answered")
    machine.run("systemctl", "stop", "kioskd")  # what is stopped is kept at once
    machine.cut_power()
    machine.boot()  # without the desk
    until(machine.active, 20, "it runs")
    until(lambda: "1 chamado (" in machine.property("StatusText"), 5, "what was kept is there")
    view = machine.status()["sources"][0]["views"]["tickets"]
    assert (view["restored"], view["stale"]) == (True, True)
