"""A package that this kiosk offers to others: root puts it here, the daemon gives it out.

It lies below its own SHA-256, which whoever fetches it must know: the fleet's signature names it.
"""

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path

FOLDER = Path("/var/lib/kioskd-offer")  # root's; the daemon reads it
PACKAGE, SIGNATURE = "kioskd.deb", "kioskd.deb.minisig"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def find(digest: str, name: str, folder: Path = FOLDER) -> Path | None:
    """The file that is offered so; None: there is none."""
    if _DIGEST.fullmatch(digest) is None or name not in (PACKAGE, SIGNATURE):
        return None
    file = folder / digest / name
    return file if file.is_file() and not file.is_symlink() else None


def offer(package: Path, signature: Path, folder: Path = FOLDER) -> str:
    """Offer a package in the place of any other; its digest.

    Raises ``OSError``: what was offered before still is, where the new one can't be copied.
    """
    folder.mkdir(exist_ok=True)
    with package.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    made, place = folder / "new", folder / digest
    with contextlib.suppress(FileNotFoundError):
        _remove(made)  # of one that was cut short
    made.mkdir()
    for each in (folder, made):
        each.chmod(0o755)  # whatever root's umask is, the daemon reads it
    try:
        for source, name in ((package, PACKAGE), (signature, SIGNATURE)):
            shutil.copyfile(source, made / name)
            (made / name).chmod(0o644)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)  # a full disk needs its room
        raise
    with contextlib.suppress(FileNotFoundError):
        _remove(place)  # a folder can't be replaced by another that holds something
    os.replace(made, place)
    withdraw(folder, place)
    return digest


def withdraw(folder: Path = FOLDER, but: Path | None = None) -> bool:
    """Offer nothing but that; whether something else was. Raises ``OSError``."""
    found = False
    with contextlib.suppress(FileNotFoundError):
        for each in folder.iterdir():
            if each != but:
                found |= _DIGEST.fullmatch(each.name) is not None
                _remove(each)
    return found


def _remove(place: Path) -> None:
    """Whatever lies there: a folder, or a file that someone put there. Raises ``OSError``."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
