"""Two outputs of one machine, each with a panel of its own: sway shows what one browser draws."""

import json
import re
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pygame
import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    DROP_IN,
    HEADLESS,
    Picture,
    confirmed,
    picture,
    share,
    shows_the_panel,
)

pytestmark = pytest.mark.timeout(400)
FIRST, SECOND = "HEADLESS-1", "HEADLESS-2"
TWO = "Environment=WLR_HEADLESS_OUTPUTS=2\n"
SWAY = "/usr/bin/sway"
SWAYMSG = ("swaymsg", "--socket", "/run/kioskd-browser/sway.sock")
SOCKET = ("env", "WAYLAND_DISPLAY=/run/kioskd-browser/wayland-0")
FILE = "/var/tmp/screenshot"
CONFIGURED = {
    "kiosk": {"id": "Kiosk-SALA", "language": "en"},
    "screens": [
        {"name": "tickets", "kind": "tickets"},
        {"name": "redes", "kind": "dashboard"},
        {"name": "aviso", "kind": "notice", "text": "ERP: 18:00"},
    ],
    "panels": [
        {"id": "Kiosk-CORREDOR", "output": SECOND, "rotate": 90, "screens": ["redes", "aviso"]}
    ],
    "sources": [{"kind": "demo"}],
}


@pytest.fixture
def wall(machine: Machine, request: pytest.FixtureRequest) -> Iterator[Machine]:
    """A machine with two screens, and a panel on each."""
    before = machine.run("cat", DROP_IN) if machine.succeeds("test", "-e", DROP_IN) else ""
    machine.write(DROP_IN, HEADLESS + TWO)
    machine.run("systemctl", "daemon-reload")
    configure(machine, **getattr(request, "param", {}))
    until(lambda: both_confirmed(machine), 90, "both pictures are confirmed")
    yield machine
    machine.write(DROP_IN, before or HEADLESS)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", BROWSER)


def configure(machine: Machine, **display: Any) -> None:
    machine.write(CONFIG, json.dumps(CONFIGURED | {"display": display}))
    machine.run("systemctl", "restart", "kioskd", BROWSER)


@pytest.fixture
def switched(wall: Machine) -> Machine:
    """One whose outputs can be switched off: wlroots 0.15 can't do that without a graphics card."""
    if " 1.7" in wall.run("sway", "--version"):
        pytest.skip("Debian 12's sway switches no output that is drawn into memory")
    return wall


def said(wall: Machine) -> str:
    return wall.property("StatusText", BROWSER)


def both_confirmed(wall: Machine) -> bool:
    return confirmed(wall) and said(wall).endswith(f"{SECOND}: picture confirmed")


def is_panel(shot: Picture, height: int, width: int) -> bool:
    """The panel's ground to every edge, and text between; the demo's alerts may fill the rest."""
    edges = [shot[:3], shot[-3:], shot[:, :3], shot[:, -3:]]
    whole = all(share(edge, "ground") > 0.9 for edge in edges)
    return shot.shape[:2] == (height, width) and whole and share(shot, "text") > 0.005


def is_upright(shot: Picture) -> bool:
    return is_panel(shot, 1280, 720)


def both_are_shown(wall: Machine) -> bool:
    return is_panel(picture(wall, FIRST), 720, 1280) and is_upright(picture(wall, SECOND))


def both_are_back(wall: Machine, seconds: float) -> None:
    took = until(lambda: both_confirmed(wall), seconds, "both pictures are confirmed again")
    until(lambda: both_are_shown(wall), 15, "both panels are on their screens")
    print(f"both pictures were back after {took:.0f} s")


def renderers(wall: Machine) -> list[str]:
    return wall.run("pgrep", "--full", "chromium.*--type=renderer", check=False).split()


def fault(wall: Machine) -> str:
    """What the status says of the second output; empty: nothing."""
    found = [each["message"] for each in (wall.status() or {}).get("faults", ())]
    return next((each for each in found if "Kiosk-CORREDOR" in each), "")


BOTH = pytest.mark.parametrize(
    "wall", [{"browser": "chromium-shell"}, {"browser": "chromium"}], indirect=True, ids=str
)


@BOTH
def test_each_screen_shows_its_own_panel_and_turns_it(wall: Machine) -> None:
    until(lambda: both_are_shown(wall), 15, "both panels are on their screens")
    until(lambda: shows_the_panel(picture(wall, FIRST)), 15, "the first shows its tickets")
    two = picture(wall, SECOND)
    shown = {panel["clientId"]: panel for panel in wall.status()["panels"]}
    assert set(shown) == {"Kiosk-SALA", "Kiosk-CORREDOR"}
    assert shown["Kiosk-CORREDOR"]["screens"] == ["redes", "aviso"]
    wall.run("kioskd", "switch", "aviso", "--panel", "Kiosk-CORREDOR")
    until(lambda: is_another(two, picture(wall, SECOND)), 15, "the second shows its notice")
    panels = {panel["clientId"]: panel["screen"] for panel in wall.status()["panels"]}
    assert panels == {"Kiosk-SALA": "tickets", "Kiosk-CORREDOR": "aviso"}
    outputs = json.loads(wall.run(*SWAYMSG, "--type", "get_outputs", "--raw"))
    turned = {each["name"]: each["transform"] for each in outputs}
    assert turned == {FIRST: "normal", SECOND: "270"}  # sway counts the other way round


def is_another(before: Picture, now: Picture) -> bool:
    """More than the clock, and what comes and goes in a list, has changed."""
    return bool((before[150:] != now[150:]).any(axis=2).mean() > 0.3)


@BOTH
def test_killed_renderers_get_both_pictures_back_by_a_reload(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    wall.run("kill", "-9", *renderers(wall))
    until(lambda: not confirmed(wall), 30, "the loss is noticed")
    both_are_back(wall, 60)
    assert wall.pid(BROWSER) == pid


@pytest.mark.parametrize("wall", [{"browser": "chromium"}], indirect=True, ids=str)
def test_a_frozen_second_panel_is_noticed_and_mended(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    for each in renderers(wall):
        wall.run("kill", "-STOP", each)
        if is_lost(wall) and confirmed(wall):
            break
        wall.run("kill", "-CONT", each)  # it was the first panel's, or a spare one
        until(lambda: both_confirmed(wall), 60, "both pictures are confirmed again")
    else:
        pytest.fail("no renderer was the second panel's")
    both_are_back(wall, 120)
    assert wall.pid(BROWSER) != pid


def is_lost(wall: Machine) -> bool:
    """Whether a picture is lost in the time in which that must be noticed."""
    ends = time.monotonic() + 20
    while both_confirmed(wall) and time.monotonic() < ends:
        time.sleep(0.2)
    return not both_confirmed(wall)


def test_the_daemon_restarts_under_both(wall: Machine) -> None:
    pid = wall.pid(BROWSER)
    wall.run("systemctl", "stop", "kioskd")
    until(lambda: "waiting for kioskd" in said(wall), 30, "the browser says for whom it waits")
    wall.run("systemctl", "start", "kioskd")
    both_are_back(wall, 60)
    assert wall.pid(BROWSER) == pid


@pytest.mark.parametrize("killed", ["sway", "chromium"])
def test_what_was_killed_is_started_again(wall: Machine, killed: str) -> None:
    pid = wall.pid(BROWSER)
    which = f"^{SWAY[-4:]} --" if killed == "sway" else "^/usr/lib/chromium/chromium-shell --ozone"
    wall.run("pkill", "-9", "--full", which)
    until(lambda: wall.pid(BROWSER) not in (0, pid), 20, "systemd has started it again")
    both_are_back(wall, 90)


def test_a_second_screen_that_goes_hurts_the_first_in_nothing_and_gets_its_panel_back(
    switched: Machine,
) -> None:
    pid = switched.pid(BROWSER)
    switched.run(*SWAYMSG, f"output {SECOND} disable")
    until(
        lambda: "nothing is shown there" in said(switched), 15, "the browser says that it is gone"
    )
    until(lambda: is_panel(picture(switched, FIRST), 720, 1280), 5, "the first is shown")
    assert confirmed(switched)
    switched.run(*SWAYMSG, f"output {SECOND} enable")
    both_are_back(switched, 60)
    assert switched.pid(BROWSER) == pid


def test_a_first_screen_that_goes_and_comes_leaves_the_second_its_panel(switched: Machine) -> None:
    pid = switched.pid(BROWSER)
    switched.run(*SWAYMSG, f"output {FIRST} disable")
    until(lambda: "no screen" in said(switched), 15, "the browser says that it is gone")
    until(lambda: is_upright(picture(switched, SECOND)), 5, "the second shows its panel")
    assert said(switched).endswith(f"{SECOND}: picture confirmed")
    switched.run(*SWAYMSG, f"output {FIRST} enable")
    both_are_back(switched, 60)
    assert switched.pid(BROWSER) == pid


def test_an_output_that_is_not_connected_is_named_with_those_that_are(wall: Machine) -> None:
    panel = CONFIGURED["panels"][0] | {"output": "HDMI-A-9"}  # type: ignore[index]
    wall.write(CONFIG, json.dumps(CONFIGURED | {"panels": [panel]}))
    wall.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: fault(wall) != "", 60, "the status says it")
    assert fault(wall) == (
        f"no screen is connected there for panel Kiosk-CORREDOR; there are: {FIRST}, {SECOND}"
    )
    findings = json.loads(wall.run("kioskd", "doctor", "--json", check=False))
    assert any(fault(wall) in finding["said"] for finding in findings)
    wall.run("systemctl", "restart", "kioskd")  # another daemon is told it, too
    until(lambda: fault(wall) != "", 30, "the status says it")
    until(lambda: confirmed(wall), 60, "the first is confirmed")
    until(lambda: is_panel(picture(wall, FIRST), 720, 1280), 15, "the first is shown")


def test_without_sway_the_first_panel_is_shown_and_the_package_named(wall: Machine) -> None:
    wall.run("mv", SWAY, f"{SWAY}.away")
    try:
        wall.run("systemctl", "restart", BROWSER)
        until(lambda: confirmed(wall), 60, "the first is confirmed")
        assert wall.succeeds("pgrep", "--exact", "cage")
        until(lambda: "sudo apt install sway" in fault(wall), 15, "the status names the package")
        assert "sudo apt install sway" in wall.journal(BROWSER)
    finally:
        wall.run("mv", f"{SWAY}.away", SWAY)
        wall.run("systemctl", "restart", BROWSER)
    until(lambda: both_confirmed(wall), 90, "both pictures are confirmed")
    until(lambda: fault(wall) == "", 15, "the status says no more of it")


def test_a_screenshot_shows_both(wall: Machine) -> None:
    until(lambda: both_are_shown(wall), 15, "both panels are on their screens")
    printed = wall.run("kioskd", "screenshot", FILE)
    assert "the whole screen" in printed
    pixels = pygame.surfarray.array3d(pygame.image.load(wall.top / FILE.removeprefix("/")))
    shot = np.ascontiguousarray(pixels.swapaxes(0, 1))
    assert shot.shape[:2] == (1280, 1280 + 720)
    left = is_panel(shot[:720, :1280], 720, 1280)
    assert left or is_panel(shot[:720, 720:], 720, 1280)
    assert is_upright(shot[:, 1280:] if left else shot[:, :720])


def test_both_are_dark_by_their_hours_and_lit_by_an_alert(switched: Machine) -> None:
    hours = [{"days": [tomorrow(switched)], "from": "10:00", "to": "11:00"}]
    configure(switched, backend="wlr-randr", on=hours)
    until(lambda: lit(switched) == [], 90, "both are dark")
    until(lambda: "off on purpose" in said(switched), 15, "the browser knows why")
    assert said(switched).endswith(f"{SECOND}: off on purpose")
    pid = switched.pid(BROWSER)
    switched.run("kioskd", "alert", "--severity", "critical", "Fire")
    until(lambda: len(lit(switched) or ()) == 2, 15, "the alert lights both")
    until(lambda: both_confirmed(switched), 90, "both pictures are confirmed")
    assert switched.pid(BROWSER) == pid
    switched.run("kioskd", "acknowledge")  # while it waits, no display is dark


def test_one_alone_is_dark_where_the_file_names_it(switched: Machine) -> None:
    hours = [{"days": [tomorrow(switched)], "from": "10:00", "to": "11:00"}]
    configure(switched, backend="wlr-randr", output=SECOND, on=hours)
    until(lambda: lit(switched) == [FIRST], 90, "the second is dark")
    until(lambda: confirmed(switched), 60, "the first is confirmed")
    until(
        lambda: said(switched).endswith(f"{SECOND}: off on purpose"), 15, "and the second why not"
    )
    assert is_panel(picture(switched, FIRST), 720, 1280)
    assert fault(switched) == ""


def lit(wall: Machine) -> list[str] | None:
    """The screens that are on; None: no compositor says so."""
    heads = wall.run(*SOCKET, "wlr-randr", check=False)
    if "Enabled" not in heads:
        return None
    return re.findall(r"^(\S+)[^\n]*\n(?:\s+[^\n]*\n)*?\s+Enabled: yes", heads, re.MULTILINE)


def tomorrow(wall: Machine) -> str:
    return wall.run("date", "--date=3 days", "+%a").strip().lower()
