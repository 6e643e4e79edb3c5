"""What is left in the daemon's folder for the browser of this machine's screen, and nobody else."""

import contextlib
import os
from pathlib import Path

from kioskd.config.files import write_file

WALL_GROUP = "kioskd-browser"


def leave_for_wall(file: Path, content: bytes) -> None:
    """Write a file that only the browser's group may read. Raises ``OSError``."""
    write_file(file, content, mode=0o640, durable=False)
    with contextlib.suppress(LookupError, OSError):  # no browser of ours on this machine
        import grp

        os.chown(file, -1, grp.getgrnam(WALL_GROUP).gr_gid)
