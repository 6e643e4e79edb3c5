"""Where kioskd keeps its files: as configured, else what systemd gives, else the user's place."""

import os
from pathlib import Path

from kioskd.config.sections.whole import Config

# Where the ready-made image's own programs say what they found; absent everywhere else.
IMAGE = Path("/run/kioskd-image")


def state_folder(config: Config) -> Path:
    """For what survives a power cut."""
    return _folder(
        config.kiosk.state_directory, "STATE_DIRECTORY", "XDG_STATE_HOME", ".local/state"
    )


def cache_folder(config: Config) -> Path:
    """For what can be fetched again."""
    return _folder(config.kiosk.cache_directory, "CACHE_DIRECTORY", "XDG_CACHE_HOME", ".cache")


def last_good() -> Path:
    """The copy of the last configuration that was right; not where a file says, but where it can
    be found without one."""
    return state_folder(Config()) / "last-good.yaml"


def _folder(configured: str, by_systemd: str, by_user: str, at_home: str) -> Path:
    given = configured or os.environ.get(by_systemd, "").split(":")[0]
    home = os.environ.get(by_user) or str(Path.home() / at_home)
    return Path(given or Path(home) / "kioskd").absolute()
