"""A browser that grows without end, on a machine with little memory: it alone pays for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.appliance.machine import Machine, booted, until
from tests.e2e.appliance.picture import BROWSER, picture, show_in_memory, shows_the_panel

pytestmark = pytest.mark.timeout(600)
MEMORY = 400 << 20  # bytes: what a Pi with 512 MB leaves to programs
# Once in a browser's life the page takes 40 MB a second, for ever.
GROWS = """
if (!localStorage.grown) {
  localStorage.grown = 1;
  const kept = [];
  setInterval(() => kept.push(new Uint8Array(4e6).fill(1)), 100);
}
"""


@pytest.fixture(scope="module")
def small(debian: Path, packages: Path) -> Iterator[Machine]:
    """A machine with kioskd and little memory."""
    with booted(debian, packages, MEMORY) as machine:
        machine.install("kioskd.deb")
        until(lambda: machine.status() is not None, 30, "the daemon answers")
        yield machine


def sound(machine: Machine) -> str:
    return machine.run("pgrep", "--full", "kioskd.audio.process")


def renderer(machine: Machine) -> str:
    return machine.run("pgrep", "--full", "chromium.*--type=renderer", check=False)


def test_a_browser_that_grows_loses_its_page_and_nothing_else_is_lost(small: Machine) -> None:
    show_in_memory(small)
    for script in small.top.glob("usr/lib/kioskd/python3.1?/kioskd/web/panel/assets/index-*.js"):
        script.write_text(script.read_text() + GROWS)
    small.run("systemctl", "restart", "kioskd")
    until(lambda: small.status() is not None, 30, "the daemon answers")
    before = (small.pid(), sound(small))
    small.run("systemctl", "restart", BROWSER)
    until(lambda: small.killed_for_memory() > 0, 120, "the page has taken all there is")
    until(lambda: renderer(small) != "", 60, "there is another page")
    until(lambda: shows_the_panel(picture(small)), 120, "the panel is on the screen again")
    assert (small.pid(), sound(small)) == before
    assert small.property("NRestarts") == "0"
    small.run("kioskd", "alert", "--severity", "critical", "Fire")
    until(lambda: small.status()["activeAlerts"] > 0, 10, "it takes an alert")
