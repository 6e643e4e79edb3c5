"""Whether somebody whose key this machine trusts has signed something. Owns minisign."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from kioskd.errors import KioskdError
from kioskd.words import tr

PROGRAM = "minisign"
PATIENCE = 120.0  # seconds to read a package from a slow card
LARGEST_SIGNATURE = 4096  # bytes; those of minisign have 300


class SignatureError(KioskdError):
    """It is not what that key has signed, or nobody can say."""


def verify(file: Path, signature: Path, key: Path) -> str:
    """The comment that was signed along with ``file``; raises ``SignatureError``."""
    if shutil.which(PROGRAM) is None:
        raise SignatureError(
            tr("no signature can be verified: sudo apt install {program}", program=PROGRAM)
        )
    command = (PROGRAM, "-V", "-H", "-p", str(key), "-m", str(file), "-x", str(signature))
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise SignatureError(tr("it took over {seconds:.0f} s", seconds=PATIENCE)) from None
    except OSError as error:
        raise SignatureError(
            tr("{program} can't be started: {why}", program=PROGRAM, why=error.strerror)
        ) from None
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise SignatureError(lines[-1] if lines else tr("exit code {code}", code=done.returncode))
    comment = done.stdout.decode(errors="replace").partition("Trusted comment: ")[2]
    return "".join(filter(str.isprintable, comment))[:200]


def verify_bytes(content: bytes, signature: str, key: str) -> None:
    """As ``verify``, for what came over a wire; the key's file must be one that only its owner,
    root or whoever runs kioskd, may write."""
    if len(signature) > LARGEST_SIGNATURE:
        raise SignatureError(tr("its signature is none of minisign's"))
    try:
        about = os.stat(key)
        if about.st_uid not in (0, os.geteuid()) or about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise SignatureError(
                tr(
                    "others than root may write {key}: sudo chown root {key}; sudo chmod 644 {key}",
                    key=key,
                )
            )
        with TemporaryDirectory(prefix="kioskd-") as folder:
            file, beside = Path(folder, "content"), Path(folder, "signature")
            file.write_bytes(content)
            beside.write_text(signature, encoding="utf-8")
            verify(file, beside, Path(key))
    except OSError as error:
        raise SignatureError(f"{key}: {error.strerror}") from None


def signed(contents: list[bytes], key: Path) -> list[str]:
    """The signature of each by the secret key; its password, if it has one, is asked for once, at
    the terminal. Raises ``SignatureError``."""
    if shutil.which(PROGRAM) is None:
        raise SignatureError(
            tr("nothing can be signed: sudo apt install {program}", program=PROGRAM)
        )
    if not key.is_file():
        raise SignatureError(
            tr(
                "there is no key {key}; make one: {program} -G -p fleet.pub -s {key}",
                key=key,
                program=PROGRAM,
            )
        )
    with TemporaryDirectory(prefix="kioskd-") as folder:
        files = [Path(folder, f"{at}") for at in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        # Its question for the password goes to the terminal, and what it says beside our own.
        done = subprocess.run(
            (PROGRAM, "-S", "-s", str(key), "-m", *map(str, files)), stdout=sys.stderr, check=False
        )
        if done.returncode != 0:
            raise SignatureError(
                tr("{key} signed nothing; is it the secret key, and the password?", key=key)
            )
        return [Path(f"{file}.minisig").read_text(encoding="utf-8") for file in files]
