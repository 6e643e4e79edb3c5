"""What somebody else has sent, as a wav of bare samples: nothing else reaches the sound card.

Decoded is in a process that can do nothing else (``decoder``), and its output is given a header
here: not a byte of what came stands where a parser looks.
"""

import asyncio
import os
import struct
import sys
from pathlib import Path

from kioskd.errors import SoundError
from kioskd.words import later, tr

PROGRAM = Path(__file__).with_name("decoder.py")
SHORTEST, LONGEST = 0.02, 60  # seconds of sound
COMPUTING = 10  # seconds; a Pi Zero needs two for a minute of Vorbis
PATIENCE = 30.0  # seconds, its turn on a busy Pi included
LARGEST = 19_000_000  # bytes of samples: a minute in stereo at 79,000 a second
RATES = range(8000, 96001)  # samples per second
LONGEST_WORD = 200  # bytes of what the process says
# Why the process refuses a sound, by its word for it.
REFUSALS = {
    "library": later("can't be decoded: this system has no {0}; try: sudo apt install {1}"),
    "unlockable": later("can't be decoded: the decoder can't be locked in"),
    "unlocked": later("can't be decoded: the decoder is not locked in"),
    "unreadable": later("can't be decoded: {0}"),
    "kind": later("is no wav, ogg with Vorbis, flac or mp3"),
    "channels": later("has {0} channels; a sound has one or two"),
    "rate": later("has {0} samples a second, not {1} to {2}"),
    "unwritable": later("can't be decoded: its samples can't be written"),
    "long": later("lasts over {0} s"),
    "large": later("has too many samples: over {0} MB"),
    "memory": later("needs too much memory"),
}


def kind(start: bytes) -> str | None:
    """What a file that starts so claims to be: wav, ogg, flac or mp3; None: none of them."""
    if start[:4] == b"RIFF" and start[8:12] == b"WAVE":
        return "wav"
    if len(start) > 1 and start[0] == 0xFF and start[1] & 0xE0 == 0xE0:  # a frame
        return "mp3"
    known = {b"OggS": "ogg", b"fLaC": "flac", b"ID3": "mp3"}
    return next((name for magic, name in known.items() if start.startswith(magic)), None)


async def decoded(content: bytes) -> bytes:
    """The sound as a wav of 16 bits, one or two channels, 20 ms to a minute long.

    Takes up to 30 s, and 10 s of computing. Raises ``SoundError`` with what is wrong, in words.
    """
    if kind(content[:16]) is None:
        raise SoundError(tr("is no wav, ogg, flac or mp3"))
    with (
        os.fdopen(os.memfd_create("sound"), "r+b", buffering=0) as given,
        os.fdopen(os.memfd_create("samples"), "r+b", buffering=0) as taken,
    ):
        given.write(content)
        given.seek(0)
        code, said = await _run(given.fileno(), taken.fileno())
        taken.seek(0)
        return finished(code, said, taken.read(LARGEST))


async def _run(given: int, taken: int) -> tuple[int, bytes]:
    """Start the process and wait for its end; its exit code, and what it said."""
    # -I and -S: nothing of this folder, of a user or of the environment is imported.
    command = [sys.executable, "-I", "-S", str(PROGRAM)]
    numbers = map(str, (taken, LONGEST, COMPUTING, LARGEST))
    heard, said = os.pipe()
    with os.fdopen(heard, "rb", buffering=0) as word:
        try:
            process = await asyncio.create_subprocess_exec(
                *(*command, *numbers),
                stdin=given,
                stdout=said,
                stderr=asyncio.subprocess.DEVNULL,  # where the decoders chat
                pass_fds=[taken],
                env={},  # it holds secrets
                cwd="/",
            )
        except OSError as error:
            raise SoundError(tr("can't be decoded: {why}", why=error.strerror)) from None
        finally:
            os.close(said)
        try:
            async with asyncio.timeout(PATIENCE):
                code = await process.wait()
        except TimeoutError:
            raise SoundError(tr("took over {seconds:g} s to decode", seconds=PATIENCE)) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return code, word.read(LONGEST_WORD)


def finished(code: int, word: bytes, samples: bytes) -> bytes:
    """A header of our own before the samples, by how the process ended and what it said of them.

    Raises ``SoundError``.
    """
    if code < 0:
        raise SoundError(
            tr("can't be decoded: the decoder was ended by signal {number}", number=-code)
        )
    said = "".join(filter(str.isprintable, word.decode(errors="replace")))
    answer, _, why = said.partition(" ")
    if answer == "no":
        raise SoundError(_refused(why))
    if not (answer.isdecimal() and int(answer) in RATES and why in ("1", "2")):
        raise SoundError(
            tr("can't be decoded: the decoder failed ({said})", said=said or tr("without a word"))
        )
    rate, channels = int(answer), int(why)
    frame = 2 * channels
    samples = samples[: len(samples) // frame * frame]
    length = len(samples) / frame / rate
    if not SHORTEST <= length <= LONGEST:
        raise SoundError(
            tr(
                "lasts {length:.3g} s; a sound lasts {shortest:g} to {longest:g} s",
                length=length,
                shortest=SHORTEST,
                longest=LONGEST,
            )
        )
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * frame, frame, 16)
    data = struct.pack("<4sI", b"data", len(samples))
    return struct.pack("<4sI4s", b"RIFF", 36 + len(samples), b"WAVE") + form + data + samples


def _refused(why: str) -> str:
    word, *values = why.split("|")
    try:
        return tr(REFUSALS[word]).format(*values)
    except LookupError:  # cut off, or said by whoever took it over
        return why
