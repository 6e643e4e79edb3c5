"""The plug pulled at random moments: the card's file systems stay whole, and it boots again."""

import os
import random
import time
from collections.abc import Callable

import pytest

from tests.e2e.image.pi import Pi, until

CUTS = int(os.environ.get("KIOSKD_POWER_CUTS", "20"))
EARLY = 90.0  # seconds of a life that ends on the way up
LATE = (
    30.0  # seconds after kioskd answers, in one life of three: it writes then, and the root grows
)
pytestmark = pytest.mark.timeout(CUTS * (EARLY + 180) + 1800)


def test_after_every_power_cut_the_file_systems_are_whole_and_it_boots(
    make_pi: Callable[[], Pi], config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    seed = int(os.environ.get("KIOSKD_SEED", time.time()))
    chance, switches, up = random.Random(seed), 0, 0
    for number in range(CUTS):
        late = number % 3 == 2
        life = chance.uniform(1, LATE if late else EARLY)
        pi.power_on()
        if late:
            pi.wait_until_ready()
            up += 1
        end = time.monotonic() + life
        while time.monotonic() < end and pi.alive():
            time.sleep(min(1, max(0.01, end - time.monotonic())))
            if pi.status() is not None:  # written to, too
                pi.post("/api/switch", target=("tickets", "projects")[switches % 2])
                switches += 1
        assert pi.alive()
        pi.cut_power()
        when = "after kioskd answered" if late else "after power on"
        assert pi.card.check() == {}, f"cut {number + 1}, {life:.1f} s {when}, seed {seed}"
        print(f" {number + 1}", end="", flush=True)
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    until(lambda: pi.card.root_size() > 6.5e9, 300, "the root has grown", pi)
    assert pi.run("findmnt -no OPTIONS /state").startswith("rw,")
    for folder in ("/var/lib/kioskd", "/var/cache/kioskd", "/etc/ssh/keys"):  # kept, not in memory
        assert "ext4" in pi.run(f"findmnt -no FSTYPE {folder} || true"), folder
    pi.cut_power()
    with capsys.disabled():
        print(f"\n{CUTS} power cuts (seed {seed}), {up} of them late; {switches} switches written")


def test_a_crash_of_the_system_manager_starts_the_pi_again(
    make_pi: Callable[[], Pi], config: str
) -> None:
    """Systemd's default is to freeze: the screen would keep an old picture."""
    pi = make_pi()
    pi.card.configure(config)
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    pi.run("kill -SEGV 1")
    until(lambda: not pi.alive(), 120, "it has ended, to start again")  # QEMU ends at a reboot
    pi.cut_power()
    assert pi.card.check() == {}
    pi.power_on().wait_until_ready()
    pi.cut_power()
