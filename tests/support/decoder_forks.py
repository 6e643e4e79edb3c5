"""Many sounds, each in a locked process of its own, without a Python's start for each.

As a program it imports the decoder once, and forks for each sound; what is forked runs the
decoder's own ``main``, from giving everything up to its exit. As AFL's fork server does.
"""

import contextlib
import ctypes
import gc
import importlib.util
import os
import struct
import subprocess
import sys
from collections.abc import Iterator

HEAD = struct.Struct("<iII")  # exit code, bytes said, bytes of samples


class Forks:
    """The decoder, again and again."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def decode(self, content: bytes) -> tuple[int, bytes, bytes]:
        """How the decoder ended, what it said, and the samples."""
        given, taken = self._process.stdin, self._process.stdout
        assert given is not None
        assert taken is not None
        given.write(struct.pack("<I", len(content)) + content)
        given.flush()
        code, said, samples = HEAD.unpack(taken.read(HEAD.size))
        return code, taken.read(said), taken.read(samples)


@contextlib.contextmanager
def forks() -> Iterator[Forks]:
    """Start the program; its end is awaited."""
    from kioskd.audio import decoding

    numbers = map(str, (decoding.LONGEST, decoding.COMPUTING, decoding.LARGEST))
    command = [sys.executable, "-I", "-S", __file__, str(decoding.PROGRAM), *numbers]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # where the decoders chat
        env={},
        cwd="/",
    ) as process:
        yield Forks(process)


def main(program: str, seconds: int, patience: int, size: int) -> None:
    spec = importlib.util.spec_from_file_location("decoder", program)
    assert spec is not None
    assert spec.loader is not None
    decoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoder)
    for library in ("libsndfile.so.1", "libseccomp.so.2"):
        ctypes.CDLL(library)  # stays loaded, so that what is forked finds it at once
    os.nice = lambda increment: 0  # only costs time here
    gc.collect()
    gc.freeze()
    given, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    while length := given.read(4):
        content = given.read(struct.unpack("<I", length)[0])
        sound, samples, word = (os.memfd_create(name) for name in ("sound", "samples", "word"))
        os.write(sound, content)
        os.lseek(sound, 0, os.SEEK_SET)
        if (child := os.fork()) == 0:
            os.dup2(sound, 0)
            os.dup2(word, 1)
            decoder.main(samples, seconds, patience, size)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said, taken = (os.pread(file, os.fstat(file).st_size, 0) for file in (word, samples))
        answers.write(HEAD.pack(code, len(said), len(taken)) + said + taken)
        answers.flush()
        for file in (sound, samples, word):
            os.close(file)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
