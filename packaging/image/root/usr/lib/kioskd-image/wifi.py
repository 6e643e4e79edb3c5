"""Joins the Wi-Fi of system.txt once there is an adapter, and says why it is not joined.

Listens to wpa_supplicant's control socket and keeps one line, ``code TAB name TAB message``, in
/run/kioskd-image/faults.d/wifi; no file while all is well. kioskd shows it on the wall.
"""

import contextlib
import os
import re
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

CONTROL = Path("/run/wpa_supplicant/wlan0")
NETWORK = Path("/etc/wpa_supplicant/wpa_supplicant-wlan0.conf")
ADAPTER = Path("/sys/class/net/wlan0")
FAULT = Path("/run/kioskd-image/faults.d/wifi")
SUPPLICANT = "wpa_supplicant@wlan0.service"
MISSED = 2  # scans in a row without the network: one alone may be bad luck
QUIET = 10.0  # seconds without an event after which wpa_supplicant is asked
ABSENT = 30.0  # seconds that an adapter may take to appear: a Pi loads its firmware first
RETRY = 2.0  # seconds
WORDS = {
    "wifi_password": "refuses the password; correct wifi_password in system.txt",
    "wifi_not_found": "is not in reach; correct wifi_name in system.txt, or move closer",
    "wifi_unsuitable": "is in reach, but is not joined with what system.txt says; "
    "only networks with one password (WPA2, WPA3) or with none can be",
    "wifi_refused": "doesn't let this machine in; ask whoever runs the network",
}


class Watch:
    """``seen`` says whether the last scan found the network, ``say`` takes each new verdict."""

    def __init__(self, seen: Callable[[], bool], say: Callable[[str | None], None]) -> None:
        self._seen = seen
        self._say = say
        self._missed = 0
        self._said: str | None = ""  # not known yet

    def hear(self, event: str) -> None:
        """Take an event as wpa_supplicant words it, without its priority."""
        kind, _, rest = event.partition(" ")
        if kind == "CTRL-EVENT-CONNECTED":
            self.joined()
        elif kind == "CTRL-EVENT-SSID-TEMP-DISABLED":
            if "reason=WRONG_KEY" in rest:
                self._turn("wifi_password")
            elif self._said != "wifi_password":
                self._turn("wifi_refused")
        elif kind == "CTRL-EVENT-AUTH-REJECT":
            # SAE, which is WPA3: 15 is a challenge that failed, and what a wrong password gets.
            if re.search(r"auth_type=3 .*status_code=(1|15)\b", rest):
                self._turn("wifi_password")
        elif kind == "CTRL-EVENT-NETWORK-NOT-FOUND":
            self._not_found()

    def joined(self) -> None:
        self._missed = 0
        self._turn(None)

    def _not_found(self) -> None:
        self._missed += 1
        if self._missed < MISSED:
            return
        if not self._seen():
            self._turn("wifi_not_found")
        elif self._said in (None, "", "wifi_not_found"):
            # It is there; a network that is put aside for a while counts as not found, too.
            self._turn("wifi_unsuitable")

    def _turn(self, code: str | None) -> None:
        if code != self._said:
            self._said = code
            self._say(code)


class Control:
    """A connection to wpa_supplicant. Raises ``OSError`` when it doesn't answer."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._socket.bind("")  # the kernel chooses a name, to which the answers go
            self._socket.settimeout(QUIET)
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise

    def ask(self, request: str) -> str:
        self._socket.send(request.encode())
        return self.receive()

    def receive(self) -> str:
        return self._socket.recv(65536).decode("utf-8", "replace")

    def close(self) -> None:
        self._socket.close()


def network(file: Path = NETWORK) -> bytes:
    """The network's name, from what settings.py wrote for wpa_supplicant."""
    found = re.search(r"^\s*ssid=([0-9a-f]*)$", file.read_text(), re.MULTILINE)
    return bytes.fromhex(found[1]) if found else b""


def scanned(answer: str, name: bytes) -> bool:
    """Whether a name is among wpa_supplicant's SCAN_RESULTS."""
    rows = [line.split("\t") for line in answer.splitlines()]
    return any(len(row) > 4 and row[4] == escaped(name) for row in rows)


def escaped(name: bytes) -> str:
    """As wpa_supplicant prints a name: what is not printable ASCII has a backslash."""
    special = {ord('"'): '\\"', ord("\\"): "\\\\", 27: "\\e", 10: "\\n", 13: "\\r", 9: "\\t"}
    return "".join(
        special.get(byte) or (chr(byte) if 32 <= byte <= 126 else f"\\x{byte:02x}") for byte in name
    )


def write(code: str | None, name: str, message: str, file: Path = FAULT) -> None:
    """Replace the fault as a whole, so that nobody reads half of one."""
    if code is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.parent.parent / "wifi.new"
    temporary.write_text(f"{code}\t{name}\t{message}\n", encoding="utf-8")
    os.replace(temporary, file)


def listen(control: Path, name: bytes, say: Callable[[str | None], None]) -> None:
    """Tell ``say`` every turn; ends with ``OSError`` when wpa_supplicant does."""
    asking, events = Control(control), Control(control)
    try:
        watch = Watch(lambda: scanned(asking.ask("SCAN_RESULTS"), name), say)
        events.ask("ATTACH")
        while True:
            if "wpa_state=COMPLETED" in asking.ask("STATUS"):
                watch.joined()
            with contextlib.suppress(TimeoutError):
                while True:
                    watch.hear(re.sub(r"^<\d+>", "", events.receive()))
    finally:
        asking.close()
        events.close()


def main() -> None:
    name = network()
    # A tab or a line end would end the field; anybody may call a network so.
    shown = " ".join(name.decode("utf-8", "replace").split())

    def say(code: str | None) -> None:
        write(code, shown, f"the Wi-Fi {shown} {WORDS[code]}" if code else "")

    started = time.monotonic()
    while True:
        if ADAPTER.exists():
            # Not before: systemd would wait for the adapter, and SSH for systemd.
            subprocess.run(["systemctl", "--no-block", "start", SUPPLICANT], check=False)
        elif time.monotonic() - started > ABSENT:
            write("no_wifi", "", "this machine has no Wi-Fi adapter; use the cable")
        with contextlib.suppress(OSError):
            listen(CONTROL, name, say)
        time.sleep(RETRY)


if __name__ == "__main__":
    main()
