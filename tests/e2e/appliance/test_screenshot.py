"""The picture that somebody elsewhere gets is what the compositor shows, and no more than that."""

import time
from pathlib import Path

import numpy as np
import pygame
import pytest

from tests.e2e.appliance.machine import Machine, until
from tests.e2e.appliance.picture import (
    BROWSER,
    Picture,
    confirmed,
    picture,
    share,
    show_in_memory,
    shows_the_panel,
)

pytestmark = pytest.mark.timeout(300)
FILE = "/var/tmp/screenshot"


@pytest.fixture
def wall(machine: Machine) -> Machine:
    show_in_memory(machine)
    until(lambda: shows_the_panel(picture(machine)), 20, "the panel is on the screen")
    return machine


def decoded(file: Path) -> Picture:
    pixels = pygame.surfarray.array3d(pygame.image.load(file))
    return np.ascontiguousarray(pixels.swapaxes(0, 1))


def whole(wall: Machine) -> bool:
    """Debian 12's cage gives grim no whole picture."""
    return "0.1." not in wall.run("cage", "-v")


def test_it_is_the_screen_where_the_compositor_gives_it_and_else_the_page(wall: Machine) -> None:
    began = time.monotonic()
    said = wall.run("kioskd", "screenshot", FILE)
    took = time.monotonic() - began
    shot = decoded(wall.top / FILE.removeprefix("/"))
    print(f"{said.strip()}; {took * 1000:.0f} ms with the command's start; {shot.shape}")
    assert shot.shape == picture(wall).shape
    if whole(wall):
        assert "a tela inteira" in said
        assert shows_the_panel(shot)
    else:
        assert "só a página" in said
        assert share(shot[:, :3], "ground") > 0.9
        assert share(shot, "surface") > 0.1


def test_a_page_that_hangs_is_in_the_picture_all_the_same(wall: Machine) -> None:
    if not whole(wall):
        pytest.skip("Debian 12's cage gives the page alone")
    wall.run("pkill", "--signal", "STOP", "--full", "chromium.*--type=renderer")
    try:
        wall.run("kioskd", "screenshot", FILE)
        assert shows_the_panel(decoded(wall.top / FILE.removeprefix("/")))
    finally:
        wall.run("pkill", "--signal", "CONT", "--full", "chromium.*--type=renderer")
    until(lambda: confirmed(wall), 60, "the picture is confirmed")


def test_without_a_browser_the_reason_says_whom_to_ask(wall: Machine) -> None:
    wall.run("systemctl", "stop", BROWSER)
    try:
        began = time.monotonic()
        said = wall.run("sh", "-c", f"kioskd screenshot {FILE} 2>&1", check=False)
        assert "systemctl status kioskd-browser" in said
        assert time.monotonic() - began < 10
    finally:
        wall.run("systemctl", "start", BROWSER)
    until(lambda: confirmed(wall), 60, "the picture is confirmed")
