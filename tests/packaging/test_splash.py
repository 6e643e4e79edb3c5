"""The splash: as many bytes as the framebuffer has, in its middle, legible across a room."""

import time
from types import ModuleType

import numpy as np
import pytest

from tests.support.image_program import load

# Two rows of 16: the left half lit above, nothing below.
BITMAP = b"P4 16 2\n" + bytes([0xFF, 0x00, 0x00, 0x00])


@pytest.fixture(scope="module")
def splash() -> ModuleType:
    return load("splash")


@pytest.mark.parametrize("depth", [16, 32])
@pytest.mark.parametrize(
    ("width", "height", "spare"), [(1280, 720, 0), (1920, 1080, 64), (3840, 2160, 0), (101, 67, 3)]
)
def test_it_fills_the_framebuffer_and_its_words_are_two_thirds_wide_in_the_middle(
    splash: ModuleType, width: int, height: int, spare: int, depth: int
) -> None:
    size = depth // 8
    stride = width * size + spare
    made = splash.screen(BITMAP, width, height, depth, stride)
    assert len(made) == stride * height
    pixels = np.frombuffer(made, np.uint8).reshape(height, stride)[:, : width * size]
    pixels = pixels.reshape(height, width, size)
    lit = (pixels == np.frombuffer(splash.pixel(splash.WORDS, depth), np.uint8)).all(axis=2)
    dark = (pixels == np.frombuffer(splash.pixel(splash.BACKGROUND, depth), np.uint8)).all(axis=2)
    assert (lit | dark).all()
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    assert abs(columns[0] - width / 6) <= 2
    assert abs(columns[-1] - width / 2) <= 2  # of sixteen columns the first eight are lit
    assert abs(rows[-1] - height / 2) <= 2  # of two rows the first
    assert lit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()


def test_it_is_painted_soon_on_the_largest_screen(splash: ModuleType) -> None:
    bitmap = b"P4 960 240\n" + bytes(range(240)) * 120
    began = time.process_time()
    splash.screen(bitmap, 3840, 2160, 32, 3840 * 4)
    took = time.process_time() - began
    print(f"{took * 1000:.0f} ms")
    assert took < 2
