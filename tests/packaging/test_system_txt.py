"""The boot partition's system.txt, written by a person with any editor."""

import subprocess
from pathlib import Path
from types import ModuleType

import pytest
import trustme

from kioskd.host import image
from tests.support.image_program import load

IMAGE = Path(__file__).parents[2] / "packaging/image"


@pytest.fixture(scope="module")
def settings() -> ModuleType:
    return load("settings")


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

    fail.__name__ = "_open_ssh"
    monkeypatch.setattr(settings, "STEPS", (fail, settings._choose_updates))
    settings.main()
    assert (tmp_path / "run" / "updates").read_text() == "on\n"
    shown = image.faults(tmp_path / "run")
    assert shown is not None
    assert [(fault.code, fault.about) for fault in shown] == [
        ("system_value", "2, hostname"),
        ("system_step", "open_ssh: a strange reason"),
    ]
    assert shown[1].message == "a setting is not in force: open_ssh: a strange reason"


STATIC = b"""address = 192.168.7.20/24
gateway = 192.168.7.1
name_server = 192.168.7.1 fd00::1
time_server = ntp.empresa.example 192.168.7.2
proxy = http://proxy.empresa.example:3128
"""


def test_a_fixed_address_is_the_cables_or_the_wifis_where_one_is_named(
    settings: ModuleType,
) -> None:
    found = settings.read(STATIC)
    assert found.faults == []
    made = settings.networks(found)
    assert made["20-wired.network"] == [
        *("[Network]", "DHCP=no", "Address=192.168.7.20/24"),
        *("DNS=192.168.7.1", "DNS=fd00::1", "Gateway=192.168.7.1"),
        *("[DHCPv4]", "UseDNS=no", "[IPv6AcceptRA]", "UseDNS=no"),
    ]
    assert "DHCP=no" not in made["25-wireless.network"]
    with_wifi = settings.networks(settings.read(STATIC + b"wifi_name = IT"))
    assert "Address=192.168.7.20/24" in with_wifi["25-wireless.network"]
    assert "DHCP=no" not in with_wifi["20-wired.network"]


@pytest.mark.parametrize("length", ["24", "255.255.255.0"])
def test_the_network_s_length_is_written_as_networkd_reads_it(
    settings: ModuleType, length: str
) -> None:
    found = settings.read(f"address = 192.168.7.20/{length}".encode())
    made = settings.networks(found)["20-wired.network"]
    assert made == ["[Network]", "DHCP=no", "Address=192.168.7.20/24"]


def test_name_servers_alone_replace_those_of_the_router_and_nothing_said_changes_nothing(
    settings: ModuleType,
) -> None:
    made = settings.networks(settings.read(b"name_server = 192.168.7.1"))
    assert made["20-wired.network"][:4] == ["[Network]", "DNS=192.168.7.1", "[DHCPv4]", "UseDNS=no"]
    assert settings.networks(settings.Settings()) == {}


@pytest.mark.parametrize(
    "line",
    [
        *("address = 192.168.0.20", "address = 192.168.0.300/24", "gateway = 1.1.1.1 1.1.1.2"),
        *(
            "name_server = dns.example",
            "time_server = a\tb",
            "proxy = proxy:3128",
            "proxy = ftp://x",
        ),
    ],
)
def test_an_address_that_is_none_is_named_with_its_line(settings: ModuleType, line: str) -> None:
    found = settings.read(f"\n{line}\n".encode())
    assert [fault.about for fault in found.faults] == [f"2, {line.split()[0]}"]
    assert found == settings.Settings(faults=found.faults)


def test_clock_and_proxy_are_written_where_their_programs_look(
    settings: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CLOCK", "APT", "PROXY"):
        monkeypatch.setattr(settings, name, tmp_path / "new" / name)
    found = settings.read(STATIC)
    settings._set_clock(found)
    settings._set_proxy(found)
    assert (tmp_path / "new/CLOCK").read_text() == ("[Time]\nNTP=ntp.empresa.example 192.168.7.2\n")
    assert (tmp_path / "new/PROXY").read_text() == "http://proxy.empresa.example:3128\n"
    assert (
        'Acquire::http::Proxy "http://proxy.empresa.example:3128";'
        in (tmp_path / "new/APT").read_text()
    )


def test_an_authority_of_ones_own_is_trusted_by_openssl_and_by_python(
    settings: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, other = trustme.CA(), trustme.CA()
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs/ca-certificates.crt").write_bytes(other.cert_pem.bytes())
    windows = (other.cert_pem.bytes() + authority.cert_pem.bytes()).replace(b"\n", b"\r\n")
    (tmp_path / "ca.crt").write_bytes(windows)
    monkeypatch.setattr(settings, "BOOT", tmp_path)
    monkeypatch.setattr(settings, "CERTIFICATES", tmp_path / "certs")
    settings._trust_authority(settings.Settings())
    leaf = tmp_path / "leaf.pem"
    leaf.write_bytes(authority.issue_cert("glpi.example").cert_chain_pems[0].bytes())
    for way in (("-CApath", "certs"), ("-CAfile", "certs/ca-certificates.crt")):
        only = ("-no-CAfile", "-no-CApath", "-no-CAstore")
        given = [f for f in only if f != way[0].replace("-", "-no-")]
        command = ["openssl", "verify", *given, way[0], str(tmp_path / way[1]), str(leaf)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.stdout.endswith(": OK\n"), done
    (tmp_path / "ca.crt").write_text("hello")
    with pytest.raises(OSError, match="holds no certificate"):
        settings._trust_authority(settings.Settings())
