"""What the firmware of each board is told, read as the firmware reads config.txt."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "packaging/image"
CUSTOM = ROOT / "root/etc/default/raspi-firmware-custom"


def told(board: str) -> dict[str, str]:
    """The settings in force: a section holds for its board, ``[all]`` for every one."""
    found, holds = {}, True
    for line in CUSTOM.read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            holds = line in ("[all]", f"[{board}]")
        elif line and holds:
            name, _, value = line.partition("=")
            found[name] = value
    return found


def test_a_pi_4_runs_at_its_full_speed_and_has_a_command_line_of_its_own() -> None:
    assert (told("pi4")["arm_boost"], told("pi4")["cmdline"]) == ("1", "cmdline-pi4.txt")


@pytest.mark.parametrize("board", ["pi3", "pi4"])
def test_the_picture_reaches_the_edges_and_nothing_stands_there_that_kms_ignores(
    board: str,
) -> None:
    assert told(board)["disable_overscan"] == "1"
    assert not [name for name in told(board) if name.startswith("hdmi_")]


def test_other_boards_keep_the_common_command_line() -> None:
    assert "cmdline" not in told("pi3")


def test_what_raspi_firmware_adds_behind_holds_for_every_board() -> None:
    sections = [line for line in CUSTOM.read_text().splitlines() if line.startswith("[")]
    assert sections[-1] == "[all]"


def test_lines_are_short_enough_for_the_firmware() -> None:
    # raspberrypi.com/documentation/computers/config_txt.html: at most 98 characters
    assert max(map(len, CUSTOM.read_text().splitlines())) <= 98
