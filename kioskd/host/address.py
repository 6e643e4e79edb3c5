"""Where programs of this machine reach the daemon: it listens on the loopback in any case.

The daemon that systemd runs writes its address down, since nobody but itself knows which
configuration is in force.
"""

import os
import re
from pathlib import Path

from kioskd.config import Config
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.files import read_file, write_file
from kioskd.config.paths import state_folder

LOOPBACK = "127.0.0.1"
WRITTEN = Path("/run/kioskd/address")
CONTROL, WALL = "control.sock", "wall"


def local(port: int) -> str:
    """The daemon's address, without a slash at its end."""
    return f"http://{LOOPBACK}:{port}"


def tell(port: int) -> None:
    """Write it down for everybody, where systemd gave a folder for that. Raises ``OSError``."""
    if folder := runtime_folder():
        content = f"{local(port)}\n".encode()
        write_file(folder / WRITTEN.name, content, mode=0o644, durable=False)


def runtime_folder() -> Path | None:
    """The folder that systemd gave this process for what lives as long as it does."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Path(folder) if folder else None


def wall_secret(file: Path = WRITTEN.parent / WALL) -> str:
    """What the browser of this screen shows to be let in; empty when there is none for it."""
    try:
        return read_file(file, 200).decode().strip()
    except (OSError, UnicodeError):
        return ""


def control_socket(config: Config) -> Path:
    """Where the daemon that runs with ``config`` listens for the command line."""
    return (runtime_folder() or state_folder(config)) / CONTROL


def control_sockets_for(file: Path, config: Config) -> list[Path]:
    """Where the command line looks for it: where systemd's daemon has it, else beside the state."""
    systems = [WRITTEN.parent / CONTROL] if file in (SYSTEM, *BOOT) else []
    return [*systems, state_folder(config) / CONTROL]


def told(file: Path = WRITTEN) -> str | None:
    """What a running daemon wrote down; None when there is none, or it is no such address."""
    try:
        said = read_file(file, 100).decode().strip()
    except (OSError, UnicodeError):
        return None
    return said if re.fullmatch(rf"http://{re.escape(LOOPBACK)}:\d{{1,5}}", said) else None


def told_for(file: Path) -> str | None:
    """Where the daemon that systemd runs says it is; None when another one's file is meant."""
    return told() if file in (SYSTEM, *BOOT) else None
