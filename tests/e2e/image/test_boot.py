"""The image as it comes up: kioskd ready and its panel reachable, settings in force, root grown."""

import re
from collections.abc import Callable

import pytest

from tests.e2e.image.desk import Panel
from tests.e2e.image.pi import Pi, until

pytestmark = pytest.mark.timeout(1500)
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def shell(pi: Pi) -> Callable[[str], str]:
    """Runs commands inside, over the SSH that the boot partition's key opened."""
    pi.wait_for_ssh()
    return pi.run


def test_kioskd_is_ready_and_its_status_is_read_from_outside(
    pi: Pi, shell: Callable[[str], str]
) -> None:
    until(lambda: pi.status()["faults"] == [], 180, "nothing is wrong", pi)
    assert pi.status()["version"]
    said = shell("systemctl show kioskd --property=ActiveState,SubState,StatusText,NRestarts")
    assert "ActiveState=active\nSubState=running" in said
    assert "NRestarts=0" in said
    assert "StatusText=ligado há " in said


def test_the_panel_and_its_socket_are_reached_over_the_network(pi: Pi) -> None:
    with Panel(pi.socket_url) as panel:
        assert len(panel.next("tickets_update")["data"]) == 5


def test_nothing_failed_on_the_way_up(shell: Callable[[str], str]) -> None:
    until(lambda: shell("systemctl is-system-running || true").strip() != "starting", 300, "booted")
    assert shell("systemctl --failed --no-legend --plain").strip() == ""


def test_the_buttons_are_read_through_lgpio_on_what_looks_like_a_pi(
    pi: Pi, shell: Callable[[str], str]
) -> None:
    assert "Raspberry Pi 4" in shell("tr -d '\\0' </proc/device-tree/model")
    assert pi.status()["buttons"]["state"] == "ok"


def test_the_sandboxed_daemon_holds_the_real_card_and_the_real_lines_open(
    pi: Pi, shell: Callable[[str], str]
) -> None:
    until(lambda: pi.status()["sound"]["state"] == "ok", 180, "the card is found", pi)
    assert shell("systemctl show --value --property=DevicePolicy kioskd").strip() == "closed"
    said = shell("systemd-analyze security --no-pager kioskd.service | tail -n 1")
    assert float(re.findall(r"exposure level for .*: ([\d.]+)", said)[0]) <= 1.5
    group = "/sys/fs/cgroup/system.slice/kioskd.service/cgroup.procs"
    held = shell(f"for pid in $(cat {group}); do ls -l /proc/$pid/fd; done")
    assert "-> /dev/gpiochip0" in held
    assert re.search("-> /dev/snd/pcmC[0-9]+D[0-9]+p", held)


def test_the_root_is_read_only_and_what_is_written_above_it_is_in_memory(
    shell: Callable[[str], str],
) -> None:
    assert shell("findmnt -no FSTYPE /").strip() == "overlay"
    assert shell("findmnt -no OPTIONS /media/card").startswith("ro,")
    assert shell("findmnt -no OPTIONS /boot/firmware").startswith("ro,")
    assert shell("findmnt -no FSTYPE,OPTIONS /state").startswith("ext4 rw,")


def test_the_root_grows_to_the_card_on_the_first_boot(pi: Pi, shell: Callable[[str], str]) -> None:
    until(
        lambda: "inactive" in shell("systemctl is-active kioskd-grow || true"), 300, "it has grown"
    )
    assert int(shell("df -B1 --output=size /media/card | tail -1")) > 6.5e9  # of a card of 8 GiB
    assert pi.card.root_size() > 6.5e9
    assert shell("findmnt -no OPTIONS /media/card").startswith("ro,")


def test_no_account_has_a_password_and_ssh_takes_keys_only(shell: Callable[[str], str]) -> None:
    fields = [line.split(":")[1] for line in shell("cat /etc/shadow").splitlines()]
    assert set(fields) <= {"*", "!", "!*"}
    assert "passwordauthentication no" in shell("sshd -T")


def test_the_boot_partition_s_files_are_in_force_with_the_bom_and_line_ends_of_windows(
    make_pi: Callable[[], Pi], config: str
) -> None:
    pi = make_pi()
    text = config.replace("{kind", "{name: Mesa, kind").replace("{id: Kiosk-PI}", "{}")
    pi.card.put("kioskd.yaml", BOM + text.replace("\n", "\r\n").encode())
    pi.card.put("system.txt", BOM + b"hostname = recepcao\r\ntime_zone=America/Manaus\r\nx=1")
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    assert pi.run("hostname").strip() == "recepcao"
    assert pi.status()["sources"][0]["name"] == "Mesa"
    assert pi.run("date +%Z").strip() == "-04"
    assert "system.txt line 3" in pi.run("cat /run/kioskd-image/faults")
    pi.cut_power()
    assert pi.card.check() == {}


def test_without_a_key_on_the_boot_partition_ssh_stays_off(bare: Pi) -> None:
    uptime = bare.status()["uptime"]
    until(lambda: bare.status()["uptime"] > uptime + 20, 300, "some time has passed", bare)
    with pytest.raises(AssertionError, match="failed inside"):
        bare.run("true")
