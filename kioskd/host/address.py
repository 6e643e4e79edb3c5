"""Where programs of this machine reach the daemon: it listens on the loopback in any case.

The daemon that systemd runs writes its address down, since nobody but itself knows which
configuration is in force.
"""

import os
from pathlib import Path

from kioskd.config import Config
from kioskd.config.active import BOOT, SYSTEM
from kioskd.config.paths import state_folder
from kioskd.config.writing import write_file
from kioskd.host.told import ADDRESS
from kioskd.host.told import LOOPBACK as LOOPBACK
from kioskd.host.told import local as local
from kioskd.host.told import told as told

WRITTEN = Path(ADDRESS)
CONTROL = "control.sock"


def tell(port: int) -> None:
    """Write it down for everybody, where systemd gave a folder for that. Raises ``OSError``."""
    if folder := runtime_folder():
        content = f"{local(port)}\n".encode()
        write_file(folder / WRITTEN.name, content, mode=0o644, durable=False)


def runtime_folder() -> Path | None:
    """The folder that systemd gave this process for what lives as long as it does."""
    folder = os.environ.get("RUNTIME_DIRECTORY", "").split(":")[0]
    return Path(folder) if folder else None


def control_socket(config: Config) -> Path:
    """Where the daemon that runs with ``config`` listens for the command line."""
    return (runtime_folder() or state_folder(config)) / CONTROL


def control_sockets_for(file: Path, config: Config) -> list[Path]:
    """Where the command line looks for it: where systemd's daemon has it, else beside the state."""
    systems = [WRITTEN.parent / CONTROL] if file in (SYSTEM, *BOOT) else []
    return [*systems, state_folder(config) / CONTROL]


def told_for(file: Path) -> str | None:
    """Where the daemon that systemd runs says it is; None when another one's file is meant."""
    return told() if file in (SYSTEM, *BOOT) else None
