"""A panel beside the first, with a real Chromium and a daemon; sway is played."""

import json
import os
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.support.process import Process
from tests.support.sway import PlayedSway, output
from tests.support.watching import HEADLESS, INSTALLED, WITHOUT_SCREEN, Browser

SHELL = "chromium-shell"
pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(SHELL not in INSTALLED, reason=f"not installed: sudo apt install {SHELL}"),
]
SECTIONS = """\
sound: {enabled: false}
screens: [{name: tickets, kind: tickets}, {name: dashboard, kind: dashboard}]
panels: [{id: Kiosk-B, output: HDMI-A-2, screens: [dashboard]}]
"""
ONE, TWO = output("HDMI-A-1"), output("HDMI-A-2")
# Without a compositor the browser itself has to do without a screen.
WRAPPED = f'#!/bin/sh\nexec /usr/bin/{SHELL} "$@" {" ".join(WITHOUT_SCREEN[SHELL])} --no-sandbox\n'


@pytest.fixture
def browser(kioskd: Process, tmp_path: Path) -> Browser:
    kioskd.stop()
    kioskd.configure(SECTIONS)
    kioskd.start()
    browser = Browser(tmp_path / "browser", kioskd.config, HEADLESS)
    (browser.folder / "bin" / SHELL).write_text(WRAPPED)
    (browser.folder / "bin" / SHELL).chmod(0o755)
    return browser


def status(kioskd: Process) -> Any:
    with urllib.request.urlopen(f"{kioskd.url}/api/status", timeout=10) as answer:
        return json.load(answer)


def faults(kioskd: Process, *expected: str) -> None:
    """Wait until these are the faults of the outputs."""
    until, found = time.monotonic() + 60, [""]
    while time.monotonic() < until:
        said = status(kioskd)["faults"]
        found = [each["message"] for each in said if each["part"].startswith("output ")]
        if found == [*expected]:
            return
        time.sleep(0.2)
    pytest.fail(f"the faults are {found}")


def test_each_screen_has_its_panel_and_one_that_is_missing_hurts_no_other(
    browser: Browser, kioskd: Process, tmp_path: Path
) -> None:
    sway = PlayedSway(browser.folder / "bin", tmp_path / "played")
    sway.outputs(ONE, TWO)
    both = f"STATUS=picture confirmed; {kioskd.url}/ on this screen; HDMI-A-2: picture confirmed"
    try:
        browser.start()
        browser.notified.until(both)
        shown = {each["clientId"]: each["screens"] for each in status(kioskd)["panels"]}
        assert shown == {"Kiosk-T": [], "Kiosk-B": ["dashboard"]}
        sway.outputs(ONE)
        browser.notified.until("on this screen; HDMI-A-2: nothing is shown there")
        there = "no screen is connected there for panel Kiosk-B; there are: HDMI-A-1"
        faults(kioskd, there)
        kioskd.stop()
        kioskd.start()
        faults(kioskd, there)
        sway.outputs(ONE, TWO)
        browser.notified.until(both)
        faults(kioskd)
        browser.process.send_signal(signal.SIGTERM)
        assert browser.ended() == 0
    finally:
        browser.close()


def test_a_panel_that_never_had_its_picture_costs_the_first_nothing(
    browser: Browser, kioskd: Process, tmp_path: Path
) -> None:
    sway = PlayedSway(browser.folder / "bin", tmp_path / "played")
    sway.outputs(ONE, output("HDMI-A-2") | {"rect": {"width": 99, "height": 99}})
    try:
        browser.start()
        browser.notified.until("on this screen; HDMI-A-2: no picture yet")
        pid = browser.process.pid
        for _ in range(75):  # seconds: a new window is opened for it after sixty
            browser.notified.until("WATCHDOG=1")
        assert browser.process.poll() is None
        assert browser.process.pid == pid
        assert len(status(kioskd)["panels"]) == 2
        sway.outputs(ONE, TWO)
        browser.notified.until("HDMI-A-2: picture confirmed")
    finally:
        browser.close()


def test_where_sway_does_not_start_the_first_panel_is_shown_and_the_reason_said(
    browser: Browser, kioskd: Process
) -> None:
    (browser.folder / "bin/sway").write_text("#!/bin/sh\nexit 1\n")
    (browser.folder / "bin/sway").chmod(0o755)
    try:
        browser.start()
        browser.notified.until(f"STATUS=picture confirmed; {kioskd.url}/ on this screen")
        faults(
            kioskd,
            "panel Kiosk-B is not shown: sway, which can show two, does not start; see: journalctl"
            " -u kioskd-browser",
        )
        assert [each["clientId"] for each in status(kioskd)["panels"]] == ["Kiosk-T"]
    finally:
        browser.close()


def test_a_file_that_names_no_output_asks_for_no_other_compositor(
    kioskd: Process, tmp_path: Path
) -> None:
    kioskd.configure("panels: [{id: Kiosk-B, scale: 1.2}]\n")
    browser = Browser(tmp_path / "browser", kioskd.config, "#!/bin/sh\nexit 3\n")
    sway = PlayedSway(browser.folder / "bin", tmp_path / "played")
    try:
        browser.start()
        browser.notified.until("the browser ended (exit code 3)")
        assert browser.ended() == 1
        assert not os.path.exists(tmp_path / "played/config")
        assert sway.told == []
    finally:
        browser.close()
