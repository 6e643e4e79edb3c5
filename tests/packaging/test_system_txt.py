"""The boot partition's system.txt, written by a person with any editor."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from kioskd.host import image

IMAGE = Path(__file__).parents[2] / "packaging/image"


@pytest.fixture(scope="module")
def settings() -> ModuleType:
    """The image's program, which no package holds."""
    file = IMAGE / "root/usr/lib/kioskd-image/settings.py"
    spec = importlib.util.spec_from_file_location("image_settings", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


def test_the_file_as_shipped_says_what_holds_without_it(settings: ModuleType) -> None:
    shipped = settings.read((IMAGE / "boot/system.txt").read_bytes())
    assert shipped == settings.Settings()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_whatever_editor_wrote_it_names_and_passwords_arrive(
    settings: ModuleType, encoding: str
) -> None:
    text = 'hostname = recepcao\r\nWIFI_NAME="Térreo  1"\r\nwifi_password = a=b # c d\r\n'
    found = settings.read(text.encode(encoding))
    assert (found.hostname, found.wifi_name) == ("recepcao", "Térreo  1")
    assert found.wifi_password == "a=b # c d"
    assert found.faults == []


def test_a_wrong_line_is_named_and_the_rest_holds(settings: ModuleType) -> None:
    found = settings.read(
        b"hostname = sala 3\ntime_zone = Mars/Base\nwifi_country = br\nwlan = x\nwifi_name = IT\n"
        b"wifi_password = short\n"
    )
    assert found.wifi_name == "IT"
    assert found.hostname == "kiosk"
    assert [fault.message.split(":")[0] for fault in found.faults] == [
        f"system.txt line {number}" for number in (1, 2, 3, 4, 6)
    ]
    assert [(fault.code, fault.about) for fault in found.faults][2:4] == [
        ("system_value", "3, wifi_country"),
        ("system_unknown", "4"),
    ]


def test_a_wrong_password_is_not_repeated(settings: ModuleType) -> None:
    assert "hunter2" not in str(settings.read(b"wifi_password = hunter2").faults)


def test_a_time_zone_can_not_lead_out_of_its_folder(settings: ModuleType) -> None:
    assert settings.read(b"time_zone = ../../etc/passwd").time_zone == "America/Sao_Paulo"


def test_no_character_of_a_network_s_name_is_special_to_wpa_supplicant(
    settings: ModuleType,
) -> None:
    made = settings.wpa(settings.Settings(wifi_name='a"\n}é', wifi_password="12345678"))
    assert "ssid=61220a7dc3a9\n" in made
    assert 'psk="12345678"' in made
    assert "key_mgmt=NONE" in settings.wpa(settings.Settings(wifi_name="open"))


def test_a_password_joins_wpa2_and_wpa3_and_a_key_wpa2_only(settings: ModuleType) -> None:
    with_password = settings.wpa(settings.Settings(wifi_name="IT", wifi_password="12345678"))
    assert "key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE\n" in with_password
    assert "ieee80211w=1\n" in with_password
    with_key = settings.wpa(settings.Settings(wifi_name="IT", wifi_password="0f" * 32))
    assert f"psk={'0f' * 32}\n" in with_key
    assert "SAE" not in with_key


@pytest.mark.parametrize(("line", "updates"), [("on", "on"), ("off", "off"), ("", "off")])
def test_updates_are_off_unless_the_file_says_on(
    settings: ModuleType, line: str, updates: str
) -> None:
    found = settings.read(f"updates = {line}".encode())
    assert (found.updates, found.faults) == (updates, [])
    assert settings.read(b"updates = yes").faults[0].about == "1, updates"


def test_what_holds_is_written_where_the_wall_and_the_updates_look(
    settings: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "system.txt").write_bytes(b"\r\nhostname = sala 3\r\nupdates = on\r\n")
    monkeypatch.setattr(settings, "BOOT", tmp_path)
    monkeypatch.setattr(settings, "FAULTS", tmp_path / "run" / "faults")
    monkeypatch.setattr(settings, "UPDATES", tmp_path / "run" / "updates")

    def fail(found: object) -> None:
        raise OSError("a\tstrange\nreason")

    for step in ("_name_host", "_set_zone", "_join_wifi"):
        monkeypatch.setattr(settings, step, lambda found: None)
    fail.__name__ = "_open_ssh"
    monkeypatch.setattr(settings, "_open_ssh", fail)
    settings.main()
    assert (tmp_path / "run" / "updates").read_text() == "on\n"
    shown = image.faults(tmp_path / "run")
    assert shown is not None
    assert [(fault.code, fault.about) for fault in shown] == [
        ("system_value", "2, hostname"),
        ("", ""),
    ]
    assert shown[1].message == "open_ssh: a strange reason"
