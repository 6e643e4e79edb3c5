"""Cards wear out: what is written to one from power on, the first start included.

Without a screen: what the browser writes is in memory, and it would keep this machine busy.

Ten minutes without KIOSKD_WEAR; KIOSKD_WEAR=3600 for the first hour.
"""

import os
import time
from collections.abc import Callable

import pytest

from tests.e2e.image.desk import Desk
from tests.e2e.image.pi import Pi, until, written
from tests.support import stories

MEASURED = float(os.environ.get("KIOSKD_WEAR", "600"))
START = min(600.0, MEASURED / 2)  # seconds: the root grows, and the state's folders begin
MOST_AT_START = 40e6  # bytes
MOST_AN_HOUR = 2e6
pytestmark = pytest.mark.timeout(MEASURED + 1500)


def test_after_a_start_the_card_is_hardly_written_to(
    make_pi: Callable[[], Pi], config: str, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    pi.power_on().wait_until_ready()
    start, number = 0, 5
    while (passed := time.monotonic() - pi.power_on_at) < MEASURED:
        if not start and passed > START:
            start = written(pi)
        number += 1  # a ticket comes or goes twice a minute
        desk.hold(stories.tickets(3 + number % 7))
        time.sleep(min(30.0, MEASURED - passed))
        assert pi.alive()
    total = written(pi)
    until(lambda: pi.status() is not None, 300, "it still runs", pi)
    with capsys.disabled():
        print(f"\n{total / 1e6:.1f} MB in {passed:.0f} s from power on, {start / 1e6:.1f} of them")
        print(f"in the first {START:.0f} s")
    assert start <= MOST_AT_START
    assert (total - start) / (MEASURED - START) * 3600 <= MOST_AN_HOUR
