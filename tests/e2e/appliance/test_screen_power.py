"""The display's power: kioskd darkens and lights what a real compositor shows.

Debian 13's cage obeys wlr-randr and not wlopm; its labwc obeys both. Debian 12's cage obeys neither
and has no labwc: there kioskd must say so. The compositors draw into memory, on an output by the
name of HEADLESS-1.
"""

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    SHOT,
    confirmed,
    picture,
    show_in_memory,
    shows_the_panel,
)

pytestmark = pytest.mark.timeout(300)
# Debian 12 has no compositor that obeys.
ON_13 = pytest.mark.parametrize("debian", ["13"], indirect=True)
OUTPUT = "HEADLESS-1"
SOCKET = ("env", "WAYLAND_DISPLAY=/run/kioskd-browser/wayland-0")
PURPOSE = "off on purpose"
ENGLISH = {"kiosk": {"language": "en"}, "sources": [{"kind": "demo"}]}
# Given cage's arguments, it lets labwc show the same program.
IN_ITS_PLACE = "/usr/local/bin/cage"
LABWC = """#!/bin/bash
while [ "$1" != -- ]; do shift; done
shift
exec labwc -s "$(printf '%q ' "$@")"
"""


@pytest.fixture
def cage(machine: Machine) -> Machine:
    """A machine whose browser runs in cage."""
    show_in_memory(machine)
    # As `auto` takes it where the compositor darkens the display: chromium-shell ends then.
    display = {"backend": "wlr-randr", "output": OUTPUT}
    machine.write(CONFIG, json.dumps(ENGLISH | {"display": display}))
    machine.run("systemctl", "restart", BROWSER)
    until(lambda: confirmed(machine), 60, "the picture is confirmed")
    return machine


@pytest.fixture
def labwc(cage: Machine) -> Iterator[Machine]:
    """A machine whose browser runs in labwc."""
    cage.write(IN_ITS_PLACE, LABWC)
    cage.run("chmod", "755", IN_ITS_PLACE)
    cage.run("systemctl", "restart", BROWSER)
    until(lambda: confirmed(cage), 60, "the picture is confirmed")
    assert cage.succeeds("pgrep", "--exact", "labwc")
    assert not cage.succeeds("pgrep", "--exact", "cage")
    yield cage
    cage.run("rm", IN_ITS_PLACE)
    cage.run("systemctl", "restart", BROWSER)


def old(machine: Machine) -> bool:
    return "0.1." in machine.run("cage", "-v")


def follow(machine: Machine, backend: str, **others: str) -> None:
    """Let kioskd keep the display dark for today, with a back end."""
    later = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).strftime("%a")
    hours = {"days": [later.lower()], "from": "10:00", "to": "11:00"}
    display = {"backend": backend, "output": OUTPUT, "on": [hours]} | others
    machine.write(CONFIG, json.dumps(ENGLISH | {"display": display}))
    machine.run("systemctl", "restart", "kioskd")
    until(lambda: machine.status() is not None, 30, "the daemon answers")


def by_wlr_randr(machine: Machine) -> bool:
    """Whether the compositor shows anything, asked by root without kioskd."""
    said = machine.run(*SOCKET, "wlr-randr")
    assert OUTPUT in said
    return "Enabled: yes" in said


def by_wlopm(machine: Machine) -> bool:
    said = machine.run(*SOCKET, "wlopm")
    assert OUTPUT in said
    return f"{OUTPUT} on" in said


def photographed(machine: Machine) -> bool:
    """Whether there is a picture to be had of what is shown."""
    return machine.succeeds("timeout", "5", *SOCKET, "grim", "-t", "ppm", SHOT)


def shown(machine: Machine) -> Any:
    """What kioskd says of the display."""
    return machine.status()["display"]


def found(machine: Machine, part: str) -> Any:
    """What ``kioskd doctor`` says of one thing."""
    findings = json.loads(machine.run("kioskd", "doctor", "--json", check=False))
    return next(finding for finding in findings if finding["part"] == part)


def is_kept_dark(wall: Machine, lit: Callable[[Machine], bool]) -> None:
    until(lambda: not lit(wall), 15, "the display is dark")
    until(lambda: shown(wall)["state"] == "off", 5, "kioskd says so")
    until(lambda: PURPOSE in wall.property("StatusText", BROWSER), 10, "and the browser why")
    assert PURPOSE in shown(wall)["detail"]
    assert not photographed(wall)
    assert found(wall, "display")["state"] == "ok"
    assert "display:" not in wall.journal().split("Started")[-1]


def is_lit_by_an_alert(wall: Machine, lit: Callable[[Machine], bool]) -> None:
    wall.run("kioskd", "alert", "--severity", "critical", "Fire")
    until(lambda: lit(wall), 5, "the alert lights it")
    wall.run("kioskd", "acknowledge")
    until(lambda: confirmed(wall), 20, "the picture is confirmed")
    until(lambda: shows_the_panel(picture(wall)), 10, "the panel is on the screen")
    assert lit(wall), "somebody is in the room: it stays on for minutes"
    assert shown(wall)["state"] == "on"


def comes_back_dark(wall: Machine, lit: Callable[[Machine], bool], *light: str) -> None:
    wall.run(*SOCKET, *light)
    assert lit(wall)
    took = until(lambda: not lit(wall), 45, "kioskd has seen it and darkened it again")
    print(f"lit behind kioskd's back, it was dark again after {took:.0f} s")


@ON_13
def test_wlr_randr_darkens_what_cage_shows_and_an_alert_lights_it(cage: Machine) -> None:
    pid = cage.pid(BROWSER)
    follow(cage, "wlr-randr")
    is_kept_dark(cage, by_wlr_randr)
    comes_back_dark(cage, by_wlr_randr, "wlr-randr", "--output", OUTPUT, "--on")
    is_lit_by_an_alert(cage, by_wlr_randr)
    assert cage.pid(BROWSER) == pid


def test_what_a_compositor_cannot_do_is_said_in_one_line_with_what_to_do(cage: Machine) -> None:
    if old(cage):
        wrong = {
            "wlr-randr": "try display.backend: cec or command",
            "wlopm": "wlopm is not installed; cage, which shows the panel, would not obey it",
        }
    else:
        wrong = {"wlopm": "try display.backend: wlr-randr"}
    pid = cage.pid(BROWSER)
    for backend, said in wrong.items():
        follow(cage, backend)
        until(lambda: shown(cage)["state"] == "failed", 10, f"kioskd says that {backend} fails")
        detail = shown(cage)["detail"]
        assert said in detail
        assert "\n" not in detail
        assert detail in cage.journal()
        finding = found(cage, "display")
        assert (finding["state"], finding["said"]) == ("bad", detail)
        assert photographed(cage)
    until(lambda: confirmed(cage), 30, "the picture is confirmed, also by the new daemon")
    assert cage.pid(BROWSER) == pid


def test_without_a_compositor_the_display_says_whom_to_ask(cage: Machine) -> None:
    cage.run("systemctl", "stop", BROWSER)
    follow(cage, "wlr-randr")
    until(lambda: shown(cage)["state"] == "failed", 10, "kioskd says that it fails")
    assert "no compositor answers wlr-randr at /run/kioskd-browser/" in shown(cage)["detail"]
    cage.run("systemctl", "start", BROWSER)
    if not old(cage):
        until(lambda: shown(cage)["state"] == "off", 30, "it is dark when there is one")


@ON_13
def test_wlopm_darkens_what_labwc_shows_and_an_alert_lights_it(labwc: Machine) -> None:
    pid = labwc.pid(BROWSER)
    follow(labwc, "wlopm")
    is_kept_dark(labwc, by_wlopm)
    is_lit_by_an_alert(labwc, by_wlopm)
    assert labwc.pid(BROWSER) == pid


@ON_13
def test_an_output_that_is_not_there_is_said_with_where_the_names_are(labwc: Machine) -> None:
    for backend in ("wlopm", "wlr-randr"):
        follow(labwc, backend, output="DP-7")
        until(lambda: shown(labwc)["state"] == "failed", 10, "kioskd says that it fails")
        assert "the compositor has no output DP-7" in shown(labwc)["detail"]
        assert photographed(labwc)
