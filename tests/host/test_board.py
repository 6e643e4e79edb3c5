"""How the board is, from what different kernels tell: what is not told is unknown, never well."""

from pathlib import Path

import pytest

from kioskd.cli.doctor import machine
from kioskd.core.status import BoardStatus
from kioskd.host.board import Board, look

PI = "Raspberry Pi 4 Model B Rev 1.5"


def kernel(root: Path, **files: str) -> Path:
    places = {
        "model": "proc/device-tree/model",
        "temperature": "sys/class/thermal/thermal_zone0/temp",
        "firmware": "sys/devices/platform/soc/soc:firmware/get_throttled",
        "chip": "sys/class/hwmon/hwmon1/name",
        "alarm": "sys/class/hwmon/hwmon1/in0_lcrit_alarm",
    }
    for name, content in files.items():
        file = root / places[name]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return root


def test_debians_kernel_tells_the_temperature_alone_and_the_rest_is_unknown(tmp_path: Path) -> None:
    root = kernel(tmp_path, model=f"{PI}\0", temperature="51234\n")
    assert look(root) == BoardStatus(PI, 51.234, None, None, None)
    assert machine.supply(root).said == "can't be known on this kernel"
    assert machine.heat(root).said == "51 C"
    assert Board(root).fault() == (None, "")


@pytest.mark.parametrize(
    ("bits", "right", "code"),
    [
        ("0", (False, False, False), ""),
        ("50005", (True, True, True), "undervoltage"),
        ("50000", (False, False, True), ""),
        ("4", (False, True, False), "heat"),
    ],
)
def test_raspberry_pi_os_kernel_tells_all_of_it(
    tmp_path: Path, bits: str, right: tuple[bool, bool, bool], code: str
) -> None:
    root = kernel(tmp_path, model=f"{PI}\0", firmware=f"{bits}\n")
    seen = look(root)
    assert (seen.undervoltage, seen.throttled, seen.earlier) == right
    assert Board(root).fault()[1] == code


@pytest.mark.parametrize(("alarm", "right"), [("1", True), ("0", False)])
def test_the_alarm_of_the_voltage_is_taken_where_the_kernel_has_it(
    tmp_path: Path, alarm: str, right: bool
) -> None:
    root = kernel(tmp_path, model=PI, chip="rpi_volt\n", alarm=f"{alarm}\n")
    assert look(root).undervoltage is right
    assert look(root).throttled is None
    assert machine.supply(root).state == ("bad" if right else "ok")


def test_what_is_no_board_or_tells_nonsense_is_unknown(tmp_path: Path) -> None:
    assert look(tmp_path) == BoardStatus()
    root = kernel(tmp_path, temperature="hot", firmware="?", chip="other", alarm="1")
    assert look(root) == BoardStatus()
    assert machine.heat(root).state == "skip"


def test_it_is_asked_seldom_and_a_hot_one_is_told(tmp_path: Path) -> None:
    now = 0.0
    board = Board(kernel(tmp_path, temperature="84999"), clock=lambda: now)
    message, code = board.fault()
    assert (code, message and message.startswith("too hot")) == ("heat", True)
    kernel(tmp_path, temperature="50000")
    now = 9.0
    assert board.fault()[1] == "heat"
    now = 10.0
    assert board.fault() == (None, "")
