"""What a panel fetches first stays small: a Pi unpacks and compiles all of it."""

import gzip

import pytest

from kioskd.web.server import PANEL

LARGEST = {"*.js": 100_000, "*.css": 20_000}  # bytes, gzipped


@pytest.mark.parametrize(("files", "largest"), LARGEST.items())
def test_the_panel_stays_small(files: str, largest: int) -> None:
    found = sorted((PANEL / "assets").glob(files))
    assert found, "make panel"
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in found}
    assert sum(sizes.values()) <= largest, sizes
