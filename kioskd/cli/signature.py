"""Whether a package is what those who release kioskd have signed."""

import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from kioskd.cli.package import UpdateError
from kioskd.host.signature import LARGEST_SIGNATURE, PROGRAM, SignatureError, verify
from kioskd.words import later, tr

# The key that came with the package that runs, and one that root has put there.
KEYS = (Path("/usr/lib/kioskd/release.pub"), Path("/etc/kioskd/release.pub"))
SUFFIX = ".minisig"
LARGEST = 500_000_000  # bytes of a package
BY_HAND = later("if you have made it yourself: --unsigned")


@contextmanager
def taken(
    file: Path, workshop: Path, unsigned: bool = False, keys: Sequence[Path] = KEYS
) -> Iterator[tuple[Path, str]]:
    """A copy of ``file`` in ``workshop``, which is root's alone, and what its signature says.

    The copy is what was verified: whoever may write the file itself can't change what is
    installed. With ``unsigned`` nothing is verified. Raises ``UpdateError``.
    """
    with TemporaryDirectory(prefix="kioskd-", dir=workshop) as folder:
        copy = Path(folder, "kioskd.deb")
        try:
            _copy(file, copy, LARGEST)
        except OSError as error:
            raise UpdateError(
                tr("{file} can't be read as a package: {why}", file=file, why=error.strerror)
            ) from None
        yield copy, tr("not signed") if unsigned else _verified(file, copy, keys)


def _verified(file: Path, copy: Path, keys: Sequence[Path]) -> str:
    """What the signature says; raises ``UpdateError`` unless one of ``keys`` made it."""
    ours = [key for key in keys if key.is_file()]
    if not ours:
        raise UpdateError(
            tr(
                "this kioskd was made without a release's key, so no signature can be verified; "
                "put the key of those who make your packages into {folder}, or, {by_hand}",
                folder=keys[-1],
                by_hand=tr(BY_HAND),
            )
        )
    for key in ours:
        about = key.stat()
        if about.st_uid != os.geteuid() or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise UpdateError(
                tr(
                    "others than root may write {key}: sudo chown root {key}; sudo chmod 644 {key}",
                    key=key,
                )
            )
    if shutil.which(PROGRAM) is None:
        raise UpdateError(
            tr("no signature can be verified: sudo apt install {program}", program=PROGRAM)
        )
    signature = file.with_name(file.name + SUFFIX)
    kept = copy.with_name(copy.name + SUFFIX)
    try:
        _copy(signature, kept, LARGEST_SIGNATURE)
    except FileNotFoundError:
        raise UpdateError(
            tr(
                "{file} is not signed: {name} does not lie beside it; fetch that from where the "
                "package comes from, or, {by_hand}",
                file=file,
                name=signature.name,
                by_hand=tr(BY_HAND),
            )
        ) from None
    except OSError as error:
        raise UpdateError(
            tr("{file} can't be read: {reason}", file=signature, reason=error.strerror)
        ) from None
    why = ""
    for key in ours:
        try:
            return tr("signed ({by})", by=verify(copy, kept, key))
        except SignatureError as error:
            why = str(error)
    shown = why.replace(str(kept), signature.name).replace(str(copy), file.name)
    raise UpdateError(
        tr(
            "{file} is refused, it is not what a key of this machine has signed ({shown}); "
            "fetch it and its signature again, and do not install it otherwise",
            file=file,
            shown=shown,
        )
    )


def _copy(source: Path, target: Path, limit: int) -> None:
    """Copy a regular file of ``limit`` bytes at most. Raises ``OSError``."""
    # Not waiting: a pipe that nobody writes to is no package.
    number = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(number, "rb") as opened, target.open("xb") as copy:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise OSError(0, tr("it is no file"))
        left = limit
        while chunk := opened.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise OSError(0, tr("it has more than {most:,} bytes", most=limit))
            copy.write(chunk)
