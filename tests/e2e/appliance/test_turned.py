"""A screen that hangs on its side: every new compositor turns the picture for it."""

import json

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    TURNED,
    confirmed,
    picture,
    show_in_memory,
)

pytestmark = pytest.mark.timeout(300)
DROP_IN = f"/etc/systemd/system/{BROWSER}.service.d/headless.conf"


@pytest.fixture
def wall(machine: Machine) -> Machine:
    show_in_memory(machine)
    # Debian 12's cage is turned already, so that grim sees it whole.
    machine.write(DROP_IN, machine.run("cat", DROP_IN).replace(TURNED, ""))
    machine.run("systemctl", "daemon-reload")
    return machine


def hang(wall: Machine, degrees: int) -> None:
    wall.write(CONFIG, json.dumps({"display": {"rotate": degrees}, "sources": [{"kind": "demo"}]}))
    wall.run("systemctl", "restart", "kioskd", BROWSER)
    until(lambda: confirmed(wall), 90, "the picture is confirmed")


@pytest.mark.parametrize("degrees", [90, 270])
def test_an_upright_screen_has_an_upright_picture_also_after_the_browser_was_killed(
    wall: Machine, degrees: int
) -> None:
    hang(wall, degrees)
    until(lambda: picture(wall).shape[:2] == (1280, 720), 15, "the picture is upright")
    wall.run("pkill", "--signal", "KILL", "--exact", "cage")
    until(lambda: not confirmed(wall), 30, "the loss is noticed")
    until(lambda: confirmed(wall), 90, "the picture is confirmed again")
    until(lambda: picture(wall).shape[:2] == (1280, 720), 15, "it is upright again")


def test_what_somebody_turns_back_is_turned_again(wall: Machine) -> None:
    if "0.1." in wall.run("cage", "-v"):
        pytest.skip("Debian 12's cage turns by an option only, and nothing turns it back")
    hang(wall, 90)
    turn = ("wlr-randr", "--output", "HEADLESS-1", "--transform", "normal")
    wall.run("env", "WAYLAND_DISPLAY=/run/kioskd-browser/wayland-0", *turn)
    assert picture(wall).shape[:2] == (720, 1280)
    until(lambda: picture(wall).shape[:2] == (1280, 720), 30, "it is upright again")
    until(lambda: confirmed(wall), 30, "the picture is confirmed")
