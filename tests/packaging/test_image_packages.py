"""The image's Debian has all that kioskd's package depends on: nothing else would bring it."""

import re
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"


def groups(field: str) -> list[list[str]]:
    """The alternatives of each dependency, without their versions."""
    control = (PACKAGING / "deb/control").read_text()
    found = re.search(rf"^{field}: (.*)$", control, re.MULTILINE)
    assert found
    return [re.findall(r"(?:^|\| )([\w.+-]+)", each) for each in found[1].split(", ")]


@pytest.mark.parametrize("field", ["Depends", "Recommends"])
def test_every_package_that_kioskd_wants_is_on_the_image(field: str) -> None:
    lines = (PACKAGING / "image/packages.txt").read_text().splitlines()
    there = {name for line in lines if not line.startswith("#") for name in line.split()}
    wanted = groups(field)
    assert len(wanted) > 5
    assert [each for each in wanted if not there & set(each)] == []
