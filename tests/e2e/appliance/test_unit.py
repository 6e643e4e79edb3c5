"""The units as systemd judges them, and the sandbox as a program in it meets it."""

import json
import re
import time
from typing import Any

import pytest

from tests.e2e.appliance.machine import CONFIG, Machine, until
from tests.support.sounds import encoded

pytestmark = pytest.mark.timeout(300)
BROWSER_EXPOSURE = 2.6
UNITS = "/usr/lib/systemd/system"
# Says of each path whether it can be opened: "ok", or the errno's name.
PROBE = """
import errno, json, os, sys
found = {}
for path, flags in json.loads(sys.argv[1]).items():
    try:
        os.close(os.open(path, getattr(os, flags), 0o600))
        found[path] = "ok"
    except OSError as error:
        found[path] = errno.errorcode[error.errno]
print(sys.argv[2], json.dumps(found))
"""


# Says whether it can listen on the loopback.
LISTEN = """
import errno, json, socket, sys
try:
    socket.create_server(("127.0.0.1", 0)).close()
    found = "ok"
except OSError as error:
    found = errno.errorcode[error.errno]
print(sys.argv[1], json.dumps(found))
"""
# Decodes a sound as the daemon does, and says how long that took.
DECODE = """
import asyncio, json, sys, time
version = "python%d.%d" % sys.version_info[:2]
sys.path.insert(0, "/usr/lib/kioskd/" + version)
from kioskd.audio import decoding
whole = open("/usr/local/share/sent", "rb").read()
began = time.monotonic()
try:
    sound = asyncio.run(decoding.decoded(whole))
    found = [len(sound), round(time.monotonic() - began, 3)]
except Exception as error:
    found = repr(error)
print(sys.argv[1], json.dumps(found))
"""


def inside(machine: Machine, program: str, *arguments: str, unit: str = "kioskd") -> Any:
    """What a program says, as JSON, that runs in a unit's own sandbox."""
    machine.write("/usr/local/bin/probe.py", program)
    lines = [
        line
        for line in machine.run("cat", f"{UNITS}/{unit}.service").splitlines()
        if not line.startswith(("Type=", "ExecReload=", "Restart", "WatchdogSec=", "Conflicts="))
    ]
    mark = f"FOUND-{time.monotonic_ns()}"  # the journal holds earlier answers, too
    words = " ".join(f'"{each}"' for each in (*arguments, mark))
    command = f"ExecStart=/usr/bin/python3 /usr/local/bin/probe.py {words}"
    probe = re.sub("ExecStart=.*", lambda _: f"Type=oneshot\n{command}", "\n".join(lines))
    probe = re.sub("(Directory=kioskd.*)", r"\1-probe", probe)
    machine.write("/etc/systemd/system/probe.service", probe)
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "start", "probe", check=False)
    until(lambda: mark in machine.journal("probe"), 10, "the probe's answer is in the journal")
    answer = re.search(f"{mark} (.*)", machine.journal("probe"))
    assert answer is not None
    return json.loads(answer[1])


def opened(machine: Machine, paths: dict[str, str], *, unit: str = "kioskd") -> Any:
    """What a program in a unit's own sandbox can open, path by path."""
    return inside(machine, PROBE, json.dumps(paths).replace('"', '\\"'), unit=unit)


@pytest.mark.parametrize(
    ("form", "subtype"), [("WAV", "PCM_16"), ("FLAC", None), ("OGG", "VORBIS"), ("MP3", None)]
)
def test_a_sent_sound_is_decoded_within_the_daemon_s_own_sandbox(
    machine: Machine, form: str, subtype: str | None
) -> None:
    place = machine.top / "usr/local/share/sent"
    place.write_bytes(encoded(form, subtype, seconds=1.0))
    found = inside(machine, DECODE)
    assert isinstance(found, list), found
    assert abs(found[0] - 44 - 44100 * 4) < 20_000
    print(f"\n{form}: decoded in {found[1]} s")


def test_systemd_finds_no_fault_in_the_units(machine: Machine) -> None:
    units = ("kioskd.service", "kioskd-browser.service")
    assert machine.run("systemd-analyze", "verify", *units) == ""


def test_the_daemon_is_exposed_to_1_5_at_most(machine: Machine) -> None:
    said = machine.run("systemd-analyze", "security", "--no-pager", "kioskd.service")
    assert exposure(said) <= 1.5


def test_the_browser_is_exposed_no_more_than_chromium_needs(machine: Machine) -> None:
    # Its own sandbox makes namespaces, and JIT writes what it runs: systemd counts both.
    said = machine.run("systemd-analyze", "security", "--no-pager", "kioskd-browser.service")
    assert exposure(said) <= BROWSER_EXPOSURE


def exposure(said: str) -> float:
    return float(re.findall(r"exposure level for .*: ([\d.]+)", said)[0])


def test_a_reload_is_waited_for_where_systemd_can(machine: Machine) -> None:
    version = int(machine.run("systemctl", "--version").split()[1])
    assert machine.property("Type") == ("notify-reload" if version >= 253 else "notify")


def test_only_its_own_folders_are_writable(machine: Machine) -> None:
    paths = {
        f"{folder}/new": "O_CREAT" for folder in ("/var/lib/kioskd-probe", "/run/kioskd-probe")
    }
    forbidden = {
        f"{folder}/new": "O_CREAT" for folder in ("/etc/kioskd", "/usr/lib/kioskd", "/var/log")
    }
    found = opened(machine, paths | forbidden)
    assert {found[path] for path in paths} == {"ok"}
    assert {found[path] for path in forbidden} == {"EROFS"}


def test_what_shows_the_panel_can_listen_to_nobody(machine: Machine) -> None:
    # Debian 12's systemd can't forbid it; there the browser alone sees to it (test_picture.py).
    can = "+BPF_FRAMEWORK" in machine.run("systemctl", "--version")
    assert inside(machine, LISTEN, unit="kioskd-browser") == ("EPERM" if can else "ok")


def test_it_opens_what_belongs_to_the_groups_of_sound_and_gpio(machine: Machine) -> None:
    # Copies of /dev/null, which DevicePolicy=closed allows: here only the group decides.
    groups = ("audio", "gpio", "video", "root")
    for group in groups:
        node = f"/dev/of-{group}"
        machine.run("sh", "-c", f"[ -e {node} ] || mknod -m 660 {node} c 1 3; chgrp {group} {node}")
    found = opened(machine, {f"/dev/of-{group}": "O_RDWR" for group in groups})
    assert found == {
        "/dev/of-audio": "ok",
        "/dev/of-gpio": "ok",
        "/dev/of-video": "ok",
        "/dev/of-root": "EACCES",
    }


@pytest.mark.parametrize(
    ("unit", "ways"),
    [
        ("kioskd", {"alsa": "O_RDWR", "gpiochip": "O_RDWR", "cec": "O_RDWR"}),
        ("kioskd-browser", {"drm": "O_RDWR", "input": "O_RDONLY"}),
    ],
)
def test_what_a_unit_is_for_passes_its_list_of_devices_and_nothing_else_does(
    machine: Machine, unit: str, ways: dict[str, str]
) -> None:
    # systemd finds a class's number in /proc/devices; here it finds classes that this kernel may
    # lack. A device that passes and has no driver is ENXIO, one that doesn't pass is EPERM.
    classes = {name: 230 + number for number, name in enumerate(ways)}
    lines = "".join(f"{number} {name}\n" for name, number in classes.items())
    machine.write("/root/devices", f"Character devices:\n  1 mem\n{lines}\nBlock devices:\n")
    numbers = {**classes, "other": 239}
    for name, number in numbers.items():
        node = f"/dev/class-{name}"
        machine.run("sh", "-c", f"[ -e {node} ] || mknod -m 666 {node} c {number} 0")
    machine.run("mount", "--bind", "/root/devices", "/proc/devices")
    try:
        asked = {f"/dev/class-{name}": ways.get(name, "O_RDONLY") for name in numbers}
        found = opened(machine, asked, unit=unit)
    finally:
        machine.run("umount", "/proc/devices")
    assert found.pop("/dev/class-other") == "EPERM"
    assert set(found.values()) == {"ENXIO"}


def missed(machine: Machine) -> bool:
    """Whether the daemon says that it has no keyboard."""
    status = machine.status()
    return status is not None and status["keys"]["detail"].startswith("nenhum teclado")


def test_input_devices_are_open_to_the_daemon_only_while_its_file_has_keys(
    machine: Machine,
) -> None:
    demo = "sources: [{kind: demo}]\n"
    keys = demo + "keys:\n  - {key: KEY_KP1, press: next}\n"
    listed = machine.property("DeviceAllow")
    assert "char-alsa rw" in listed
    for way in ("reload", "restart"):
        machine.write(CONFIG, keys)
        machine.run("systemctl", way, "kioskd")
        until(lambda: "char-input r" in machine.property("DeviceAllow"), 20, "they are open")
        until(lambda: missed(machine), 40, "a keyboard is missed")
        machine.write(CONFIG, demo)
        machine.run("systemctl", way, "kioskd")
        until(lambda: "char-input" not in machine.property("DeviceAllow"), 20, "they are closed")
        assert sorted(machine.property("DeviceAllow").split()) == sorted(listed.split())
    assert machine.active()


def test_without_a_card_and_without_gpio_the_status_says_what_is_missing(
    machine: Machine,
) -> None:
    machine.write(CONFIG, "buttons:\n  - {pin: 17, press: next}\nsources: [{kind: demo}]\n")
    machine.run("systemctl", "restart", "kioskd")
    until(lambda: machine.status()["sound"]["state"] == "failed", 20, "no card is noticed")
    assert machine.status()["sound"]["code"] == "no_card"
    assert machine.status()["sound"]["detail"].startswith("sem placa de som")
    until(lambda: machine.status()["buttons"]["state"] == "failed", 20, "no GPIO is noticed")
    assert machine.status()["buttons"]["detail"].startswith("GPIO17: ")
    assert machine.active()


def test_it_runs_with_a_read_only_root(machine: Machine) -> None:
    machine.shut_down()
    own = ("/var/lib/kioskd", "/var/cache/kioskd")
    machine.boot("--read-only", *(f"--tmpfs={folder}:mode=777" for folder in own))
    try:
        until(machine.active, 20, "it runs")
        until(lambda: "chamados (" in machine.property("StatusText"), 20, "it has its tickets")
        assert machine.status()["faults"] == []
        until(lambda: machine.succeeds("test", "-s", "/var/lib/kioskd/state.gz"), 90, "it is kept")
    finally:
        machine.shut_down()
        machine.boot()
