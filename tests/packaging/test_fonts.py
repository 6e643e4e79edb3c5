"""The fonts that a wall needs beside the panel's own: in the package's list, and in the image."""

import re
from pathlib import Path

import pytest

from tests.e2e.appliance.roots import PACKAGES

PACKAGING = Path(__file__).parents[2] / "packaging"
CONTROL = (PACKAGING / "deb/control").read_text()
IMAGE = (PACKAGING / "image/packages.txt").read_text().split()
RECOMMENDED = re.findall(r"fonts-[\w-]+", CONTROL)


def test_the_package_recommends_fonts() -> None:
    assert RECOMMENDED


@pytest.mark.parametrize("font", RECOMMENDED)
def test_a_font_that_the_package_recommends_is_in_the_image_and_in_the_tests(font: str) -> None:
    assert font in IMAGE
    assert font in PACKAGES
