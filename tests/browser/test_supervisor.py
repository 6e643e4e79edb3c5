"""The browser's main process: with a real Chromium but no compositor, and with none."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process import Notified, Process, free_port

# The compositor's place is taken by what starts Chromium without a screen, or by what fails.
HEADLESS = """#!/bin/bash
while [ "$1" != -- ]; do shift; done
shift
exec "$@" --headless=new --no-sandbox --disable-gpu >/dev/null 2>&1
"""
FAILS = "#!/bin/sh\nexit 3\n"
# Where the daemon writes its address down is a folder of the machine; here it is the test's.
PROGRAM = """
import sys
from pathlib import Path
from kioskd.browser import supervisor
from kioskd.host import address
address.SYSTEM = Path(sys.argv[1])
address.told.__defaults__ = (Path(sys.argv[2]),)
sys.exit(supervisor.main(["--config", sys.argv[1]]))
"""
needs_chromium = pytest.mark.skipif(
    shutil.which("chromium") is None, reason="chromium is not installed: sudo apt install chromium"
)


class Browser:
    """``kioskd browser`` as systemd starts it."""

    def __init__(self, folder: Path, config: Path, compositor: str) -> None:
        self.folder, self._config = folder, config
        (folder / "bin").mkdir(parents=True)
        (folder / "bin/cage").write_text(compositor)
        (folder / "bin/cage").chmod(0o755)
        if shutil.which("chromium") is None:
            (folder / "bin/chromium").symlink_to("/bin/true")
        self.notified = Notified(folder / "notify")

    def start(self) -> None:
        environment = os.environ | {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "RUNTIME_DIRECTORY": str(self.folder),
            "NOTIFY_SOCKET": str(self.notified.path),
            "WLR_BACKENDS": "headless",
        }
        written = self._config.parent / "run/address"
        command = [sys.executable, "-c", PROGRAM, str(self._config), str(written)]
        self.process = subprocess.Popen(command, env=environment, start_new_session=True)

    def ended(self) -> int:
        return self.process.wait(timeout=30)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.notified.close()


@pytest.fixture
def kioskd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    process = Process(tmp_path)
    yield process.start()
    process.close()


@needs_chromium
@pytest.mark.timeout(180)
def test_it_confirms_the_picture_follows_the_daemon_to_another_port_and_ends_when_asked(
    kioskd: Process, tmp_path: Path
) -> None:
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    try:
        browser.start()
        browser.notified.until(f"STATUS=picture confirmed; {kioskd.url}/")
        browser.notified.until("WATCHDOG=1")
        kioskd.port = free_port()
        kioskd.configure("")
        kioskd.stop()
        browser.notified.until("STATUS=waiting for kioskd")
        kioskd.start()
        browser.notified.until(f"STATUS=picture confirmed; http://127.0.0.1:{kioskd.port}/")
        browser.process.send_signal(signal.SIGTERM)
        assert browser.ended() == 0
        assert not (browser.folder / "failures").exists()
    finally:
        browser.close()


@needs_chromium
@pytest.mark.timeout(180)
def test_with_a_wrong_file_the_panel_has_the_name_that_is_in_force(
    kioskd: Process, tmp_path: Path
) -> None:
    kioskd.config.write_text("nonsense: yes\n")
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    try:
        browser.start()
        browser.notified.until(f"STATUS=picture confirmed; {kioskd.url}/")
        with urllib.request.urlopen(f"{kioskd.url}/api/status", timeout=5) as answer:
            panels = json.load(answer)["panels"]
        assert [panel["clientId"] for panel in panels] == ["Kiosk-T"]
    finally:
        browser.close()


@needs_chromium
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("Suporte de TI Sala 3 do Bloco B Ala Norte", "Suporte de TI Sala 3 do Bloco B Ala Norte"),
        (r'"\ufeff Sala  3 \ud83c\udf89 "', "Sala 3 \N{PARTY POPPER}"),
    ],
)
def test_a_kiosk_of_any_name_is_known_by_it_on_its_own_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, called: str
) -> None:
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    kioskd = Process(tmp_path)
    kioskd.config.write_text(kioskd.config.read_text().replace("id: Kiosk-T", f"id: {written}"))
    kioskd.start()
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    try:
        browser.start()
        browser.notified.until(f"STATUS=picture confirmed; {kioskd.url}/")
        with urllib.request.urlopen(f"{kioskd.url}/api/status", timeout=5) as answer:
            panels = json.load(answer)["panels"]
        assert [panel["clientId"] for panel in panels] == [called]
    finally:
        browser.close()
        kioskd.close()


def test_repeated_failures_wait_longer_and_say_so(tmp_path: Path) -> None:
    config = tmp_path / "kioskd.yaml"
    config.write_text(f"server: {{port: {free_port()}}}\nsources: [{{kind: demo}}]\n")
    browser = Browser(tmp_path / "browser", config, FAILS)
    for failures in (1, 2):
        browser.start()
        browser.notified.until("the browser ended (exit code 3); starting again")
        assert browser.ended() == 1
        assert (browser.folder / "failures").read_text() == str(failures)
    try:
        (browser.folder / "failures").write_text("99999")
        browser.start()
        browser.notified.until("STATUS=the browser failed 99999 times in a row; next start in 60 s")
        browser.notified.until("WATCHDOG=1")
        browser.process.send_signal(signal.SIGTERM)
        assert browser.ended() == 0
    finally:
        browser.close()


def test_what_is_not_installed_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(tmp_path / "browser", tmp_path / "kioskd.yaml", FAILS)
    monkeypatch.setenv("PATH", "/nowhere")
    (browser.folder / "bin/cage").unlink()
    browser.start()
    browser.notified.until("the browser is not installed; try: apt install cage chromium")
    assert browser.ended() == 1
    browser.close()
