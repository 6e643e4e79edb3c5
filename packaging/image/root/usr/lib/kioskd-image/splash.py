"""Paints the splash on the first framebuffer, once; the browser's compositor replaces it."""

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
    """A whole framebuffer with the bitmap in its middle, a third of the screen wide."""
    head, bits = pbm.split(b"\n", 1)
    columns, rows = map(int, head.split()[1:])
    background, words = pixel(BACKGROUND, depth), pixel(WORDS, depth)
    scale = max(1, width // 3) / columns
    wide, tall = int(columns * scale), int(rows * scale)
    left, top = (width - wide) // 2, (height - tall) // 2
    size = depth // 8
    empty = (background * width).ljust(stride, b"\0")
    lines = []
    for y in range(height):
        row = int((y - top) / scale)
        if not top <= y < top + tall or row >= rows:
            lines.append(empty)
            continue
        line = bytearray(empty)
        for x in range(wide):
            column = int(x / scale)
            if bits[row * columns // 8 + column // 8] >> (7 - column % 8) & 1:
                place = (left + x) * size
                line[place : place + size] = words
        lines.append(bytes(line))
    return b"".join(lines)


def pixel(colour: tuple[int, int, int], depth: int) -> bytes:
    red, green, blue = colour
    if depth == 16:  # RGB 565
        return ((red >> 3) << 11 | (green >> 2) << 5 | blue >> 3).to_bytes(2, "little")
    return bytes((blue, green, red, 255))


if __name__ == "__main__":
    main()
