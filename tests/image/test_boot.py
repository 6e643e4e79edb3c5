"""The image as it comes up: kioskd ready and its panel reachable, settings in force, root grown."""

import json
from collections.abc import Callable

import pytest

from tests.image.desk import Panel
from tests.image.pi import Pi, until

pytestmark = pytest.mark.timeout(900)


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
    assert "StatusText=up " in said


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


def test_the_boot_partition_s_host_name_and_time_zone_are_in_force(
    make_pi: Callable[[], Pi], config: str
) -> None:
    pi = make_pi()
    pi.card.configure(config.replace("{id: Kiosk-PI}", "{}"))
    pi.card.put("system.txt", b"\xef\xbb\xbfhostname = recepcao\r\ntime_zone=America/Manaus\r\nx=1")
    pi.power_on().wait_until_ready()
    pi.wait_for_ssh()
    assert pi.run("hostname").strip() == "recepcao"
    assert pi.run("date +%Z").strip() == "-04"
    assert "system.txt line 3" in pi.run("cat /run/kioskd-image/faults")
    pi.cut_power()


def test_without_a_key_on_the_boot_partition_ssh_stays_off(
    make_pi: Callable[[], Pi], config: str
) -> None:
    pi = make_pi()
    pi.card.configure(config)
    pi.card.remove("authorized_keys")
    pi.power_on().wait_until_ready()
    uptime = pi.status()["uptime"]
    until(lambda: pi.status()["uptime"] > uptime + 20, 300, "some time has passed", pi)
    with pytest.raises(AssertionError, match="failed inside"):
        pi.run("true")
    pi.cut_power()


def test_a_file_with_a_bom_and_crlf_is_in_force_and_a_broken_one_is_refused_by_line(
    make_pi: Callable[[], Pi], config: str
) -> None:
    pi = make_pi()
    good = config.replace("{kind", "{name: Mesa, kind").replace("\n", "\r\n")
    pi.card.put("kioskd.yaml", b"\xef\xbb\xbf" + good.encode())
    pi.power_on().wait_until_ready()
    assert pi.status()["sources"][0]["name"] == "Mesa"
    until(lambda: pi.status()["faults"] == [], 180, "nothing is wrong", pi)
    pi.cut_power()

    pi.card.put("kioskd.yaml", good.replace("pin: 4", "pin: four").encode())
    pi.power_on().wait_until_ready()
    faults = json.dumps(pi.status()["faults"])
    assert "kioskd.yaml:6" in faults
    assert "last good configuration is in force" in faults
    assert pi.status()["sources"][0]["name"] == "Mesa"
    pi.cut_power()
    assert pi.card.check() == {}
