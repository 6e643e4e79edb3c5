"""Where the daemon is: written down by it, and found there by the command line and the browser."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kioskd.cli import client
from kioskd.cli.client import Daemon
from kioskd.errors import ControlError
from kioskd.host import address
from tests.support.process import Process, free_port


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that systemd gives."""
    folder = tmp_path / "run"
    folder.mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    return folder


@pytest.fixture
def kioskd(runtime: Path, tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    previous = os.umask(0o027)  # as the unit's
    yield process
    os.umask(previous)
    process.close()


@pytest.fixture
def system(tmp_path: Path, runtime: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's file and folder as those of the machine."""
    file = tmp_path / "kioskd.yaml"
    monkeypatch.setattr(address, "SYSTEM", file)
    monkeypatch.setattr(address.told, "__defaults__", (runtime / "address",))
    return file


def version(daemon: Daemon) -> bool:
    return "version" in daemon.ask("/api/status")


def test_it_is_written_down_for_every_user(kioskd: Process, runtime: Path) -> None:
    kioskd.start()
    file = runtime / "address"
    assert file.read_text() == f"{kioskd.url}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert sorted(path.name for path in runtime.iterdir()) == ["address", "browser", "control.sock"]


def test_what_only_some_may_use_is_no_more_open_than_that(kioskd: Process, runtime: Path) -> None:
    kioskd.start()
    assert stat.S_IMODE((runtime / "control.sock").stat().st_mode) == 0o660
    assert stat.S_IMODE((runtime / "browser/wall").stat().st_mode) == 0o640


def test_a_wrong_file_does_not_hide_the_daemon(kioskd: Process, system: Path) -> None:
    kioskd.start()
    system.write_text("nonsense: yes\n")
    assert version(client.find(system, None))


def test_it_is_found_at_the_port_it_has_and_after_a_restart_at_the_new_one(
    kioskd: Process, system: Path
) -> None:
    kioskd.start()
    first = client.find(system, None)
    kioskd.port = free_port()
    kioskd.configure("")
    assert client.find(system, None) == first
    assert version(first)
    kioskd.stop()
    kioskd.start()
    second = client.find(system, None)
    assert second.address == f"http://127.0.0.1:{kioskd.port}" != first.address
    assert version(second)
    with pytest.raises(ControlError, match="no daemon answers"):
        first.ask("/api/status")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "127.0.0.3", "::1", "localhost"])
def test_wherever_it_listens_this_machine_reaches_it_without_a_token(
    kioskd: Process, host: str
) -> None:
    (kioskd.folder / "token").write_text("wall-token-1-long-enough-0123456789\n")
    kioskd.config.write_text(
        f"kiosk: {{state_directory: {kioskd.folder}/state}}\nsound: {{enabled: false}}\n"
        "sources: [{kind: demo}]\n"
        f"server: {{host: '{host}', port: {kioskd.port}, token_file: {kioskd.folder}/token}}\n"
    )
    kioskd.start()
    assert version(client.find(kioskd.config, None))


def test_another_file_than_the_systems_and_a_given_port_are_not_overruled(
    kioskd: Process, system: Path, tmp_path: Path
) -> None:
    kioskd.start()
    other = tmp_path / "other.yaml"
    other.write_text("server: {port: 4711}\nsources: [{kind: demo}]\n")
    assert client.find(other, None).address == "http://127.0.0.1:4711"
    assert client.find(system, 4712).address == "http://127.0.0.1:4712"
    other.write_text("nonsense: yes\n")
    assert client.find(other, 4713).address == "http://127.0.0.1:4713"
    assert client.find(other, None).address == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    "said",
    ["", "\n", "http://example.org:80\n", "http://127.0.0.1:80/x\n", "http://127.0.0.1:\n", "\xff"],
)
def test_what_is_no_address_of_this_machine_is_not_followed(tmp_path: Path, said: str) -> None:
    (tmp_path / "address").write_bytes(said.encode("latin-1"))
    assert address.told(tmp_path / "address") is None
    assert address.told(tmp_path / "missing") is None


def test_without_a_folder_of_systemds_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNTIME_DIRECTORY", raising=False)
    monkeypatch.chdir(tmp_path)
    address.tell(8080)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_is_no_web_server_is_named_and_no_traceback() -> None:
    program = (
        "import socket; s = socket.create_server(('127.0.0.1', 0)); "
        "print(s.getsockname()[1], flush=True)\n"
        "while True:\n c = s.accept()[0]; c.recv(999); c.sendall(b'SSH-2.0-x\\r\\n'); c.close()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline())
        try:
            with pytest.raises(ControlError, match="is not kioskd"):
                Daemon(address.local(port)).ask("/api/status")
        finally:
            other.kill()
