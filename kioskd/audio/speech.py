"""Text to speech with espeak-ng, when that is installed. Owns the program espeak-ng."""

import struct
import subprocess

from kioskd.config import Language
from kioskd.errors import SoundError
from kioskd.words import tr

PROGRAM = "espeak-ng"
PATIENCE = 10.0  # seconds; a Pi Zero needs about one for a long title
LONGEST = 200  # characters that are spoken
LARGEST = 10_000_000  # bytes: almost four minutes
VOICES: dict[Language, str] = {"pt-BR": "pt-br", "en": "en", "es": "es"}
_HEADER = 44  # bytes before the samples


def speak(text: str, language: Language, patience: float = PATIENCE) -> bytes:
    """``text`` as a wav file. Blocks up to ``patience`` s; ``SoundError`` says what failed."""
    command = [PROGRAM, "-v", VOICES[language], "--stdin", "--stdout"]
    try:
        done = subprocess.run(
            command, input=speakable(text).encode(), capture_output=True, timeout=patience
        )
    except FileNotFoundError:
        raise SoundError(
            tr("{program} is not installed; the title is not spoken", program=PROGRAM)
        ) from None
    except subprocess.TimeoutExpired:
        raise SoundError(
            tr(
                "{program} took over {seconds:g} s; the title is not spoken",
                program=PROGRAM,
                seconds=patience,
            )
        ) from None
    except OSError as error:
        raise SoundError(
            tr("{program} can't be run: {why}", program=PROGRAM, why=error.strerror)
        ) from None
    if done.returncode != 0 or not _HEADER < len(done.stdout) <= LARGEST:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [tr("no samples came")]
        raise SoundError(
            tr(
                "{program} failed: {said:.200}; the title is not spoken",
                program=PROGRAM,
                said=said[-1],
            )
        )
    return _measured(done.stdout)


def speakable(text: str) -> str:
    """The start of the text in one line, without the [[ ]] that espeak-ng reads as phonemes."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST])
    return plain.replace("[[", "[ [")


def _measured(wav: bytes) -> bytes:
    """With the true sizes in the header: written to a pipe, espeak-ng could not know them yet."""
    found = bytearray(wav)
    struct.pack_into("<I", found, 4, len(wav) - 8)
    struct.pack_into("<I", found, _HEADER - 4, len(wav) - _HEADER)
    return bytes(found)
