"""The picture on the emulated screen."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame
import pytest

from tests.image.pi import Pi, until

pytestmark = pytest.mark.timeout(1800)
PICTURES = Path(__file__).parents[2] / "build" / "image"


def test_the_panel_is_on_the_screen(make_pi: Callable[[], Pi], config: str) -> None:
    pi = make_pi()
    pi.card.configure(config)
    pi.power_on(screen=True).wait_until_ready()
    PICTURES.mkdir(parents=True, exist_ok=True)
    file = PICTURES / "panel.png"

    def here() -> bool:
        panels = pi.status()["panels"]
        return any(p["clientId"] == "Kiosk-PI" and p["painted"] is not None for p in panels)

    took = until(here, 900, "the browser has connected and painted", pi, pause=2)
    pi.screenshot(PICTURES / "connected.png")

    def painted() -> bool:
        pi.screenshot(file)
        return colours(file) > 40

    until(painted, 300, "the panel is painted", pi, pause=5)
    print(f" the browser connected {took:.0f} s after kioskd answered", end="")
    pi.cut_power()


def colours(file: Path) -> int:
    """How many colours a picture has: the splash and a blank screen have few."""
    pixels = pygame.surfarray.array3d(pygame.image.load(file)).reshape(-1, 3)
    return len(np.unique(pixels, axis=0))
