"""Security updates come to the card from a signed archive, and last; from another's they don't."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.image.archive import Archive
from tests.e2e.image.pi import BOOT_LIMIT, Pi, until

pytestmark = pytest.mark.timeout(2 * BOOT_LIMIT + 1800)
NAME, NEWER = "wireless-regdb", "9999.01.01-1"  # small, and nothing in the emulated Pi needs it
KEY = "/etc/apt/keyrings/tests.asc"
ANOTHER = "/usr/share/keyrings/debian-archive-keyring.pgp"
NIGHT = "systemctl start kioskd-updates 2>&1; systemctl show --property=Result kioskd-updates"
SLOW = 1200.0  # seconds for apt under emulation


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path, NAME, NEWER) as made:
        yield made


def on_the_card(pi: Pi) -> str:
    """The package's version on the root below the layer in memory."""
    ask = "dpkg-query --admindir=/media/card/var/lib/dpkg --show --showformat='${Version}'"
    return pi.run(f"{ask} {NAME}").strip()


def trust(pi: Pi, archive: Archive, key: str) -> None:
    """The card and what runs above it take their packages from this archive only."""
    pi.run(
        "mount -o remount,rw /media/card; for root in /media/card ''; do "
        f"mkdir -p $root/etc/apt/keyrings; printf '%s' '{archive.key}' >$root{KEY}; "
        f"echo '{archive.line(key)}' >$root/etc/apt/sources.list; done; "
        "mount -o remount,ro /media/card"
    )


def test_a_newer_package_is_brought_to_the_card_and_is_there_after_the_restart(
    make_pi: Callable[[], Pi], config: str, archive: Archive
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    pi.card.put("system.txt", b"updates = on\r\n")
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    until(
        lambda: "inactive" in pi.run("systemctl is-active kioskd-grow || true"), 300, "it has grown"
    )
    before = on_the_card(pi)
    assert before != NEWER

    trust(pi, archive, ANOTHER)  # the archive is not signed by this key
    assert "Result=exit-code" in pi.run(NIGHT, SLOW)
    assert on_the_card(pi) == before

    trust(pi, archive, KEY)
    pi.run("systemctl start --no-block kioskd-updates")
    until(lambda: not pi.alive(), SLOW, "it has ended, to start again")  # QEMU ends at a reboot
    pi.cut_power()
    assert pi.card.check() == {}

    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    assert on_the_card(pi) == NEWER
    assert pi.run(f"cat /media/card/usr/share/{NAME}.version") == NEWER
    assert pi.run("findmnt -no OPTIONS /media/card").startswith("ro,")
    until(lambda: pi.status()["faults"] == [], 180, "nothing is wrong", pi)
    until(lambda: "starting" not in pi.run("systemctl is-system-running || true"), 300, "it is up")
    assert pi.run("systemctl --failed --no-legend --plain").strip() == ""
    pi.cut_power()
