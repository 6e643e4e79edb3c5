"""`kioskd bundle`: one file for a bug report, without a secret in it."""

import io
import json
import platform
import re
import subprocess
import tarfile
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kioskd import __version__
from kioskd.cli import doctor
from kioskd.cli.client import find
from kioskd.config import Config
from kioskd.config.files import read_file, reason
from kioskd.config.fleet_file import held, place_for, under
from kioskd.config.reading import effective, load
from kioskd.config.secret import scrub
from kioskd.config.secret_file import read_secret
from kioskd.config.writing import write_file
from kioskd.errors import ConfigError, ControlError

LOG_LINES = 5000
LONGEST = 5_000_000  # bytes of one part
SHORTEST_SECRET = 4  # characters: a shorter one would star half of every log


def pack(target: Path, file: Path) -> list[str]:
    """Write the bundle to ``target``; returns the names of the files in it. Raises ``OSError``."""
    config = Config()
    try:
        config = load(file)
        if (pushed := held(place_for(file))).file:
            config, _ = under(file, pushed)
        written = effective(config)
    except ConfigError as error:
        written = str(error)
    secrets = tuple(_secrets(config))
    parts = {
        "version.txt": f"kioskd {__version__}\n{platform.platform()}\n{_output('uname', '-a')}",
        "os-release.txt": _text(Path("/etc/os-release")),
        "configuration.yaml": written,
        "doctor.json": json.dumps([asdict(f) for f in doctor.examine(file)], indent=1),
        "status.json": _status(file),
        "log.txt": _output(
            *("journalctl", "--no-pager", "--lines", str(LOG_LINES)),
            *("--unit=kioskd", "--unit=kioskd-browser"),
        ),
        "units.txt": _output("systemctl", "status", "--no-pager", "kioskd", "kioskd-browser"),
        "kernel.txt": _output("dmesg", "--level=err,warn"),
        "sound-cards.txt": _output("aplay", "-l"),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in parts.items():
            data = clean(text, secrets).encode(errors="replace")[:LONGEST]
            entry = tarfile.TarInfo(f"kioskd-bundle/{name}")
            entry.size, entry.mtime = len(data), int(time.time())
            archive.addfile(entry, io.BytesIO(data))
    # For nobody else of this machine; and where a link lies by that name, the link is replaced.
    write_file(target, packed.getvalue(), mode=0o600)
    return list(parts)


def clean(text: str, secrets: Iterable[str]) -> str:
    """``text`` without the secrets, wherever they stand, and without what looks like one."""
    text = scrub(text)
    for secret in secrets:
        text = text.replace(secret, "***")
    text = re.sub(
        r"(?i)(authorization|cookie|token|password)(['\"]?\s*[:=]\s*['\"]?)(bearer )?[^\s'\",;&]+",
        r"\1\2***",
        text,
    )
    return re.sub(r"(\w+://)[^/\s@:]+:[^/\s@]+@", r"\1***@", text)


def _secrets(config: Config) -> Iterable[str]:
    """What stands in the files that the configuration names as secret."""
    for _, file in config.secret_files():
        try:
            found = [read_secret(file).reveal()]
        except OSError:  # what the daemon can't use may hold a secret all the same
            found = _words(Path(file))
        yield from (secret for secret in found if len(secret) >= SHORTEST_SECRET)


def _words(file: Path) -> list[str]:
    try:
        return read_file(file, LONGEST).decode(errors="replace").replace("\0", "").split()
    except OSError:  # nothing that can be read, and nothing to star
        return []


def _status(file: Path) -> str:
    try:
        return json.dumps(find(file, None).ask("/api/status"), indent=1)
    except ControlError as error:
        return str(error)


def _output(*argv: str) -> str:
    try:
        found = subprocess.run(argv, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return f"{argv[0]}: {error}"
    return (found.stdout + found.stderr).decode(errors="replace")


def _text(file: Path) -> str:
    try:
        return read_file(file, LONGEST).decode(errors="replace")
    except OSError as error:
        return f"{file}: {reason(error)}"
