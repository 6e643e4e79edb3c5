"""The browser's main process: with a real Chromium but no compositor, and with none."""

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from kioskd.browser import opening, supervisor
from kioskd.core.status import DisplayStatus
from kioskd.host import screen, systemd
from kioskd.host.screenshot import Screenshots
from tests.support.process import Process, free_port
from tests.support.watching import (
    FAILS,
    HEADLESS,
    Browser,
    PlayedDaemon,
    each_browser,
    needs_chromium,
)

ENGLISH = "kiosk: {language: en}\n"


@each_browser
@pytest.mark.timeout(180)
def test_it_confirms_the_picture_follows_the_daemon_to_another_port_and_ends_when_asked(
    browser_name: str, kioskd: Process, tmp_path: Path
) -> None:
    wanted = f"display: {{browser: {browser_name}}}\n"
    kioskd.config.write_text(kioskd.config.read_text() + wanted)
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


@needs_chromium
@pytest.mark.timeout(180)
def test_a_new_start_is_made_once_for_each_time_that_somebody_asks(tmp_path: Path) -> None:
    daemon = PlayedDaemon()
    with daemon.served() as port:
        config = tmp_path / "kioskd.yaml"
        config.write_text(f"{ENGLISH}server: {{port: {port}}}\nsources: [{{kind: demo}}]\n")
        browser = Browser(tmp_path / "browser", config, HEADLESS)
        try:
            browser.start()
            daemon.says(1)
            daemon.says(None)  # too busy to answer, for once
            daemon.says(1)
            daemon.says(0)  # another daemon
            daemon.restarts = 1
            browser.notified.until("somebody asked for a new start")
            assert browser.ended() == 1
        finally:
            browser.close()


def test_repeated_failures_wait_longer_and_say_so_and_a_stop_by_hand_ends_it(
    tmp_path: Path,
) -> None:
    config = tmp_path / "kioskd.yaml"
    config.write_text(f"{ENGLISH}server: {{port: {free_port()}}}\nsources: [{{kind: demo}}]\n")
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
        assert not (browser.folder / "failures").exists()
    finally:
        browser.close()


NEEDS_NO_GPU = """#!/bin/sh
echo "$*" > $RUNTIME_DIRECTORY/started
case " $* " in *" --disable-gpu "*) exit 3 ;; esac
exit 133
"""


def test_a_graphics_processor_that_fails_again_and_again_is_given_up(tmp_path: Path) -> None:
    config = tmp_path / "kioskd.yaml"
    server = f"server: {{port: {free_port()}}}\nsources: [{{kind: demo}}]\n"
    config.write_text(f"{ENGLISH}{server}display: {{gpu: true}}\n")
    browser = Browser(tmp_path / "browser", config, NEEDS_NO_GPU)
    try:
        for _ in range(supervisor.GIVE_UP):
            browser.start()
            browser.notified.until("the browser ended (exit code 133); starting again")
            assert browser.ended() == 1
            assert "--disable-gpu" not in (browser.folder / "started").read_text()
        for failures in (str(supervisor.GIVE_UP), "0"):  # and so it stays after a good hour, too
            (browser.folder / "failures").write_text(failures)
            browser.start()
            browser.notified.until("the browser ended (exit code 3); starting again")
            assert browser.ended() == 1
            assert "--disable-gpu" in (browser.folder / "started").read_text()
    finally:
        browser.close()


def test_the_graphics_processor_is_left_alone_unless_it_is_wanted(tmp_path: Path) -> None:
    config = tmp_path / "kioskd.yaml"
    config.write_text(f"{ENGLISH}server: {{port: {free_port()}}}\nsources: [{{kind: demo}}]\n")
    browser = Browser(tmp_path / "browser", config, NEEDS_NO_GPU)
    browser.start()
    try:
        browser.notified.until("the browser ended (exit code 3); starting again")
        assert browser.ended() == 1
    finally:
        browser.close()


def test_what_is_not_installed_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(tmp_path / "browser", tmp_path / "kioskd.yaml", FAILS)
    monkeypatch.setenv("PATH", "/nowhere")
    (browser.folder / "bin/cage").unlink()
    browser.start()
    browser.notified.until(
        "the browser is not installed; try: apt install cage chromium-shell, or cage chromium"
    )
    assert browser.ended() == 1
    browser.close()


@needs_chromium
@pytest.mark.timeout(180)
async def test_the_daemon_gets_a_picture_of_the_page_by_the_socket_in_its_folder(
    kioskd: Process, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", str(tmp_path / "browser/wayland-0"))
    monkeypatch.setattr(screen, "CONNECTORS", tmp_path / "none")
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    try:
        browser.start()
        browser.notified.until("picture confirmed")
        taken = await Screenshots(lambda: DisplayStatus("on")).take()
    finally:
        browser.close()
    assert (taken.of, taken.content_type) == ("page", "image/jpeg")
    assert taken.image.startswith(b"\xff\xd8\xff")
    assert len(taken.image) > 10_000  # a panel with tickets; an empty page is 4,000


def test_no_browser_is_started_for_a_screen_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "card1-HDMI-A-1/status"
    state.parent.mkdir()
    state.write_text("disconnected\n")
    monkeypatch.setattr(screen, "CONNECTORS", tmp_path)
    monkeypatch.setenv("WLR_BACKENDS", "headless")
    said: list[str] = []

    def plug_in(line: str) -> None:
        said.append(line)
        state.write_text("connected\n")

    monkeypatch.setattr(systemd, "status", plug_in)
    supervisor._wait_for_a_screen()
    assert said == ["no screen is connected; waiting for one"]


def test_the_status_is_in_the_language_of_the_kiosk(tmp_path: Path) -> None:
    browser = Browser(tmp_path / "browser", tmp_path / "none.yaml", FAILS)
    (tmp_path / "none.yaml").write_text("kiosk: {language: es}\nsources: [{kind: demo}]\n")
    try:
        browser.start()
        browser.notified.until(
            "STATUS=el navegador terminó (código de salida 3); se inicia de nuevo"
        )
    finally:
        browser.close()


def test_what_draws_no_picture_with_the_graphics_processor_loads_no_driver_for_it() -> None:
    assert opening.drawing(gpu=False) == {"WLR_RENDERER": "pixman"}
    assert opening.drawing(gpu=True) == {}
