"""Who goes first when memory is short, as the units say it to systemd and the kernel."""

import configparser
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Unit(configparser.RawConfigParser):
    """systemd's keys have capitals."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def service(name: str) -> configparser.SectionProxy:
    unit = Unit(strict=False, delimiters=("=",))
    unit.read(ROOT / f"systemd/{name}.service")
    return unit["Service"]


def test_the_browser_goes_before_anything_else_and_the_daemon_last() -> None:
    browser, daemon = service("kioskd-browser"), service("kioskd")
    assert int(browser["OOMScoreAdjust"]) > 0 > int(daemon["OOMScoreAdjust"])
    assert 0 < int(browser["MemoryHigh"].rstrip("%")) < int(browser["MemoryMax"].rstrip("%")) < 100


def test_a_process_that_memory_cost_stops_neither_unit() -> None:
    for name in ("kioskd", "kioskd-browser"):
        assert service(name)["OOMPolicy"] == "continue"


def test_what_protects_the_daemon_counts_because_its_slice_protects_as_much() -> None:
    file = ROOT / "systemd/system-slice.conf"
    assert f"MemoryLow={service('kioskd')['MemoryLow']}\n" in file.read_text()


def test_what_reads_the_settings_of_system_txt_starts_after_they_are_written() -> None:
    file = ROOT / "packaging/image/root/etc/systemd/system/kioskd-settings.service"
    lines = [line for line in file.read_text().splitlines() if line.startswith("Before=")]
    before = " ".join(lines).replace("Before=", "").split()
    for reader in ("networkd", "resolved", "timesyncd"):
        assert f"systemd-{reader}.service" in before
    # It is passive: nobody else asks for it.
    assert "Wants=network-pre.target\n" in file.read_text()


IMAGE_UNITS = ROOT / "packaging/image/root/etc/systemd/system"


def test_on_the_image_daemon_and_browser_wait_for_nothing_that_waits_for_sysinit() -> None:
    early = ("kioskd.service.d/image.conf", "kioskd-browser.service.d/image.conf")
    for name in (*early, "seatd.service.d/image.conf", "kioskd-packages.service"):
        text = (IMAGE_UNITS / name).read_text()
        assert "DefaultDependencies=no\n" in text, name
        assert "Conflicts=shutdown.target\n" in text, name
        assert "shutdown.target\n" in text.split("Before=")[1], name


def test_the_browser_comes_up_beside_the_daemon_and_not_after_it() -> None:
    lines = (ROOT / "systemd/kioskd-browser.service").read_text().splitlines()
    assert [line for line in lines if line.startswith("After=")] == ["After=seatd.service"]
