"""The program that decodes one sound: file 0 to bare samples in another, what it says to file 1.

``decoding`` starts it, for each sound anew, and nothing imports it. Before the first byte is looked
at it has given up everything but memory and its files: none other can be opened, nothing started,
nothing sent. The decoders are Debian's, behind libsndfile, and so are their updates.
"""

import contextlib
import ctypes
import os
import resource
import socket
import sys

# Numbers of sndfile.h and seccomp.h, which the libraries' .so.1 and .so.2 keep. A changed one would
# show: the decoder is not locked in, or `kioskd doctor` can't decode its test sound.
READ, WRITE = 0x10, 0x20  # SFM_READ, SFM_WRITE
BARE = 0x040002 | 0x10000000  # SF_FORMAT_RAW, SF_FORMAT_PCM_16, SF_ENDIAN_LITTLE
CLIP = 0x10C0  # SFC_SET_CLIPPING: what is too loud doesn't turn over
KINDS = {  # of sndfile.h: SF_FORMAT_TYPEMASK, and which SF_FORMAT_SUBMASK may be in it
    0x010000: {*range(1, 8), 0x10, 0x11, 0x12, 0x13},  # wav: PCM, float, u-law, A-law, ADPCM
    0x130000: {*range(1, 8), 0x10, 0x11},  # wav, extensible
    0x170000: {1, 2, 3},  # flac
    0x200000: {0x60},  # ogg: vorbis
    0x230000: {0x80, 0x81, 0x82},  # mp3
}
RATES = range(8000, 96001)  # samples per second
FRAMES = 4096  # at a time
MEMORY = 256_000_000  # bytes of addresses, Python's own included
ALLOW, FORBID = 0x7FFF0000, 0x00050001  # SCMP_ACT_ALLOW, SCMP_ACT_ERRNO(EPERM)
MAY = ("read", "write", "lseek", "fstat", "newfstatat", "close", "brk", "munmap", "mremap")
MAY_ALSO = ("madvise", "futex", "getrandom", "rt_sigreturn", "exit", "exit_group")
MAY_NOT_EXECUTE = ("mmap", "mprotect")  # memory, but none that is code
SEPARATOR = "|"  # between a word and what belongs to it
MASKED_EQUAL, PROT_EXEC = 7, 4  # SCMP_CMP_MASKED_EQ


class Refused(Exception):
    """Why there are no samples: a word of ``REFUSALS`` in ``decoding``, and what belongs to it."""


class Info(ctypes.Structure):
    """``SF_INFO``."""

    _fields_ = [
        ("frames", ctypes.c_int64),
        *((name, ctypes.c_int) for name in ("rate", "channels", "format", "sections", "seekable")),
    ]


class Comparison(ctypes.Structure):
    """``struct scmp_arg_cmp``."""

    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("mask", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    ]


def library(name: str, package: str) -> ctypes.CDLL:
    try:
        return ctypes.CDLL(name)
    except OSError:
        raise Refused("library", name, package) from None


def lock_in(seccomp: ctypes.CDLL, seconds: int, size: int) -> None:
    """Give up all that decoding doesn't need. Raises ``Refused`` where that can't be done."""
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: size,
        resource.RLIMIT_NOFILE: 3,
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))
    seccomp.seccomp_init.restype = ctypes.c_void_p
    seccomp.seccomp_init.argtypes = [ctypes.c_uint32]
    seccomp.seccomp_load.argtypes = [ctypes.c_void_p]
    add = seccomp.seccomp_rule_add_array
    comparisons = ctypes.POINTER(Comparison)
    add.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, comparisons]
    rules = seccomp.seccomp_init(FORBID)
    data = Comparison(2, MASKED_EQUAL, PROT_EXEC, 0)
    fault = 0 if rules else -1
    for call in (*MAY, *MAY_ALSO, *MAY_NOT_EXECUTE):
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number >= 0:  # not every machine has all of them
            only = ctypes.byref(data) if call in MAY_NOT_EXECUTE else None
            fault = fault or add(rules, ALLOW, number, 1 if only else 0, only)
    # This sets no_new_privs first.
    if fault or seccomp.seccomp_load(rules):
        raise Refused("unlockable")
    for attempt in (lambda: os.open("/", os.O_RDONLY), lambda: socket.socket(socket.AF_UNIX)):
        try:
            attempt()
        except PermissionError:
            continue
        raise Refused("unlocked")


def decode(sndfile: ctypes.CDLL, file: int, seconds: int, size: int) -> tuple[int, int]:
    """Rate and channels of what is now in ``file``: ``seconds`` and ``size`` bytes at most."""
    sndfile.sf_open_fd.restype = ctypes.c_void_p
    sndfile.sf_strerror.restype = ctypes.c_char_p
    sndfile.sf_strerror.argtypes = [ctypes.c_void_p]
    sndfile.sf_command.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    for move in (sndfile.sf_readf_float, sndfile.sf_writef_float):
        move.restype = ctypes.c_int64
        move.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64]
    info = Info()
    source = sndfile.sf_open_fd(0, READ, ctypes.byref(info), 0)
    if not source:
        said = sndfile.sf_strerror(None).decode(errors="replace").strip(" .")
        raise Refused("unreadable", said)
    if info.format & 0xFFFF not in KINDS.get(info.format & 0x0FFF0000, ()):
        raise Refused("kind")
    if info.channels not in (1, 2):
        raise Refused("channels", info.channels)
    if info.rate not in RATES:
        raise Refused("rate", info.rate, RATES[0], RATES[-1])
    bare = Info(rate=info.rate, channels=info.channels, format=BARE)
    target = sndfile.sf_open_fd(file, WRITE, ctypes.byref(bare), 0)
    if not target:
        raise Refused("unwritable")
    sndfile.sf_command(target, CLIP, None, 1)
    part = (ctypes.c_float * (FRAMES * info.channels))()
    left = seconds * info.rate
    while (got := sndfile.sf_readf_float(source, part, FRAMES)) > 0:
        left -= got
        if left < 0:
            raise Refused("long", seconds)
        if sndfile.sf_writef_float(target, part, got) != got:
            raise Refused("large", size // 1_000_000)
    return info.rate, info.channels


def main(file: int, seconds: int, patience: int, size: int) -> None:
    """``seconds`` of sound at most, in ``patience`` s of computing, with ``size`` bytes."""
    with contextlib.suppress(OSError):  # the unit's own sandbox forbids that
        os.nice(10)
    try:
        sndfile = library("libsndfile.so.1", "libsndfile1")
        lock_in(library("libseccomp.so.2", "libseccomp2"), patience, size)
        said = "{} {}".format(*decode(sndfile, file, seconds, size))
    except Refused as error:
        said = "no " + SEPARATOR.join(map(str, error.args))
    except MemoryError:
        said = "no memory"
    os.write(1, said.encode())
    os._exit(0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
