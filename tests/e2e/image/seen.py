"""Pictures of the emulated screen, compared with what a browser on this machine shows of the Pi."""

import difflib
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

from tests.support.house import CHROMIUM

Pixels = NDArray[np.uint8]  # row, column, then red, green, blue
WIDTH, HEIGHT = 1280, 720
BLOCK = 8  # pixels; smaller things, such as a letter's edge, may differ between two browsers


def pixels(file: Path) -> Pixels:
    """A picture's pixels."""
    turned = pygame.surfarray.array3d(pygame.image.load(file))
    return np.ascontiguousarray(turned.transpose(1, 0, 2)).astype(np.uint8)


def share(picture: Pixels, colour: str, within: int = 4) -> float:
    """How much of a picture, 0 to 1, has a colour written as a style sheet does: ``#0a0e13``."""
    wanted = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])
    apart = np.abs(picture.astype(int) - wanted).max(axis=2)
    return float((apart <= within).mean())


def alike(one: Pixels, other: Pixels) -> float:
    """How alike two pictures of one size are laid out: 1 the same, about 0 nothing in common."""
    first, second = _coarse(one), _coarse(other)
    if first.std() == 0 or second.std() == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _coarse(picture: Pixels) -> NDArray[np.float64]:
    rows, columns = (size // BLOCK for size in picture.shape[:2])
    whole = picture[: rows * BLOCK, : columns * BLOCK].mean(axis=2)
    blocks = whole.reshape(rows, BLOCK, columns, BLOCK).mean(axis=(1, 3))
    return np.asarray(blocks.ravel(), dtype=np.float64)


def read(file: Path, language: str) -> list[str]:
    """The words that tesseract reads off a picture; ``language`` as it names them: ``por``."""
    command = ["tesseract", str(file), "-", "-l", language, "--psm", "11"]  # text here and there
    text = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL, timeout=300)
    return _words(text)


def unread(phrase: str, words: list[str]) -> list[str]:
    """The words of a phrase that were not read; a wrong letter in a longer one is forgiven."""
    return [word for word in _words(phrase) if not difflib.get_close_matches(word, words, 1, 0.8)]


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w./:]+|_", text.lower()) if word]


@contextmanager
def panel_here(url: str) -> Iterator[Page]:
    """The Pi's panel in a browser on this machine, in the size of the emulated screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(120_000)  # of a Pi that is emulated on the same machine
        page.goto(f"{url}/?id=Outside")
        yield page
        browser.close()


def part(picture: Pixels, page: Page, selector: str) -> Pixels:
    """What a picture has where the page has an element."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, f"{selector} is not shown"
    left, top = int(box["x"]), int(box["y"])
    return picture[top : top + int(box["height"]), left : left + int(box["width"])]
