"""Puts the boot partition's system.txt and authorized_keys in force, at every boot.

Everything is written to the overlay in memory (SSH's host key to the state partition), so the card
says what holds. A wrong line is named in the journal and in /run/kioskd-image/faults, from where it
comes onto the wall, and the rest of the file holds all the same.
"""

import ipaddress
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import NamedTuple

BOOT = Path("/boot/firmware")
FAULTS = Path("/run/kioskd-image/faults")
UPDATES = Path("/run/kioskd-image/updates")
WPA = Path("/etc/wpa_supplicant/wpa_supplicant-wlan0.conf")
NETWORKS = Path("/etc/systemd/network")
WIRED, WIRELESS = "20-wired.network", "25-wireless.network"
CLOCK = Path("/etc/systemd/timesyncd.conf.d/system-txt.conf")
APT = Path("/etc/apt/apt.conf.d/50system-txt")
PROXY = Path("/run/kioskd-image/proxy")
CERTIFICATES = Path("/etc/ssl/certs")
HOST_KEY = Path("/etc/ssh/keys/ssh_host_ed25519_key")
ZONES = Path("/usr/share/zoneinfo")


class Fault(NamedTuple):
    """What kioskd's panels put into their own words; ``about`` is what the code is about."""

    code: str
    about: str
    message: str


@dataclass
class Settings:
    """``faults`` has one line for each wrong line of the file."""

    hostname: str = "kiosk"
    time_zone: str = "America/Sao_Paulo"
    wifi_country: str = "BR"
    wifi_name: str = ""
    wifi_password: str = ""
    address: str = ""
    gateway: str = ""
    name_server: str = ""
    time_server: str = ""
    proxy: str = ""
    updates: str = "off"
    faults: list[Fault] = field(default_factory=list)


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _is_zone(value: str) -> bool:
    named = _like(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*")(value)
    return named and (ZONES / value).is_file()


def _is_interface(value: str) -> bool:
    try:
        return "/" in value and ipaddress.ip_interface(value).ip is not None
    except ValueError:
        return False


def _are_addresses(value: str) -> bool:
    try:
        return all(map(ipaddress.ip_address, value.split()))
    except ValueError:
        return False


HOST = r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?"
RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "hostname": (
        _like("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"),
        "letters, digits and hyphens, at most 63",
    ),
    "time_zone": (_is_zone, "a name such as America/Sao_Paulo"),
    "wifi_country": (_like("[A-Z]{2}"), "two capital letters such as BR"),
    "wifi_name": (lambda value: len(value.encode()) <= 32, "at most 32 bytes"),
    "wifi_password": (
        _like("[ -~]{8,63}|[0-9A-Fa-f]{64}"),
        "8 to 63 ASCII characters, or 64 hexadecimal digits",
    ),
    "address": (_is_interface, "an address with its network's length, such as 192.168.0.20/24"),
    "gateway": (lambda value: " " not in value and _are_addresses(value), "an address"),
    "name_server": (_are_addresses, "addresses with spaces between them"),
    "time_server": (_like(f"{HOST}( +{HOST})*"), "names or addresses with spaces between them"),
    "proxy": (_like(r"http://[!-~]+[^/]"), "an address such as http://proxy.example:3128"),
    "updates": (_like("on|off"), "on or off"),
}


def read(content: bytes) -> Settings:
    """What a file says, written with whatever editor: BOM, UTF-16, CRLF, quotes are all met."""
    settings = Settings()
    for number, line in enumerate(_text(content).splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name, value = name.strip().lower(), value.strip()
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        if not equals or name not in RULES:
            known = ", ".join(RULES)
            said = f"system.txt line {number}: only these are known: {known}"
            settings.faults.append(Fault("system_unknown", str(number), said))
            continue
        right, allowed = RULES[name]
        if not value:
            continue  # the default
        if right(value):
            setattr(settings, name, value)
        else:
            said = f"system.txt line {number}: {name} must be {allowed}"
            settings.faults.append(Fault("system_value", f"{number}, {name}", said))
    return settings


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def wpa(settings: Settings) -> str:
    """wpa_supplicant's file; the name as hexadecimal, so that no character in it is special.

    A password joins WPA2 and WPA3, whichever is there; a key of 64 digits is WPA2's alone. Frames
    of management are protected where the network can.
    """
    key = settings.wifi_password
    if not key:
        access = ["key_mgmt=NONE"]
    elif len(key) == 64:
        access = ["key_mgmt=WPA-PSK WPA-PSK-SHA256", f"psk={key}", "ieee80211w=1"]
    else:
        access = ["key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE", f'psk="{key}"', "ieee80211w=1"]
    # sae_pwe=2: WPA3 as of 2018 and as of 2020. A chip without WPA3 is only offered WPA2.
    lines = [
        "ctrl_interface=/run/wpa_supplicant",
        f"country={settings.wifi_country}",
        "sae_pwe=2",
        "network={",
        *(f"  {line}" for line in (f"ssid={settings.wifi_name.encode().hex()}", "scan_ssid=1")),
        *(f"  {line}" for line in access),
        "}",
    ]
    return "".join(f"{line}\n" for line in lines)


def main() -> None:
    try:
        settings = read((BOOT / "system.txt").read_bytes())
    except OSError as error:
        said = f"system.txt can't be read ({error.strerror}); defaults hold"
        settings = Settings(faults=[Fault("system_missing", "", said)])
    FAULTS.parent.mkdir(exist_ok=True)
    for step in STEPS:
        try:
            step(settings)
        except (OSError, subprocess.SubprocessError) as error:
            said = " ".join(f"{step.__name__.strip('_')}: {error}".split())
            settings.faults.append(Fault("system_step", said, f"system.txt: {said}"))
    FAULTS.write_text("".join("\t".join(fault) + "\n" for fault in settings.faults))
    for fault in settings.faults:
        print(fault.message, file=sys.stderr)


def _name_host(settings: Settings) -> None:
    name = settings.hostname
    Path("/etc/hostname").write_text(f"{name}\n")
    Path("/etc/hosts").write_text(
        f"127.0.0.1 localhost\n127.0.1.1 {name}\n::1 localhost ip6-localhost ip6-loopback\n"
    )
    Path("/proc/sys/kernel/hostname").write_text(name)


def _set_zone(settings: Settings) -> None:
    temporary = Path("/etc/localtime.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(ZONES / settings.time_zone)
    temporary.replace("/etc/localtime")
    Path("/etc/timezone").write_text(f"{settings.time_zone}\n")


def _set_address(settings: Settings) -> None:
    """Before networkd starts: what the router would say, said by the file."""
    for name, lines in networks(settings).items():
        _write(NETWORKS / f"{name}.d/50-system-txt.conf", lines)


def networks(settings: Settings) -> dict[str, list[str]]:
    """What is added to which network of systemd-networkd.

    A fixed address is the Wi-Fi's where one is named, else the cable's: both can't have it.
    """
    servers = [f"DNS={server}" for server in settings.name_server.split()]
    ignored = ["[DHCPv4]", "UseDNS=no", "[IPv6AcceptRA]", "UseDNS=no"] if servers else []
    found = {name: ["[Network]", *servers, *ignored] for name in (WIRED, WIRELESS) if servers}
    if settings.address:
        # networkd knows no 255.255.255.0, which a person may well write.
        address = ipaddress.ip_interface(settings.address).with_prefixlen
        gateway = [f"Gateway={settings.gateway}"] if settings.gateway else []
        fixed = ["[Network]", "DHCP=no", f"Address={address}", *servers, *gateway]
        found[WIRELESS if settings.wifi_name else WIRED] = [*fixed, *ignored]
    return found


def _set_clock(settings: Settings) -> None:
    if settings.time_server:
        _write(CLOCK, ["[Time]", f"NTP={settings.time_server}"])


def _set_proxy(settings: Settings) -> None:
    """For apt; the updates on the card are told by ``PROXY``."""
    if settings.proxy:
        _write(PROXY, [settings.proxy])
        quoted = settings.proxy.replace('"', "%22")
        _write(APT, [f'Acquire::{kind}::Proxy "{quoted}";' for kind in ("http", "https")])


def _trust_authority(settings: Settings) -> None:
    """Certificates of ``ca.crt`` are trusted as the system's own, by their hashes and in one file.

    Not by update-ca-certificates, which would take seconds at every start.
    """
    given = BOOT / "ca.crt"
    if not given.is_file():
        return
    pattern = "-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----"
    found = re.findall(pattern, _text(given.read_bytes()), re.DOTALL)
    if not found:
        raise OSError("ca.crt holds no certificate; it must be a PEM file")
    for number, certificate in enumerate(found):
        text = certificate.replace("\r", "") + "\n"
        command = ["openssl", "x509", "-noout", "-subject_hash"]
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode:
            raise OSError(f"certificate {number + 1} of ca.crt can't be read")
        free = (CERTIFICATES / f"{done.stdout.strip()}.{n}" for n in count())
        next(place for place in free if not place.exists()).write_text(text)
        with (CERTIFICATES / "ca-certificates.crt").open("a") as bundle:
            bundle.write(text)


def _write(file: Path, lines: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines))


def _join_wifi(settings: Settings) -> None:
    if not settings.wifi_name:
        return
    WPA.parent.mkdir(exist_ok=True)
    WPA.touch(mode=0o600)
    WPA.write_text(wpa(settings))
    _start("kioskd-wifi.service")  # which starts wpa_supplicant


def _open_ssh(settings: Settings) -> None:
    given = BOOT / "authorized_keys"
    if not given.is_file():
        return
    home = Path("/root/.ssh")
    home.mkdir(mode=0o700, exist_ok=True)
    keys = home / "authorized_keys"
    keys.touch(mode=0o600)
    keys.write_text("".join(f"{line}\n" for line in _text(given.read_bytes()).splitlines()))
    if not HOST_KEY.exists():
        fresh = HOST_KEY.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kioskd", "-f", str(fresh)]
        subprocess.run(command, check=True)
        os.sync()
        fresh.replace(HOST_KEY)
    _start("ssh.service")


def _choose_updates(settings: Settings) -> None:
    UPDATES.write_text(f"{settings.updates}\n")


def _start(unit: str) -> None:
    subprocess.run(["systemctl", "--no-block", "start", unit], check=True)


STEPS = (
    *(_name_host, _set_zone, _set_address, _set_clock, _set_proxy, _trust_authority),
    *(_join_wifi, _open_ssh, _choose_updates),
)

if __name__ == "__main__":
    main()
