"""The three standard streams of a process, and what goes wrong with them."""

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from kioskd.config.plain import one_line

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


def json_text(value: object, indent: int | None = 2) -> str:
    """JSON to be printed: what is no plain character is written as its number."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


class _Plain:
    """A stream to which nothing is written that a terminal obeys, but for ends of lines and tabs.

    What a panel, an upstream or a broker said is in much of what is printed.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        lines = (map(one_line, line.split("\t")) for line in text.split("\n"))
        return self.stream.write("\n".join("\t".join(line) for line in lines))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


@contextlib.contextmanager
def plain() -> Iterator[None]:
    """Let nothing be printed that a terminal obeys."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Plain(before[0]), _Plain(before[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def clear_screen() -> None:
    """The one thing that a terminal is asked to do."""
    stream = sys.stdout
    (stream.stream if isinstance(stream, _Plain) else stream).write("\x1b[H\x1b[J")


def give_up(stream: TextIO) -> None:
    """Let what ``stream`` still holds go nowhere, so that Python's last flush succeeds."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
