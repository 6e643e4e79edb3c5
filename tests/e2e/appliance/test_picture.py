"""The picture: cage and Chromium really show the panel, and get it back when it is lost.

Without a screen the compositor draws into memory, and ``grim`` takes what would be shown.
"""

import datetime
import re
import time

import numpy as np
import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    colour,
    confirmed,
    picture,
    show_in_memory,
    shows_the_panel,
)

pytestmark = pytest.mark.timeout(300)
LISTENS = "0A"  # a socket's state in /proc/net/tcp
# Beside those in the panel's own fonts, which are Latin, Greek, Cyrillic, Arabic, Hebrew and emoji.
SCRIPTS = {
    **{
        "Chinese": "\u5370",
        "traditional Chinese": "\u6a5f",
        "Japanese": "\u3042",
        "Korean": "\uc778",
    },
    **{"Thai": "\u0e01", "Devanagari": "\u0939", "Bengali": "\u09aa", "Tamil": "\u0b85"},
    **{"Khmer": "\u1780", "Armenian": "\u0531", "Georgian": "\u10d0", "Ethiopic": "\u12a0"},
}


@pytest.fixture
def wall(machine: Machine) -> Machine:
    """A machine whose browser shows the panel."""
    show_in_memory(machine)
    until(lambda: shows_the_panel(picture(machine)), 20, "the panel is on the screen")
    return machine


def lost_and_back(wall: Machine, seconds: float) -> None:
    """The browser's status must first say that the picture is lost, then confirm it again."""
    until(lambda: not confirmed(wall), 30, "the loss is noticed")
    took = until(lambda: confirmed(wall), seconds, "the picture is confirmed again")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")
    print(f"the picture was back {took:.0f} s after its loss was noticed")


def processes(wall: Machine, kind: str) -> list[str]:
    return wall.run("pgrep", "--full", f"chromium.*--type={kind}", check=False).split()


def test_the_panel_is_on_the_screen_and_its_clock_goes(wall: Machine) -> None:
    first = picture(wall)
    assert shows_the_panel(first)
    height, width, _ = first.shape
    corner = np.s_[: height // 10, width * 3 // 4 :]
    until(lambda: bool((picture(wall)[corner] != first[corner]).any()), 5, "the clock has gone on")


@pytest.mark.parametrize("letter", SCRIPTS.values(), ids=list(SCRIPTS))
def test_a_title_in_any_of_these_scripts_has_letters_and_no_boxes(
    machine: Machine, letter: str
) -> None:
    found = machine.run("fc-list", f":charset={ord(letter):x}", "family")
    assert found.strip(), f"no font has U+{ord(letter):X}"


def test_a_blank_screen_and_a_small_window_are_no_panel(wall: Machine) -> None:
    whole = picture(wall)
    assert not shows_the_panel(np.zeros_like(whole))
    assert not shows_the_panel(np.full_like(whole, colour("ground")))
    small = np.zeros_like(whole)
    small[: whole.shape[0] // 2, : whole.shape[1] // 2] = whole[::2, ::2]
    assert not shows_the_panel(small)


def test_no_other_program_can_reach_the_browser(wall: Machine) -> None:
    user = wall.run("id", "-u", "kioskd-browser").strip()
    rows = wall.run("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
    ports = [row.split() for row in rows if "address" not in row]
    assert [row for row in ports if row[7] == user] != []  # its connections to the daemon
    assert [row for row in ports if row[7] == user and row[3] == LISTENS] == []


def test_chromium_shows_the_panel_where_it_is_wanted(machine: Machine) -> None:
    machine.write(CONFIG, "display: {browser: chromium}\nsources: [{kind: demo}]\n")
    machine.run("systemctl", "restart", BROWSER)
    show_in_memory(machine)
    until(lambda: shows_the_panel(picture(machine)), 20, "the panel is on the screen")
    assert machine.run("pgrep", "--full", "^/usr/lib/chromium/chromium --")
    assert machine.run("pgrep", "--full", "^/usr/lib/chromium/chromium-shell", check=False) == ""
    machine.write(CONFIG, "sources: [{kind: demo}]\n")
    machine.run("systemctl", "restart", BROWSER)


def test_a_killed_renderer_gets_the_picture_back_by_a_reload(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    wall.run("kill", "-9", *processes(wall, "renderer"))
    lost_and_back(wall, 30)
    assert wall.pid(BROWSER) == pid


def test_a_frozen_page_is_noticed_and_the_browser_started_again(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    wall.run("kill", "-STOP", *processes(wall, "renderer"))
    lost_and_back(wall, 90)
    assert wall.pid(BROWSER) != pid


@pytest.mark.parametrize("killed", ["/usr/bin/cage", "/usr/lib/chromium/chromium-shell --ozone"])
def test_a_killed_browser_is_started_again(wall: Machine, killed: str) -> None:
    pid = wall.pid(BROWSER)
    wall.run("pkill", "-9", "--full", f"^{killed}")
    until(lambda: wall.pid(BROWSER) not in (0, pid), 20, "systemd has started it again")
    until(lambda: confirmed(wall), 60, "the picture is confirmed again")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")


def test_the_daemon_restarts_under_the_browser(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    wall.run("systemctl", "restart", "kioskd")
    began = time.monotonic()
    until(
        lambda: any(
            panel["painted"] is not None for panel in (wall.status() or {}).get("panels", ())
        ),
        30,
        "the page paints for the new daemon",
    )
    print(f"the page painted {time.monotonic() - began:.0f} s after the restart")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")
    assert wall.pid(BROWSER) == pid


def test_the_daemon_comes_up_after_the_browser(wall: Machine) -> None:
    wall.run("systemctl", "stop", "kioskd")
    pid = wall.pid(BROWSER)
    wall.run("systemctl", "restart", BROWSER)
    until(
        lambda: "aguardando o kioskd" in wall.property("StatusText", BROWSER),
        20,
        "the browser says for whom it waits",
    )
    wall.run("systemctl", "start", "kioskd")
    until(lambda: confirmed(wall), 30, "the picture is confirmed")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")
    assert wall.pid(BROWSER) != pid


def test_another_port_is_followed_and_a_wrong_file_does_not_hide_it(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    there = "imagem confirmada; http://127.0.0.1:8090/"
    wall.write(CONFIG, "server: {port: 8090}\nsources: [{kind: demo}]\n")
    wall.run("systemctl", "restart", "kioskd")
    until(lambda: wall.property("StatusText", BROWSER).startswith(there), 30, "it has followed")
    assert wall.pid(BROWSER) == pid
    wall.write(CONFIG, "nonsense: yes\n")
    wall.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: wall.property("StatusText", BROWSER).startswith(there), 60, "it is found again")
    until(lambda: shows_the_panel(picture(wall)), 20, "the panel is on the screen")
    assert "nonsense" in wall.property("StatusText")


def test_a_display_that_is_off_on_purpose_is_no_lost_picture_and_an_alert_lights_it(
    wall: Machine,
) -> None:
    pid, lit = wall.pid(BROWSER), "/run/kioskd/lit"
    later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).strftime("%a")
    switch = f"on: [touch, {lit}], off: [rm, -f, {lit}]"
    query = f"query: [sh, -c, 'test -e {lit} && echo on || echo off']"
    hours = f"{{days: [{later.lower()}], from: '10:00', to: '11:00'}}"
    display = f"{{backend: command, commands: {{{switch}, {query}}}, on: [{hours}]}}"
    wall.write(CONFIG, f"display: {display}\nsources: [{{kind: demo}}]\n")
    wall.run("systemctl", "restart", "kioskd")
    until(
        lambda: "desligado de propósito" in wall.property("StatusText", BROWSER),
        30,
        "the browser knows that it is dark on purpose",
    )
    assert wall.status()["display"]["state"] == "off"
    wall.run("kioskd", "alert", "--severity", "critical", "Fire")
    until(lambda: wall.succeeds("test", "-e", lit), 10, "the alert lights it")
    until(lambda: confirmed(wall), 30, "the picture is confirmed")
    wall.run("kioskd", "acknowledge")
    assert wall.pid(BROWSER) == pid


def test_what_watches_the_browser_stays_small(wall: Machine) -> None:
    said = wall.run("cat", f"/proc/{wall.pid(BROWSER)}/smaps_rollup")
    private = sum(int(kb) for kb in re.findall(r"^Private_\w+:\s+(\d+) kB", said, re.MULTILINE))
    print(f"{private} kB")
    assert private <= 12_000  # kB
