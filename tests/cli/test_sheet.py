"""`kioskd doctor --report`: the sheet for the first boot on a real Pi, and the document's rows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kioskd.cli.doctor import machine, sheet
from tests.support.status import told

ROOT = Path(__file__).parents[2]
STATUS = told(
    remote={"urls": ["http://kiosk.local:8080/remote", "http://192.168.7.9:8080/remote"]},
    sound={"state": "ok", "card": "vc4hdmi0"},
    buttons={"state": "ok", "count": 3},
)
PI = {
    "proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.5\0",
    "proc/meminfo": "MemTotal: 924000 kB\nMemAvailable: 512000 kB\nCmaTotal: 262144 kB\n",
    "proc/modules": "vc4 1 0 - Live 0x0\nv3d 1 0 - Live 0x0\next4 1 0 - Live 0x0\n",
    "proc/asound/cards": " 0 [Headphones     ]: bcm\n 1 [vc4hdmi0       ]: vc4-hdmi\n",
    "sys/class/drm/card1-HDMI-A-1/status": "connected\n",
    "sys/class/drm/card1-HDMI-A-1/modes": "1920x1080\n1280x720\n",
    "sys/class/thermal/thermal_zone0/temp": "51234\n",
}
ANSWERS = {
    "journalctl": '{"SYSLOG_IDENTIFIER":"kernel","MESSAGE":"Oficina 2"}\n' * 2,
    "wpa_cli": "ssid=Oficina 2\nwpa_state=COMPLETED\nkey_mgmt=WPA2-PSK\nip_address=192.168.7.9\n",
}


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """What stands in each row on a Pi."""
    for name, content in PI.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(machine, "ask", lambda *argv: ANSWERS.get(argv[0], ""))
    rows = [line.split(" | ") for line in sheet.report(STATUS, tmp_path) if line.startswith("| ")]
    return {int(row[0].strip("| ")): row[2].removesuffix(" |") for row in rows[2:]}


def test_what_a_program_can_tell_is_filled_in(filled: dict[int, str]) -> None:
    assert len(filled) == 25
    assert filled[4].startswith("Raspberry Pi 4 Model B Rev 1.5, Linux ")
    assert filled[7] == "kernel 2"
    assert filled[8] == "card1-HDMI-A-1 connected 1920x1080"
    assert filled[9] == "v3d, vc4"
    assert filled[10] == "MemTotal 902 MB, MemAvailable 500 MB, CmaTotal 256 MB"
    assert filled[11].startswith("http://kiosk.local:8080/remote ")
    assert filled[13] == "wpa_state COMPLETED, key_mgmt WPA2-PSK"
    assert filled[15] == "ok on vc4hdmi0; cards: Headphones, vc4hdmi0"
    assert filled[18] == "ok, 3 work"
    assert filled[22] == "ok: 51 C"
    assert filled[23] == "skip: can't be known on this kernel"


def test_what_only_a_person_can_tell_stays_open_and_no_network_is_named(
    filled: dict[int, str],
) -> None:
    assert [number for number, found in filled.items() if found == sheet.OPEN] == [
        *(1, 2, 3, 12, 16, 17, 19, 20, 21, 25)
    ]
    assert "Oficina" not in json.dumps(filled)


def test_the_document_has_the_same_checks_in_the_same_order() -> None:
    english = (ROOT / "docs/first-boot-on-a-real-pi.md").read_text()
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", english, re.MULTILINE)
    assert rows == [(str(n), title) for n, (title, _) in enumerate(sheet.CHECKS, 1)]
    portuguese = (ROOT / "docs/pt-BR/first-boot-on-a-real-pi.md").read_text()
    assert len(re.findall(r"^\| \d+ \|", portuguese, re.MULTILINE)) == len(rows)


def test_it_is_printed_where_no_daemon_and_no_pi_is(tmp_path: Path) -> None:
    file = tmp_path / "kioskd.yaml"
    file.write_text("sources: [{kind: demo}]\nserver: {port: 9}\n")
    command = [sys.executable, "-m", "kioskd", "doctor", "--report", "--config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "| 15 | sound card that plays | the daemon doesn't answer |" in done.stdout
