"""What a person reads when something is wrong: the cause, and the command that mends it."""

import errno
import http.server
import os
import pwd
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.cli import doctor
from kioskd.cli.doctor import machine
from kioskd.cli.doctor.remedies import REMEDIES, remedy
from kioskd.config import Config, Kiosk
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.paths import cache_folder, state_folder
from kioskd.config.reading import SHIPPED
from tests.support.process import Process, free_port


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "kioskd", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=60)


@pytest.fixture
def kioskd(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path).start()
    yield process
    process.close()


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of another program's web server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_program_on_the_port_is_no_kioskd_that_refuses(stranger: int) -> None:
    done = command("status", "--port", str(stranger))
    assert done.returncode == 69
    assert f"it is not kioskd that answers on http://127.0.0.1:{stranger}" in done.stderr
    assert f"sudo ss -ltnp 'sport = :{stranger}'" in done.stderr
    assert "DOCTYPE" not in done.stderr


def test_without_a_button_the_watch_says_where_to_write_one(kioskd: Process) -> None:
    done = command("buttons", "--config", str(kioskd.config))
    assert done.returncode == 1
    assert done.stderr == (
        "kioskd: no button and no key is configured; write one into "
        f"{kioskd.config}, such as buttons: [{{pin: 17, press: next}}] or keys: "
        "[{key: KEY_ENTER, press: next}]; then: sudo systemctl reload kioskd\n"
    )


def test_a_sound_that_cannot_play_is_a_failure_and_no_missing_daemon(kioskd: Process) -> None:
    done = command("sound", "test", "--config", str(kioskd.config))
    assert done.returncode == 1
    assert done.stderr == "kioskd: sound is off: see sound.enabled\n"


def test_a_configuration_that_is_gone_is_told_with_how_to_get_it_back(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    found = next(f for f in doctor.examine(file) if f.part == "configuration")
    assert found.state == "bad"
    assert f"there is no such file; the one that came with kioskd: sudo cp {SHIPPED}" in found.said
    assert found.do == ""  # nothing about a line
    checked = command("check", str(file))
    assert checked.returncode == 78
    assert f"sudo cp {SHIPPED} {file}" in checked.stderr


def test_the_check_warns_and_is_well_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text(f"server: {{token_file: {tmp_path}/none}}\nsources: [{{kind: demo}}]\n")
    done = command("check", str(file))
    assert done.returncode == 0
    warning, summary = done.stdout.splitlines()
    assert warning.startswith(f"warning: {file}:1:10: server.token_file: {tmp_path}/none: there is")
    assert f"make it: sudo install -o root -g kioskd -m 640 /dev/null {tmp_path}/none" in warning
    assert summary == f"{file}: ok, 1 warning"
    found = [f for f in doctor.examine(file) if f.part == "configuration"]
    assert [each.state for each in found] == ["ok", "warn"]
    assert "make it: sudo install" in found[1].said


def test_a_source_without_its_token_file_is_told_with_the_command_that_makes_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text(
        f"server: {{port: {free_port()}}}\nsources:\n  - kind: rest\n    url: http://127.0.0.1:9/\n"
        f"    auth: [{{file: {tmp_path}/none, header: X}}]\n"
    )
    found = next(f for f in doctor.examine(file) if f.part == "source rest")
    assert f"the secret in {tmp_path}/none can't be used: there is no such file" in found.said
    assert f"make it: sudo install -o root -g kioskd -m 640 /dev/null {tmp_path}/none" in found.said
    assert found.do == ""


def test_each_fault_of_a_source_has_a_remedy_of_its_own() -> None:
    assert len(set(REMEDIES.values())) > len(REMEDIES) - 3
    said = [
        remedy(code, "a line")
        for code in ("connection_refused", "unknown_host", "refused_token", "certificate", None)
    ]
    assert len(set(said)) == 5
    assert all(said)


def test_a_token_that_the_service_may_not_read_is_shown_with_its_command(tmp_path: Path) -> None:
    kioskd = Process(tmp_path)
    kioskd.configure("sound: {enabled: false}\n")
    text = kioskd.config.read_text().replace("server: {", f"server: {{token_file: {tmp_path}/t, ")
    kioskd.config.write_text(text)
    kioskd.start()
    try:
        shown = command("status", "--config", str(kioskd.config)).stdout
    finally:
        kioskd.close()
    assert f"FAULT token: server.token_file {tmp_path}/t can't be used: there is no" in shown
    assert f"sudo install -o root -g kioskd -m 640 /dev/null {tmp_path}/t" in shown


def test_folders_that_cannot_be_written_are_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "block").write_text("")
    (found,) = machine.folders((tmp_path / "block", tmp_path / "new"))
    assert found.said == f"{tmp_path}/block is no folder"
    assert "kiosk.state_directory" in found.do
    good = machine.folders((tmp_path / "a", tmp_path / "b"))
    assert [each.state for each in good] == ["ok"]


def test_the_folders_are_those_of_the_daemon_that_systemd_runs_where_the_file_names_none(
    tmp_path: Path,
) -> None:
    named = Config(kiosk=Kiosk(state_directory=f"{tmp_path}/state"))
    service = (Path("/var/lib/kioskd"), Path("/var/cache/kioskd"))
    assert machine.kept_in(SYSTEM, Config()) == service
    assert machine.kept_in(BOOT[0], named) == (tmp_path / "state", service[1])
    assert machine.kept_in(tmp_path / "kioskd.yaml", Config()) == (
        state_folder(Config()),
        cache_folder(Config()),
    )


def test_a_read_only_file_system_is_told_as_such(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "ro,size=64k", "none", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        (found,) = machine.folders((disk / "state", tmp_path / "b"))
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert found.said == f"{disk} is on a read-only file system"
    assert f"sudo mount -o remount,rw {disk}" in found.do


@pytest.mark.skipif(os.geteuid() != 0, reason="to give a folder to another user needs root")
def test_a_state_folder_of_another_user_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr("pwd.getpwnam", lambda name: nobody)
    (tmp_path / "a").mkdir(mode=0o755)
    (found,) = machine.folders((tmp_path / "a", tmp_path / "b"))
    assert found.do == f"sudo chown -R kioskd:kioskd {tmp_path}/a"
    assert os.strerror(errno.EACCES) not in found.said
    os.chown(tmp_path / "a", 0, nobody.pw_gid)  # its group may: no fault
    (tmp_path / "a").chmod(0o775)
    assert [each.state for each in machine.folders((tmp_path / "a", tmp_path / "b"))] == ["ok"]
