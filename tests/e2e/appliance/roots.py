"""Debian roots with all that kioskd's package asks for, kept between runs.

The mirror is the one this machine uses, so that a machine behind a mirror of its own needs no
setting. A root is made anew when this file changes.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

CACHE = Path(os.environ.get("KIOSKD_CACHE") or Path(__file__).parent / ".cache")
SUITES = {"12": "bookworm", "13": "trixie"}
PACKAGES = (
    *("init", "systemd", "systemd-sysv", "dbus", "procps", "man-db", "bash-completion"),
    *("python3", "ca-certificates", "libsndfile1", "libstdc++6", "minisign", "zlib1g"),
    *("cage", "chromium", "chromium-shell", "seatd", "xwayland", "fonts-noto-color-emoji", "grim"),
    *("sway", "wlr-randr", "wtype", "fontconfig", "fonts-noto-core", "fonts-wqy-microhei"),
    "libbpf1",
)
OWN = {
    "12": ("libasound2", "libglib2.0-0"),
    # Debian 12 has neither wlopm nor labwc.
    "13": ("libasound2t64", "libglib2.0-0t64", "wlopm", "labwc", "systemd-resolved"),
}


def root(version: str) -> Path:
    """The folder of a Debian of this version; made when it is not there (two minutes)."""
    recipe = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:10]
    place = CACHE / f"debian-{version}-{recipe}"
    if place.is_dir():
        return place
    for old in CACHE.glob(f"debian-{version}-*"):
        shutil.rmtree(old)
    CACHE.mkdir(exist_ok=True)
    unfinished = CACHE / f"making-{version}"
    shutil.rmtree(unfinished, ignore_errors=True)
    packages = ",".join((*PACKAGES, *OWN[version]))
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={packages}"]
    subprocess.run(
        [*command, SUITES[version], unfinished, mirror()],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    unfinished.rename(place)
    return place


def mirror() -> str:
    """The address of Debian's archive as this machine's apt has it."""
    for address in _addresses():
        if address.rstrip("/").endswith("/debian"):
            return address
    raise LookupError("no Debian archive in /etc/apt/sources.list*; name one there")


def _addresses() -> Iterable[str]:
    apt = Path("/etc/apt")
    for file in (apt / "sources.list", *sorted((apt / "sources.list.d").glob("*"))):
        if file.suffix == ".sources":
            yield from re.findall(r"^URIs:\s*(\S+)", file.read_text(), re.MULTILINE)
        elif file.suffix == ".list" and file.is_file():
            yield from re.findall(r"^deb\s+(?:\[[^]]*\]\s+)?(\S+)", file.read_text(), re.MULTILINE)
