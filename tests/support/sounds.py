"""Sounds of every kind, as an upstream may send them."""

import io
from typing import Any

import numpy as np
import soundfile


def encoded(
    form: str = "WAV",
    subtype: str | None = None,
    seconds: float = 0.5,
    rate: int = 44100,
    channels: int = 2,
    peak: float = 0.5,
) -> bytes:
    """A tone of 440 Hz; silence where ``peak`` is 0."""
    file = io.BytesIO()
    left = int(seconds * rate)
    with soundfile.SoundFile(file, "w", rate, channels, subtype, format=form) as sound:
        times = np.arange(rate) / rate
        second: Any = np.repeat(peak * np.sin(2 * np.pi * 440 * times)[:, None], channels, axis=1)
        while left > 0:  # libvorbis's stack bears no more at once
            sound.write(second[:left])
            left -= rate
    return file.getvalue()
