"""Which boards there is an image for, and what is said of the others."""

import subprocess
import sys
from pathlib import Path

import pytest

BUILD = Path(__file__).parents[2] / "packaging/image/build.py"


@pytest.mark.parametrize(("board", "why"), [("pi5", "for its HDMI"), ("zero2w", "for the Wi-Fi")])
def test_a_board_without_an_image_is_refused_with_the_reason_and_the_way(
    board: str, why: str
) -> None:
    command = [sys.executable, str(BUILD), "--board", board]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"make image: no image for {board}: ")
    assert why in done.stderr
    assert "docs/install.md" in done.stderr


@pytest.mark.parametrize("readme", ["README.md", "README.pt-BR.md"])
def test_the_first_screen_of_the_readme_names_the_boards(readme: str) -> None:
    first = "\n".join((BUILD.parents[2] / readme).read_text().splitlines()[:16])
    assert "Pi 5" in first
    assert "Zero 2 W" in first
