"""Makes kioskd's own sounds: run it, and the wav files beside it are made anew, byte for byte.

Each sound is a list of notes (start s, length s, frequency Hz). A note is a sine with a little of
its octave, a quick attack and a decay; all sounds are brought to one loudness (RMS of what sounds).
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 22050  # samples per second: alerts hold nothing above 4 kHz
LOUDNESS = 0.18  # RMS of full scale, which leaves room for the peaks
FOLDER = Path(__file__).parent
Note = tuple[float, float, float]
SOUNDS: dict[str, list[Note]] = {
    "notification": [(0.0, 0.5, 880.0), (0.18, 0.7, 1174.7)],
    "project": [(0.0, 0.4, 523.3), (0.15, 0.4, 659.3), (0.3, 0.7, 784.0)],
    "high": [(0.0, 0.25, 987.8), (0.25, 0.25, 987.8), (0.5, 0.6, 1318.5)],
    "critical": [(i * 0.3, 0.28, 1568.0 if i % 2 else 1046.5) for i in range(6)],
    "resolved": [(0.0, 0.4, 1174.7), (0.2, 0.8, 698.5)],
    "self-test": [(0.0, 0.3, 440.0), (0.3, 0.3, 554.4), (0.6, 0.3, 659.3), (0.9, 0.6, 880.0)],
}


def samples(notes: list[Note]) -> list[float]:
    """The sound as floats, before it is brought to the common loudness."""
    length = max(start + lasts for start, lasts, _ in notes)
    found = [0.0] * round(length * RATE)
    for start, lasts, frequency in notes:
        first = round(start * RATE)
        for i in range(round(lasts * RATE)):
            t = i / RATE
            attack, end = min(1.0, t / 0.008), min(1.0, (lasts - t) / 0.02)
            tone = math.sin(math.tau * frequency * t) + 0.3 * math.sin(2 * math.tau * frequency * t)
            if first + i < len(found):
                found[first + i] += tone * attack * end * math.exp(-2.5 * t / lasts)
    return found


def level(wanted: list[float]) -> bytes:
    """16-bit samples at the common loudness."""
    rms = math.sqrt(sum(x * x for x in wanted) / len(wanted))
    gain = min(LOUDNESS / rms, 0.98 / max(map(abs, wanted)))
    return array("h", (round(x * gain * 32767) for x in wanted)).tobytes()


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, notes in SOUNDS.items():
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(level(samples(notes)))


if __name__ == "__main__":
    main()
