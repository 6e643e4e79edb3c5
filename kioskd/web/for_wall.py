"""What is left in the daemon's folder for the browser of this machine's screen, and nobody else."""

from pathlib import Path

from kioskd.config.writing import write_file

FOLDER = "browser"  # the unit makes it, for the browser's group; host.told looks there


def place_for_wall(folder: Path, name: str) -> Path:
    """Where such a file is; ``folder`` is the one that systemd gave for as long as it runs."""
    return folder / FOLDER / name


def leave_for_wall(folder: Path, name: str, content: bytes) -> None:
    """Write a file that only the browser's group may read. Raises ``OSError``."""
    place = place_for_wall(folder, name)
    place.parent.mkdir(mode=0o750, exist_ok=True)  # where no unit runs, it is our own group's
    write_file(place, content, mode=0o640, durable=False)
