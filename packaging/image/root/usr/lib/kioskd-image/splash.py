"""Paints the splash on the first framebuffer, once; the browser's compositor replaces it."""

from functools import cache
from itertools import pairwise
from pathlib import Path

PICTURE = Path("/usr/lib/kioskd-image/splash.pbm")
SCREEN = Path("/sys/class/graphics/fb0")
DEVICE = Path("/dev/fb0")
BACKGROUND, WORDS = (0x0B, 0x12, 0x20), (0xCB, 0xD5, 0xE1)  # red, green, blue


def main() -> None:
    width, height = map(int, (SCREEN / "virtual_size").read_text().split(","))
    depth = int((SCREEN / "bits_per_pixel").read_text())
    stride = int((SCREEN / "stride").read_text())
    if depth in (16, 32):
        picture = screen(PICTURE.read_bytes(), width, height, depth, stride)
        with DEVICE.open("r+b", buffering=0) as file:
            file.write(picture)


def screen(pbm: bytes, width: int, height: int, depth: int, stride: int) -> bytes:
    """A whole framebuffer with the bitmap in its middle, two thirds of the screen wide.

    Each of the bitmap's rows is drawn once: a Pi's Python has some 20 million steps a second.
    """
    head, bits = pbm.split(b"\n", 1)
    columns, rows = map(int, head.split()[1:])
    background, words = pixel(BACKGROUND, depth), pixel(WORDS, depth)
    scale = max(1, width * 2 // 3) / columns
    wide, tall = int(columns * scale), int(rows * scale)
    left, top = (width - wide) // 2, (height - tall) // 2
    empty = (background * width).ljust(stride, b"\0")
    edges = [int(column * scale) for column in range(columns + 1)]
    runs = [(words * (end - start), background * (end - start)) for start, end in pairwise(edges)]
    before, after = background * left, background * (width - left - edges[-1])

    @cache
    def line(row: int) -> bytes:
        here = bits[row * columns // 8 : (row + 1) * columns // 8]
        if not any(here):
            return empty
        lit = (here[column // 8] >> (7 - column % 8) & 1 for column in range(columns))
        drawn = b"".join(run[0] if on else run[1] for run, on in zip(runs, lit, strict=True))
        return (before + drawn + after).ljust(stride, b"\0")

    lines = [empty] * top
    lines += [line(min(rows - 1, int(y / scale))) for y in range(tall)]
    lines += [empty] * (height - top - tall)
    return b"".join(lines)


def pixel(colour: tuple[int, int, int], depth: int) -> bytes:
    red, green, blue = colour
    if depth == 16:  # RGB 565
        return ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).to_bytes(2, "little")
    return bytes((blue, green, red, 255))


if __name__ == "__main__":
    main()
