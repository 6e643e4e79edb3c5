"""A Pi with 512 MB of memory, as a 3A+ has it: the picture comes, and stays while all is new."""

import os
from collections.abc import Callable

import pytest

from tests.e2e.image.desk import Desk, Panel
from tests.e2e.image.pi import BOOT_LIMIT, Pi, until
from tests.e2e.image.screen import MEMORY, look, wait_for_the_panel
from tests.support import stories

UPDATES = int(os.environ.get("KIOSKD_UPDATES", "10000"))
AGE = 120.0  # seconds since the last frame; the daemon asks each 5 s, and emulation is slow
pytestmark = pytest.mark.timeout(BOOT_LIMIT + 3000 + UPDATES)


def test_512_mb_show_the_panel_and_keep_it_through_ten_thousand_updates(
    make_pi: Callable[[], Pi], config: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    answers = pi.power_on("-m", "512", screen=True).wait_until_ready()
    wait_for_the_panel(pi)
    pi.wait_for_ssh(900)
    before = pi.run(MEMORY)
    with Panel(pi.socket_url) as panel:
        panel.next("tickets_update")
        for number in range(UPDATES):
            count = 3 + number % 7
            desk.say(stories.tickets(count))
            assert len(panel.next("tickets_update", 300)["data"]) == count
    until(lambda: paints(pi), 300, "the picture still paints", pi, pause=2)
    look(pi, "small")
    after = pi.run(MEMORY + "; free -m; cat /sys/block/zram0/mm_stat")
    with capsys.disabled():
        print(f"\nkioskd answers {answers:.0f} s after power on")
        print(f"memory in MiB, shared pages counted once:\n{before}")
        print(f"after {UPDATES} updates:\n{after}")
    assert pi.run("systemctl show --value --property=NRestarts kioskd-browser").strip() == "0"
    assert "\noom_kill 0\n" in pi.run("cat /proc/vmstat")


def paints(pi: Pi) -> bool:
    """Whether the Pi's own browser has painted lately."""
    panels = (pi.status() or {"panels": []})["panels"]
    own = [panel["painted"] for panel in panels if panel["address"] == "127.0.0.1"]
    return any(age is not None and age < AGE for age in own)
