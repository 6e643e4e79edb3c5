"""The picture on the emulated screen: the splash, the panel, and a wrong file's line on it."""

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.image.desk import Desk
from tests.e2e.image.pi import Pi, until, written
from tests.e2e.image.screen import MEMORY, PICTURES, look, wait_for_the_panel
from tests.e2e.image.seen import Pixels, alike, panel_here, part, pixels, share
from tests.support import stories

pytestmark = pytest.mark.timeout(3600)
SPLASH, WORDS = "#0b1220", "#cbd5e1"  # as splash.py paints
GROUND, TEXT, TROUBLE = "#0a0e13", "#f3f6f9", "#33270d"  # as the panel's style sheets say
MINUTES = float(os.environ.get("KIOSKD_MEASURED_MINUTES", "3"))


@pytest.fixture(scope="module")
def wall(make_pi: Callable[[], Pi], config: str) -> Iterator[Pi]:
    """A Pi with a screen and the memory of a Pi 3, after its splash."""
    pi = make_pi()
    pi.card.configure(config)
    pi.power_on("-m", "1024", screen=True)
    until(lambda: is_splash(look(pi, "splash")), 300, "the splash is shown", pi, pause=1)
    yield pi
    pi.cut_power()  # a browser under emulation takes a whole processor


def test_after_the_splash_the_panel_is_on_the_screen(wall: Pi, desk: Desk) -> None:
    wall.wait_until_ready()
    wait_for_the_panel(wall)
    with panel_here(wall.url) as page:
        expect(page.locator(".body .row")).to_have_count(5)
        expect(page.locator(".troubles")).to_have_count(0)
        until(lambda: shows(wall, desk, page, "panel"), 300, "the panel is shown", wall)


def test_with_the_browser_it_fits_a_pi_3_and_hardly_writes_to_the_card(
    wall: Pi, capsys: pytest.CaptureFixture[str]
) -> None:
    """Prints figures for the documentation; a boot in emulation is several times slower."""
    wall.wait_for_ssh()
    until(lambda: "finished" in wall.run("systemd-analyze || true"), 600, "the boot is over")
    began, before = time.monotonic(), written(wall)
    until(lambda: time.monotonic() - began > 60 * MINUTES, 60 * MINUTES + 60, "the time", wall)
    since, used = written(wall) - before, wall.run(MEMORY)
    with capsys.disabled():
        print("\n" + wall.run("systemd-analyze; systemd-analyze blame | head -20; free -m"))
        print(f"memory in MiB, shared pages counted once:\n{used}")
        print(f"written: {before} bytes before, {since} in {MINUTES:.0f} minutes")
    assert int(used.splitlines()[-1].split()[0]) < 800
    assert since < 100_000 * MINUTES


def test_a_wrong_file_is_refused_on_the_screen_by_its_line(
    wall: Pi, desk: Desk, config: str
) -> None:
    wall.cut_power()
    wall.card.configure(config.replace("pin: 4", "pin: four"))
    wall.power_on("-m", "1024", screen=True).wait_until_ready()
    wait_for_the_panel(wall)
    with panel_here(wall.url) as page:
        expect(page.locator(".body .row")).to_have_count(5)  # the last good file is in force
        expect(page.locator(".troubles")).to_contain_text("kioskd.yaml:6")
        until(lambda: shows(wall, desk, page, "refused"), 300, "the fault is shown", wall)
        there = part(look(wall, "refused"), page, ".troubles")
        assert share(there, TROUBLE) > 0.5
        assert alike(there, part(here(page, "refused"), page, ".troubles")) > 0.5


def here(page: Page, name: str) -> Pixels:
    file = PICTURES / f"{name}-here.png"
    page.screenshot(path=file)
    return pixels(file)


def is_splash(picture: Pixels) -> bool:
    """Its ground everywhere, and its words in the middle third and nowhere else."""
    rows, columns = picture.shape[:2]
    middle = picture[rows // 3 : -(rows // 3), columns // 3 : -(columns // 3)]
    return share(picture, SPLASH) > 0.9 and share(middle, WORDS) > 0.01


def shows(pi: Pi, desk: Desk, page: Page, name: str) -> bool:
    """Whether the emulated screen has the panel's colours, laid out as in a browser here."""
    desk.say(stories.tickets(5))  # old data are dimmed, in each browser when it notices
    time.sleep(5)
    there, ours = look(pi, name), here(page, name)
    if there.shape != ours.shape:
        return False
    likeness = alike(there, ours)
    print(f" likeness {likeness:.2f}", end="")
    return likeness > 0.85 and share(there, GROUND) > 0.1 and share(there, TEXT) > 0.001
