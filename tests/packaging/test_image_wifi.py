"""What wpa_supplicant says of the Wi-Fi becomes one fault on the wall."""

import importlib.util
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from kioskd.core.status import PartFault
from kioskd.host import image

PROGRAM = Path(__file__).parents[2] / "packaging/image/root/usr/lib/kioskd-image/wifi.py"
WRONG_KEY = (
    'CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="IT" auth_failures=1 duration=10 reason=WRONG_KEY'
)
NOT_FOUND = "CTRL-EVENT-NETWORK-NOT-FOUND "
CONNECTED = "CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:00 completed [id=0 id_str=]"
SAE_REJECT = (
    "CTRL-EVENT-AUTH-REJECT 02:00:00:00:00:00 auth_type=3 auth_transaction=2 status_code=15"
)
BUSY = 'CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="IT" auth_failures=1 duration=10 reason=CONN_FAILED'


@pytest.fixture(scope="module")
def wifi() -> ModuleType:
    spec = importlib.util.spec_from_file_location("image_wifi", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("events", "in_reach", "verdicts"),
    [
        ([WRONG_KEY, NOT_FOUND, NOT_FOUND], True, ["wifi_password"]),
        ([SAE_REJECT, BUSY, NOT_FOUND, NOT_FOUND], True, ["wifi_password"]),
        ([BUSY, BUSY], True, ["wifi_refused"]),
        ([NOT_FOUND], False, []),
        ([NOT_FOUND, NOT_FOUND, NOT_FOUND], False, ["wifi_not_found"]),
        ([NOT_FOUND, NOT_FOUND], True, ["wifi_unsuitable"]),
        ([WRONG_KEY, NOT_FOUND, NOT_FOUND], False, ["wifi_password", "wifi_not_found"]),
        ([WRONG_KEY, CONNECTED, NOT_FOUND], False, ["wifi_password", None]),
        (["CTRL-EVENT-SCAN-STARTED ", "", "CTRL-EVENT-AUTH-REJECT x auth_type=0"], True, []),
    ],
)
def test_each_cause_has_its_code_and_is_said_once(
    wifi: ModuleType, events: list[str], in_reach: bool, verdicts: list[str | None]
) -> None:
    said: list[str | None] = []
    watch = wifi.Watch(lambda: in_reach, said.append)
    for event in events:
        watch.hear(event)
    assert said == verdicts


def test_a_name_is_found_among_the_scanned_however_it_is_written(wifi: ModuleType) -> None:
    name = 'Térreo "1"\\'.encode()
    head = "bssid / frequency / signal level / flags / ssid\n"
    row = "02:00:00:00:00:00\t2412\t-30\t[WPA2-PSK-CCMP][ESS]\t"
    assert wifi.scanned(f'{head}{row}T\\xc3\\xa9rreo \\"1\\"\\\\\n', name)
    assert not wifi.scanned(f"{head}{row}T\n{row}\n", name)


class Supplicant(threading.Thread):
    """The other end of the control socket, as far as it is asked."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._listener = b""
        self.attached = threading.Event()
        self.start()

    def run(self) -> None:
        answers = {b"STATUS": b"wpa_state=SCANNING\n", b"SCAN_RESULTS": b"bssid / ...\n"}
        while True:
            request, peer = self._socket.recvfrom(4096)
            if request == b"end":
                return
            self._socket.sendto(answers.get(request, b"OK\n"), peer)
            if request == b"ATTACH":
                self._listener = peer
                self.attached.set()

    def say(self, event: str) -> None:
        self._socket.sendto(f"<3>{event}".encode(), self._listener)

    def end(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", self._socket.getsockname())
        self.join(5)
        self._socket.close()


@pytest.fixture
def supplicant(tmp_path: Path) -> Iterator[Supplicant]:
    found = Supplicant(tmp_path / "wlan0")
    yield found
    found.end()


def test_the_fault_stands_while_it_holds_and_kioskd_reads_it(
    wifi: ModuleType, supplicant: Supplicant, tmp_path: Path
) -> None:
    file = tmp_path / "faults.d" / "wifi"
    turned = threading.Semaphore(0)

    def say(code: str | None) -> None:
        wifi.write(code, "Térreo 1", f"the Wi-Fi {code}", file)
        turned.release()

    def listen() -> None:
        try:
            wifi.listen(tmp_path / "wlan0", "Térreo 1".encode(), say)
        except OSError:
            turned.release()  # wpa_supplicant has ended

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    assert supplicant.attached.wait(10)
    supplicant.say(WRONG_KEY)
    assert turned.acquire(timeout=10)
    assert image.faults(tmp_path) == [
        PartFault(
            "wifi",
            "the Wi-Fi Térreo 1 refuses wifi_password of system.txt; correct it",
            "wifi_password",
            "Térreo 1",
        )
    ]
    supplicant.say(NOT_FOUND)
    supplicant.say(NOT_FOUND)
    assert turned.acquire(timeout=10)
    assert file.read_text().startswith("wifi_not_found\t")
    supplicant.say(CONNECTED)
    assert turned.acquire(timeout=10)
    assert image.faults(tmp_path) == []


def test_the_name_comes_from_what_the_settings_wrote(wifi: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "wlan0.conf"
    file.write_text("country=BR\nnetwork={\n  ssid=54c3a9\n  scan_ssid=1\n}\n")
    assert wifi.network(file) == "Té".encode()
