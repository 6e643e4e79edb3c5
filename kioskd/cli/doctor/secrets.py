"""Are the files that hold secrets for those who need them alone?"""

import stat
from collections.abc import Iterator
from pathlib import Path

from kioskd.cli.doctor.finding import Finding
from kioskd.config import Config
from kioskd.config.secret import shown_path
from kioskd.words import tr

WORLD = stat.S_IROTH | stat.S_IWOTH
MEMORY_CARD = ("vfat", "msdos", "exfat")  # file systems that know no owners


def files(config: Config) -> Finding:
    """Can any user of this machine read a token?"""
    named = list(dict.fromkeys(_named(config)))
    if not named:
        return Finding("secrets", "skip", tr("no file with a secret is configured"))
    open_to_all = [file for file in named if _mode(file) & WORLD]
    if not open_to_all:
        return Finding("secrets", "ok", tr("no other user of this machine may read them"))
    shown = " ".join(map(shown_path, open_to_all))
    do = f"sudo chown root:kioskd {shown}; sudo chmod 640 {shown}"
    if any(_kind(file) in MEMORY_CARD for file in open_to_all):
        do = tr("this file system knows no owners: mount it with gid=kioskd,umask=0027")
    return Finding(
        "secrets", "warn", tr("every user of this machine may read {file}", file=shown), do
    )


def _named(config: Config) -> Iterator[str]:
    yield from (file for _, file in config.secret_files() if file)
    auth = config.mqtt and config.mqtt.auth
    yield from filter(None, (config.server.key, auth and auth.key_file))


def _mode(file: str) -> int:
    """Its permissions, and those of its folders: 0 where a folder keeps others out."""
    try:
        path = Path(file).resolve()
        closed = any(not folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
        return 0 if closed else stat.S_IMODE(path.stat().st_mode)
    except (OSError, ValueError):
        return 0  # not there, which the daemon says


def _kind(file: str) -> str:
    """The file system that a file is on."""
    found = ""
    longest = 0
    try:
        path = str(Path(file).resolve())
        for line in Path("/proc/mounts").read_text().splitlines():
            _, place, kind, *_ = line.split()
            if path.startswith(place.rstrip("/") + "/") and len(place) >= longest:
                found, longest = kind, len(place)
    except (OSError, ValueError):
        return ""
    return found
