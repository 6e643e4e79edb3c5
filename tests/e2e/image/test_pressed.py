"""Buttons pressed from outside the emulated Pi, with the real lgpio and gpiozero inside."""

import statistics
import time

import pytest

from tests.e2e.image.desk import Panel
from tests.e2e.image.pi import Pi

pytestmark = pytest.mark.timeout(1800)
PRESSES = 500
DOWN, UP = 0.15, 0.15  # seconds; emulation may not look at a line for some tens of milliseconds


@pytest.mark.parametrize(("pin", "target"), [(4, "tickets"), (5, "projects"), (6, "dashboard")])
def test_a_press_on_each_configured_line_switches_the_panel(pi: Pi, pin: int, target: str) -> None:
    with Panel(pi.socket_url) as panel:
        settle(pi, panel)
        with pi.lines.down(pin):
            time.sleep(DOWN)
        assert panel.next("remote_switch")["target"] == target
        assert panel.all("remote_switch", 1) == []


def test_five_hundred_bouncing_presses_are_five_hundred_switches(
    pi: Pi, capsys: pytest.CaptureFixture[str]
) -> None:
    delays: list[float] = []
    with Panel(pi.socket_url) as panel:
        settle(pi, panel)
        for number in range(PRESSES):
            pin, target = ((5, "projects"), (6, "dashboard"))[number % 2]
            began = time.monotonic()
            with pi.lines.down(pin, bouncing=True):
                heard = panel.next("remote_switch", 30)
                delays.append(time.monotonic() - began)
                time.sleep(max(0, DOWN - delays[-1]))
            time.sleep(UP)
            assert heard["target"] == target, f"press {number + 1} of {PRESSES}"
        late = panel.all("remote_switch", 3)
    with capsys.disabled():
        worst, median = 1000 * max(delays), 1000 * statistics.median(delays)
        print(f"\n{PRESSES} bouncing presses: {len(delays) + len(late)} switches; first edge to")
        print(f"panel: median {median:.0f} ms, worst {worst:.0f} ms")
    assert late == []


def test_a_hold_and_a_double_press_have_their_own_actions(pi: Pi) -> None:
    with Panel(pi.socket_url) as panel:
        settle(pi, panel)
        with pi.lines.down(4):
            assert panel.next("remote_switch")["target"] == "remote"
        assert panel.all("remote_switch", 3) == []
        switch(pi, panel, "projects")
        for _ in range(2):
            with pi.lines.down(7):
                time.sleep(0.08)
            time.sleep(0.08)
        assert [item["target"] for item in panel.all("remote_switch", 3)] == ["tickets"]


def settle(pi: Pi, panel: Panel) -> None:
    """Nothing of an earlier test is still on its way."""
    panel.next("source_status")
    switch(pi, panel, "remote")


def switch(pi: Pi, panel: Panel, target: str) -> None:
    pi.post("/api/switch", target=target)
    while panel.next("remote_switch")["target"] != target:
        pass
    panel.all("remote_switch", 1)
