"""What an upstream sent becomes bare samples, in a process that can do nothing else."""

import asyncio
import os
import re
import time
import wave
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from kioskd.audio import decoding
from kioskd.audio.card import built_in
from kioskd.audio.decoding import decoded
from kioskd.config import SoundName
from kioskd.errors import SoundError
from tests.support.sounds import encoded

PROGRAM = str(decoding.PROGRAM)
LOCKED = """
import importlib.util, mmap, os, socket, subprocess, sys, time
before = len(os.listdir("/proc/self/fd")) - 1, dict(os.environ), os.getcwd()
spec = importlib.util.spec_from_file_location("decoder", {program!r})
decoder = importlib.util.module_from_spec(spec)
spec.loader.exec_module(decoder)
file, seconds, patience, size = map(int, sys.argv[1:])
decoder.library("libsndfile.so.1", "libsndfile1")
decoder.lock_in(decoder.library("libseccomp.so.2", "libseccomp2"), patience, size)
{script}
os._exit(0)
"""
Play = Callable[[str], None]


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Let a script run in the place of the decoder, after it locked itself in."""

    def play(script: str) -> None:
        file = tmp_path / "instead.py"
        file.write_text(LOCKED.format(program=PROGRAM, script=script))
        monkeypatch.setattr(decoding, "PROGRAM", file)

    return play


async def refusal(content: bytes) -> str:
    with pytest.raises(SoundError) as error:
        await decoded(content)
    assert "\n" not in str(error.value)
    return str(error.value)


def samples(sound: bytes) -> tuple[int, "np.ndarray[tuple[int, int], np.dtype[np.int16]]"]:
    with wave.open(BytesIO(sound)) as file:
        assert file.getsampwidth() == 2
        bare = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        return file.getframerate(), bare.reshape(-1, file.getnchannels())


# What is decoded


@pytest.mark.parametrize("name", ["high", "critical", "notification"])
async def test_a_plain_wav_comes_out_as_it_was(name: SoundName) -> None:
    whole = built_in(name).read_bytes()
    assert await decoded(whole) == whole


@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        *(("WAV", each) for each in ("PCM_U8", "PCM_24", "FLOAT", "ULAW", "IMA_ADPCM")),
        *(("WAVEX", "PCM_16"), ("FLAC", None), ("OGG", "VORBIS"), ("MP3", None)),
    ],
)
@pytest.mark.parametrize(("rate", "channels"), [(44100, 2), (16000, 1)])
async def test_every_kind_becomes_its_samples(
    form: str, subtype: str | None, rate: int, channels: int
) -> None:
    sound = await decoded(encoded(form, subtype, 0.5, rate, channels))
    assert sound[:4] == b"RIFF"
    found, heard = samples(sound)
    assert (found, heard.shape[1]) == (rate, channels)
    assert abs(len(heard) / rate - 0.5) < 0.08
    assert abs(int(np.abs(heard).max()) - 16384) < 2000
    tone = np.abs(np.fft.rfft(heard[:, 0]))
    assert abs(tone.argmax() * rate / len(heard) - 440) < 4


async def test_what_is_too_loud_is_cut_and_does_not_turn_over() -> None:
    _, heard = samples(await decoded(encoded("WAV", "FLOAT", peak=3.0)))
    loud = np.abs(heard.astype(int)) > 32760
    assert loud.mean() > 0.7
    assert np.abs(np.diff(heard[:, 0].astype(int))).max() < 8000


# What is refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no wav, ogg, flac or mp3"),
        (b"MThd a synthesiser's", "is no wav, ogg, flac or mp3"),
        (b"RIFF\0\0\0\0WAVE", "can't be decoded: "),
        (b"fLaC" + bytes(100), "can't be decoded: "),
        (b"OggS" + bytes(1000), "can't be decoded: "),
        (b"ID3" + bytes(1000), "can't be decoded: "),
        (encoded("AIFF"), "is no wav, ogg, flac or mp3"),
        (encoded("OGG", "OPUS", rate=48000), "is no wav, ogg with Vorbis, flac or mp3"),
        (encoded("FLAC", channels=6), "has 6 channels; a sound has one or two"),
        (encoded("FLAC", rate=192000, seconds=0.1), "has 192000 samples a second, not 8000 to"),
        (encoded("WAV", rate=4000), "has 4000 samples a second, not 8000 to 96000"),
        (encoded("WAV", seconds=0.01), "lasts 0.01 s; a sound lasts 0.02 to 60 s"),
        (encoded("FLAC", seconds=61, rate=8000, channels=1), "lasts over 60 s"),
    ],
    ids=lambda given: given if isinstance(given, str) else f"{len(given)} bytes",
)
async def test_what_is_no_sound_for_an_alert_is_refused_with_the_reason(
    content: bytes, said: str
) -> None:
    assert said in await refusal(content)


@pytest.mark.parametrize("form", ["FLAC", "OGG"])
async def test_hours_of_silence_in_a_small_file_cost_a_minute_s_samples(form: str) -> None:
    bomb = encoded(form, seconds=3600, rate=8000, channels=1, peak=0)
    assert len(bomb) < 500_000
    began = time.monotonic()
    assert await refusal(bomb) == "lasts over 60 s"
    assert time.monotonic() - began < decoding.PATIENCE


async def test_more_samples_than_are_kept_are_refused() -> None:
    bomb = encoded("FLAC", seconds=59, rate=96000, peak=0)
    assert len(bomb) < 500_000
    assert await refusal(bomb) == "has too many samples: over 19 MB"


# What a decoder can do that somebody has taken over

ATTEMPTS = {
    "reads a file": "open('/etc/passwd')",
    "writes a file": "open('/tmp/kioskd-was-here', 'w')",
    "reads a folder": "os.listdir('/')",
    "removes a file": "os.unlink('/tmp/kioskd-was-here')",
    "opens a connection": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "opens a datagram's": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "opens a Unix socket": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "makes a pipe": "os.pipe()",
    "forks": "os.fork()",
    "runs a program": "os.execv('/bin/true', ['true'])",
    "starts a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "signals the daemon": "os.kill(os.getppid(), 0)",
    "makes code": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)",
    "goes before others": "os.nice(-5)",
    "copies a file's number": "os.dup(0)",
    "goes elsewhere": "os.chdir('/tmp')",
}


async def test_it_can_do_nothing_but_compute(instead: Play) -> None:
    said: dict[str, str] = {}
    for name, attempt in ATTEMPTS.items():
        instead(f"""
try:
    {attempt}
    os.write(1, b"no was able to")
except OSError as error:
    os.write(1, b"no " + error.strerror.encode())
""")
        said[name] = await refusal(built_in("high").read_bytes())
    assert said == dict.fromkeys(ATTEMPTS, "Operation not permitted")


async def test_it_sees_no_environment_and_no_file_but_its_own(
    instead: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead("os.write(1, f'no {before}'.encode())")
    monkeypatch.setenv("KIOSKD_TEST_SECRET", "secret")
    files, variables, folder = eval(await refusal(built_in("high").read_bytes()))
    assert files == 4
    assert set(variables) <= {"LC_CTYPE"}  # which Python sets itself
    assert folder == "/"


async def test_the_kernel_says_so_too(instead: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    instead("while True: pass")
    monkeypatch.setattr(decoding, "COMPUTING", 3)
    task = asyncio.create_task(decoded(built_in("high").read_bytes()))
    me, said = os.getpid(), ""
    deadline = time.monotonic() + 60
    while "Seccomp:\t2" not in said and not task.done():
        assert time.monotonic() < deadline
        children = Path(f"/proc/{me}/task/{me}/children").read_text().split()
        said = "".join(Path(f"/proc/{child}/status").read_text() for child in children)
        await asyncio.sleep(0.01)
    assert "NoNewPrivs:\t1" in said
    with pytest.raises(SoundError, match="ended by signal 9"):  # after three seconds of computing
        await task


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("bytearray(300_000_000)", "can't be decoded: the decoder failed"),
        ("os.write(file, bytes(20_000_000)); os.write(1, b'48000 2')", "lasts 99 s"),
        ("os.write(1, b'44100 2')", "lasts 0 s"),
        ("os.write(1, b'9999999 2')", "the decoder failed \\(9999999 2\\)"),
        ("os.write(1, b'44100 77')", "the decoder failed \\(44100 77\\)"),
        ("os.write(1, b'\\xff\\x1b[2J\\n')", "the decoder failed"),
        ("pass", "the decoder failed \\(without a word\\)"),
        ("decoder.ctypes.string_at(0)", "the decoder was ended by signal 11"),
    ],
)
async def test_whatever_it_does_and_says_is_bounded(instead: Play, script: str, said: str) -> None:
    instead(script)
    found = await refusal(built_in("high").read_bytes())
    assert re.search(said, found), found
    assert found.isprintable()


async def test_one_that_talks_or_waits_for_ever_is_ended(
    instead: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "PATIENCE", 2.0)
    instead("while True: os.write(1, bytes(4096))")
    assert await refusal(built_in("high").read_bytes()) == "took over 2 s to decode"


async def test_who_stops_waiting_ends_it(instead: Play, tmp_path: Path) -> None:
    instead("while True: pass")
    task = asyncio.create_task(decoded(built_in("high").read_bytes()))
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children")
    while not (started := children.read_text().split()):
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    deadline = time.monotonic() + 20
    while any(child in children.read_text().split() for child in started):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("name", ["libsndfile.so.1", "libseccomp.so.2"])
async def test_without_the_decoder_or_its_sandbox_nothing_is_decoded_and_that_is_said(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "decoder.py"
    program.write_text(decoding.PROGRAM.read_text().replace(f'"{name}"', '"libabsent.so.7"'))
    monkeypatch.setattr(decoding, "PROGRAM", program)
    said = await refusal(built_in("high").read_bytes())
    assert "this system has no libabsent.so.7; try: sudo apt install lib" in said
