"""A USB keypad at the emulated Pi, its keys pressed from outside: the real kernel's input devices.

It is plugged in and pulled out while kioskd runs; nobody else in the machine hears a key.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.image.desk import Panel
from tests.e2e.image.pi import BOOT_LIMIT, Pi, until

pytestmark = pytest.mark.timeout(BOOT_LIMIT + 1500)
KEYS = """\
keys:
  - {key: KEY_KP1, device: "QEMU*Keyboard*", press: {switch: tickets}}
  - {key: KEY_KP2, device: "QEMU*Keyboard*", press: {switch: projects}, hold: {switch: remote}}
  - {key: KEY_KP3, device: "QEMU*Keyboard*", press: {switch: dashboard}}
"""
PRESSES = 100
# Says who may have the keypad alone, and what else hears of its keys: the console's own reader.
GRAB = """python3 -c '
import fcntl, glob, os
for path in glob.glob("/dev/input/event*"):
    name = open(f"/sys/class/input/{os.path.basename(path)}/device/name").read().strip()
    if name.startswith("QEMU") and "Keyboard" in name:
        file = os.open(path, os.O_RDONLY)
        try:
            fcntl.ioctl(file, 0x40044590, 1)
            print("free")
        except OSError as error:
            print(error.strerror)
'"""
ALLOWED = "systemctl show --property DeviceAllow kioskd"


@pytest.fixture(scope="module")
def keyed(make_pi: Callable[[], Pi], config: str) -> Iterator[Pi]:
    """A Pi with keys in its file, and a free USB port."""
    pi = make_pi()
    pi.card.configure(config + KEYS)
    pi.power_on(sound=False).wait_until_ready()
    pi.wait_for_ssh()
    yield pi
    pi.cut_power()


@pytest.fixture
def keypad(keyed: Pi) -> Iterator["PluggedKeypad"]:
    found = PluggedKeypad(keyed)
    found.plug_in()
    yield found
    found.pull_out()


class PluggedKeypad:
    """QEMU's USB keyboard, whose keypad is pressed."""

    def __init__(self, pi: Pi) -> None:
        self._pi = pi
        self._in = False

    def plug_in(self) -> None:
        self._pi.qmp.ask("device_add", driver="usb-kbd", id="keypad", bus="usb.0")
        self._in = True
        until(lambda: keys(self._pi)["state"] == "ok", 120, "kioskd has the keypad", self._pi)

    def pull_out(self) -> None:
        if self._in:
            self._pi.qmp.ask("device_del", id="keypad")
            self._in = False
            until(lambda: keys(self._pi)["state"] == "failed", 120, "it is missed", self._pi)

    def move(self, key: str, down: bool) -> None:
        of = {"type": "qcode", "data": key}
        event = {"type": "key", "data": {"down": down, "key": of}}
        self._pi.qmp.ask("input-send-event", events=[event])

    def tap(self, key: str) -> None:
        self.move(key, True)
        self.move(key, False)


def keys(pi: Pi) -> dict[str, object]:
    found: dict[str, object] = (pi.status() or {"keys": {"state": ""}})["keys"]
    return found


def test_the_unit_opens_input_devices_since_the_file_has_keys(keyed: Pi, pi: Pi) -> None:
    pi.wait_for_ssh()
    assert "char-input r" in keyed.run(ALLOWED)
    assert "char-input" not in pi.run(ALLOWED)


def test_a_missing_keypad_is_named_and_kioskd_takes_it_alone_when_it_is_plugged_in(
    keyed: Pi,
) -> None:
    until(lambda: keys(keyed)["state"] == "failed", 120, "it is missed", keyed)
    assert "QEMU*Keyboard*" in str(keys(keyed)["detail"])
    keypad = PluggedKeypad(keyed)
    keypad.plug_in()
    assert keyed.run(GRAB).split("\n")[0] == "Device or resource busy"
    keypad.pull_out()


def test_a_hundred_presses_of_each_key_are_as_many_switches(
    keyed: Pi, keypad: PluggedKeypad, capsys: pytest.CaptureFixture[str]
) -> None:
    delays: list[float] = []
    with Panel(keyed.socket_url) as panel:
        settle(keyed, panel)
        for number in range(PRESSES):
            key, target = (("kp_1", "tickets"), ("kp_3", "dashboard"))[number % 2]
            began = time.monotonic()
            keypad.tap(key)
            assert panel.next("remote_switch", 60)["target"] == target, f"press {number + 1}"
            delays.append(time.monotonic() - began)
            time.sleep(0.1)  # a finger: twelve presses a second are a flood
        late = panel.all("remote_switch", 3)
    with capsys.disabled():
        worst, median = 1000 * max(delays), 1000 * statistics.median(delays)
        print(f"\n{PRESSES} keys: to the panel in {median:.0f} ms (median), {worst:.0f} ms (worst)")
    assert late == []


def test_a_key_that_is_held_does_its_own_and_none_when_its_keypad_is_pulled_out(
    keyed: Pi, keypad: PluggedKeypad
) -> None:
    with Panel(keyed.socket_url) as panel:
        settle(keyed, panel)
        keypad.move("kp_2", True)
        assert panel.next("remote_switch")["target"] == "remote"
        keypad.move("kp_2", False)
        settle(keyed, panel)
        keypad.move("kp_2", True)
        keypad.pull_out()
        assert panel.all("remote_switch", 5) == []
        keypad.plug_in()
        keypad.move("kp_2", False)
        keypad.tap("kp_1")
        assert panel.next("remote_switch")["target"] == "tickets"


def settle(pi: Pi, panel: Panel) -> None:
    """The screen is one that no key here leads to, and nothing is on its way."""
    pi.post("/api/switch", target="remote")
    while panel.next("remote_switch")["target"] != "remote":
        pass
    panel.all("remote_switch", 1)
