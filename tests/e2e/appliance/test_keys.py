"""A keyboard at the Pi: no key opens anything over the wall, and what covers it is noticed.

``wtype`` presses keys as a keyboard of the compositor's, below the browser.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    confirmed,
    picture,
    show_in_memory,
    shows_the_panel,
)

pytestmark = pytest.mark.timeout(400)
# What Chromium does with these by itself: developer tools, find, print, caret browsing, source,
# help, open, full screen, new window, new tab, close, private window, task manager, quit, clear
# data, save, history, downloads, address bar, bookmarks, next tab, back, zoom.
CHORDS = (
    *("F12", "ctrl+f", "ctrl+p", "F7", "ctrl+u", "ctrl+shift+i", "F1", "ctrl+o", "F11", "F3"),
    *("ctrl+n", "ctrl+t", "ctrl+w", "alt+F4", "ctrl+shift+n", "shift+Escape", "ctrl+shift+q"),
    *("ctrl+shift+Delete", "ctrl+s", "ctrl+h", "ctrl+j", "ctrl+l", "ctrl+d", "ctrl+Tab"),
    *("alt+Left", "ctrl+plus", "Menu", "Super_L", "Print", "F10", "alt+f"),
)
WAYLAND = ("env", "XDG_RUNTIME_DIR=/run/kioskd-browser", "WAYLAND_DISPLAY=wayland-0")
OTHER = (
    "runuser -u kioskd-browser -- env XDG_RUNTIME_DIR=/run/kioskd-browser WAYLAND_DISPLAY=wayland-0"
    " HOME=/tmp/other /usr/lib/chromium/chromium-shell --ozone-platform=wayland --disable-gpu"
    " --no-sandbox --data-path=/tmp/other data:text/html,covered >/dev/null 2>&1 &"
)


@pytest.fixture
def wall(machine: Machine) -> Iterator[Machine]:
    """A machine on which Chromium, the one with menus and dialogs, shows the panel."""
    machine.write(CONFIG, "display: {browser: chromium}\nsources: [{kind: demo}]\n")
    machine.run("systemctl", "restart", "kioskd", BROWSER)
    show_in_memory(machine)
    until(lambda: shows_the_panel(picture(machine)), 30, "the panel is on the screen")
    yield machine
    machine.write(CONFIG, "sources: [{kind: demo}]\n")
    machine.run("systemctl", "restart", BROWSER)


def press(wall: Machine, chord: str) -> None:
    *held, key = chord.split("+")
    pressed = ("-k", key) if len(key) > 1 else (key,)
    down = [part for name in held for part in ("-M", name)]
    up = [part for name in held for part in ("-m", name)]
    wall.run(*WAYLAND, "wtype", *down, *pressed, *up)


def the_clock_goes_on(wall: Machine) -> None:
    """A second in which whatever a key opens has come: the panel's clock shows the next one."""
    shot = picture(wall)
    corner = np.s_[: shot.shape[0] // 10, shot.shape[1] * 3 // 4 :]
    until(lambda: bool((picture(wall)[corner] != shot[corner]).any()), 10, "the clock goes on")


def test_no_key_opens_anything_over_the_wall(wall: Machine) -> None:
    if "0.1." in wall.run("cage", "-v"):
        pytest.skip("Debian 12's cage takes keys from a real keyboard only")
    pid = wall.pid(BROWSER)
    for chord in CHORDS:
        press(wall, chord)
        the_clock_goes_on(wall)
        assert shows_the_panel(picture(wall)), f"{chord} changed the picture"
    until(lambda: confirmed(wall), 20, "the picture is confirmed")
    assert wall.pid(BROWSER) == pid


def test_a_window_that_covers_the_wall_is_noticed_and_gone(wall: Machine) -> None:
    wall.run("sh", "-c", OTHER)
    until(lambda: not shows_the_panel(picture(wall)), 30, "another window covers the panel")
    until(lambda: not confirmed(wall), 30, "the loss is noticed")
    took = until(lambda: confirmed(wall), 120, "the picture is confirmed again")
    assert shows_the_panel(picture(wall))
    print(f"the picture was back {took:.0f} s after its loss was noticed")
