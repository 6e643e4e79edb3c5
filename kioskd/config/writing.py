"""Writes files so that a power cut leaves the old one or the new one, never a part of either."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_file(path: Path, content: bytes, mode: int = 0o600, durable: bool = True) -> None:
    """Replace the file at ``path`` by one with these permissions, whatever happens on the way.

    Killed, powered off or with a full disk, the earlier file stays and no part of the new one is
    left. ``durable`` waits until the card has it. Two at a time don't mix: the later one wins.
    Raises ``OSError``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, temporary = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with open(number, "wb") as file:
            os.fchmod(number, mode)
            file.write(content)
            file.flush()
            if durable:
                os.fsync(number)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    if durable:
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def sweep(path: Path) -> None:
    """Remove what a kill or a power cut left of a ``write_file``."""
    for left in path.parent.glob(f"{path.name}.*.tmp"):
        with contextlib.suppress(OSError):
            left.unlink()
