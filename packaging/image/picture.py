"""The splash as a file: the project's name and one line, drawn once, when the image is built."""

import os
from pathlib import Path

WIDTH, HEIGHT = 960, 240  # pixels; the splash program scales it to the screen
NAME, LINE = "kioskd", "ligando · starting"


def draw(target: Path) -> None:
    """Write a bitmap (PBM, binary) with the words in it."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    pygame.font.init()
    surface = pygame.Surface((WIDTH, HEIGHT))
    for text, size, middle in ((NAME, 150, 80), (LINE, 60, 195)):
        words = pygame.font.Font(None, size).render(text, True, "white")
        surface.blit(words, words.get_rect(center=(WIDTH // 2, middle)))
    rows = bytearray()
    for y in range(HEIGHT):
        for x in range(0, WIDTH, 8):
            bits = 0
            for bit in range(8):
                bits = bits << 1 | (surface.get_at((x + bit, y))[0] > 127)
            rows.append(bits)
    target.write_bytes(f"P4 {WIDTH} {HEIGHT}\n".encode() + rows)
