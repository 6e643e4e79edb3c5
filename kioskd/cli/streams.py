"""The three standard streams of a process, and what goes wrong with them."""

import errno
import os
import sys
from typing import TextIO

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def say(line: str) -> None:
    """Print where nobody may be listening any more, in what must go on all the same."""
    try:
        print(line, flush=True)
    except OSError:
        give_up(sys.stdout)


def open_what_is_closed() -> None:
    """Give a program that was started without them its three streams: else the next socket would
    be called stdout, and be written to."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)


def give_up(stream: TextIO) -> None:
    """Let what ``stream`` still holds go nowhere, so that Python's last flush succeeds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
