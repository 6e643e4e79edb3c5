"""What cage and Chromium show on an appliance without a screen: ``grim`` takes the compositor's
picture.
"""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.e2e.appliance.machine import Machine, until

BROWSER = "kioskd-browser"
STYLES = Path(__file__).parents[3] / "frontend/src/styles/base.css"
SHOT = "/var/tmp/shot.ppm"
DROP_IN = f"/etc/systemd/system/{BROWSER}.service.d/headless.conf"
HEADLESS = "[Service]\nEnvironment=WLR_BACKENDS=headless WLR_RENDERER=pixman\n"
# Under cage 0.1 (wlroots 0.15) grim gets a picture in which only what changed at that moment is
# right: probably Chromium's pictures go past the renderer, and grim sees what was rendered. On a
# turned screen, or while several grims look from the start without a pause, it sees all of it.
TURNED = "Environment='KIOSKD_CAGE_FLAGS=-r -r'\n"
Picture = NDArray[np.uint8]


def show_in_memory(machine: Machine) -> None:
    """Let the browser run without a screen; returns when it shows the panel."""
    if not machine.succeeds("test", "-e", DROP_IN):
        old = "0.1." in machine.run("cage", "-v")
        machine.write(DROP_IN, HEADLESS + (TURNED if old else ""))
        machine.run("systemctl", "daemon-reload")
        machine.run("systemctl", "restart", BROWSER)
    until(lambda: confirmed(machine), 60, "the picture is confirmed")


def confirmed(machine: Machine) -> bool:
    return machine.property("StatusText", BROWSER).startswith(
        ("picture confirmed", "imagem confirmada")
    )


def picture(machine: Machine, output: str = "") -> Picture:
    """What the screen would show, as rows of pixels; ``output``: that one alone."""
    wayland = ("env", "XDG_RUNTIME_DIR=/run/kioskd-browser", "WAYLAND_DISPLAY=wayland-0")
    alone = ("-o", output) if output else ()
    machine.run(*wayland, "grim", *alone, "-t", "ppm", SHOT, check=False)
    data = (machine.top / SHOT.removeprefix("/")).read_bytes()
    found = re.match(rb"P6\s(\d+)\s(\d+)\s255\s", data)
    assert found, "grim took no picture"
    pixels = np.frombuffer(data[found.end() :], np.uint8)
    return pixels.reshape(int(found[2]), int(found[1]), 3)


def colour(name: str) -> tuple[int, ...]:
    """One of the panel's own colours, from its styles."""
    found = re.search(rf"--{name}: #(\w\w)(\w\w)(\w\w);", STYLES.read_text())
    assert found, name
    return tuple(int(part, 16) for part in found.groups())


def share(shot: Picture, name: str) -> float:
    """How much of a picture is of this colour; rounding in between is forgiven."""
    return float((np.abs(shot.astype(int) - colour(name)) <= 2).all(axis=2).mean())


def shows_the_panel(shot: Picture) -> bool:
    """The panel's layout: its ground to every edge, the side bar's raised entry at the left, the
    name and the clock in the header, cards and rows of text in each part of the rest."""
    height, width, _ = shot.shape
    edges = [shot[:3], shot[-3:], shot[:, :3], shot[:, -3:]]
    side, main = shot[:, : width // 12], shot[height // 4 :, width // 12 :]
    header = shot[: height // 10]
    name, clock = header[:, width // 12 : width // 2], header[:, width * 3 // 4 :]
    quarters = [main[:, part * main.shape[1] // 4 :][:, : main.shape[1] // 4] for part in range(4)]
    return (
        all(share(edge, "ground") > 0.9 for edge in edges)
        and share(side, "raised") > 0.02
        and all(share(part, "text") > 0.005 for part in (name, clock))
        and all(share(quarter, "surface") + share(quarter, "raised") > 0.1 for quarter in quarters)
    )
