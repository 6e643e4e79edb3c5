"""The plug pulled at random moments: the card's file systems stay whole, and it boots again."""

import os
import random
import time
from collections.abc import Callable

import pytest

from tests.image.pi import Pi, until

CUTS = int(os.environ.get("KIOSKD_POWER_CUTS", "20"))
LONGEST = 90.0  # seconds of one life, all of the first boot under emulation
pytestmark = pytest.mark.timeout(CUTS * (LONGEST + 120) + 900)


def test_after_every_power_cut_the_file_systems_are_whole_and_it_boots(
    make_pi: Callable[[], Pi], config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    seed = int(os.environ.get("KIOSKD_SEED", time.time()))
    chance, ready = random.Random(seed), 0
    for number in range(CUTS):
        life = chance.uniform(1, LONGEST)
        pi.power_on()
        end = pi.power_on_at + life
        while time.monotonic() < end and pi.alive():
            time.sleep(min(1, max(0.01, end - time.monotonic())))
            if pi.status() is not None:  # written to, too
                pi.post("/api/switch", target=("tickets", "projects")[number % 2])
                ready += 1
        pi.cut_power()
        assert pi.card.check() == {}, f"cut {number + 1} after {life:.1f} s, seed {seed}"
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    until(lambda: pi.card.root_size() > 6.5e9, 300, "the root has grown", pi)
    assert pi.run("findmnt -no OPTIONS /state").startswith("rw,")
    pi.cut_power()
    with capsys.disabled():
        print(f"\n{CUTS} power cuts (seed {seed}); kioskd was up in some: {ready} switches")
